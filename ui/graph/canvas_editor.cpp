#include "ui/graph/canvas_editor.h"

#include "base/limits.h"
#include "ui/graph/auto_layout.h"
#include "ui/plain_text.h"
#include "ui/wording.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kMoveKeys = 1 << 20, kResizeKeys = 1 << 21;  // merge keys begin here
constexpr std::size_t kShownAfterUndo = 200;

}  // namespace

CanvasEditor::CanvasEditor(GraphScene& scene, QObject* parent) : QObject(parent), m_scene(scene)
{
    connect(&scene, &QGraphicsScene::selectionChanged, this, [this] { ++m_selections; });
}

bool CanvasEditor::canEdit()
{
    if (!document()) {
        Q_EMIT said(tr("Open a pipeline first."));
        return false;
    }
    if (document()->isReadOnly()) {
        Q_EMIT said(
            tr("This document can only be read: saving it would lose what this version does not know."));
        return false;
    }
    return true;
}

bool CanvasEditor::edit(const QString& title, const Edit& change, int mergeKey)
{
    if (!canEdit()) return false;
    document()->edit(title, change, mergeKey);
    return true;
}

bool CanvasEditor::add(const std::string& component, const QPointF& at, const Wiring& wiring,
                       const engine::Json& params)
{
    const engine::ComponentInfo* info = m_scene.session().client().component(component);
    if (!info || !canEdit()) return false;
    if (document()->spec().nodes.size() >= engine::limits::kDocumentNodes) {
        Q_EMIT said(tr("A pipeline holds at most %1 nodes.").arg(engine::limits::kDocumentNodes));
        return false;
    }
    const ConnectRules rules(document()->spec(), m_scene.infoOf());
    const bool replaces = wiring.to && rules.replaces(*wiring.to);
    engine::NodeId added;
    edit(tr("Add %1").arg(QString::fromStdString(info->title)), [&](DocumentState& state) {
        added = edits::addNode(state, *info, onGrid(at));
        for (const auto& [name, value] : params.items()) edits::setParam(state, added, name, value);
        const auto input = [&] { return engine::PortRef{added, info->inputs.front().name}; };
        const auto output = [&] { return engine::PortRef{added, info->outputs.front().name}; };
        if (wiring.on && canSplice(*info)) edits::insertOnEdge(state, *wiring.on, input(), output());
        if (wiring.from && !info->inputs.empty()) edits::connect(state, {*wiring.from, input()}, false);
        if (wiring.to && info->kind != engine::ComponentKind::Sink && !info->outputs.empty())
            edits::connect(state, {output(), *wiring.to}, replaces);
    });
    selectNodes({added});
    Q_EMIT showWanted();
    return true;
}

void CanvasEditor::connectEdge(const engine::EdgeSpec& edge, bool replaces,
                               const std::optional<engine::EdgeSpec>& lifted)
{
    if (lifted == edge) return;
    edit(lifted ? tr("Move edge") : tr("Connect"), [&](DocumentState& state) {
        if (lifted) edits::disconnect(state, *lifted);
        edits::connect(state, edge, replaces);
    });
}

void CanvasEditor::disconnectEdge(const engine::EdgeSpec& edge)
{
    edit(tr("Disconnect"), [&](DocumentState& state) { edits::disconnect(state, edge); });
}

void CanvasEditor::removeSelected(bool reconnects)
{
    const edits::Nodes nodes = m_scene.selectedNodes();
    const std::set<RemarkRef> remarks = m_scene.selectedRemarks();
    std::vector<engine::EdgeSpec> edges;
    for (const auto& [edge, item] : m_scene.edges())
        if (item->isSelected()) edges.push_back(edge);
    const auto count = static_cast<int>(nodes.size() + remarks.size() + edges.size());
    if (count == 0) return Q_EMIT said(tr("Select what is to be deleted first."));
    if (!canEdit()) return;
    // Before they go: what shows the selection is made once.
    m_scene.select(nextAfterRemoval(nodes));
    const QString one = nodes.size() == 1 ? plainLine(nodeTitle(document()->spec(), *nodes.begin()), 40)
        : !edges.empty()                  ? tr("edge")
                                          : tr("note or frame");
    edit(reconnects       ? tr("Delete and reconnect")
             : count == 1 ? tr("Delete %1").arg(one)
                          : tr("Delete %1 things").arg(count),
         [&](DocumentState& state) {
             for (const engine::EdgeSpec& edge : edges) edits::disconnect(state, edge);
             edits::removeNodes(state, nodes, reconnects);
             edits::removeRemarks(state, remarks);
         });
}

// Whoever works by keys goes on from what fed the nodes that went.
NodeItem* CanvasEditor::nextAfterRemoval(const edits::Nodes& removed) const
{
    for (const bool isUpstream : {true, false})
        for (const engine::EdgeSpec& edge : document()->spec().edges) {
            const engine::NodeId& gone = isUpstream ? edge.to.node : edge.from.node;
            const engine::NodeId& left = isUpstream ? edge.from.node : edge.to.node;
            if (removed.contains(gone) && !removed.contains(left)) return m_scene.node(left);
        }
    return nullptr;
}

void CanvasEditor::move(const Layout& nodes, const std::map<RemarkRef, QRectF>& remarks,
                        const std::optional<Splice>& splice)
{
    edit(splice ? tr("Insert into edge") : tr("Move"), [&](DocumentState& state) {
        edits::moveNodes(state, nodes);
        for (const auto& [ref, rect] : remarks)
            if (const auto remark = remarkOf(state.spec, ref))
                edits::setRemark(state, ref, {remark->text, rect});
        if (splice) edits::insertOnEdge(state, splice->edge, splice->in, splice->out);
    });
}

void CanvasEditor::nudge(const QPointF& by)
{
    edits::Nodes nodes;
    std::set<RemarkRef> remarks;
    grasp(nodes, remarks);
    if (nodes.empty() && remarks.empty()) return Q_EMIT said(tr("Select what is to be moved first."));
    edit(
        tr("Move"),
        [&](DocumentState& state) {
            const Layout places = placesOf(state);
            Layout moved;
            for (const engine::NodeId& id : nodes)
                if (const auto at = places.find(id); at != places.end()) moved[id] = at->second + by;
            edits::moveNodes(state, moved);
            for (const RemarkRef& ref : remarks)
                if (const auto remark = remarkOf(state.spec, ref))
                    edits::setRemark(state, ref, {remark->text, remark->rect.translated(by)});
        },
        kMoveKeys + m_selections);
    Q_EMIT showWanted();
}

void CanvasEditor::resize(const QSizeF& by)
{
    const std::set<RemarkRef> remarks = m_scene.selectedRemarks();
    if (remarks.empty()) return Q_EMIT said(tr("Select a note or a frame first (R)."));
    edit(
        tr("Resize"),
        [&](DocumentState& state) {
            for (const RemarkRef& ref : remarks) {
                const auto remark = remarkOf(state.spec, ref);
                if (!remark) continue;
                const QSizeF size = remark->rect.size() + by;
                const QSizeF least(kRemarkLeast, kRemarkLeast);
                edits::setRemark(state, ref,
                                 {remark->text, {remark->rect.topLeft(), size.expandedTo(least)}});
            }
        },
        kResizeKeys + m_selections);
    Q_EMIT showWanted();
}

void CanvasEditor::tidy()
{
    edits::Nodes nodes = m_scene.selectedNodes();
    if (nodes.size() < 2) nodes.clear();
    const auto before = document() ? document()->snapshot() : nullptr;
    if (edit(tr("Tidy up"), [&](DocumentState& state) { edits::tidy(state, nodes); }) &&
        document()->snapshot() == before)
        Q_EMIT said(tr("It is tidy already."));
}

void CanvasEditor::align(edits::Alignment alignment)
{
    const edits::Nodes nodes = m_scene.selectedNodes();
    const bool isSpread = alignment == edits::Alignment::Across || alignment == edits::Alignment::Down;
    if (nodes.size() < (isSpread ? 3 : 2))
        return Q_EMIT said(isSpread ? tr("Select three nodes or more first.")
                                    : tr("Select two nodes or more first."));
    const auto before = document() ? document()->snapshot() : nullptr;
    if (edit(isSpread ? tr("Distribute") : tr("Align"),
             [&](DocumentState& state) { edits::align(state, nodes, alignment); }) &&
        document()->snapshot() == before)
        Q_EMIT said(tr("They stand like that already."));
}

void CanvasEditor::rename(const engine::NodeId& node, const QString& title)
{
    edit(tr("Rename"), [&](DocumentState& state) { edits::rename(state, node, title.toStdString()); });
}

void CanvasEditor::setRemarkText(const RemarkRef& ref, const QString& text)
{
    edit(ref.kind == RemarkKind::Note ? tr("Write note") : tr("Rename frame"), [&](DocumentState& state) {
        if (const auto remark = remarkOf(state.spec, ref))
            edits::setRemark(state, ref, {text.toStdString(), remark->rect});
    });
}

std::optional<RemarkRef> CanvasEditor::addRemark(const QString& title, RemarkKind kind, const Remark& remark)
{
    std::optional<RemarkRef> added;
    edit(title, [&](DocumentState& state) { added = edits::addRemark(state, kind, remark); });
    if (!added) return {};
    selectNodes({}, {*added});
    Q_EMIT showWanted();
    return added;
}

std::optional<RemarkRef> CanvasEditor::addNote(const QPointF& at)
{
    return addRemark(tr("Add note"), RemarkKind::Note, {{}, QRectF(onGrid(at), QSizeF(240, 80))});
}

std::optional<RemarkRef> CanvasEditor::addFrame(const QPointF& at)
{
    QRectF rect;
    for (const QGraphicsItem* item : m_scene.selectedItems())
        if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item))
            rect |= node->card().translated(node->pos());
        else if (const auto* remark = qgraphicsitem_cast<const RemarkItem*>(item))
            rect |= remark->sceneRect();
    rect = rect.isNull() ? QRectF(onGrid(at), QSizeF(320, 200)) : rect.adjusted(-24, -48, 24, 24);
    return addRemark(tr("Add frame"), RemarkKind::Frame, {tr("Frame").toStdString(), rect});
}

void CanvasEditor::toggleDisabled()
{
    const edits::Nodes nodes = m_scene.selectedNodes();
    if (nodes.empty()) return Q_EMIT said(tr("Select a node first."));
    if (!canEdit()) return;
    const bool areEnabled = std::any_of(nodes.begin(), nodes.end(), [&](const engine::NodeId& id) {
        const engine::NodeSpec* node = document()->spec().find(id);
        return node && !node->disabled;
    });
    edit(areEnabled ? tr("Disable") : tr("Enable"),
         [&](DocumentState& state) { edits::setDisabled(state, nodes, areEnabled); });
}

void CanvasEditor::selectNodes(const edits::Nodes& nodes, const std::set<RemarkRef>& remarks)
{
    QList<QGraphicsItem*> items;
    for (const engine::NodeId& id : nodes)
        if (NodeItem* item = m_scene.node(id)) items += item;
    for (const RemarkRef& ref : remarks)
        if (const auto found = m_scene.remarks().find(ref); found != m_scene.remarks().end())
            items += found->second;
    m_scene.select(items);
}

void CanvasEditor::selectAll()
{
    QList<QGraphicsItem*> items;
    for (const auto& [id, item] : m_scene.nodes()) items += item;
    for (const auto& [ref, item] : m_scene.remarks()) items += item;
    m_scene.select(items);
}

void CanvasEditor::selectNext(int step)
{
    if (!document() || document()->spec().nodes.empty()) return;
    const auto& nodes = document()->spec().nodes;
    const NodeItem* from = m_scene.focusNode();
    auto count = static_cast<int>(nodes.size()), at = step > 0 ? 0 : count - 1;
    for (int i = 0; from && i < count; ++i)
        if (nodes[static_cast<std::size_t>(i)].id == from->id()) at = (i + step + count) % count;
    m_scene.select(m_scene.node(nodes[static_cast<std::size_t>(at)].id));
    Q_EMIT showWanted();
}

void CanvasEditor::step(bool isUndo)
{
    if (!document()) return;
    Q_EMIT document()->aboutToEdit();  // what is still being read is a step of its own
    QUndoStack& stack = document()->undoStack();
    if (isUndo ? !stack.canUndo() : !stack.canRedo())
        return Q_EMIT said(isUndo ? tr("There is nothing to undo.") : tr("There is nothing to redo."));
    const QString title = isUndo ? stack.undoText() : stack.redoText();
    const int steps = stack.count();
    const DocumentState before = document()->state();
    if (isUndo)
        stack.undo();
    else
        stack.redo();
    const DocumentState& after = document()->state();
    if (stack.count() < steps)
        return Q_EMIT said(tr("That step is too long ago: it was given up to save memory."));
    std::map<engine::NodeId, const engine::NodeSpec*> was;
    for (const engine::NodeSpec& node : before.spec.nodes) was.emplace(node.id, &node);
    const Layout placesBefore = placesOf(before), places = placesOf(after);
    edits::Nodes changed;
    for (const engine::NodeSpec& node : after.spec.nodes) {
        const auto old = was.find(node.id);
        if (old == was.end() || *old->second != node || placesBefore.at(node.id) != places.at(node.id))
            changed.insert(node.id);
    }
    if (!changed.empty() && changed.size() <= kShownAfterUndo) {
        selectNodes(changed);
        Q_EMIT showWanted();
    }
    Q_EMIT said(isUndo ? tr("Undone: %1").arg(title) : tr("Done again: %1").arg(title));
}

bool CanvasEditor::canSplice(const engine::ComponentInfo& info) const
{
    return info.kind == engine::ComponentKind::Operator && !info.inputs.empty() && !info.outputs.empty();
}

std::optional<Splice> CanvasEditor::spliceOf(const edits::Nodes& nodes, const engine::EdgeSpec& edge) const
{
    if (!document() || nodes.empty() || nodes.contains(edge.from.node) || nodes.contains(edge.to.node))
        return {};
    std::set<engine::PortRef> fed, read;
    for (const engine::EdgeSpec& other : document()->spec().edges) {
        const bool isFrom = nodes.contains(other.from.node), isTo = nodes.contains(other.to.node);
        if (isFrom != isTo) return {};
        if (isFrom) read.insert(other.from);
        if (isTo) fed.insert(other.to);
    }
    std::vector<engine::PortRef> ins, outs;
    for (const engine::NodeId& id : nodes) {
        const NodePorts ports = m_scene.portsOf(id);
        for (const std::string& port : ports.inputs)
            if (!fed.contains({id, port})) ins.push_back({id, port});
        for (const std::string& port : ports.outputs)
            if (!read.contains({id, port})) outs.push_back({id, port});
    }
    if (ins.size() != 1 || outs.size() != 1) return {};
    return Splice{edge, ins.front(), outs.front()};
}

QPointF CanvasEditor::freeSpot(QPointF at) const
{
    at = onGrid(at);
    const auto overlapping = [&]() -> const NodeItem* {
        const QRectF wanted(at - QPointF(16, 16), QSizeF(kNodeWidth + 32, kNodeHeight + 32));
        for (const auto& [id, node] : m_scene.nodes())
            if (node->card().translated(node->pos()).intersects(wanted)) return node;
        return nullptr;
    };
    while (const NodeItem* other = overlapping())
        at.setY(onGrid({0, other->pos().y() + other->card().height() + kRowGap}).y());
    return at;
}

}  // namespace ui
