#pragma once

#include "ui/theme.h"

#include <QToolButton>

namespace ui {

// A page's button on the rail, with a number at its icon where something waits there. Owned by the main
// window, GUI thread.
class RailButton : public QToolButton {
    Q_OBJECT
public:
    RailButton(const QString& icon, const QString& text, QWidget* parent);
    void setCount(int count, bool isGrave);
    int count() const { return m_count; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void tint();
    QString m_icon;
    int m_count = 0;
    bool m_isGrave = false;
};

}  // namespace ui
