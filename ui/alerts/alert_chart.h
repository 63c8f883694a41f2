#pragma once

#include "spec/messages.h"
#include "ui/theme.h"

#include <QWidget>

#include <vector>

namespace ui {

// The values round one alert, its threshold and when it fired and ended. Owned by the alert card, GUI thread.
class AlertChart : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void show(const engine::AlertEpisode& alert, const std::vector<engine::AlertPoint>& points);
    const std::vector<engine::AlertPoint>& points() const { return m_points; }
    QSize minimumSizeHint() const override { return {240, 168}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Range {
        double low = 0, high = 1;
        std::int64_t from = 0, until = 1;
    };
    Range range() const;
    void paintScale(QPainter& painter, const QRectF& plot, const Range& range) const;
    void paintMoments(QPainter& painter, const QRectF& plot, const Range& range) const;
    void paintLine(QPainter& painter, const QRectF& plot, const Range& range) const;

    engine::AlertEpisode m_alert;
    std::vector<engine::AlertPoint> m_points;
};

}  // namespace ui
