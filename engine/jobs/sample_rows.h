#pragma once

#include "catalog/component.h"
#include "spec/messages.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace engine {

struct SampleOptions {
    std::string baseDirectory = ".";                    // relative paths of the document begin here
    std::size_t rows = 1000;                            // of each port
    Duration atLeast = std::chrono::milliseconds(250);  // before fewer rows will do
    Duration atMost = std::chrono::seconds(3);
    std::function<bool()> isCancelled = [] { return false; };
};

// The first rows of some output ports: runs the part of a resolved document that leads to them in a job of
// its own, without state to begin with or to leave, and without its sinks. Blocks for up to `atMost`.
Result<std::vector<PortRows>> sampleRows(const PipelineSpec& spec, const Constants& constants,
                                         const Catalog& catalog, Env& env, std::span<const PortRef> ports,
                                         const SampleOptions& options);

// What the node makes of rows given as its inputs, in the calling thread. No row is late, waiting takes no
// time but where something is asked outside, and windows fire when all has been given. `outputs` and
// `rejected` of the reply are filled.
PreviewReply tryNode(const NodeSpec& node, const Binding& binding, std::span<const PortRows> inputs, Env& env,
                     std::size_t rowsMax, const std::string& baseDirectory);

}  // namespace engine
