#pragma once

#include "catalog/component.h"

namespace engine {

// What sinks have in common: `times`, which is iso8601 or epoch_ms, and `non_finite`, which is null or text.
ParamHints timesHints();
ParamHints nonFiniteHints();

}  // namespace engine
