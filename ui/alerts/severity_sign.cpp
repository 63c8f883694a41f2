#include "ui/alerts/severity_sign.h"

#include <QPainter>

namespace ui {

void SeveritySign::show(Severity severity, bool isFilled)
{
    m_severity = severity;
    m_isFilled = isFilled;
    setAccessibleName(severityText(severity));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    updateGeometry();
    update();
}

QSize SeveritySign::sizeHint() const
{
    const QFontMetrics metrics(theme().font(TypeSize::Body, QFont::DemiBold));
    return {22 + metrics.horizontalAdvance(severityText(m_severity)) + 2, 20};
}

void SeveritySign::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor color = theme().readable(severityTone(m_severity), Tone::Panel);
    paintSeverity(painter, QRectF(0, height() / 2.0 - 7, 14, 14), m_severity, color, m_isFilled);
    painter.setPen(color);
    painter.setFont(theme().font(TypeSize::Body, QFont::DemiBold));
    painter.drawText(rect().adjusted(22, 0, 0, 0), Qt::AlignVCenter, severityText(m_severity));
}

}  // namespace ui
