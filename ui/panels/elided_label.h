#pragma once

#include <QLabel>

namespace ui {

// One line of plain text that ends with an ellipsis where there is no room for more. Owned by its panel, GUI
// thread.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    ElidedLabel(int widest, QWidget* parent);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_widest;
};

}  // namespace ui
