#include "ui/graph/canvas_prompts.h"

#include "ui/graph/auto_layout.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/inline_editor.h"
#include "ui/graph/search_popup.h"

#include <algorithm>

namespace ui {

namespace {

bool suits(const engine::ComponentInfo& info, const Wiring& wiring, const CanvasEditor& editor)
{
    if (wiring.on) return editor.canSplice(info);
    if (wiring.from) return !info.inputs.empty();
    return !wiring.to || info.kind != engine::ComponentKind::Sink;
}

}  // namespace

CanvasPrompts::CanvasPrompts(GraphView& view, GraphScene& scene, CanvasEditor& editor, WireDrag& wire)
    : QObject(&view),
      m_view(view),
      m_scene(scene),
      m_editor(editor),
      m_wire(wire),
      m_popup(new SearchPopup(&view)),
      m_writer(new InlineEditor(&view))
{
    connect(m_popup, &SearchPopup::chosen, this, [this](int choice) {
        m_view.setFocus();
        if (m_ports.empty())
            takeComponent(choice);
        else
            takePort(choice);
    });
    connect(m_popup, &SearchPopup::highlighted, this, &CanvasPrompts::showPort);
    connect(m_popup, &SearchPopup::dismissed, this, [this] {
        m_wire.end();
        m_view.setFocus();
    });
    connect(m_popup, &SearchPopup::passedBy, &m_view, &GraphView::leave);
    connect(&scene, &GraphScene::aboutToChange, this, &CanvasPrompts::cancel);
    connect(&view, &GraphView::zoomChanged, m_writer, [this] { m_writer->finish(true); });
}

void CanvasPrompts::cancel()
{
    m_popup->dismiss();
    m_writer->finish(false);
}

QRect CanvasPrompts::inView(const QRectF& rect) const { return m_view.mapFromScene(rect).boundingRect(); }

void CanvasPrompts::addAt(const QPointF& at, const Wiring& wiring)
{
    if (m_editor.canEdit()) openComponents(at, wiring);
}

std::pair<QPointF, Wiring> CanvasPrompts::besideSelected() const
{
    const QPointF half(kNodeWidth / 2, kNodeHeight / 2);
    if (const EdgeItem* edge = m_scene.selectedEdge()) return {edge->middle() - half, {{}, {}, edge->edge()}};
    const NodeItem* node = m_scene.focusNode();
    if (!node) {
        const QPointF middle = m_view.mapToScene(m_view.viewport()->rect().center());
        return {m_editor.freeSpot(middle - half), {}};
    }
    Wiring wiring;
    const auto& edges = m_scene.document()->spec().edges;
    for (const std::string& port : node->face().outputs) {
        const engine::PortRef output{node->id(), port};
        const bool isRead = std::any_of(edges.begin(), edges.end(),
                                        [&](const engine::EdgeSpec& edge) { return edge.from == output; });
        if (!wiring.from || !isRead) wiring.from = output;
        if (!isRead) break;
    }
    return {m_editor.freeSpot(node->pos() + QPointF(kNodeWidth + kColumnGap, 0)), wiring};
}

void CanvasPrompts::addBehindSelected()
{
    if (!m_editor.canEdit()) return;
    const auto [at, wiring] = besideSelected();
    openComponents(at, wiring);
}

void CanvasPrompts::addChosen(const std::string& component)
{
    if (!m_editor.canEdit()) return;
    const auto [at, wiring] = besideSelected();
    m_editor.add(component, at, wiring);
}

void CanvasPrompts::addForWire(const QPointF& at)
{
    Wiring wiring;
    (m_wire.isReversed() ? wiring.to : wiring.from) = m_wire.fixed();
    const QPointF corner = at - QPointF(m_wire.isReversed() ? kNodeWidth : 0, kNodeHeight / 2);
    openComponents(corner, wiring);
}

void CanvasPrompts::openComponents(const QPointF& at, const Wiring& wiring)
{
    m_ports.clear();
    m_components.clear();
    m_at = at;
    m_wiring = wiring;
    std::vector<Choice> choices;
    for (const engine::ComponentInfo& info : m_scene.session().client().catalog()) {
        if (!suits(info, wiring, m_editor)) continue;
        m_components.push_back(info.id);
        const QString title = QString::fromStdString(info.title.empty() ? info.id : info.title);
        choices.push_back({title,
                           QString::fromStdString(info.category),
                           QString::fromStdString(info.id + " " + info.help),
                           lookOf(&info).tone,
                           {}});
    }
    const QString prompt = wiring.on ? tr("Put into the edge: type a component")
        : wiring.from                ? tr("Add behind: type a component")
        : wiring.to                  ? tr("Add before: type a component")
                                     : tr("Add: type a component");
    m_popup->open(prompt, std::move(choices), m_view.mapFromScene(at));
}

void CanvasPrompts::takeComponent(int choice)
{
    m_wire.end();
    m_editor.add(m_components[static_cast<std::size_t>(choice)], m_at, m_wiring);
}

void CanvasPrompts::listPorts(const NodeItem& node, bool isReversed, std::vector<Choice>& choices)
{
    const NodePorts own = m_scene.portsOf(node.id());
    std::vector<std::string> ends = isReversed ? own.inputs : own.outputs;
    if (!isReversed) ends.insert(ends.end(), own.sideOutputs.begin(), own.sideOutputs.end());
    std::vector<const NodeItem*> others;
    for (const auto& [id, other] : m_scene.nodes())
        if (other != &node) others.push_back(other);
    const auto distance = [&](const NodeItem* other) {
        const QPointF way = other->pos() - node.pos();
        // What stands in the direction of the flow comes first.
        const bool isAhead = isReversed ? way.x() < 0 : way.x() > 0;
        return way.manhattanLength() + (isAhead ? 0 : 10'000);
    };
    std::stable_sort(others.begin(), others.end(),
                     [&](const auto* a, const auto* b) { return distance(a) < distance(b); });
    const ConnectRules rules(m_scene.document()->spec(), m_scene.infoOf());
    for (const std::string& end : ends)
        for (const NodeItem* other : others)
            for (const std::string& port : isReversed ? other->face().outputs : other->face().inputs) {
                const Port pair{{node.id(), end}, {other->id(), port}};
                const engine::EdgeSpec edge = isReversed ? engine::EdgeSpec{pair.to, pair.fixed}
                                                         : engine::EdgeSpec{pair.fixed, pair.to};
                const QString detail = QString::fromStdString(end + " → " + port);
                choices.push_back({other->face().title, detail, other->face().summary,
                                   other->face().look.tone, rules.refusal(edge)});
                m_ports.push_back(pair);
            }
}

void CanvasPrompts::wireSelected(bool isReversed)
{
    if (!m_editor.canEdit()) return;
    const NodeItem* node = m_scene.focusNode();
    if (!node) return Q_EMIT m_editor.said(tr("Select the node that the wire begins at first."));
    m_ports.clear();
    m_isReversed = isReversed;
    std::vector<Choice> choices;
    listPorts(*node, isReversed, choices);
    if (m_ports.empty())
        return Q_EMIT m_editor.said(isReversed ? tr("There is no output that this node could read.")
                                               : tr("There is no input that this node could feed."));
    const QRectF card = node->card().translated(node->pos());
    m_popup->open(isReversed ? tr("Read from: type a node") : tr("Connect to: type a node"),
                  std::move(choices), inView(card).bottomLeft() + QPoint(0, 8));
}

void CanvasPrompts::showPort(int choice)
{
    if (m_ports.empty()) return;
    if (choice < 0) return m_wire.end();
    const Port& port = m_ports[static_cast<std::size_t>(choice)];
    if (!m_wire.isActive() || m_wire.fixed() != port.fixed)
        m_wire.begin(port.fixed, m_isReversed, {},
                     m_view.mapToScene(m_view.viewport()->rect()).boundingRect());
    m_wire.moveTo(port.to);
}

void CanvasPrompts::takePort(int choice)
{
    showPort(choice);
    const auto edge = m_wire.edge();
    const bool replaces = m_wire.replaces();
    m_wire.end();
    if (edge) m_editor.connectEdge(*edge, replaces, {});
}

void CanvasPrompts::rename()
{
    if (!m_editor.canEdit()) return;
    const QList<QGraphicsItem*> items = m_scene.selectedItems();
    if (items.size() != 1 || items.front()->type() == EdgeItem::Type)
        return Q_EMIT m_editor.said(tr("Select one node, note or frame first."));
    if (const auto* node = qgraphicsitem_cast<NodeItem*>(items.front())) {
        const engine::NodeId id = node->id();
        m_view.reveal(items.front());
        m_writer->open(node->face().title, inView(QRectF(node->pos() + QPointF(32, 4), QSizeF(164, 30))),
                       true, [this, id](const QString& text) { m_editor.rename(id, text); });
    } else if (const auto* remark = qgraphicsitem_cast<RemarkItem*>(items.front())) {
        const RemarkRef ref = remark->ref();
        m_view.reveal(items.front());
        const QRectF place =
            remark->isFrame() ? remark->titleRect().translated(remark->pos()) : remark->sceneRect();
        m_writer->open(QString::fromStdString(remark->remark().text), inView(place), remark->isFrame(),
                       [this, ref](const QString& text) { m_editor.setRemarkText(ref, text); });
    }
}

}  // namespace ui
