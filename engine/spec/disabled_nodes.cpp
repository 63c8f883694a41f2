#include "spec/disabled_nodes.h"

#include <set>

namespace engine {
namespace {

constexpr std::size_t kEdgesMax = 100'000;

// Takes a node out. One way in and one way out are joined; otherwise what follows gets no rows from it.
void bridge(const NodeId& node, PipelineSpec& spec, std::vector<Diagnostic>& found)
{
    std::vector<EdgeSpec> others, in, out;
    std::set<std::string> inPorts, outPorts;
    for (EdgeSpec& edge : spec.edges) {
        const bool enters = edge.to.node == node;
        const bool leaves = edge.from.node == node;
        if (!enters && !leaves) {
            others.push_back(std::move(edge));
        } else if (enters && !leaves) {
            inPorts.insert(edge.to.port);
            in.push_back(std::move(edge));
        } else if (leaves && !enters && edge.from.port != "rejected" && edge.from.port != "late") {
            outPorts.insert(edge.from.port);
            out.push_back(std::move(edge));
        }
    }
    if (inPorts.size() == 1 && outPorts.size() == 1) {
        if (others.size() + in.size() * out.size() > kEdgesMax) {
            found.push_back({Diagnostic::Problem,
                             node,
                             {},
                             "edges",
                             "Taking out this disabled node would make more than " +
                                 std::to_string(kEdgesMax) + " edges.",
                             {}});
        } else {
            for (const EdgeSpec& from : in)
                for (const EdgeSpec& to : out) others.push_back({from.from, to.to, to.place});
        }
    } else if (!out.empty() && !in.empty()) {
        found.push_back({Diagnostic::Warning,
                         node,
                         {},
                         "edges",
                         "The disabled node has several inputs or outputs, so no rows pass it.",
                         {}});
    }
    spec.edges = std::move(others);
}

}  // namespace

void dropDisabled(PipelineSpec& spec, std::vector<Diagnostic>& found)
{
    std::vector<NodeSpec> kept;
    for (NodeSpec& node : spec.nodes) {
        if (node.disabled)
            bridge(node.id, spec, found);
        else
            kept.push_back(std::move(node));
    }
    if (kept.empty() && !spec.nodes.empty())
        found.push_back(
            {Diagnostic::Problem, {}, {}, "nodes", "All nodes of the pipeline are disabled.", {}});
    spec.nodes = std::move(kept);
}

}  // namespace engine
