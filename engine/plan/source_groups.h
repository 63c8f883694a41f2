#pragma once

#include "catalog/component.h"
#include "spec/pipeline_spec.h"

#include <map>
#include <memory>
#include <vector>

namespace engine {

// Sources whose rows meet in a node that waits for the slowest of its inputs are one alignment group, so that
// it keeps no more of the others than it must (semantics.md section 1). A source whose parameters say how it
// waits stays as it is. `order` is that of the graph.
void alignSourcesThatMeet(const PipelineSpec& spec, const std::vector<NodeId>& order,
                          std::map<NodeId, std::shared_ptr<const Binding>>& bindings);

}  // namespace engine
