#pragma once

#include "ui/charts/line_painter.h"
#include "ui/document/views.h"

#include <QString>

#include <optional>
#include <vector>

namespace ui {

// A threshold as a chart draws it.
struct ThresholdLine {
    std::size_t place = 0;  // in the list of its view
    double value = 0;
    Threshold::Direction direction = Threshold::Above;
    Threshold::Severity severity = Threshold::Warning;
    QString label{};
    bool isBound = false;    // it stands at a parameter, so it cannot be dragged
    bool isCrossed = false;  // by the newest value of some line
    bool isPast(double at) const { return direction == Threshold::Above ? at > value : at < value; }
    bool operator==(const ThresholdLine&) const = default;
};

// A strip of values that lie past the same thresholds, from one edge of the chart to the other.
struct ThresholdBand {
    QRectF rect{};
    std::optional<Threshold::Severity> severity{};  // the gravest; none: not past any
    bool operator==(const ThresholdBand&) const = default;
};

// The thresholds of a chart: which is selected or dragged, what is past them, and how they are drawn. Owned
// by the ChartWidget, GUI thread. Changes no document; what is dragged is told by its widget at the end.
class ThresholdLayer {
public:
    void set(std::vector<ThresholdLine> lines);
    const std::vector<ThresholdLine>& lines() const { return m_lines; }
    const ThresholdLine* selected() const;
    void select(std::optional<std::size_t> place);
    void selectNext(int step);

    // Which of them the newest values are past.
    void judge(const std::vector<double>& newest);
    std::optional<Threshold::Severity> severityOf(double value) const;
    const std::vector<ThresholdBand>& bands(const ChartFrame& frame);  // from the top down
    // Makes room for the lines that stand near the values.
    void widen(double& low, double& high) const;

    ThresholdLine* lineAt(double y, const ChartFrame& frame);  // within reach of the pointer
    bool isDragging() const { return m_isDragging; }
    bool beginDrag(ThresholdLine& line);
    void dragTo(double value);
    std::optional<ThresholdLine> endDrag(bool isKept);  // none: it is where it was

    void paint(QPainter& painter, const ChartFrame& frame, bool hasFocus) const;

private:
    ThresholdLine* find(std::optional<std::size_t> place);
    void paintLine(QPainter& painter, const ChartFrame& frame, const ThresholdLine& line,
                   bool isMarked) const;
    bool hasLineAbove(const ChartFrame& frame, double y) const;

    std::vector<ThresholdLine> m_lines;
    std::vector<ThresholdBand> m_bands;
    std::vector<double> m_edges;
    std::optional<std::size_t> m_selected;
    bool m_isDragging = false;
    double m_valueBefore = 0;
};

// As in the list of alerts, filled where a line is past it: severity is never told by colour alone.
void paintSeveritySign(QPainter& painter, const QPointF& middle, Threshold::Severity severity, bool isPast);
QColor severityColor(Threshold::Severity severity);

}  // namespace ui
