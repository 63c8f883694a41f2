#include "ui/charts/threshold_layer.h"

#include "ui/alerts/alert_look.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kReach = 5;      // pixels from the pointer to a line
constexpr double kFarValues = 3;  // a line further off than so many ranges of the values does not squash them
constexpr double kLabelHeight = 18;  // with the space to its line
constexpr qsizetype kLabelCharacters = 60;

QString labelOf(const ThresholdLine& line, const QString& unit)
{
    const QString number = formatValue(line.value) + unit;
    const QString label = line.label.simplified().left(kLabelCharacters);
    return label.isEmpty() ? number : label + QStringLiteral("  ") + number;
}

}  // namespace

QColor severityColor(Threshold::Severity severity)
{
    return theme().color(severity == Threshold::Critical ? Tone::Error : Tone::Warning);
}

void paintSeveritySign(QPainter& painter, const QPointF& middle, Threshold::Severity severity, bool isPast)
{
    const QRectF rect(middle - QPointF(6, 6), QSizeF(12, 12));
    paintSeverity(painter, rect, severity == Threshold::Critical ? Severity::Critical : Severity::Warning,
                  severityColor(severity), isPast);
}

void ThresholdLayer::set(std::vector<ThresholdLine> lines)
{
    m_isDragging = false;
    m_lines = std::move(lines);
    if (!find(m_selected)) m_selected.reset();
}

ThresholdLine* ThresholdLayer::find(std::optional<std::size_t> place)
{
    const auto found = std::find_if(m_lines.begin(), m_lines.end(),
                                    [&](const ThresholdLine& line) { return line.place == place; });
    return found == m_lines.end() ? nullptr : &*found;
}

const ThresholdLine* ThresholdLayer::selected() const
{
    const auto found = std::find_if(m_lines.begin(), m_lines.end(),
                                    [&](const ThresholdLine& line) { return line.place == m_selected; });
    return found == m_lines.end() ? nullptr : &*found;
}

void ThresholdLayer::select(std::optional<std::size_t> place) { m_selected = place; }

void ThresholdLayer::selectNext(int step)
{
    if (m_lines.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(m_lines.size());
    const ThresholdLine* now = selected();
    const std::ptrdiff_t at = now ? now - m_lines.data() + step : step > 0 ? 0 : count - 1;
    m_selected = m_lines[static_cast<std::size_t>((at + count) % count)].place;
}

void ThresholdLayer::judge(const std::vector<double>& newest)
{
    for (ThresholdLine& line : m_lines)
        line.isCrossed =
            std::any_of(newest.begin(), newest.end(), [&](double value) { return line.isPast(value); });
}

std::optional<Threshold::Severity> ThresholdLayer::severityOf(double value) const
{
    std::optional<Threshold::Severity> gravest;
    for (const ThresholdLine& line : m_lines)
        if (line.isPast(value)) gravest = std::max(gravest, std::optional(line.severity));
    return gravest;
}

const std::vector<ThresholdBand>& ThresholdLayer::bands(const ChartFrame& frame)
{
    m_bands.clear();
    m_edges.clear();
    m_edges.push_back(frame.high);
    for (const ThresholdLine& line : m_lines)
        if (line.value > frame.low && line.value < frame.high) m_edges.push_back(line.value);
    m_edges.push_back(frame.low);
    std::sort(m_edges.begin(), m_edges.end(), std::greater<>());
    for (std::size_t i = 0; i + 1 < m_edges.size(); ++i) {
        const double top = std::round(frame.yOf(m_edges[i])), bottom = std::round(frame.yOf(m_edges[i + 1]));
        const auto severity = severityOf((m_edges[i] + m_edges[i + 1]) / 2);
        if (bottom <= top) continue;
        if (!m_bands.empty() && m_bands.back().severity == severity)
            m_bands.back().rect.setBottom(bottom);
        else
            m_bands.push_back({QRectF(frame.plot.left(), top, frame.plot.width(), bottom - top), severity});
    }
    return m_bands;
}

void ThresholdLayer::widen(double& low, double& high) const
{
    const double most = std::max({(high - low) * kFarValues, std::abs(high), std::abs(low)});
    const double lowest = low - most, highest = high + most;
    for (const ThresholdLine& line : m_lines) {
        if (line.value < lowest || line.value > highest) continue;
        low = std::min(low, line.value);
        high = std::max(high, line.value);
    }
}

ThresholdLine* ThresholdLayer::lineAt(double y, const ChartFrame& frame)
{
    ThresholdLine* nearest = nullptr;
    for (ThresholdLine& line : m_lines) {
        const double distance = std::abs(frame.yOf(line.value) - y);
        if (distance <= kReach && (!nearest || distance < std::abs(frame.yOf(nearest->value) - y)))
            nearest = &line;
    }
    return nearest;
}

bool ThresholdLayer::beginDrag(ThresholdLine& line)
{
    m_selected = line.place;
    if (line.isBound) return false;
    m_valueBefore = line.value;
    m_isDragging = true;
    return true;
}

void ThresholdLayer::dragTo(double value)
{
    if (ThresholdLine* line = find(m_selected); line && m_isDragging) line->value = value;
}

std::optional<ThresholdLine> ThresholdLayer::endDrag(bool isKept)
{
    ThresholdLine* line = find(m_selected);
    if (!std::exchange(m_isDragging, false) || !line) return {};
    const double value = line->value;
    if (!isKept) line->value = m_valueBefore;
    if (!isKept || value == m_valueBefore) return {};
    return *line;
}

void ThresholdLayer::paint(QPainter& painter, const ChartFrame& frame, bool hasFocus) const
{
    const ThresholdLine* marked = selected();
    for (const ThresholdLine& line : m_lines)
        paintLine(painter, frame, line, &line == marked && (hasFocus || m_isDragging));
}

// So near that a label would lie on it.
bool ThresholdLayer::hasLineAbove(const ChartFrame& frame, double y) const
{
    return std::any_of(m_lines.begin(), m_lines.end(), [&](const ThresholdLine& line) {
        const double other = frame.yOf(line.value);
        return other < y - 1 && other > y - 2 * kLabelHeight;
    });
}

void ThresholdLayer::paintLine(QPainter& painter, const ChartFrame& frame, const ThresholdLine& line,
                               bool isMarked) const
{
    const QColor color = line.isCrossed ? severityColor(line.severity) : theme().color(Tone::TextFaint);
    const double y = std::round(std::clamp(frame.yOf(line.value), frame.plot.top(), frame.plot.bottom()));
    const bool isOutside = line.value > frame.high || line.value < frame.low;
    if (!isOutside) {
        painter.setPen(QPen(color, line.isCrossed ? 2 : 1, line.isCrossed ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
    }
    if (isMarked) painter.fillRect(QRectF(frame.plot.left() - 4, y - 4, 8, 8), theme().color(Tone::Accent));
    const QFont font = theme().font(TypeSize::Small);
    const QString arrow = !isOutside ? QString()
        : line.value > frame.high    ? QStringLiteral("↑ ")
                                     : QStringLiteral("↓ ");
    const QString label = labelOf(line, frame.unit);
    const QString text =
        arrow + QFontMetricsF(font).elidedText(label, Qt::ElideMiddle, frame.plot.width() / 2);
    const double width = figuresWidth(font, text) + 24;
    const bool isBelow = y - kLabelHeight < frame.plot.top() || hasLineAbove(frame, y);
    const QRectF box(frame.plot.right() - width - 4, isBelow ? y + 2 : y - kLabelHeight, width, 16);
    QColor ground = theme().color(Tone::Panel);
    ground.setAlpha(220);
    painter.fillRect(box, ground);
    paintSeveritySign(painter, {box.left() + 8, box.center().y()}, line.severity, line.isCrossed);
    painter.setPen(line.isCrossed
                       ? theme().readable(line.severity == Threshold::Critical ? Tone::Error : Tone::Warning,
                                          Tone::Panel)
                       : theme().readable(Tone::TextSoft, Tone::Panel));
    drawFigures(painter, box.adjusted(18, 0, 0, 0), Qt::AlignLeft, font, text);
}

}  // namespace ui
