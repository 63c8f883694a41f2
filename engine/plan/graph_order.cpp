#include "plan/graph_order.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine {

namespace {

constexpr std::size_t kCirclesTold = 20;

// Walks through the graph once from each node that nothing leads to, then from what is left. Lives for one
// call of graphOrder.
class CircleSearch {
public:
    CircleSearch(const PipelineSpec& spec, GraphOrder& order) : m_order(order)
    {
        std::set<NodeId> fed;
        for (const NodeSpec& node : spec.nodes) m_edges[node.id];
        for (std::size_t i = 0; i < spec.edges.size(); ++i) {
            const EdgeSpec& edge = spec.edges[i];
            if (!m_edges.contains(edge.from.node) || !m_edges.contains(edge.to.node)) continue;
            m_edges[edge.from.node].push_back({i, edge.to.node});
            fed.insert(edge.to.node);
        }
        for (const NodeSpec& node : spec.nodes)
            if (!fed.contains(node.id)) walk(node.id);
        for (const NodeSpec& node : spec.nodes) walk(node.id);
    }

private:
    struct Way {
        std::size_t edge = 0;
        NodeId to{};
    };
    struct Step {
        NodeId node{};
        std::size_t next = 0;  // of its ways
    };

    void walk(const NodeId& first)
    {
        if (!m_seen.insert(first).second) return;
        std::vector<Step> trail{{first}};
        std::set<NodeId> onTrail{first};
        while (!trail.empty()) {
            Step& step = trail.back();
            const std::vector<Way>& ways = m_edges[step.node];
            if (step.next == ways.size()) {
                onTrail.erase(step.node);
                trail.pop_back();
                continue;
            }
            const Way& way = ways[step.next++];
            if (onTrail.contains(way.to)) {
                addCircle(way, trail);
            } else if (m_seen.insert(way.to).second) {
                onTrail.insert(way.to);
                trail.push_back({way.to});
            }
        }
    }

    void addCircle(const Way& way, const std::vector<Step>& trail)
    {
        m_order.isCut[way.edge] = true;
        if (m_order.circles.size() == kCirclesTold) return;
        GraphOrder::Circle circle{way.edge, {}};
        auto step =
            std::find_if(trail.begin(), trail.end(), [&](const Step& each) { return each.node == way.to; });
        for (; step != trail.end(); ++step) circle.nodes.push_back(step->node);
        m_order.circles.push_back(std::move(circle));
    }

    GraphOrder& m_order;
    std::map<NodeId, std::vector<Way>> m_edges;
    std::set<NodeId> m_seen;
};

}  // namespace

GraphOrder graphOrder(const PipelineSpec& spec)
{
    GraphOrder order;
    order.isCut.resize(spec.edges.size());
    const CircleSearch search(spec, order);
    std::map<NodeId, int> waiting;
    for (const NodeSpec& node : spec.nodes) waiting[node.id] = 0;
    std::map<NodeId, std::vector<NodeId>> readers;
    for (std::size_t i = 0; i < spec.edges.size(); ++i) {
        const EdgeSpec& edge = spec.edges[i];
        if (!waiting.contains(edge.from.node) || !waiting.contains(edge.to.node) || order.isCut[i]) continue;
        ++waiting[edge.to.node];
        readers[edge.from.node].push_back(edge.to.node);
    }
    std::set<NodeId> done;
    for (bool moved = true; moved;) {
        moved = false;
        for (const NodeSpec& node : spec.nodes) {
            if (waiting[node.id] > 0 || !done.insert(node.id).second) continue;
            order.nodes.push_back(node.id);
            for (const NodeId& reader : readers[node.id]) --waiting[reader];
            moved = true;
        }
    }
    return order;
}

std::string circleText(const std::vector<NodeId>& nodes)
{
    constexpr std::size_t kNodesShown = 8;
    std::string text;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes.size() > kNodesShown && i == kNodesShown / 2) text += "... -> ";
        if (nodes.size() > kNodesShown && i >= kNodesShown / 2 && i + kNodesShown / 2 < nodes.size())
            continue;
        text += nodes[i].value + " -> ";
    }
    return text + nodes.front().value;
}

}  // namespace engine
