#pragma once

#include "ui/charts/line_painter.h"

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

// Paints lines over time with axes and a legend. Owned by the
// ChartPanel, GUI thread; reads the series it was given and keeps no data. Its clock is the data: the newest
// point is at the right.
class ChartWidget : public QWidget {
    Q_OBJECT
public:
    explicit ChartWidget(QWidget* parent = nullptr);
    void show(const std::vector<std::unique_ptr<ChartSeries>>* series);
    void setEmptyText(const QString& text);
    void setNotice(const QString& text);  // in the upper right corner: what is not shown
    // The data has changed: painted soon, but never so often that painting takes more than a small share of
    // the thread.
    void refresh();
    QSize minimumSizeHint() const override { return {240, 120}; }
    int paints() const { return m_paints; }
    double paintMs() const { return m_paintMs; }  // of all paints so far

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    bool updateFrame();
    void updateRange();
    void paintAxes(QPainter& painter);
    void paintLines(QPainter& painter);
    void paintLegend(QPainter& painter);
    void paintCrosshair(QPainter& painter);

    const std::vector<std::unique_ptr<ChartSeries>>* m_series = nullptr;
    QString m_empty, m_notice;
    ChartFrame m_frame;
    std::int64_t m_rangeUs = 0;
    double m_pointerX = -1;
    std::vector<LinePainter> m_lines;
    bool m_isSmooth = true;
    QTimer m_pace;
    int m_paints = 0;
    double m_paintMs = 0;
};

}  // namespace ui
