#pragma once

#include "catalog/component.h"

namespace engine {

// What sinks have in common: `times`, which is iso8601 or epoch_ms.
ParamHints timesHints();

}  // namespace engine
