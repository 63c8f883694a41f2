#include "plan/source_groups.h"

#include <algorithm>
#include <set>

namespace engine {
namespace {

constexpr std::int64_t kDriftUs = 60'000'000;

using Bindings = std::map<NodeId, std::shared_ptr<const Binding>>;
using Sources = std::set<NodeId>;

// Sets of sources; those that share one become one.
void unite(std::vector<Sources>& groups, Sources added)
{
    for (auto group = groups.begin(); group != groups.end();) {
        const bool isShared = std::any_of(group->begin(), group->end(),
                                          [&](const NodeId& source) { return added.contains(source); });
        if (!isShared) {
            ++group;
            continue;
        }
        added.merge(*group);
        group = groups.erase(group);
    }
    groups.push_back(std::move(added));
}

// A group that one of them names takes the others in too.
std::string nameOf(const Sources& group, const Bindings& bindings)
{
    for (const NodeId& source : group)
        if (bindings.at(source)->source.isAligned()) return bindings.at(source)->source.alignmentGroup;
    return "sources that meet " + group.begin()->value;
}

}  // namespace

void alignSourcesThatMeet(const PipelineSpec& spec, const std::vector<NodeId>& order, Bindings& bindings)
{
    std::map<NodeId, Sources> before;
    std::vector<Sources> groups;
    for (const NodeId& node : order) {
        Sources& sources = before[node];
        for (const EdgeSpec& edge : spec.edges)
            if (edge.to.node == node && before.contains(edge.from.node))
                sources.insert(before[edge.from.node].begin(), before[edge.from.node].end());
        const auto binding = bindings.find(node);
        if (binding == bindings.end()) continue;
        if (std::holds_alternative<Factory<Source>>(binding->second->make)) sources.insert(node);
        if (binding->second->meetsInTime && sources.size() > 1) unite(groups, sources);
    }
    for (const Sources& group : groups) {
        const std::string name = nameOf(group, bindings);
        for (const NodeId& source : group) {
            if (bindings.at(source)->source.choosesDrift) continue;
            Binding aligned = *bindings.at(source);
            aligned.source.maxDriftUs = kDriftUs;
            aligned.source.alignmentGroup = name;
            bindings[source] = std::make_shared<const Binding>(std::move(aligned));
        }
    }
}

}  // namespace engine
