#include "ui/charts/chart_widget.h"

#include "ui/charts/chart_axis.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QElapsedTimer>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kPointsWanted = 240;  // of a line in view, while the range is chosen
constexpr double kHeadHeight = 48;  // of title and legend
constexpr double kTimeAxisHeight = 24;
constexpr int kHintMs = 6000;
constexpr double kSmoothInk = 12'000;  // pixels of all lines together
constexpr double kRestForAPaint = 8;   // times as long as the paint took
constexpr int kPaceLeastMs = 16, kPaceMostMs = 500;

constexpr std::int64_t kRangeUnitUs = 1'000'000;
constexpr std::int64_t kRangeLeastUs = 10'000'000;  // of what there is: less goes by too fast
constexpr double kShade = 0.24;                // of all averaged lines together

// In seconds; up to a day each half as long again as the one before at most, so that none is mostly empty.
constexpr std::array<std::int64_t, 37> kRanges{
    1,     2,     3,     4,     6,      8,      10,     15,     20,     30,     45,      60,        90,
    120,   180,   240,   300,   450,    600,    900,    1'200,  1'800,  2'700,  3'600,   5'400,     7'200,
    10'800, 14'400, 21'600, 32'400, 43'200, 64'800, 86'400, 172'800, 604'800, 2'592'000, 315'360'000};

}  // namespace

ChartWidget::ChartWidget(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Chart"));
    setFocusPolicy(Qt::StrongFocus);
    m_hintEnd.setSingleShot(true);
    m_hintEnd.setInterval(kHintMs);
    connect(&m_hintEnd, &QTimer::timeout, this, [this] {
        m_hint.clear();
        update();
    });
    m_pace.setSingleShot(true);
    m_pace.setInterval(kPaceLeastMs);
    connect(&m_pace, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ChartWidget::show(const std::vector<std::unique_ptr<ChartSeries>>* series)
{
    m_series = series;
    m_rangeUs = 0;
    m_frame = {};
    update();
}

void ChartWidget::setZone(const TimeZone& zone)
{
    if (zone == m_zone) return;
    m_zone = zone;
    update();
}

void ChartWidget::setEmptyText(const QString& text)
{
    if (m_empty == text) return;
    m_empty = text;
    update();
}

void ChartWidget::setTitle(const QString& text)
{
    if (m_title == text) return;
    m_title = text;
    update();
}

void ChartWidget::setUnit(const QString& unit)
{
    if (m_unit == unit) return;
    m_unit = unit;
    update();
}

void ChartWidget::setNotice(const QString& text) { m_notice = text; }

void ChartWidget::hint(const QString& text)
{
    m_hint = text;
    m_hintEnd.start();
    update();
}

void ChartWidget::setThresholds(std::vector<ThresholdLine> lines)
{
    m_thresholds.set(std::move(lines));
    update();
}

void ChartWidget::selectThreshold(std::optional<std::size_t> place)
{
    m_thresholds.select(place);
    update();
}

double ChartWidget::newestOf(std::size_t line) const
{
    const ChartBuffer& points = (*m_series)[line]->points;
    if (points.size() == 0) return 0;
    // Of noise the single value is none that could be read, and what it says would blink.
    return LinePainter::isAveragedIn(points, m_frame) ? LinePainter::newestAverage(points, m_frame)
                                                      : points.valueAt(points.size() - 1);
}

std::optional<Threshold::Severity> ChartWidget::severityOf(std::size_t line) const
{
    const ChartBuffer& points = (*m_series)[line]->points;
    if (points.size() == 0 || points.timeAt(points.size() - 1) < m_frame.fromUs) return {};
    return m_thresholds.severityOf(newestOf(line));
}

void ChartWidget::refresh()
{
    if (!m_pace.isActive()) m_pace.start();
}

// The shortest usual range in which the densest line has enough points, and enough time if it is known; it
// grows at once and shrinks late, so that it does not swing.
void ChartWidget::updateRange()
{
    std::int64_t needed = 0, known = 0;
    for (const auto& series : *m_series) {
        const ChartBuffer& points = series->points;
        if (points.size() < 2) continue;
        const std::size_t count = std::min(points.size(), kPointsWanted);
        const std::int64_t newest = points.timeAt(points.size() - 1);
        const std::int64_t span = newest - points.timeAt(points.size() - count);
        needed = needed == 0 ? span : std::min(needed, span);
        known = std::max(known, newest - points.timeAt(0));
    }
    needed = std::max(needed, std::min(known, kRangeLeastUs));
    const auto* range = std::find_if(kRanges.begin(), kRanges.end() - 1, [&](std::int64_t seconds) {
        return seconds * kRangeUnitUs >= needed;
    });
    const std::int64_t rangeUs = *range * kRangeUnitUs;
    if (rangeUs > m_rangeUs || rangeUs * 10 < m_rangeUs) m_rangeUs = rangeUs;
}

bool ChartWidget::updateFrame()
{
    std::int64_t newest = 0;
    bool any = false;
    for (const auto& series : *m_series) {
        const ChartBuffer& points = series->points;
        if (points.size() == 0) continue;
        newest = any ? std::max(newest, points.timeAt(points.size() - 1)) : points.timeAt(points.size() - 1);
        any = true;
    }
    if (!any) return false;
    updateRange();
    m_frame.toUs = newest;
    m_frame.fromUs = newest - m_rangeUs;
    m_frame.unit = m_unit.isEmpty() ? QString() : u' ' + m_unit;
    updateValues();
    return true;
}

// The range of values stays where it is while a threshold is dragged, or the line would run away.
void ChartWidget::updateValues()
{
    double low = 0, high = 0;
    bool any = false;
    m_newest.clear();
    for (std::size_t i = 0; i < m_series->size(); ++i) {
        const ChartBuffer& points = (*m_series)[i]->points;
        const Span span = points.range(points.firstAtOrAfter(m_frame.fromUs), points.size());
        if (!span.any) continue;
        m_newest.push_back(newestOf(i));
        low = any ? std::min(low, span.low) : span.low;
        high = any ? std::max(high, span.high) : span.high;
        any = true;
    }
    m_thresholds.judge(m_newest);
    if (m_thresholds.isDragging()) return;
    m_thresholds.widen(low, high);
    const double space = high > low ? (high - low) * 0.08 : std::max(std::abs(high) * 0.1, 1.0);
    const std::vector<Tick> ticks = numberTicks(low - space, high + space, 10);
    const double step = ticks.size() > 1 ? ticks[1].value - ticks[0].value : 2 * space;
    m_frame.low = std::floor((low - space) / step) * step;
    m_frame.high = std::ceil((high + space) / step) * step;
}

void ChartWidget::paintEvent(QPaintEvent*)
{
    QElapsedTimer timer;
    timer.start();
    QPainter painter(this);
    if (!m_series || m_series->empty() || !updateFrame()) {
        painter.setPen(theme().readable(Tone::TextSoft, Tone::Panel));
        painter.setFont(theme().font(TypeSize::Body));
        painter.drawText(rect().adjusted(24, 0, -24, 0), static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                         m_empty);
        m_isAveraged = false;
        paintHead(painter);
    } else {
        paintAxes(painter);
        paintBands(painter);
        paintLines(painter);
        m_thresholds.paint(painter, m_frame, hasFocus());
        paintHead(painter);
        paintLegend(painter);
        paintCrosshair(painter);
    }
    ++m_paints;
    const double tookMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    m_paintMs += tookMs;
    m_pace.setInterval(std::clamp(static_cast<int>(tookMs * kRestForAPaint), kPaceLeastMs, kPaceMostMs));
}

void ChartWidget::paintAxes(QPainter& painter)
{
    const QFont font = theme().font(TypeSize::Small);
    m_frame.plot = QRectF(rect()).adjusted(16, kHeadHeight + 2, -16, -kTimeAxisHeight);
    std::vector<Tick> ticks =
        numberTicks(m_frame.low, m_frame.high, std::max(2, static_cast<int>(m_frame.plot.height() / 36)));
    for (Tick& tick : ticks) tick.label += m_frame.unit;
    double width = 0;
    for (const Tick& tick : ticks) width = std::max(width, figuresWidth(font, tick.label));
    m_frame.plot.setLeft(m_frame.plot.left() + width + 8);
    for (const Tick& tick : ticks) {
        const double y = std::round(m_frame.yOf(tick.value)) + 0.5;
        painter.setPen(QPen(theme().color(Tone::Line), 1));
        painter.drawLine(QPointF(m_frame.plot.left(), y), QPointF(m_frame.plot.right(), y));
        painter.setPen(theme().readable(Tone::TextFaint, Tone::Panel));
        drawFigures(painter, {0, y - 8, m_frame.plot.left() - 8, 16}, Qt::AlignRight, font, tick.label);
    }
    double lastEnd = -1e9;
    for (const Tick& tick :
         timeTicks(m_frame.fromUs, m_frame.toUs, static_cast<int>(m_frame.plot.width() / 88), m_zone)) {
        const double x = m_frame.xOf(static_cast<std::int64_t>(tick.value)),
                     half = figuresWidth(font, tick.label) / 2;
        if (x - half < lastEnd + 8 || x + half > m_frame.plot.right() + 12) continue;
        lastEnd = x + half;
        drawFigures(painter, {x - half, m_frame.plot.bottom() + 4, 2 * half, 16}, Qt::AlignHCenter, font,
                    tick.label);
    }
}

// What lies past a threshold is tinted, and much more so while a line is there now.
void ChartWidget::paintBands(QPainter& painter)
{
    for (const ThresholdBand& band : m_thresholds.bands(m_frame)) {
        if (!band.severity) continue;
        const bool isCrossed = std::any_of(m_newest.begin(), m_newest.end(), [&](double value) {
            return m_thresholds.severityOf(value) == band.severity;
        });
        QColor tint = severityColor(*band.severity);
        tint.setAlphaF(isCrossed ? 0.2f : 0.07f);
        painter.fillRect(band.rect.adjusted(0, 0, 1, 0), tint);
    }
}

// Smooth strokes while there is little to stroke; back to them late, so that the look does not swing.
void ChartWidget::paintLines(QPainter& painter)
{
    m_lines.resize(m_series->size());
    double ink = 0;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i].take((*m_series)[i]->points, m_frame);
        ink += m_lines[i].ink();
    }
    m_isSmooth = ink < (m_isSmooth ? kSmoothInk : kSmoothInk / 2);
    double averaged = 0;
    for (const LinePainter& line : m_lines) averaged += line.isAveraged();
    m_isAveraged = averaged > 0;
    painter.save();
    painter.setClipRect(m_frame.plot);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        QColor shade = theme().series(static_cast<int>(i));
        shade.setAlphaF(static_cast<float>(kShade / std::max(averaged, 1.0)));
        m_lines[i].shade(painter, shade);
    }
    // A line past a threshold keeps its colour: it is stroked wider there, on a glow of the severity's.
    for (const ThresholdBand& band : m_thresholds.bands(m_frame)) {
        painter.setClipRect(band.rect.adjusted(0, 0, 1, 0));
        const double low = m_frame.valueAt(band.rect.bottom()), high = m_frame.valueAt(band.rect.top());
        for (std::size_t i = 0; i < m_lines.size(); ++i) {
            const Span& values = m_lines[i].values();
            if (!values.any || values.high < low || values.low > high) continue;
            if (band.severity && m_isSmooth) {
                QColor glow = severityColor(*band.severity);
                glow.setAlphaF(0.3f);
                m_lines[i].glow(painter, glow);
            }
            m_lines[i].stroke(painter, theme().series(static_cast<int>(i)), m_isSmooth,
                              band.severity.has_value());
        }
    }
    painter.restore();
}

}  // namespace ui
