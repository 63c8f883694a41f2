#pragma once

#include "data/expression.h"
#include "spec/pipeline_spec.h"

namespace ui {

// What the formulas of a pipeline may use besides columns: its parameters, with their values.
engine::Constants constantsOf(const engine::PipelineSpec& spec);

}  // namespace ui
