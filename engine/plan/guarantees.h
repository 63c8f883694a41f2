#pragma once

#include "plan/plan.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine {

// What one sink of a pipeline promises of its rows, whatever dies.
struct SinkPromise {
    NodeId node{};
    SinkGuarantee guarantee = SinkGuarantee::AtLeastOnce;
    std::string how{};  // the reason, as a part of a sentence
};

std::string_view guaranteeName(SinkGuarantee guarantee);  // "exactly_once"

// Of each sink that keeps its rows, in the order of the document; none claims more than it can. `analysis` is
// that of `spec`, without problems.
std::vector<SinkPromise> promisesOf(const PipelineSpec& spec, const Analysis& analysis);

}  // namespace engine
