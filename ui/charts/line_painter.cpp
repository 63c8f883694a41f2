#include "ui/charts/line_painter.h"

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kColumnsForAPoint = 2;  // fewer points than this share of the columns stand alone

// The rasteriser sorts the edges of a shape for each row of pixels; in pieces it never has many of them.
constexpr std::size_t kPiece = 24;  // points
constexpr double kGlowWidth = 6;
constexpr int kPointsAveraged = 4;  // in a column, from which on single ones are noise
constexpr double kAverageWidth = 4;  // pixels
constexpr std::int64_t kNewestPart = 50;  // of the time in view

}  // namespace

void LinePainter::take(const ChartBuffer& points, const ChartFrame& frame)
{
    m_points.clear();
    m_ends.clear();
    m_strokes.clear();
    m_ink = 0;
    m_isAveraged = false;
    m_values = points.range(points.firstAtOrAfter(frame.fromUs), points.size());
    if (!m_values.any) return;
    const std::size_t first = points.firstAtOrAfter(frame.fromUs);
    const std::size_t begin = first > 0 ? first - 1 : 0;
    const auto columns = static_cast<std::size_t>(std::max(frame.plot.width(), 1.0));
    if ((points.size() - begin) * kColumnsForAPoint <= columns)
        takePoints(points, frame, begin);
    else
        takeColumns(points, frame, columns);
    if (isAveragedIn(points, frame)) takeAverages(points, frame);
}

bool LinePainter::isAveragedIn(const ChartBuffer& points, const ChartFrame& frame)
{
    const std::size_t count = points.size() - points.firstAtOrAfter(frame.fromUs);
    return frame.plot.width() > 1 && static_cast<double>(count) >= kPointsAveraged * frame.plot.width();
}

double LinePainter::newestAverage(const ChartBuffer& points, const ChartFrame& frame)
{
    const std::int64_t partUs = (frame.toUs - frame.fromUs) / kNewestPart;
    const std::size_t first = points.firstAtOrAfter(points.timeAt(points.size() - 1) - partUs);
    return points.range(first, points.size()).mean();
}

// Over times that do not move with the frame, so that a line that runs on keeps its shape.
void LinePainter::takeAverages(const ChartBuffer& points, const ChartFrame& frame)
{
    m_isAveraged = true;
    m_ink = 0;
    const auto wide = static_cast<std::int64_t>(static_cast<double>(frame.toUs - frame.fromUs) *
                                                kAverageWidth / std::max(frame.plot.width(), 1.0));
    const std::int64_t stepUs = std::max<std::int64_t>(wide, 1);
    const std::int64_t fromUs = frame.fromUs / stepUs * stepUs;
    auto count = static_cast<std::size_t>((frame.toUs - fromUs) / stepUs + 1);
    m_spans.assign(count, {});
    points.spans(fromUs, fromUs + stepUs * static_cast<std::int64_t>(count), m_spans);
    // A part with few points says nothing: they would swing at both ends of the line.
    const std::size_t usual = (points.size() - points.firstAtOrAfter(fromUs)) / count;
    while (count > 1 && m_spans[count - 1].count < usual / 2) --count;
    std::size_t begin = 0;
    while (begin < count && !m_spans[begin].any) ++begin;
    if (begin + 1 < count && m_spans[begin].count < m_spans[begin + 1].count / 2) ++begin;
    auto gap = std::lower_bound(points.breaks().begin(), points.breaks().end(), fromUs);
    std::size_t last = 0;
    for (std::size_t i = begin; i < count; ++i) {
        if (!m_spans[i].any) continue;
        const std::int64_t atUs = fromUs + stepUs * static_cast<std::int64_t>(i);
        bool isBroken = m_points.empty();
        for (; gap != points.breaks().end() && *gap < atUs + stepUs; ++gap) isBroken |= i > last + 1;
        if (isBroken && !m_points.empty()) m_ends.push_back(m_points.size());
        m_points.emplace_back(frame.xOf(atUs + stepUs / 2), frame.yOf(m_spans[i].mean()));
        if (!isBroken) m_ink += std::abs(m_points.back().y() - m_points[m_points.size() - 2].y());
        last = i;
    }
    m_ends.push_back(m_points.size());
}

void LinePainter::takePoints(const ChartBuffer& points, const ChartFrame& frame, std::size_t begin)
{
    const auto endRun = [this] {
        const std::size_t from = m_ends.empty() ? 0 : m_ends.back();
        if (m_points.size() == from + 1) m_points.push_back(m_points.back() + QPointF(1, 0));
        m_ends.push_back(m_points.size());
    };
    auto gap = std::upper_bound(points.breaks().begin(), points.breaks().end(), points.timeAt(begin));
    for (std::size_t i = begin; i < points.size(); ++i) {
        const std::int64_t timeUs = points.timeAt(i);
        bool isBroken = i == begin;
        for (; gap != points.breaks().end() && *gap <= timeUs; ++gap) isBroken = true;
        if (isBroken && i > begin) endRun();
        m_points.emplace_back(frame.xOf(timeUs), frame.yOf(points.valueAt(i)));
        if (!isBroken) m_ink += std::abs(m_points.back().y() - m_points[m_points.size() - 2].y());
    }
    endRun();
}

void LinePainter::takeColumns(const ChartBuffer& points, const ChartFrame& frame, std::size_t columns)
{
    m_spans.assign(columns, {});
    points.spans(frame.fromUs, frame.toUs + 1, m_spans);
    const Span* last = nullptr;
    double lastX = 0;
    auto gap = std::lower_bound(points.breaks().begin(), points.breaks().end(), frame.fromUs);
    for (std::size_t i = 0; i < columns; ++i) {
        const Span& span = m_spans[i];
        if (!span.any) continue;
        const double x = frame.plot.left() + static_cast<double>(i) + 0.5;
        bool isBroken = false;
        for (; gap != points.breaks().end() && frame.xOf(*gap) <= x + 0.5; ++gap) isBroken = x - lastX > 1;
        // Strokes that stand side by side need nothing between them.
        const bool isApart =
            last && !isBroken && (x - lastX > 1 || last->low > span.high || last->high < span.low);
        if (isApart) m_strokes.emplace_back(lastX, frame.yOf(last->last), x, frame.yOf(span.first));
        m_strokes.emplace_back(x, frame.yOf(span.high), x, frame.yOf(span.low) + 1);
        m_ink += m_strokes.back().dy();
        last = &span;
        lastX = x;
    }
}

template<class Draw> void LinePainter::forEachRun(Draw draw) const
{
    std::size_t from = 0;
    for (const std::size_t end : m_ends) {
        draw(from, end);
        from = end;
    }
}

void LinePainter::shade(QPainter& painter, const QColor& color) const
{
    if (!m_isAveraged) return;
    painter.setPen(QPen(color, 0));
    painter.drawLines(m_strokes.data(), static_cast<int>(m_strokes.size()));
}

void LinePainter::glow(QPainter& painter, const QColor& color) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(color, kGlowWidth, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    forEachRun([&](std::size_t from, std::size_t end) {
        for (std::size_t i = from; i + 1 < end; i += kPiece)
            painter.drawPolyline(&m_points[i], static_cast<int>(std::min(kPiece + 1, end - i)));
    });
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void LinePainter::stroke(QPainter& painter, const QColor& color, bool isSmooth, bool isBold)
{
    if (!m_isAveraged && !m_strokes.empty()) {
        painter.setPen(QPen(color, 0));
        painter.drawLines(m_strokes.data(), static_cast<int>(m_strokes.size()));
        if (!isBold) return;
        painter.translate(1, 0);
        painter.drawLines(m_strokes.data(), static_cast<int>(m_strokes.size()));
        painter.translate(-1, 0);
        return;
    }
    if (isSmooth) {
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(QPen(color, isBold ? 2.5 : 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    } else {
        painter.setPen(QPen(color, 0));
    }
    forEachRun([&](std::size_t from, std::size_t end) {
        if (isSmooth) {
            for (std::size_t i = from; i + 1 < end; i += kPiece)
                painter.drawPolyline(&m_points[i], static_cast<int>(std::min(kPiece + 1, end - i)));
            return;
        }
        painter.drawPolyline(&m_points[from], static_cast<int>(end - from));
        if (!isBold) return;
        painter.translate(0, 1);
        painter.drawPolyline(&m_points[from], static_cast<int>(end - from));
        painter.translate(0, -1);
    });
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace ui
