#pragma once

#include "ui/document/views.h"

#include <QFrame>

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {

// A card over the chart with the fields of one threshold. Enter takes it, Esc gives it up. Owned by the
// ChartPanel, shown on its window, GUI thread; what is written goes to a function.
class ThresholdForm : public QFrame {
    Q_OBJECT
public:
    using Take = std::function<void(const Threshold&)>;
    explicit ThresholdForm(QWidget* owner);
    void open(const engine::PipelineSpec& spec, const Threshold& shown, bool isNew, QWidget& beside,
              Take take);
    void close();

    QLineEdit& value() { return *m_value; }
    QLineEdit& label() { return *m_label; }
    QComboBox& direction() { return *m_direction; }
    QComboBox& severity() { return *m_severity; }
    QString mistake() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void place();
    void submit();

    QWidget* m_owner;
    QWidget* m_beside = nullptr;
    QLabel* m_title;
    QLineEdit* m_value;
    QLineEdit* m_label;
    QComboBox* m_direction;
    QComboBox* m_severity;
    QLabel* m_mistake;
    QPushButton* m_submit;
    engine::PipelineSpec m_spec;  // its parameters only
    Take m_take;
};

}  // namespace ui
