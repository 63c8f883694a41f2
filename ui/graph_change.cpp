#include "ui/graph_change.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

std::map<engine::NodeId, std::set<engine::EdgeSpec>> edgesInto(const engine::PipelineSpec& spec)
{
    std::map<engine::NodeId, std::set<engine::EdgeSpec>> into;
    for (const engine::EdgeSpec& edge : spec.edges) into[edge.to.node].insert(edge);
    return into;
}

bool isThere(const engine::PipelineSpec& spec, const engine::NodeId& id)
{
    const engine::NodeSpec* node = spec.find(id);
    return node && !node->disabled;
}

}  // namespace

std::map<engine::NodeId, NodeInRun> nodesOtherInRun(const OpenDocument& open)
{
    std::map<engine::NodeId, NodeInRun> others;
    const engine::PipelineSpec* running = open.running();
    if (!running) return others;
    const engine::PipelineSpec& spec = open.document->spec();
    std::map<engine::NodeId, const engine::NodeSpec*> known;
    for (const engine::NodeSpec& node : running->nodes) known.emplace(node.id, &node);
    const auto wanted = edgesInto(spec), had = edgesInto(*running);
    const std::set<engine::EdgeSpec> none;
    const auto inputsIn = [&](const auto& edges, const engine::NodeId& node) -> const auto& {
        const auto found = edges.find(node);
        return found == edges.end() ? none : found->second;
    };
    for (const engine::NodeSpec& node : spec.nodes) {
        const auto found = known.find(node.id);
        const bool isRunning = found != known.end() && !found->second->disabled;
        if (!isRunning) {
            if (!node.disabled) others[node.id] = NodeInRun::Absent;
        } else if (node.disabled) {
            others[node.id] = NodeInRun::StillThere;
        } else if (node.component != found->second->component ||
                   inputsIn(wanted, node.id) != inputsIn(had, node.id)) {
            others[node.id] = NodeInRun::Otherwise;
        }
    }
    return others;
}

std::set<engine::EdgeSpec> edgesNotInRun(const OpenDocument& open)
{
    std::set<engine::EdgeSpec> absent;
    const engine::PipelineSpec* running = open.running();
    if (!running) return absent;
    const engine::PipelineSpec& spec = open.document->spec();
    std::set<engine::NodeId> live, wanted;
    for (const engine::NodeSpec& node : running->nodes)
        if (!node.disabled) live.insert(node.id);
    for (const engine::NodeSpec& node : spec.nodes)
        if (!node.disabled) wanted.insert(node.id);
    const std::set<engine::EdgeSpec> known(running->edges.begin(), running->edges.end());
    for (const engine::EdgeSpec& edge : spec.edges) {
        const bool isThere =
            known.contains(edge) && live.contains(edge.from.node) && live.contains(edge.to.node);
        if (!isThere && wanted.contains(edge.from.node) && wanted.contains(edge.to.node)) absent.insert(edge);
    }
    return absent;
}

QString nodeInRunText(NodeInRun node)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::NodeInRun", text); };
    switch (node) {
    case NodeInRun::Alike: return {};
    case NodeInRun::Absent: return tr("not in this run");
    case NodeInRun::StillThere: return tr("still in this run");
    case NodeInRun::Otherwise: return tr("otherwise in this run");
    }
    return {};
}

bool isGraphOther(const OpenDocument& open)
{
    const engine::PipelineSpec* running = open.running();
    if (!running) return false;
    const engine::PipelineSpec& spec = open.document->spec();
    const auto areAlike = [](const engine::NodeSpec& one, const engine::NodeSpec& other) {
        return one.id == other.id && one.component == other.component && one.disabled == other.disabled;
    };
    if (spec.subpipelines != running->subpipelines || spec.nodes.size() != running->nodes.size()) return true;
    if (!std::equal(spec.nodes.begin(), spec.nodes.end(), running->nodes.begin(), areAlike)) {
        const engine::SpecDiff diff = engine::diff(*running, spec);
        if (!diff.added.empty() || !diff.removed.empty() || !nodesOtherInRun(open).empty()) return true;
    }
    const std::set<engine::EdgeSpec> is(spec.edges.begin(), spec.edges.end());
    return is != std::set<engine::EdgeSpec>(running->edges.begin(), running->edges.end());
}

bool isInRun(const OpenDocument& open, const engine::NodeId& node)
{
    const engine::PipelineSpec* running = open.running();
    return !running || isThere(*running, node);
}

bool isInRun(const OpenDocument& open, const engine::EdgeSpec& edge)
{
    const engine::PipelineSpec* running = open.running();
    if (!running) return true;
    return isThere(*running, edge.from.node) && isThere(*running, edge.to.node) &&
        std::find(running->edges.begin(), running->edges.end(), edge) != running->edges.end();
}

}  // namespace ui
