#pragma once

#include "spec/pipeline_spec.h"

#include <vector>

namespace engine {

// In which order the nodes of a pipeline can be looked at. An edge that closes a circle is thought away, so
// that the rest of a pipeline with circles can be looked at too.
struct GraphOrder {
    std::vector<NodeId> nodes{};  // every node behind those it reads from; one of several with one id
    struct Circle {
        std::size_t edge = 0;         // the one that leads back; an index into the spec's edges
        std::vector<NodeId> nodes{};  // from where it leads back to, to where it comes from
    };
    std::vector<Circle> circles{};  // the first ones
    std::vector<bool> isCut{};      // of each edge: it leads back
};
GraphOrder graphOrder(const PipelineSpec& spec);

// "hot -> per_second -> hot", cut in the middle where it is long.
std::string circleText(const std::vector<NodeId>& nodes);

}  // namespace engine
