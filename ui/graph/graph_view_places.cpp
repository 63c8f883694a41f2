#include "ui/graph/canvas_editor.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/minimap.h"

#include <QScrollBar>

#include <algorithm>

// The part of the GraphView that decides what of the scene is seen.
namespace ui {

void GraphView::switchOverview(bool isOn)
{
    const bool wasHidden = m_minimap->isHidden();
    placeOverlays();
    if (m_isFitted && !m_scene.nodes().empty()) fit();
    if (!wasHidden || !m_minimap->isHidden()) return;
    if (!isOn) return Q_EMIT m_editor->said(tr("The overview stays away, also when there is room for it."));
    Q_EMIT m_editor->said(m_scene.nodes().empty()
                              ? tr("The overview comes with the first node.")
                              : tr("The overview comes when the canvas has room for it: hide the dock "
                                   "(Ctrl+J) or the inspector (Ctrl+I), or make the window larger."));
}

void GraphView::updateBounds()
{
    // Room round the items, so that any of them can be brought to the middle.
    const double width = viewport()->width() / zoom(), height = viewport()->height() / zoom();
    setSceneRect(m_scene.itemsBoundingRect().adjusted(-width, -height, width, height));
}

void GraphView::fit()
{
    m_isFitted = true;
    m_animation.stop();
    fitRect(m_scene.itemsBoundingRect());
}

void GraphView::fitSelected()
{
    QRectF rect;
    for (const QGraphicsItem* item : m_scene.selectedItems()) rect |= item->sceneBoundingRect();
    if (rect.isNull()) return fit();
    m_isFitted = false;
    m_animation.stop();
    fitRect(rect);
}

// Whether a node would lie under the overview, were the scene drawn at that zoom and place.
bool GraphView::isUnderMap(double zoom, const QPointF& offset) const
{
    if (m_minimap->isHidden()) return false;
    const QRectF map = QRectF(m_minimap->geometry()).adjusted(-8, -8, 8, 8);
    const auto at = [&](const QRectF& rect) {
        return QRectF(rect.topLeft() * zoom + offset, rect.size() * zoom);
    };
    const auto& nodes = m_scene.nodes();
    return std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) {
        return at(node.second->card().translated(node.second->pos())).intersects(map);
    });
}

// As large as it goes; what would lie under the overview makes the room beside or above it the whole.
void GraphView::fitRect(const QRectF& rect)
{
    const QRectF items = rect.adjusted(-24, -24, 24, 24);
    const QRectF whole(viewport()->rect());
    const auto zoomIn = [&](const QRectF& room) {
        // Also below what the wheel goes to: the whole of a large document is to be seen.
        return std::clamp(std::min(room.width() / items.width(), room.height() / items.height()), kFitLeast,
                          1.0);
    };
    QRectF room = whole;
    if (isUnderMap(zoomIn(room), room.center() - items.center() * zoomIn(room))) {
        const QRect map = m_minimap->geometry();
        const QRectF beside(0, 0, map.left() - 8, whole.height()), above(0, 0, whole.width(), map.top() - 8);
        room = zoomIn(beside) > zoomIn(above) ? beside : above;
    }
    const double chosen = zoomIn(room);
    setTransform(QTransform::fromScale(chosen, chosen));
    m_target = zoom();
    updateBounds();
    centerOn(items.center() + (whole.center() - room.center()) / chosen);
    Q_EMIT zoomChanged(zoom());
}

GraphView::Place GraphView::place() const
{
    return {zoom(), mapToScene(viewport()->rect().center()), m_isFitted};
}

void GraphView::setPlace(const Place& place)
{
    if (place.isFitted) return fit();
    m_isFitted = false;
    m_animation.stop();
    setTransform(QTransform::fromScale(place.zoom, place.zoom));
    m_target = zoom();
    updateBounds();
    centerOn(place.middle);
    Q_EMIT zoomChanged(zoom());
}

void GraphView::reveal(QGraphicsItem* item)
{
    updateBounds();
    const QRectF rect = item->sceneBoundingRect();
    const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
    if (!seen.contains(rect)) {
        m_isFitted = false;
        ensureVisible(rect, 48, 48);
    }
    clearOfMap(rect);
}

// The shorter way out from under the overview.
void GraphView::clearOfMap(const QRectF& rect)
{
    if (m_minimap->isHidden()) return;
    const QRect map = m_minimap->geometry().adjusted(-8, -8, 8, 8);
    const QRect covered = mapFromScene(rect).boundingRect();
    if (!covered.intersects(map)) return;
    const int across = covered.right() - map.left(), down = covered.bottom() - map.top();
    pan(across < down ? QPoint(-across, 0) : QPoint(0, -down));
}

void GraphView::revealSelected()
{
    QRectF rect;
    for (const QGraphicsItem* item : m_scene.selectedItems()) rect |= item->sceneBoundingRect();
    updateBounds();
    if (rect.isNull()) return;
    if (!mapToScene(viewport()->rect()).boundingRect().contains(rect)) {
        m_isFitted = false;
        ensureVisible(rect, 48, 48);
    }
    clearOfMap(rect);
}

}  // namespace ui
