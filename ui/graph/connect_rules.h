#pragma once

#include "spec/component_info.h"
#include "spec/messages.h"
#include "spec/pipeline_spec.h"

#include <QString>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ui {

using InfoOf = std::function<const engine::ComponentInfo*(std::string_view component)>;  // null: not known

// The ports of a node by name, in the order in which they are shown.
struct NodePorts {
    std::vector<std::string> inputs{}, outputs{};
    std::vector<std::string> sideOutputs{};  // rows refused or late, as long as nothing is wired to them
};

using EdgesOfNodes = std::map<engine::NodeId, std::vector<const engine::EdgeSpec*>>;  // from and to each
EdgesOfNodes edgesOfNodes(const engine::PipelineSpec& spec);

// From what the analysis found, else from the catalogue or the definition, and from the edges that are there.
// Pure.
NodePorts portsOf(const engine::PipelineSpec& spec, const engine::NodeSpec& node, const EdgesOfNodes& edges,
                  const InfoOf& infoOf, const engine::AnalysisReply& analysis);

// Which edges the shape of the pipeline allows; whether the rows fit is the engine's to say. Made for one
// spec, asked many times.
class ConnectRules {
public:
    ConnectRules(const engine::PipelineSpec& spec, const InfoOf& infoOf);
    // Why an edge may not be; empty if it may. `without`: an edge that is being moved elsewhere.
    QString refusal(const engine::EdgeSpec& edge, const engine::EdgeSpec* without = nullptr) const;
    // Whether the input has an edge already and takes only one.
    bool replaces(const engine::PortRef& input) const;
    QString titleOf(const engine::NodeId& node) const;

private:
    using Ways = std::multimap<engine::NodeId, engine::NodeId>;
    struct Reached {
        engine::NodeId from{};
        std::set<engine::NodeId> nodes{};
    };
    static void reach(const Ways& ways, const engine::NodeId& from, Reached& reached);
    bool closesCircle(const engine::EdgeSpec& edge) const;
    const engine::PipelineSpec& m_spec;
    InfoOf m_infoOf;
    Ways m_after, m_before;
    // Of the ends last asked for: a drag asks with one end fixed for all nodes at the other.
    mutable Reached m_behind, m_ahead;
};

}  // namespace ui
