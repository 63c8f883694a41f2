#pragma once

#include "catalog/component.h"
#include "spec/pipeline_spec.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

inline constexpr std::string_view kRejectedPort = "rejected";
inline constexpr std::string_view kLatePort = "late";

// What can be said of a pipeline without running it. Never stops at the first problem.
struct Analysis {
    std::vector<NodeId> order{};             // every node behind those it reads from
    std::map<PortRef, SchemaPtr> schemas{};  // of output ports all columns of which are known
    std::map<NodeId, std::shared_ptr<const Binding>> bindings{};
    std::map<NodeId, std::string> summaries{};  // what a node does in a line, also of one with a mistake
    std::map<NodeId, std::vector<SchemaPtr>> inputs{};
    std::map<NodeId, std::vector<std::string>> inputPorts{};  // by name, of nodes that are bound
    std::vector<Diagnostic> diagnostics{};
    bool runnable() const { return !hasProblem(diagnostics); }
    std::size_t portOf(const EdgeSpec& edge) const;  // which of its node's inputs an edge leads to
};

// Torn: edges were lost where the document was read, so that nothing can be said of what is not connected.
enum class Wiring { Whole, Torn };

// Binds every node in graph order and collects what is wrong. Pure: same in, same out. `spec` is resolved: no
// parameters but those in formulas (`constants`), no subpipelines, groups or disabled nodes.
Analysis analyse(const PipelineSpec& spec, const Catalog& catalog, const Constants& constants,
                 Wiring wiring = Wiring::Whole);

// The first problem that the node an edge leads to would have with it and has not now; empty: none, or too
// little is known. An edge that stands in the way is thought away. `analysis` is that of `spec`.
std::string problemOfEdge(const PipelineSpec& spec, const Analysis& analysis, const Catalog& catalog,
                          const Constants& constants, const EdgeSpec& edge);

struct TaskPlan {
    enum Kind { Source, Lane, Merge, Chain, Sink } kind = Chain;
    TaskId id{};
    std::vector<NodeId>
        nodes{};  // Lane: the source, then its stateless operators; Merge, Chain: fused operators in order
    NodeId partial{};  // Lane: whose partial phase it runs; Merge: whose merge is nodes[0]. Empty: none
    NodeId source{};   // of Source, Lane, Merge
    int instance = 0, instances = 1;
};
struct ChannelPlan {
    TaskId from{}, to{};
    int edge = -1;  // index into the spec's edges; -1: between source, lanes and merge
    std::size_t bytesMax = 0;
};
// The spec cut into tasks and channels.
struct Plan {
    std::vector<TaskPlan> tasks{};  // tasks[i].id is i
    std::vector<ChannelPlan> channels{};
    std::map<NodeId, std::vector<bool>> needed{};  // of each source: the columns that the graph uses
    std::size_t queueBytes() const;                // the most that all channels hold
};

struct PlanOptions {
    int threads = 1;      // lanes of each source
    int parallelism = 1;  // instances of a keyed node that stands behind an exchange
    std::size_t chunkBytes = limits::kChunkBytes;
    std::size_t queueBytesMax = ~std::size_t{0};  // all channels together are cut to this
};
Plan makePlan(const PipelineSpec& spec, const Analysis& analysis, const PlanOptions& options);
// Of each source: the columns that the graph uses, as Plan::needed has them.
std::map<NodeId, std::vector<bool>> neededColumns(const PipelineSpec& spec, const Analysis& analysis);

}  // namespace engine
