#include "ui/charts/chart_widget.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

// What the chart does with the mouse and the keys.
namespace ui {

namespace {

constexpr double kStepsInView = 50;  // of an arrow key, at least
constexpr int kLargeStep = 10;

double powerOfTen(double below) { return std::pow(10.0, std::floor(std::log10(below))); }

}  // namespace

// To a multiple of a power of ten, and to the number that is written so.
double ChartWidget::rounded(double value, double step) const
{
    const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
    const double kept = QString::number(std::round(value / step) * step, 'f', decimals).toDouble();
    return kept == 0 ? 0 : kept;
}

void ChartWidget::endDrag(bool isKept)
{
    if (const auto moved = m_thresholds.endDrag(isKept))
        Q_EMIT thresholdMoved(moved->place, moved->value, false);
    unsetCursor();
    update();
}

void ChartWidget::moveSelected(int steps)
{
    const ThresholdLine* line = m_thresholds.selected();
    if (!line) return m_thresholds.selectNext(1);
    if (line->isBound)
        return hint(tr("This threshold stands at a parameter: change it there, or edit the threshold."));
    const double step = powerOfTen((m_frame.high - m_frame.low) / kStepsInView * 10) / 10;
    Q_EMIT thresholdMoved(line->place, rounded(line->value + steps * step, step), true);
}

void ChartWidget::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::RightButton && m_thresholds.isDragging()) return endDrag(false);
    ThresholdLine* line = m_frame.plot.contains(event->position())
        ? m_thresholds.lineAt(event->position().y(), m_frame)
        : nullptr;
    m_thresholds.select(line ? std::optional(line->place) : std::nullopt);
    if (line && event->button() == Qt::LeftButton && !m_thresholds.beginDrag(*line))
        hint(tr("This threshold stands at a parameter: change it there, or edit the threshold."));
    update();
}

void ChartWidget::mouseMoveEvent(QMouseEvent* event)
{
    m_pointerX = event->position().x();
    if (m_thresholds.isDragging()) {
        const double y = std::clamp(event->position().y(), m_frame.plot.top(), m_frame.plot.bottom());
        const double pixel = (m_frame.high - m_frame.low) / std::max(m_frame.plot.height(), 1.0);
        m_thresholds.dragTo(rounded(m_frame.valueAt(y), powerOfTen(pixel * 5)));
    } else if (m_frame.plot.contains(event->position()) &&
               m_thresholds.lineAt(event->position().y(), m_frame)) {
        setCursor(Qt::SizeVerCursor);
    } else {
        unsetCursor();
    }
    update();
}

void ChartWidget::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_thresholds.isDragging()) endDrag(true);
}

void ChartWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    ThresholdLine* line = m_thresholds.lineAt(event->position().y(), m_frame);
    if (!line || event->button() != Qt::LeftButton) return;
    m_thresholds.select(line->place);
    Q_EMIT editWanted();
}

void ChartWidget::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_thresholds.isDragging()) Q_EMIT menuWanted(event->pos());
}

void ChartWidget::keyPressEvent(QKeyEvent* event)
{
    const int count = event->modifiers() & Qt::ShiftModifier ? kLargeStep : 1;
    switch (event->key()) {
    case Qt::Key_Escape:
        if (m_thresholds.isDragging())
            endDrag(false);
        else if (m_thresholds.selected())
            m_thresholds.select({});
        else
            return QWidget::keyPressEvent(event);
        break;
    case Qt::Key_Up: moveSelected(count); break;
    case Qt::Key_Down: moveSelected(-count); break;
    case Qt::Key_Right: m_thresholds.selectNext(1); break;
    case Qt::Key_Left: m_thresholds.selectNext(-1); break;
    case Qt::Key_Insert:
    case Qt::Key_T: Q_EMIT addWanted(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT editWanted(); break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace: Q_EMIT removeWanted(); break;
    default: return QWidget::keyPressEvent(event);
    }
    update();
}

void ChartWidget::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void ChartWidget::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    if (m_thresholds.isDragging() && event->reason() != Qt::PopupFocusReason) endDrag(false);
    update();
}

void ChartWidget::leaveEvent(QEvent*)
{
    m_pointerX = -1;
    update();
}

}  // namespace ui
