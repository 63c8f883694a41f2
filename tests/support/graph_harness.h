#pragma once

#include "catalog/component.h"
#include "support/node_harness.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace engine {

// A node of a small graph: its inputs are earlier nodes and their ports; node -1 is the source, -2 the second
// one.
struct GraphNode {
    std::string component{};
    std::string params{};
    std::vector<std::pair<int, int>> inputs{};
};

struct GraphRows {
    SchemaPtr schema{};
    TestRows rows{};  // with the watermark that each meets
    std::int64_t afterUs = kNoWatermark;
    std::int64_t delayUs = 0;
};

// How a graph is run. `chunkRows` above 0: all nodes but the last as in lanes, the last by its partial and
// merge phases.
struct GraphWay {
    std::size_t batchRows = 2048;
    int instances = 1;      // of nodes whose rows are spread by key
    bool restores = false;  // everything saved and restored after each batch
    std::size_t chunkRows = 0;
};

struct GraphResult {
    SchemaPtr schema{};  // of the last node's first port
    TestRows rows{};
    TestRows late{};
    std::vector<std::vector<RejectedTestRow>> rejected{};  // by node
    std::int64_t slicesFailed = 0;
    std::string error{};
};

// Runs operators wired together in the calling thread: every batch of the source goes all the way through,
// and then the watermark, the least of both where there are two. Binds nothing that has problems: those are
// the error.
GraphResult runGraph(const Catalog& catalog, const std::vector<GraphNode>& nodes, const GraphRows& source,
                     const GraphWay& way, const GraphRows* second = nullptr);

}  // namespace engine
