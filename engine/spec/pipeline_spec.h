#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "spec/diagnostic.h"
#include "spec/json.h"
#include "spec/param_schema.h"
#include "spec/shared_json.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

inline constexpr int kDocumentFormat = 1;
inline constexpr std::string_view kSubpipelinePrefix = "subpipeline:";

enum class Guarantee { ExactlyOnce, AtLeastOnce };

// How many rows may be rejected before that is a failure: a count, or a share of all rows from 0 to 1.
struct RejectLimit {
    std::optional<std::int64_t> count{};
    std::optional<double> share{};
    bool operator==(const RejectLimit&) const = default;
};

struct RestartPolicy {
    bool enabled = true;  // "never" in a document switches it off
    Duration first = std::chrono::milliseconds(100);
    Duration greatest = std::chrono::seconds(30);
    int attempts = 10;
    Duration within = std::chrono::minutes(10);
    Duration healthyAfter = std::chrono::minutes(10);  // then the count starts again
    bool operator==(const RestartPolicy&) const = default;
};

// `extra` of this and the following: members kept as they were written, for saving. They are the unknown
// ones, x_ ones, known ones whose value is wrong, and those that say the default in so many words.
struct PipelineSettings {
    Guarantee guarantee = Guarantee::ExactlyOnce;
    Duration checkpointInterval = std::chrono::seconds(1);
    Duration checkpointTimeout = std::chrono::minutes(10);
    int parallelism = 0;  // keyed instances; 0: as many as threads
    int threads = 0;      // 0: as many as cores
    std::int64_t memoryLimitBytes = std::int64_t{512} << 20;
    std::int64_t chunkBytes = std::int64_t{256} << 10;
    RestartPolicy restart{};
    std::string timeZone = "UTC";
    std::optional<RejectLimit> rejectLimit{};
    Json extra = Json::object();
    bool operator==(const PipelineSettings&) const = default;
};

struct ParameterSpec {
    std::string name{};
    std::string type = "string";  // string, bigint, double or boolean
    Json fallback{};              // null: a value must be given
    std::string unit{}, help{};
    Json extra = Json::object();
    bool operator==(const ParameterSpec&) const = default;
};

// Where something of a resolved pipeline stands in the document ("nodes[2]"); empty: not known. Says nothing
// of what it is, so that all are equal.
struct DocumentPlace {
    std::string path{};
    bool operator==(const DocumentPlace&) const { return true; }
    std::strong_ordering operator<=>(const DocumentPlace&) const { return std::strong_ordering::equal; }
};

struct NodeSpec {
    NodeId id{};
    std::string component{};
    std::string title{};
    SharedJson params{};  // an object; its meaning is given by the component's ParamSchema
    int parallelism = 0;  // 0: the pipeline's
    bool disabled = false;
    std::optional<RejectLimit> rejectLimit{};
    Json extra = Json::object();
    DocumentPlace place{};  // set by resolve, and where reading lost some
    bool operator==(const NodeSpec&) const = default;
};

struct PortRef {
    NodeId node{};
    std::string port{};  // ports are named in documents and messages; the plan turns names into indices
    auto operator<=>(const PortRef&) const = default;
};
std::string portText(const PortRef& port);  // "hot.out"

struct EdgeSpec {
    PortRef from{}, to{};
    DocumentPlace place{};  // set by resolve
    auto operator<=>(const EdgeSpec&) const = default;
};

using PromotedPorts = std::vector<std::pair<std::string, PortRef>>;  // outer name, inner port

// Nodes shown as one. It changes nothing that runs: nodes keep their ids; an edge may name a promoted port of
// the group.
struct GroupSpec {
    std::string id{}, title{};
    std::vector<NodeId> nodes{};
    PromotedPorts ports{};
    Json extra = Json::object();
    bool operator==(const GroupSpec&) const = default;
};

// A definition that nodes with the component "subpipeline:<name>" use; each use has values for its
// parameters.
struct SubpipelineSpec {
    std::string name{}, title{};
    std::vector<ParameterSpec> parameters{};
    PromotedPorts inputs{}, outputs{};
    std::vector<NodeSpec> nodes{};
    std::vector<EdgeSpec> edges{};
    Json extra = Json::object();
    bool operator==(const SubpipelineSpec&) const = default;
};

// The document as a value: copy it, compare it, diff it, hash it. What is the window's alone stays JSON.
struct PipelineSpec {
    int format = kDocumentFormat;
    std::string id{};
    std::string name{};
    std::vector<ParameterSpec> parameters{};
    PipelineSettings settings{};
    std::vector<NodeSpec> nodes{};
    std::vector<EdgeSpec> edges{};
    std::vector<GroupSpec> groups{};
    std::vector<SubpipelineSpec> subpipelines{};
    Json layout{}, notes{}, views{}, frames{}, pins{};  // null: not there
    Json extra = Json::object();
    const NodeSpec* find(const NodeId& node) const;
    bool operator==(const PipelineSpec&) const = default;
};

struct Parsed {
    PipelineSpec spec{};
    std::vector<Diagnostic> diagnostics{};
    std::vector<std::string> unknownMembers{};  // paths; kept when saved, refused without a window
    bool readOnly = false;      // saving would lose something: a higher format, or what could not be kept
    bool isJson = true;         // false: nothing of it could be read
    bool hasLostEdges = false;  // so nobody can say what is not connected
    bool runnable() const { return !hasProblem(diagnostics) && unknownMembers.empty(); }
};

// Every mistake of a document, each with its JSON path; never stops at the first but for JSON that cannot be
// read at all.
Parsed parsePipeline(std::string_view text);

// One problem for each unknown member, for where they are refused.
std::vector<Diagnostic> unknownMemberProblems(const Parsed& parsed);

using SchemaOf = std::function<const ParamSchema*(std::string_view component)>;  // null: not known

// The canonical form. Members of `params` stand in the component's order, unknown ones last by name.
std::string writePipeline(const PipelineSpec& spec, const SchemaOf& schemaOf = {});

struct SpecDiff {
    std::vector<NodeId> added{}, removed{}, changed{};
    std::vector<EdgeSpec> linked{}, unlinked{};
    bool settings = false, parameters = false, definitions = false;  // definitions: groups and subpipelines
    bool editor = false;  // layout, notes, views, frames, pins, titles, names: nothing that runs
    bool empty() const;
    bool operator==(const SpecDiff&) const = default;
};
SpecDiff diff(const PipelineSpec& before, const PipelineSpec& after);

// What changed, in sentences; none if nothing did.
std::vector<std::string> describeDiff(const PipelineSpec& before, const PipelineSpec& after);

// Equal for documents that run alike: layout, notes, views, frames, pins, titles, x_ members and the order of
// nodes, edges and members of params do not count.
std::uint64_t semanticHash(const PipelineSpec& spec);

}  // namespace engine
