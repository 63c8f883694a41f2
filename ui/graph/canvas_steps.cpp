#include "ui/graph/canvas_editor.h"

#include <algorithm>

// The part of the CanvasEditor that chooses what is selected, one step after the other.

namespace ui {

namespace {

template <class T>
const T& stepFrom(const std::vector<T>& all, const T* from, int step)
{
    const auto count = static_cast<int>(all.size());
    const auto found = from ? std::find(all.begin(), all.end(), *from) : all.end();
    if (found == all.end()) return step > 0 ? all.front() : all.back();
    return all[static_cast<std::size_t>((static_cast<int>(found - all.begin()) + step + count) % count)];
}

// What leaves the node first, then what reaches it.
std::vector<engine::EdgeSpec> edgesOf(const engine::PipelineSpec& spec, const engine::NodeId& node)
{
    if (node.value.empty()) return spec.edges;
    std::vector<engine::EdgeSpec> edges;
    for (const engine::EdgeSpec& edge : spec.edges)
        if (edge.from.node == node) edges.push_back(edge);
    for (const engine::EdgeSpec& edge : spec.edges)
        if (edge.to.node == node) edges.push_back(edge);
    return edges;
}

}  // namespace

void CanvasEditor::selectEdge(int step)
{
    if (!document()) return;
    const EdgeItem* from = m_scene.selectedEdge();
    const NodeItem* node = m_scene.focusNode();
    if (!from) m_edgesOf = node ? node->id() : engine::NodeId{};
    const auto touches = [&](const engine::EdgeSpec& edge) {
        return edge.from.node == m_edgesOf || edge.to.node == m_edgesOf;
    };
    if (from && !touches(from->edge())) m_edgesOf = {};
    const auto edges = edgesOf(document()->spec(), m_edgesOf);
    if (edges.empty())
        return Q_EMIT said(node ? tr("This node has no edges. Connect it with C.")
                                : tr("There are no edges."));
    m_scene.select(m_scene.edge(stepFrom(edges, from ? &from->edge() : nullptr, step)));
    Q_EMIT showWanted();
}

void CanvasEditor::selectRemark(int step)
{
    std::vector<RemarkRef> all;
    for (const auto& [ref, item] : m_scene.remarks()) all.push_back(ref);
    if (all.empty()) return Q_EMIT said(tr("There are no notes and no frames. T adds a note, F a frame."));
    const std::set<RemarkRef> selected = m_scene.selectedRemarks();
    m_scene.select(
        m_scene.remarks().at(stepFrom(all, selected.empty() ? nullptr : &*selected.begin(), step)));
    Q_EMIT showWanted();
}

void CanvasEditor::grasp(edits::Nodes& nodes, std::set<RemarkRef>& remarks) const
{
    nodes = m_scene.selectedNodes();
    remarks = m_scene.selectedRemarks();
    for (const RemarkRef& ref : m_scene.selectedRemarks()) {
        if (ref.kind != RemarkKind::Frame) continue;
        const QRectF frame = m_scene.remarks().at(ref)->sceneRect();
        for (const auto& [id, node] : m_scene.nodes())
            if (frame.contains(node->card().translated(node->pos()).center())) nodes.insert(id);
        for (const auto& [other, item] : m_scene.remarks())
            if (other != ref && frame.contains(item->sceneRect())) remarks.insert(other);
    }
}

}  // namespace ui
