#include "ui/component_look.h"
#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_gestures.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/clear_way.h"
#include "ui/graph/graph_view.h"

#include <QGraphicsPathItem>
#include <QPainterPath>
#include <QPen>

#include <algorithm>
#include <cmath>

// The part of the CanvasGestures that deals with what is moved or dropped, and where that may go.

namespace ui {

namespace {

constexpr double kReadableFrom = 0.9;  // scale, below which the name on a ghost is drawn larger
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
    const bool isHelped = m_isHelped = !(modifiers & (Qt::AltModifier | Qt::ShiftModifier));
    const auto* node = qgraphicsitem_cast<NodeItem*>(m_grabbed);
    QPainterPath guides;
    const QPointF way = isHelped && isSnapping ? snapped(by, guides) : by;
    for (const auto& [id, at] : m_nodesFrom) m_scene.node(id)->setPos(at + way);
    for (const auto& [ref, rect] : m_remarksFrom) m_scene.remarks().at(ref)->setPos(rect.topLeft() + way);
    m_scene.moveEdgesOf(m_moving);
    std::optional<Splice> splice;
    if (node && isHelped && m_remarksFrom.empty())
        if (const EdgeItem* edge = edgeUnder(node->pos() + node->card().center()))
            splice = m_editor.spliceOf(m_moving, edge->edge());
    offer(splice);
    if (splice) addGhost(guides, node->card().translated(node->pos()));
    draw(guides, false);
}

// How the wire would run: to the card and on from it.
void CanvasGestures::addGhost(QPainterPath& path, const QRectF& card) const
{
    if (!m_offered) return;
    const auto run = [&path](const QPointF& from, const QPointF& to) {
        const double reach = std::clamp(std::abs(to.x() - from.x()) / 2, 32.0, 160.0);
        path.moveTo(from);
        path.cubicTo(from + QPointF(reach, 0), to - QPointF(reach, 0), to);
    };
    run(m_offered->begin(), {card.left(), card.center().y()});
    run({card.right(), card.center().y()}, m_offered->end());
}

// What was let go on top of another node goes below it, as one piece.
void CanvasGestures::clearOverlap(Layout& nodes, std::map<RemarkRef, QRectF>& remarks) const
{
    std::vector<QRectF> cards;
    edits::Nodes own;
    for (const auto& [id, at] : nodes) {
        cards.push_back(m_scene.node(id)->card().translated(at));
        own.insert(id);
    }
    const QPointF way(0, wayClear(m_scene, cards, own));
    for (auto& [id, at] : nodes) at += way;
    for (auto& [ref, rect] : remarks) rect.translate(way);
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

// The card as it will be: nothing shines through it, and it says what it is.
void CanvasGestures::drawGhost(const engine::ComponentInfo& info, const QRectF& card)
{
    constexpr double kStrip = 4, kMargin = 14;
    m_overlay->setBrush(theme().color(Tone::Card));
    const QRectF side(card.left() + 1, card.top() + 6, kStrip, card.height() - 12);
    auto* strip = new QGraphicsRectItem(side, m_overlay);
    strip->setPen(Qt::NoPen);
    strip->setBrush(theme().color(lookOf(&info).tone));
    const QFont font = theme().font(TypeSize::Body, QFont::DemiBold);
    const double scale = std::max(1.0, kReadableFrom / m_view.zoom());
    const double room = (card.width() - 2 * kMargin) / scale;
    auto* title = new QGraphicsSimpleTextItem(
        QFontMetricsF(font).elidedText(QString::fromStdString(info.title), Qt::ElideRight, room), m_overlay);
    title->setFont(font);
    title->setBrush(theme().color(Tone::Text));
    title->setScale(scale);
    title->setPos(card.left() + kMargin,
                  card.center().y() - title->boundingRect().height() * scale / 2);
}

void CanvasGestures::hoverComponent(const std::string& component, const QPoint& at,
                                    Qt::KeyboardModifiers modifiers)
{
    const QPointF point = m_view.mapToScene(at);
    const engine::ComponentInfo* info = m_scene.session().client().component(component);
    const bool mayGoIn = info && m_editor.canSplice(*info) && !(modifiers & Qt::AltModifier);
    EdgeItem* edge = mayGoIn ? edgeUnder(point) : nullptr;
    offer(edge ? std::optional<Splice>({edge->edge(), {}, {}}) : std::nullopt);
    const QPointF corner = onGrid(point - QPointF(kNodeWidth, kNodeHeight) / 2);
    QPainterPath path;
    const QRectF card(edge ? corner : m_editor.freeSpot(corner), QSizeF(kNodeWidth, kNodeHeight));
    path.addRoundedRect(card, 8, 8);
    draw(path, true);
    qDeleteAll(m_overlay->childItems());
    if (info) drawGhost(*info, card);
    if (edge) {
        // The wires enclose nothing, so they have an item of their own.
        QPainterPath wires;
        addGhost(wires, card);
        auto* item = new QGraphicsPathItem(wires, m_overlay);
        item->setPen(QPen(theme().color(Tone::Accent), 2));
        item->setFlag(QGraphicsItem::ItemStacksBehindParent);  // nor through the card
    }
    QString tip;
    if (edge) tip = tr("%1 goes into this wire").arg(QString::fromStdString(info->title));
    m_view.signs().showTip(tip, at);
}

void CanvasGestures::leaveComponent()
{
    offer({});
    draw({}, false);
    m_view.signs().showTip({}, {});
}

void CanvasGestures::dropComponent(const std::string& component, const QPoint& at,
                                   Qt::KeyboardModifiers modifiers)
{
    hoverComponent(component, at, modifiers);
    Wiring wiring;
    if (m_splice) wiring.on = m_splice->edge;
    leaveComponent();
    const QPointF corner = m_view.mapToScene(at) - QPointF(kNodeWidth / 2, kNodeHeight / 2);
    m_editor.add(component, wiring.on ? corner : m_editor.freeSpot(corner), wiring);
    m_view.setFocus();
}

}  // namespace ui
