#include "ui/alerts/alert_chart.h"

#include "ui/alerts/alert_look.h"
#include "ui/figures.h"
#include "ui/format.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kChartLeft = 56, kChartTop = 24, kChartBottom = 24, kChartRight = 8;
// The line breaks where no value has come for so many times the usual distance.
constexpr double kGap = 8;

std::int64_t timeOf(engine::Timestamp at) { return at.time_since_epoch().count(); }

double xOf(const QRectF& plot, std::int64_t from, std::int64_t until, std::int64_t at)
{
    return plot.left() + plot.width() * static_cast<double>(at - from) / static_cast<double>(until - from);
}

double yOf(const QRectF& plot, double low, double high, double value)
{
    return plot.bottom() - plot.height() * (value - low) / (high - low);
}

// A round distance for two to five lines.
double stepFor(double span)
{
    const double power = std::pow(10.0, std::floor(std::log10(span / 5)));
    for (const double step : {1.0, 2.0, 5.0})
        if (span / (step * power) <= 5) return step * power;
    return 10 * power;
}

std::int64_t usualStep(const std::vector<engine::AlertPoint>& points)
{
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < points.size(); ++i)
        steps.push_back(timeOf(points[i].at) - timeOf(points[i - 1].at));
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

bool isGap(std::int64_t step, std::int64_t usual)
{
    return usual > 0 && static_cast<double>(step) > kGap * static_cast<double>(usual);
}

}  // namespace

void AlertChart::show(const engine::AlertEpisode& alert, const std::vector<engine::AlertPoint>& points)
{
    m_alert = alert;
    m_points = points;
    // What was before a pause of the job would leave no room for the moment.
    const std::int64_t usual = m_points.size() > 2 ? usualStep(m_points) : 0;
    for (std::size_t i = m_points.size(); usual > 0 && i-- > 1;) {
        const bool isBefore = m_points[i].at <= alert.startedAt;
        if (!isBefore || !isGap(timeOf(m_points[i].at) - timeOf(m_points[i - 1].at), usual)) continue;
        m_points.erase(m_points.begin(), m_points.begin() + static_cast<std::ptrdiff_t>(i));
        break;
    }
    if (m_points.empty()) {
        setAccessibleDescription({});
    } else {
        const auto [least, most] =
            std::minmax_element(m_points.begin(), m_points.end(),
                                [](const auto& one, const auto& other) { return one.value < other.value; });
        setAccessibleDescription(tr("From %1 to %2, last %3, threshold %4")
                                     .arg(valueText(least->value), valueText(most->value),
                                          valueText(m_points.back().value), valueText(alert.threshold)));
    }
    update();
}

AlertChart::Range AlertChart::range() const
{
    Range range;
    range.low = range.high = m_alert.threshold.value_or(m_points.front().value);
    for (const engine::AlertPoint& point : m_points) {
        range.low = std::min(range.low, point.value);
        range.high = std::max(range.high, point.value);
    }
    const double span = range.high - range.low;
    const double room = span > 0 ? span * 0.15 : std::max(1.0, std::abs(range.high) * 0.1);
    range.low -= room;
    range.high += room;
    range.from = std::min(timeOf(m_points.front().at), timeOf(m_alert.startedAt));
    range.until = std::max({timeOf(m_points.back().at), timeOf(m_alert.startedAt),
                            m_alert.isOpen ? 0 : timeOf(m_alert.last.at)});
    if (range.until <= range.from) range.until = range.from + 1'000'000;
    return range;
}

void AlertChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QFont font = theme().font(TypeSize::Small);
    painter.setFont(font);
    if (m_points.size() < 2) {
        painter.setPen(theme().readable(Tone::TextSoft, Tone::Panel));
        painter.drawText(
            rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap,
            tr("Nothing to draw: the rule has no value, or it watches more label sets than it keeps "
               "the values of."));
        return;
    }
    const Range shown = range();
    const QRectF plot(kChartLeft, kChartTop, width() - kChartLeft - kChartRight,
                      height() - kChartTop - kChartBottom);
    paintScale(painter, plot, shown);
    paintMoments(painter, plot, shown);
    paintLine(painter, plot, shown);
}

void AlertChart::paintScale(QPainter& painter, const QRectF& plot, const Range& range) const
{
    const QFont font = theme().font(TypeSize::Small);
    const QColor soft = theme().readable(Tone::TextSoft, Tone::Panel);
    const double wide = stepFor(range.high - range.low);
    const double thresholdY = m_alert.threshold ? yOf(plot, range.low, range.high, *m_alert.threshold) : -100;
    for (double value = std::ceil(range.low / wide) * wide; value <= range.high; value += wide) {
        const double y = std::round(yOf(plot, range.low, range.high, value));
        painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), theme().color(Tone::Raised));
        if (std::abs(y - thresholdY) < 12) continue;
        painter.setPen(soft);
        drawFigures(painter, {0, y - 8, kChartLeft - 8, 16}, Qt::AlignRight, font,
                    formatValue(std::abs(value) < wide / 1000 ? 0 : value));
    }
    const QRectF below(plot.left(), plot.bottom() + 6, plot.width(), 16);
    painter.setPen(soft);
    drawFigures(painter, below, Qt::AlignLeft, font, formatTimeOfDay(range.from).left(8));
    drawFigures(painter, below, Qt::AlignRight, font, formatTimeOfDay(range.until).left(8));
    if (!m_alert.threshold) return;
    const QColor color = theme().readable(severityTone(severityOf(m_alert)), Tone::Panel);
    painter.setPen(QPen(color, 1, Qt::DashLine));
    painter.drawLine(QPointF(plot.left(), std::round(thresholdY) + 0.5),
                     QPointF(plot.right(), std::round(thresholdY) + 0.5));
    drawFigures(painter, {0, thresholdY - 8, kChartLeft - 8, 16}, Qt::AlignRight,
                theme().font(TypeSize::Small, QFont::DemiBold), formatValue(*m_alert.threshold));
}

// While it fired has a ground of its own; its ends are named above.
void AlertChart::paintMoments(QPainter& painter, const QRectF& plot, const Range& range) const
{
    const double begin = xOf(plot, range.from, range.until, timeOf(m_alert.startedAt));
    const double end =
        m_alert.isOpen ? plot.right() : xOf(plot, range.from, range.until, timeOf(m_alert.last.at));
    QColor ground = theme().color(severityTone(severityOf(m_alert)));
    ground.setAlphaF(0.14F);
    painter.fillRect(QRectF(begin, plot.top(), std::max(1.0, end - begin), plot.height()), ground);
    const QFont font = theme().font(TypeSize::Small);
    const QColor soft = theme().readable(Tone::TextSoft, Tone::Panel);
    const auto mark = [&](double x, const QString& text, double leftMost) {
        painter.fillRect(QRectF(std::round(x), plot.top() - 4, 1, plot.height() + 4), soft);
        const double wide = QFontMetricsF(font).horizontalAdvance(text);
        const double left = std::clamp(x - wide / 2, leftMost, std::max(leftMost, plot.right() - wide));
        painter.setFont(font);
        painter.setPen(soft);
        painter.drawText(QRectF(left, 0, wide + 2, kChartTop - 6), Qt::AlignVCenter, text);
        return left + wide + 8;
    };
    const double next = mark(begin, tr("fired"), plot.left() - 16);
    if (!m_alert.isOpen) mark(end, tr("over"), next);
}

void AlertChart::paintLine(QPainter& painter, const QRectF& plot, const Range& range) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().series(0), 1.5));
    const std::int64_t usual = usualStep(m_points);
    QPolygonF line;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (i > 0 && isGap(timeOf(m_points[i].at) - timeOf(m_points[i - 1].at), usual)) {
            painter.drawPolyline(line);
            line.clear();
        }
        line << QPointF(xOf(plot, range.from, range.until, timeOf(m_points[i].at)),
                        yOf(plot, range.low, range.high, m_points[i].value));
    }
    painter.drawPolyline(line);
    if (!m_alert.isOpen) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().series(0));
    painter.drawEllipse(line.back(), 3, 3);
}

}  // namespace ui
