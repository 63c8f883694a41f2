#pragma once

#include "ui/charts/chart_buffer.h"

#include <QColor>
#include <QWidget>

#include <memory>
#include <vector>

namespace ui {

// A line of a chart.
struct ChartSeries {
    QString name{};
    ChartBuffer points{1};
};

// Paints lines over time, one low-to-high stroke for each pixel column, with axes and a legend. Owned by the
// ChartPanel, GUI thread; reads the series it was given and keeps no data. Its clock is the data: the newest
// point is at the right.
class ChartWidget : public QWidget {
    Q_OBJECT
public:
    explicit ChartWidget(QWidget* parent = nullptr);
    void show(const std::vector<std::unique_ptr<ChartSeries>>* series);
    void setEmptyText(const QString& text);
    void setNotice(const QString& text);  // in the upper right corner: what is not shown
    void refresh();                       // the data has changed
    QSize minimumSizeHint() const override { return {240, 120}; }
    int paints() const { return m_paints; }
    double paintMs() const { return m_paintMs; }  // of all paints so far

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Frame {
        std::int64_t fromUs = 0, toUs = 0;
        double low = 0, high = 1;
    };
    bool updateFrame();
    void updateRange();
    double xOf(std::int64_t timeUs) const;
    double yOf(double value) const;
    void paintAxes(QPainter& painter);
    void paintSeries(QPainter& painter, const ChartBuffer& points, const QColor& color);
    void paintLegend(QPainter& painter);
    void paintCrosshair(QPainter& painter);

    const std::vector<std::unique_ptr<ChartSeries>>* m_series = nullptr;
    QString m_empty, m_notice;
    Frame m_frame;
    std::int64_t m_rangeUs = 0;
    QRectF m_plot;
    double m_pointerX = -1;
    std::vector<Span> m_spans;
    int m_paints = 0;
    double m_paintMs = 0;
};

}  // namespace ui
