#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_gestures.h"
#include "ui/graph/graph_view.h"

#include <QPainterPath>

#include <cmath>

// The part of the CanvasGestures that deals with what is moved or dropped, and where that may go.

namespace ui {

namespace {

constexpr double kGuidePixels = 6;  // nearer than that a node takes the line of another

}  // namespace

void CanvasGestures::beginMove()
{
    if (!m_editor.canEdit()) {
        clear();
        return;
    }
    std::set<RemarkRef> remarks;
    m_editor.grasp(m_moving, remarks);
    for (const engine::NodeId& id : m_moving) m_nodesFrom[id] = m_scene.node(id)->pos();
    for (const RemarkRef& ref : remarks) m_remarksFrom[ref] = m_scene.remarks().at(ref)->sceneRect();
    m_grabbedFrom = m_grabbed->pos();
}

// Onto the line of another node's left or upper side where one is near, else onto the grid.
QPointF CanvasGestures::snapped(const QPointF& by, QPainterPath& guides) const
{
    const QPointF wanted = m_grabbedFrom + by;
    const double near = kGuidePixels / m_view.zoom();
    const NodeItem *left = nullptr, *top = nullptr;
    double leftBy = near, topBy = near;
    const QRectF around = seen();
    for (const auto& [id, node] : m_scene.nodes()) {
        if (m_moving.contains(id) || !around.intersects(node->sceneBoundingRect())) continue;
        const QPointF way = node->pos() - wanted;
        if (std::abs(way.x()) < std::abs(leftBy)) {
            left = node;
            leftBy = way.x();
        }
        if (std::abs(way.y()) < std::abs(topBy)) {
            top = node;
            topBy = way.y();
        }
    }
    const QPointF grid = onGrid(wanted);
    const QPointF at(left ? wanted.x() + leftBy : grid.x(), top ? wanted.y() + topBy : grid.y());
    if (left) {
        guides.moveTo(at.x(), std::min(at.y(), left->pos().y()) - 16);
        guides.lineTo(at.x(), std::max(at.y(), left->pos().y()) + kNodeHeight + 16);
    }
    if (top) {
        guides.moveTo(std::min(at.x(), top->pos().x()) - 16, at.y());
        guides.lineTo(std::max(at.x(), top->pos().x()) + kNodeWidth + 16, at.y());
    }
    return at - m_grabbedFrom;
}

void CanvasGestures::moveItems(const QPointF& by, Qt::KeyboardModifiers modifiers)
{
    const bool isHelped = !(modifiers & (Qt::AltModifier | Qt::ShiftModifier));
    const auto* node = qgraphicsitem_cast<NodeItem*>(m_grabbed);
    QPainterPath guides;
    const QPointF way = isHelped && isSnapping ? snapped(by, guides) : by;
    for (const auto& [id, at] : m_nodesFrom) m_scene.node(id)->setPos(at + way);
    for (const auto& [ref, rect] : m_remarksFrom) m_scene.remarks().at(ref)->setPos(rect.topLeft() + way);
    m_scene.moveEdgesOf(m_moving);
    draw(guides, false);
    std::optional<Splice> splice;
    if (node && isHelped && m_remarksFrom.empty())
        if (const EdgeItem* edge = edgeUnder(node->pos() + node->card().center()))
            splice = m_editor.spliceOf(m_moving, edge->edge());
    offer(splice);
}

EdgeItem* CanvasGestures::edgeUnder(const QPointF& point) const
{
    const QRectF around(point - QPointF(12, 12), QSizeF(24, 24));
    for (QGraphicsItem* item : m_scene.items(around))
        if (auto* edge = qgraphicsitem_cast<EdgeItem*>(item);
            edge && !m_moving.contains(edge->edge().from.node) && !m_moving.contains(edge->edge().to.node))
            return edge;
    return nullptr;
}

void CanvasGestures::offer(const std::optional<Splice>& splice)
{
    EdgeItem* edge = splice ? m_scene.edge(splice->edge) : nullptr;
    if (m_offered && m_offered != edge) m_offered->setOffered(false);
    if (edge) edge->setOffered(true);
    m_offered = edge;
    m_splice = splice;
}

void CanvasGestures::hoverComponent(const std::string& component, const QPoint& at)
{
    const QPointF point = m_view.mapToScene(at);
    const engine::ComponentInfo* info = m_scene.session().client().component(component);
    EdgeItem* edge = info && m_editor.canSplice(*info) ? edgeUnder(point) : nullptr;
    offer(edge ? std::optional<Splice>({edge->edge(), {}, {}}) : std::nullopt);
    const QPointF corner = onGrid(point - QPointF(kNodeWidth, kNodeHeight) / 2);
    QPainterPath path;
    path.addRoundedRect(QRectF(corner, QSizeF(kNodeWidth, kNodeHeight)), 8, 8);
    draw(path, true);
}

void CanvasGestures::leaveComponent()
{
    offer({});
    draw({}, false);
}

void CanvasGestures::dropComponent(const std::string& component, const QPoint& at)
{
    hoverComponent(component, at);
    Wiring wiring;
    if (m_splice) wiring.on = m_splice->edge;
    leaveComponent();
    m_editor.add(component, m_view.mapToScene(at) - QPointF(kNodeWidth / 2, kNodeHeight / 2), wiring);
    m_view.setFocus();
}

}  // namespace ui
