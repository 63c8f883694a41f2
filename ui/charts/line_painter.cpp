#include "ui/charts/line_painter.h"

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kColumnsForAPoint = 2;  // fewer points than this share of the columns stand alone

// The rasteriser sorts the edges of a shape for each row of pixels; in pieces it never has many of them.
constexpr std::size_t kPiece = 24;  // points

}  // namespace

void LinePainter::take(const ChartBuffer& points, const ChartFrame& frame)
{
    m_points.clear();
    m_strokes.clear();
    m_ink = 0;
    m_values = points.range(points.firstAtOrAfter(frame.fromUs), points.size());
    if (!m_values.any) return;
    const std::size_t first = points.firstAtOrAfter(frame.fromUs);
    const std::size_t begin = first > 0 ? first - 1 : 0;
    const auto columns = static_cast<std::size_t>(std::max(frame.plot.width(), 1.0));
    if ((points.size() - begin) * kColumnsForAPoint <= columns)
        takePoints(points, frame, begin);
    else
        takeColumns(points, frame, columns);
}

void LinePainter::takePoints(const ChartBuffer& points, const ChartFrame& frame, std::size_t begin)
{
    for (std::size_t i = begin; i < points.size(); ++i) {
        m_points.emplace_back(frame.xOf(points.timeAt(i)), frame.yOf(points.valueAt(i)));
        if (i > begin) m_ink += std::abs(m_points.back().y() - m_points[m_points.size() - 2].y());
    }
    if (m_points.size() == 1) m_points.push_back(m_points.front() + QPointF(1, 0));
}

void LinePainter::takeColumns(const ChartBuffer& points, const ChartFrame& frame, std::size_t columns)
{
    m_spans.assign(columns, {});
    points.spans(frame.fromUs, frame.toUs + 1, m_spans);
    const Span* last = nullptr;
    double lastX = 0;
    for (std::size_t i = 0; i < columns; ++i) {
        const Span& span = m_spans[i];
        if (!span.any) continue;
        const double x = frame.plot.left() + static_cast<double>(i) + 0.5;
        // Strokes that stand side by side need nothing between them.
        const bool isApart = last && (x - lastX > 1 || last->low > span.high || last->high < span.low);
        if (isApart) m_strokes.emplace_back(lastX, frame.yOf(last->last), x, frame.yOf(span.first));
        m_strokes.emplace_back(x, frame.yOf(span.high), x, frame.yOf(span.low) + 1);
        m_ink += m_strokes.back().dy();
        last = &span;
        lastX = x;
    }
}

void LinePainter::stroke(QPainter& painter, const QColor& color, bool isSmooth, bool isBold)
{
    if (!m_strokes.empty()) {
        painter.setPen(QPen(color, 0));
        painter.drawLines(m_strokes.data(), static_cast<int>(m_strokes.size()));
        if (!isBold) return;
        painter.translate(1, 0);
        painter.drawLines(m_strokes.data(), static_cast<int>(m_strokes.size()));
        painter.translate(-1, 0);
        return;
    }
    const auto count = m_points.size();
    if (!isSmooth) {
        painter.setPen(QPen(color, 0));
        painter.drawPolyline(m_points.data(), static_cast<int>(count));
        if (!isBold) return;
        painter.translate(0, 1);
        painter.drawPolyline(m_points.data(), static_cast<int>(count));
        painter.translate(0, -1);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(color, isBold ? 2.5 : 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (std::size_t i = 0; i + 1 < count; i += kPiece)
        painter.drawPolyline(&m_points[i], static_cast<int>(std::min(kPiece + 1, count - i)));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace ui
