#pragma once

#include "ui/alerts/alert_look.h"

#include <QWidget>

namespace ui {

// A severity as its shape and its word. Owned by the alert card, GUI thread.
class SeveritySign : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void show(Severity severity, bool isFilled);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Severity m_severity = Severity::Info;
    bool m_isFilled = true;
};

}  // namespace ui
