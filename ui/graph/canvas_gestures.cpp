#include "ui/graph/canvas_gestures.h"

#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/graph_view.h"

#include <QApplication>
#include <QGraphicsPathItem>
#include <QMouseEvent>
#include <QPainterPath>
#include <QPen>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kReachPixels = 28;   // round a port, for the end of a wire
constexpr double kPortsAbove = 0.35;  // scale under which ports are too small to be taken

}  // namespace

CanvasGestures::CanvasGestures(GraphView& view, GraphScene& scene, CanvasEditor& editor, WireDrag& wire,
                               CanvasPrompts& prompts)
    : QObject(&view),
      m_view(view),
      m_scene(scene),
      m_editor(editor),
      m_wire(wire),
      m_prompts(prompts)
{
    connect(&scene, &GraphScene::aboutToChange, this, [this] {
        cancel();
        leaveComponent();
    });
    connect(&wire, &WireDrag::checked, this, [this] {
        if (m_kind == Kind::Wire) m_view.signs().showTip(m_wire.remark(), m_lastAt);
    });
}

QRectF CanvasGestures::seen() const { return m_view.mapToScene(m_view.viewport()->rect()).boundingRect(); }

// Nodes first, then notes and edges, frames last.
QGraphicsItem* CanvasGestures::itemAt(const QPoint& at) const
{
    QGraphicsItem* best = nullptr;
    // An edge that is looked at stands above the nodes, and is still behind them here.
    const auto heightOf = [](const QGraphicsItem* item) {
        return item->type() == EdgeItem::Type ? 0 : item->zValue();
    };
    for (QGraphicsItem* item : m_view.items(at)) {
        const bool isOurs = item->type() == NodeItem::Type || item->type() == EdgeItem::Type ||
            item->type() == RemarkItem::Type;
        if (isOurs && (!best || heightOf(item) > heightOf(best))) best = item;
    }
    return best;
}

void CanvasGestures::press(QMouseEvent* event)
{
    cancel();
    m_grabbed = m_toSelect = nullptr;
    m_view.setFocus(Qt::MouseFocusReason);  // whoever is typing on the canvas is done
    m_pressedAt = m_lastAt = event->pos();
    m_from = m_view.mapToScene(event->pos());
    m_hasMoved = false;
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_isSpaceHeld)) {
        m_kind = Kind::Pan;
        m_view.viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    QGraphicsItem* item = itemAt(event->pos());
    if (event->button() == Qt::RightButton) {
        if (item && !item->isSelected()) m_scene.select(item);
        if (!item) m_scene.select(nullptr);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    if (m_view.zoom() >= kPortsAbove && pressPort(m_from)) return;
    // The corner of what is selected may lie under an edge.
    for (QGraphicsItem* selected : m_scene.selectedItems())
        if (const auto* remark = qgraphicsitem_cast<RemarkItem*>(selected);
            remark && remark->isAtHandle(m_from))
            item = selected;
    if (item) return pressItem(item, event);
    const bool isMore = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    m_selectedBefore = isMore ? m_scene.selectedItems() : QList<QGraphicsItem*>{};
    if (!isMore) m_scene.select(nullptr);
    m_kind = Kind::Band;
}

bool CanvasGestures::pressPort(const QPointF& point)
{
    for (const bool isInput : {false, true}) {
        for (const auto& [id, node] : m_scene.nodes()) {
            if (!node->sceneBoundingRect().contains(point)) continue;
            const auto port = node->portNear(point, isInput, NodeItem::kPortReach);
            if (!port) continue;
            m_grabbed = node;
            if (!m_editor.canEdit()) return true;
            m_kind = Kind::Wire;
            const engine::PortRef pressed{id, *port};
            const auto& edges = m_scene.document()->spec().edges;
            const auto wired = std::find_if(edges.rbegin(), edges.rend(),
                                            [&](const engine::EdgeSpec& edge) { return edge.to == pressed; });
            if (isInput && wired != edges.rend()) {
                // A wire is taken by its end, and goes on from where it began.
                const engine::EdgeSpec lifted = *wired;
                m_wire.begin(lifted.from, false, lifted, seen());
            } else {
                m_wire.begin(pressed, isInput, {}, seen());
            }
            return true;
        }
    }
    return false;
}

void CanvasGestures::pressItem(QGraphicsItem* item, QMouseEvent* event)
{
    if (event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier))
        m_scene.toggle(item);
    else if (!item->isSelected())
        m_scene.select(item);
    else
        m_toSelect = item;
    if (!item->isSelected() || item->type() == EdgeItem::Type) return;
    m_grabbed = item;
    const auto* remark = qgraphicsitem_cast<RemarkItem*>(item);
    m_kind = remark && remark->isAtHandle(m_from) ? Kind::Resize : Kind::Move;
}

void CanvasGestures::doublePress(QMouseEvent* event)
{
    cancel();
    if (event->button() != Qt::LeftButton) return;
    QGraphicsItem* item = itemAt(event->pos());
    if (!item) return m_prompts.addAt(m_view.mapToScene(event->pos()));
    m_scene.select(item);
    if (item->type() == RemarkItem::Type)
        m_prompts.rename();
    else
        Q_EMIT m_view.activated();
}

bool CanvasGestures::move(QMouseEvent* event)
{
    if (m_kind == Kind::None) return false;
    const QPoint way = event->pos() - m_pressedAt;
    const bool isFirst = !m_hasMoved && way.manhattanLength() >= QApplication::startDragDistance();
    if (isFirst) m_hasMoved = true;
    const QPointF point = m_view.mapToScene(event->pos());
    if (m_kind == Kind::Pan) {
        m_view.pan(event->pos() - m_lastAt);
        m_lastAt = event->pos();
        return true;
    }
    m_lastAt = event->pos();
    if (!m_hasMoved) return true;
    switch (m_kind) {
    case Kind::Band: moveBand(point); break;
    case Kind::Wire: moveWire(event->pos()); break;
    case Kind::Resize:
        if (m_editor.canEdit()) resizeTo(point);
        break;
    case Kind::Move:
        if (isFirst) beginMove();
        if (m_kind == Kind::Move) moveItems(point - m_from, event->modifiers());
        break;
    default: break;
    }
    return true;
}

void CanvasGestures::moveBand(const QPointF& point)
{
    const QRectF band = QRectF(m_from, point).normalized();
    QPainterPath path;
    path.addRect(band);
    draw(path, true);
    QList<QGraphicsItem*> items = m_selectedBefore;
    const auto add = [&](QGraphicsItem* item) {
        if (!items.contains(item)) items += item;
    };
    for (const auto& [id, node] : m_scene.nodes())
        if (band.intersects(node->card().translated(node->pos()))) add(node);
    for (const auto& [ref, remark] : m_scene.remarks())
        if (band.contains(remark->sceneRect())) add(remark);
    const QList<QGraphicsItem*> now = m_scene.selectedItems();
    const bool isSame = now.size() == items.size() &&
        std::all_of(items.begin(), items.end(), [](const QGraphicsItem* item) { return item->isSelected(); });
    if (!isSame) m_scene.select(items);
}

void CanvasGestures::moveWire(const QPoint& at)
{
    m_wire.moveTo(m_view.mapToScene(at), std::max(16.0, kReachPixels / m_view.zoom()));
    m_view.signs().showTip(m_wire.remark(), at);
}

void CanvasGestures::resizeTo(const QPointF& point)
{
    auto* item = qgraphicsitem_cast<RemarkItem*>(m_grabbed);
    const QPointF corner = isSnapping ? onGrid(point) : point;
    const QPointF size = corner - item->pos();
    m_resized =
        QRectF(item->pos(), QSizeF(std::max(size.x(), kRemarkLeast), std::max(size.y(), kRemarkLeast)));
    QPainterPath path;
    path.addRoundedRect(m_resized, 8, 8);
    draw(path, true);
}

void CanvasGestures::release(QMouseEvent* event)
{
    const Kind kind = m_kind;
    if (kind == Kind::None) return;
    if (kind == Kind::Wire) return releaseWire(event->pos());
    if (kind == Kind::Move && m_hasMoved) return releaseMove();
    const auto* remark = qgraphicsitem_cast<RemarkItem*>(m_grabbed);
    const QRectF rect = m_resized;
    const bool isResized = kind == Kind::Resize && m_hasMoved && remark;
    const RemarkRef ref = remark ? remark->ref() : RemarkRef{};
    QGraphicsItem* alone = m_hasMoved ? nullptr : m_toSelect;
    clear();
    if (isResized) m_editor.move({}, {{ref, rect}});
    if (alone) m_scene.select(alone);
}

void CanvasGestures::releaseMove()
{
    Layout nodes;
    std::map<RemarkRef, QRectF> remarks;
    for (const auto& [id, at] : m_nodesFrom) nodes[id] = m_scene.node(id)->pos();
    for (const auto& [ref, rect] : m_remarksFrom) remarks[ref] = m_scene.remarks().at(ref)->sceneRect();
    const std::optional<Splice> splice = m_splice;
    if (m_isHelped && !splice) clearOverlap(nodes, remarks);
    clear();
    m_editor.move(nodes, remarks, splice);
}

void CanvasGestures::releaseWire(const QPoint& at)
{
    const auto edge = m_wire.edge();
    const auto lifted = m_wire.lifted();
    const bool replaces = m_wire.replaces(), isOverNode = m_wire.isOverNode();
    const bool isInside = m_view.viewport()->rect().contains(at);
    const QString why = m_wire.remark();
    QGraphicsItem* pressed = m_grabbed;
    if (m_hasMoved && isInside && !edge && !isOverNode && !lifted && !itemAt(at)) {
        // The wire stays where it ends until a component is chosen for it.
        m_kind = Kind::None;
        clear();
        return m_prompts.addForWire(m_view.mapToScene(at));
    }
    m_wire.end();
    const bool hasMoved = m_hasMoved;
    clear();
    if (!hasMoved) return m_scene.select(pressed);
    if (!isInside) return;
    if (edge)
        m_editor.connectEdge(*edge, replaces, lifted);
    else if (isOverNode)
        Q_EMIT m_editor.said(why);
    else if (lifted)
        m_editor.disconnectEdge(*lifted);
}

bool CanvasGestures::cancel()
{
    if (m_kind == Kind::None) return false;
    const bool isMoved = m_kind == Kind::Move && m_hasMoved;
    if (m_kind == Kind::Wire) m_wire.end();
    clear();
    if (isMoved) m_scene.place();
    return true;
}

void CanvasGestures::clear()
{
    if (m_kind == Kind::Pan) setSpaceHeld(m_isSpaceHeld);
    m_kind = Kind::None;
    m_grabbed = m_toSelect = nullptr;
    m_nodesFrom.clear();
    m_remarksFrom.clear();
    m_moving.clear();
    m_selectedBefore.clear();
    offer({});
    draw({}, false);
    m_view.signs().showTip({}, {});
}

void CanvasGestures::setSpaceHeld(bool isHeld)
{
    m_isSpaceHeld = isHeld;
    if (isHeld)
        m_view.viewport()->setCursor(Qt::OpenHandCursor);
    else
        m_view.viewport()->unsetCursor();
}

void CanvasGestures::draw(const QPainterPath& path, bool isFilled)
{
    if (path.isEmpty()) {
        delete m_overlay;
        m_overlay = nullptr;
        return;
    }
    if (!m_overlay) m_overlay = m_scene.addPath({});
    QColor fill = theme().color(Tone::Accent);
    QPen pen(fill, 1);
    pen.setCosmetic(true);
    fill.setAlphaF(0.12f);
    m_overlay->setZValue(6);
    m_overlay->setPen(pen);
    m_overlay->setBrush(isFilled ? QBrush(fill) : QBrush());
    m_overlay->setPath(path);
}

}  // namespace ui
