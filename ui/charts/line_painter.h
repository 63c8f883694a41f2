#pragma once

#include "ui/charts/chart_buffer.h"

#include <QColor>
#include <QPainter>
#include <QRectF>

#include <vector>

namespace ui {

// The part of time and of values that a chart shows, and where on the widget.
struct ChartFrame {
    std::int64_t fromUs = 0, toUs = 0;
    double low = 0, high = 1;
    QRectF plot{};
    QString unit{};  // of the values, with the space before it
    double xOf(std::int64_t timeUs) const
    {
        return plot.left() +
            static_cast<double>(timeUs - fromUs) / static_cast<double>(toUs - fromUs) * plot.width();
    }
    double yOf(double value) const { return plot.bottom() - (value - low) / (high - low) * plot.height(); }
    double valueAt(double y) const { return low + (plot.bottom() - y) / plot.height() * (high - low); }
};

// Strokes one line of a chart: point by point while they are few, else one low-to-high stroke for each pixel
// column; where each column has many points, their averages, with those strokes as a shade behind. Owned by
// the ChartWidget, GUI thread. Keeps its lists from paint to paint, so that a paint
// allocates nothing for its points.
class LinePainter {
public:
    void take(const ChartBuffer& points, const ChartFrame& frame);
    // How many pixels high the line goes up and down: what smooth strokes cost.
    double ink() const { return m_ink; }
    const Span& values() const { return m_values; }  // of what is in view
    bool isAveraged() const { return m_isAveraged; }
    static bool isAveragedIn(const ChartBuffer& points, const ChartFrame& frame);
    // Where there are points.
    static double newestAverage(const ChartBuffer& points, const ChartFrame& frame);
    void shade(QPainter& painter, const QColor& color) const;  // from least to greatest, behind averages
    // `isSmooth`: antialiased and wider, dear for a line with much ink.
    void stroke(QPainter& painter, const QColor& color, bool isSmooth, bool isBold);
    // Wide and soft under the stroke; nothing where that is not smooth.
    void glow(QPainter& painter, const QColor& color) const;

private:
    void takePoints(const ChartBuffer& points, const ChartFrame& frame, std::size_t begin);
    void takeColumns(const ChartBuffer& points, const ChartFrame& frame, std::size_t columns);
    void takeAverages(const ChartBuffer& points, const ChartFrame& frame);
    template<class Draw> void forEachRun(Draw draw) const;

    std::vector<Span> m_spans;
    std::vector<QPointF> m_points;
    std::vector<std::size_t> m_ends;  // of the unbroken runs of points
    std::vector<QLineF> m_strokes;
    Span m_values;
    double m_ink = 0;
    bool m_isAveraged = false;
};

}  // namespace ui
