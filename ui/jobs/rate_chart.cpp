#include "ui/jobs/rate_chart.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kLeft = 64, kTop = 28, kBottom = 24;

// The next round number that is not less, half of which is one too.
double roundUp(double value)
{
    if (value <= 0) return 1;
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0})
        if (step * power >= value) return step * power;
    return 10 * power;
}

}  // namespace

void RateChart::show(const JobRecord* record)
{
    m_rates = record ? record->rates : std::deque<JobRecord::Rate>();
    m_isOver = record && engine::isOver(record->latest.status.state);
    if (record) {
        const JobRecord::Rate& last = record->rates.back();
        setAccessibleDescription(
            tr("%1 rows in, %2 rows out").arg(formatRate(last.in), formatRate(last.out)));
    }
    update();
}

void RateChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QFont font = theme().font(TypeSize::Small);
    const QColor soft = theme().readable(Tone::TextSoft, Tone::Panel);
    painter.setFont(font);
    if (m_rates.size() < 2) {
        painter.setPen(soft);
        painter.drawText(rect(), Qt::AlignCenter,
                         m_isOver ? tr("It was over before there were rates to draw.")
                                  : tr("Rates are drawn here after two seconds."));
        return;
    }
    constexpr double kLeastHeight = 24;
    const QRectF plot(kLeft, kTop, width() - kLeft - 16, height() - kTop - kBottom);
    if (plot.height() < kLeastHeight || plot.width() < kLeastHeight) return;
    double most = 0;
    for (const JobRecord::Rate& rate : m_rates) most = std::max({most, rate.in, rate.out});
    most = roundUp(most);
    for (int line = 0; line <= 2; ++line) {
        const double y = plot.bottom() - plot.height() * line / 2;
        painter.fillRect(QRectF(plot.left(), std::round(y), plot.width(), 1), theme().color(Tone::Line));
        painter.setPen(soft);
        drawFigures(painter, {0, y - 8, kLeft - 8, 16}, Qt::AlignRight, font, formatShort(most * line / 2));
    }
    const double begin = static_cast<double>(m_rates.front().at.time_since_epoch().count());
    const double span = static_cast<double>((m_rates.back().at - m_rates.front().at).count());
    painter.setPen(soft);
    const QRectF below(plot.left(), plot.bottom() + 4, plot.width(), 16);
    drawFigures(painter, below, Qt::AlignLeft, font,
                formatTimeOfDay(m_rates.front().at.time_since_epoch().count()).left(8));
    drawFigures(painter, below, Qt::AlignRight, font,
                formatTimeOfDay(m_rates.back().at.time_since_epoch().count()).left(8));

    painter.setRenderHint(QPainter::Antialiasing);
    const std::pair<double JobRecord::Rate::*, QString> lines[]{{&JobRecord::Rate::in, tr("rows/s in")},
                                                                {&JobRecord::Rate::out, tr("rows/s out")}};
    double x = plot.left();
    for (int i = 0; i < 2; ++i) {
        QPolygonF points;
        for (const JobRecord::Rate& rate : m_rates)
            points << QPointF(
                plot.left() +
                    plot.width() * (static_cast<double>(rate.at.time_since_epoch().count()) - begin) / span,
                plot.bottom() - plot.height() * rate.*lines[i].first / most);
        const QColor color = theme().series(i);
        painter.setPen(QPen(color, 1.5));
        painter.drawPolyline(points);
        painter.fillRect(QRectF(x, 11, 12, 2), color);
        painter.setPen(soft);
        painter.drawText(QRectF(x + 18, 4, 80, 16), Qt::AlignVCenter, lines[i].second);
        x += 96;
    }
}

}  // namespace ui
