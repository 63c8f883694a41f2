#pragma once

#include "ui/charts/threshold_layer.h"
#include "ui/time_zone.h"

#include <QColor>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <vector>

namespace ui {

// A line of a chart.
struct ChartSeries {
    QString name{};
    ChartBuffer points{1};
};

// Paints lines over time with axes, a legend and thresholds, which can be dragged, or chosen with Left and
// Right and moved with Up and Down. Owned by the ChartPanel, GUI thread; reads the series it was given, keeps
// no data and changes no document. Its clock is the data: the newest point is at the right.
class ChartWidget : public QWidget {
    Q_OBJECT
public:
    explicit ChartWidget(QWidget* parent = nullptr);
    void show(const std::vector<std::unique_ptr<ChartSeries>>* series);
    void setZone(const TimeZone& zone);
    const TimeZone& zone() const { return m_zone; }
    void setEmptyText(const QString& text);
    void setTitle(const QString& text);   // what is drawn
    const QString& title() const { return m_title; }
    void setUnit(const QString& unit);    // of the values
    void setNotice(const QString& text);  // in the upper right corner: what is not shown
    void hint(const QString& text);       // in its place, for some seconds
    void setThresholds(std::vector<ThresholdLine> lines);
    const ThresholdLayer& thresholds() const { return m_thresholds; }
    void selectThreshold(std::optional<std::size_t> place);
    const ChartFrame& frame() const { return m_frame; }  // as painted last
    // What the legend says of a line: its newest value, or average where it is drawn as one, and whether that
    // is past a threshold.
    double newestOf(std::size_t line) const;
    std::optional<Threshold::Severity> severityOf(std::size_t line) const;
    // The data has changed: painted soon, but never so often that painting takes more than a small share of
    // the thread.
    void refresh();
    QSize minimumSizeHint() const override { return {240, 120}; }
    int paints() const { return m_paints; }
    double paintMs() const { return m_paintMs; }  // of all paints so far

Q_SIGNALS:
    void thresholdMoved(std::size_t place, double value, bool isByKey);
    void addWanted();
    void editWanted();  // of the selected threshold, if any
    void removeWanted();
    void menuWanted(const QPoint& at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    bool updateFrame();
    void updateRange();
    void updateValues();
    void endDrag(bool isKept);
    void moveSelected(int steps);
    double rounded(double value, double step) const;
    void paintAxes(QPainter& painter);
    void paintBands(QPainter& painter);
    void paintLines(QPainter& painter);
    void paintHead(QPainter& painter);
    double paintNotice(QPainter& painter);
    void paintLegend(QPainter& painter);
    void paintCrosshair(QPainter& painter);

    const std::vector<std::unique_ptr<ChartSeries>>* m_series = nullptr;
    ThresholdLayer m_thresholds;
    QString m_empty, m_title, m_unit, m_notice, m_hint;
    TimeZone m_zone;
    QTimer m_hintEnd;
    ChartFrame m_frame;
    std::int64_t m_rangeUs = 0;
    double m_pointerX = -1;
    std::vector<LinePainter> m_lines;
    std::vector<double> m_newest;
    bool m_isSmooth = true, m_isAveraged = false;
    QTimer m_pace;
    int m_paints = 0;
    double m_paintMs = 0;
};

}  // namespace ui
