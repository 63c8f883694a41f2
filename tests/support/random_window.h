#pragma once

#include "base/env.h"
#include "reference/reference_evaluator.h"
#include "support/random_text.h"

#include <nlohmann/json.hpp>

namespace engine {

// Draws where a window begins and ends, and answers with the parameters that say so. `isLinear`: the rows
// come in the order of the source; elsewhere which of them meet in a window of rows, or in an early result,
// depends on how inputs interleave.
nlohmann::ordered_json drawWindow(Random& random, bool isLinear, RefWindow& window);

}  // namespace engine
