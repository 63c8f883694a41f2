#pragma once

#include "ui/graph/choice_model.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListView;

namespace ui {

// A field to type in and the choices that fit, at a place of the canvas: to add a component, or to choose the
// port a wire goes to. Owned by the view it stands on, GUI thread. Wholly used by keys; goes when it loses
// them.
class SearchPopup : public QFrame {
    Q_OBJECT
public:
    explicit SearchPopup(QWidget* parent);
    void open(const QString& prompt, std::vector<Choice> choices, const QPoint& at);
    void dismiss();
    ChoiceModel& model() { return m_model; }
    QLineEdit& field() { return *m_field; }

Q_SIGNALS:
    void chosen(int choice);       // by its place in what open() was given
    void highlighted(int choice);  // -1: none
    void dismissed();              // without a choice
    void passedBy();               // likewise, by who goes on to what comes next

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void take();
    void step(int rows);
    void fitRows();
    ChoiceModel m_model;
    QLineEdit* m_field;
    QListView* m_list;
    QLabel* m_none;
    QPoint m_at;
};

}  // namespace ui
