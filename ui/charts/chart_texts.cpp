#include "ui/charts/chart_widget.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>

// What the chart says in words: title, notice, legend, and the values under the pointer.
namespace ui {

namespace {

constexpr double kTitleHeight = 26;
constexpr double kLegendHeight = 22;
constexpr double kSign = 14;  // room for the sign of a severity in the legend
constexpr double kLegendValueWidth = 56;

}  // namespace

void ChartWidget::paintHead(QPainter& painter)
{
    painter.setFont(theme().font(TypeSize::Small));
    const double right = paintNotice(painter);
    painter.setFont(theme().font(TypeSize::Small, QFont::DemiBold));
    painter.setPen(theme().color(Tone::Text));
    const QRectF rect(16, 0, std::max(right - 16, 0.0), kTitleHeight);
    painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetricsF(painter.font()).elidedText(m_title, Qt::ElideRight, rect.width()));
}

// Returns where it begins.
double ChartWidget::paintNotice(QPainter& painter)
{
    QStringList parts{m_hint.isEmpty() ? m_notice : m_hint};
    if (m_hint.isEmpty() && m_isAveraged) parts.prepend(tr("averages, the range shaded"));
    parts.removeAll(QString());
    const QString text = parts.join(QStringLiteral(" · "));
    const double right = width() - 16.0;
    if (text.isEmpty()) return right;
    const QFontMetricsF metrics(painter.font());
    const double most = m_hint.isEmpty() && !m_title.isEmpty() ? width() / 2.0 - 16 : width() - 32.0;
    const QString shown = metrics.elidedText(text, Qt::ElideRight, most);
    const double wide = metrics.horizontalAdvance(shown);
    painter.setPen(theme().readable(m_hint.isEmpty() ? Tone::TextFaint : Tone::Text, Tone::Panel));
    painter.drawText(QRectF(right - wide - 1, 0, wide + 2, kTitleHeight), Qt::AlignVCenter | Qt::AlignRight,
                     shown);
    return right - wide - 16;
}

void ChartWidget::paintLegend(QPainter& painter)
{
    const QFont font = theme().font(TypeSize::Small);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    const double right = width() - 16.0, top = kTitleHeight;
    double x = m_frame.plot.left();
    for (std::size_t i = 0; i < m_series->size(); ++i) {
        const QString& name = (*m_series)[i]->name;
        const double nameWidth = metrics.horizontalAdvance(name);
        if (x + nameWidth + kLegendValueWidth + kSign + 24 > right) {
            painter.setPen(theme().readable(Tone::TextFaint, Tone::Panel));
            painter.drawText(QRectF(x, top, std::max(right - x, 0.0), kLegendHeight), Qt::AlignVCenter,
                             tr("+%1").arg(m_series->size() - i));
            break;
        }
        painter.fillRect(QRectF(x, top + kLegendHeight / 2 - 1.5, 12, 3),
                         theme().series(static_cast<int>(i)));
        painter.setPen(theme().readable(Tone::TextSoft, Tone::Panel));
        painter.drawText(QRectF(x + 16, top, nameWidth + 2, kLegendHeight), Qt::AlignVCenter, name);
        x += nameWidth + 24;
        const auto severity = severityOf(i);
        if (severity) paintSeveritySign(painter, {x + 4, top + kLegendHeight / 2}, *severity, true);
        const Tone tone = !severity            ? Tone::Text
            : *severity == Threshold::Critical ? Tone::Error
                                               : Tone::Warning;
        painter.setPen(theme().readable(tone, Tone::Panel));
        drawFigures(painter, {x + (severity ? kSign : 0), top, kLegendValueWidth, kLegendHeight},
                    Qt::AlignLeft, font, formatShort(newestOf(i)));
        x += kLegendValueWidth + kSign;
    }
}

void ChartWidget::paintCrosshair(QPainter& painter)
{
    if (m_pointerX < m_frame.plot.left() || m_pointerX > m_frame.plot.right()) return;
    const auto timeUs = m_frame.fromUs +
        static_cast<std::int64_t>((m_pointerX - m_frame.plot.left()) / m_frame.plot.width() *
                                  static_cast<double>(m_frame.toUs - m_frame.fromUs));
    painter.setPen(QPen(theme().color(Tone::TextFaint), 0, Qt::DashLine));
    painter.drawLine(QPointF(m_pointerX, m_frame.plot.top()), QPointF(m_pointerX, m_frame.plot.bottom()));
    const QFont font = theme().font(TypeSize::Small);
    std::vector<std::pair<QString, QColor>> lines{
        {formatTimeOfDay(m_zone.local(timeUs)), theme().color(Tone::Text)}};
    for (std::size_t i = 0; i < m_series->size() && lines.size() < 9; ++i) {
        const ChartBuffer& points = (*m_series)[i]->points;
        const std::size_t at = points.firstAtOrAfter(timeUs);
        if (at >= points.size()) continue;
        const QString value = formatValue(points.valueAt(at)) + m_frame.unit;
        lines.push_back({(*m_series)[i]->name + QStringLiteral("  ") + value,
                         theme().series(static_cast<int>(i))});
    }
    double textWidth = 0;
    for (const auto& [text, color] : lines) textWidth = std::max(textWidth, figuresWidth(font, text));
    QRectF box(m_pointerX + 12, m_frame.plot.top() + 4, textWidth + 32,
               16.0 * static_cast<double>(lines.size()) + 8);
    if (box.right() > m_frame.plot.right()) box.moveRight(m_pointerX - 12);
    painter.setPen(QPen(theme().color(Tone::Line), 1));
    painter.setBrush(theme().color(Tone::Raised));
    painter.drawRoundedRect(box, 4, 4);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const QRectF row(box.left() + 8, box.top() + 4 + 16.0 * static_cast<double>(i), box.width() - 16, 16);
        if (i > 0) painter.fillRect(QRectF(row.left(), row.center().y() - 3, 6, 6), lines[i].second);
        painter.setPen(theme().color(Tone::Text));
        drawFigures(painter, row.adjusted(i > 0 ? 12 : 0, 0, 0, 0), Qt::AlignLeft, font, lines[i].first);
    }
}

}  // namespace ui
