#pragma once

#include "spec/pipeline_spec.h"

#include <vector>

namespace engine {

// Takes the disabled nodes out of a pipeline whose subpipelines are taken apart.
void dropDisabled(PipelineSpec& spec, std::vector<Diagnostic>& found);

}  // namespace engine
