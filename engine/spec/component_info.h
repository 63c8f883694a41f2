#pragma once

#include "spec/param_schema.h"

#include <string>
#include <vector>

namespace engine {

enum class ComponentKind { Source, Operator, Sink };

struct PortInfo {
    std::string name{}, help{};
    bool operator==(const PortInfo&) const = default;
};

// Everything a reader needs to show and fill in a component; no code. Travels to remote clients.
struct ComponentInfo {
    std::string id{};  // written in pipeline files: never renamed
    ComponentKind kind = ComponentKind::Operator;
    std::string title{}, category{}, help{};
    std::vector<PortInfo> inputs{{"in", ""}};
    std::vector<PortInfo> outputs{{"out", ""}};
    ParamSchema params{};
    bool stateless =
        false;  // keeps nothing between rows: may run in the lanes, and a change needs no new state
    bool repeatsRows = false;  // a sink that may write rows again after a failure: never exactly once
    int version = 1;           // raised when the meaning of params or state changes
    bool operator==(const ComponentInfo&) const = default;
};

// Whether an input takes any number of edges; all others take one.
inline bool takesManyEdges(const ComponentInfo& info)
{
    return info.kind == ComponentKind::Sink || info.id == "union";
}

}  // namespace engine
