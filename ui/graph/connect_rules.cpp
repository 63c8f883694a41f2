#include "ui/graph/connect_rules.h"

#include "ui/plain_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

QString say(const char* text) { return QCoreApplication::translate("ui", text); }

bool isSideOutput(const std::string& port) { return port == "rejected" || port == "late"; }

void addOnce(std::vector<std::string>& ports, const std::string& port)
{
    if (std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
}

const engine::SubpipelineSpec* definitionOf(const engine::PipelineSpec& spec, const engine::NodeSpec& node)
{
    if (!node.component.starts_with(engine::kSubpipelinePrefix)) return nullptr;
    const std::string_view name = std::string_view(node.component).substr(engine::kSubpipelinePrefix.size());
    for (const engine::SubpipelineSpec& definition : spec.subpipelines)
        if (definition.name == name) return &definition;
    return nullptr;
}

void addOutputs(const engine::ComponentInfo& info, const std::vector<std::string>& bound, NodePorts& ports)
{
    for (const engine::PortInfo& port : info.outputs) {
        // A port may be declared and yet not be there with these parameters; of one that cannot be bound yet
        // only the side ports are known.
        const bool isThere = std::all_of(bound.begin(), bound.end(), isSideOutput) ||
            std::find(bound.begin(), bound.end(), port.name) != bound.end();
        if (isThere && !isSideOutput(port.name)) addOnce(ports.outputs, port.name);
    }
    for (const std::string& port : bound)
        if (!isSideOutput(port)) addOnce(ports.outputs, port);
}

}  // namespace

EdgesOfNodes edgesOfNodes(const engine::PipelineSpec& spec)
{
    EdgesOfNodes edges;
    for (const engine::EdgeSpec& edge : spec.edges) {
        edges[edge.from.node].push_back(&edge);
        edges[edge.to.node].push_back(&edge);
    }
    return edges;
}

NodePorts portsOf(const engine::PipelineSpec& spec, const engine::NodeSpec& node, const EdgesOfNodes& edges,
                  const InfoOf& infoOf, const engine::AnalysisReply& analysis)
{
    NodePorts ports;
    std::vector<std::string> bound;
    for (auto it = analysis.schemas.lower_bound({node.id, ""});
         it != analysis.schemas.end() && it->first.node == node.id; ++it)
        bound.push_back(it->first.port);
    const engine::ComponentInfo* info = infoOf(node.component);
    if (info) {
        for (const engine::PortInfo& port : info->inputs) addOnce(ports.inputs, port.name);
        addOutputs(*info, bound, ports);
        if (info->kind != engine::ComponentKind::Sink) addOnce(ports.sideOutputs, "rejected");
        for (const std::string& port : bound)
            if (isSideOutput(port)) addOnce(ports.sideOutputs, port);
    } else if (const engine::SubpipelineSpec* definition = definitionOf(spec, node)) {
        for (const auto& [name, inner] : definition->inputs) addOnce(ports.inputs, name);
        for (const auto& [name, inner] : definition->outputs) addOnce(ports.outputs, name);
    }
    const auto own = edges.find(node.id);
    if (own == edges.end()) return ports;
    for (const engine::EdgeSpec* edge : own->second) {
        if (edge->to.node == node.id) addOnce(ports.inputs, edge->to.port);
        if (edge->from.node != node.id) continue;
        addOnce(ports.outputs, edge->from.port);
        std::erase(ports.sideOutputs, edge->from.port);
    }
    return ports;
}

ConnectRules::ConnectRules(const engine::PipelineSpec& spec, const InfoOf& infoOf)
    : m_spec(spec),
      m_infoOf(infoOf)
{
    for (const engine::EdgeSpec& edge : spec.edges) {
        m_after.emplace(edge.from.node, edge.to.node);
        m_before.emplace(edge.to.node, edge.from.node);
    }
}

QString ConnectRules::titleOf(const engine::NodeId& id) const
{
    const engine::NodeSpec* node = m_spec.find(id);
    return plainLine(QString::fromStdString(node && !node->title.empty() ? node->title : id.value), 60);
}

void ConnectRules::reach(const Ways& ways, const engine::NodeId& from, Reached& reached)
{
    reached = {from, {from}};
    std::vector<engine::NodeId> open{from};
    while (!open.empty()) {
        const auto [first, last] = ways.equal_range(open.back());
        open.pop_back();
        for (auto next = first; next != last; ++next)
            if (reached.nodes.insert(next->second).second) open.push_back(next->second);
    }
}

bool ConnectRules::closesCircle(const engine::EdgeSpec& edge) const
{
    if (m_behind.from == edge.from.node) return m_behind.nodes.contains(edge.to.node);
    if (m_ahead.from == edge.to.node) return m_ahead.nodes.contains(edge.from.node);
    reach(m_before, edge.from.node, m_behind);
    reach(m_after, edge.to.node, m_ahead);
    return m_behind.nodes.contains(edge.to.node);
}

bool ConnectRules::replaces(const engine::PortRef& input) const
{
    const engine::NodeSpec* node = m_spec.find(input.node);
    const engine::ComponentInfo* info = node ? m_infoOf(node->component) : nullptr;
    if (!info || engine::takesManyEdges(*info)) return false;
    return std::any_of(m_spec.edges.begin(), m_spec.edges.end(),
                       [&](const engine::EdgeSpec& edge) { return edge.to == input; });
}

QString ConnectRules::refusal(const engine::EdgeSpec& edge, const engine::EdgeSpec* without) const
{
    if (edge.from.node == edge.to.node) return say("A node cannot read what it writes itself.");
    const bool isThere = std::find(m_spec.edges.begin(), m_spec.edges.end(), edge) != m_spec.edges.end();
    if (isThere && !(without && *without == edge)) return say("These two ports are connected already.");
    if (closesCircle(edge))
        return say("“%1” gets its rows from “%2”; a pipeline may not lead back to itself.")
            .arg(titleOf(edge.from.node), titleOf(edge.to.node));
    return {};
}

}  // namespace ui
