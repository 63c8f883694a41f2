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

// Makes the gap of sessions longer until no two rows are exactly that far apart. Behind a join it depends on
// how the inputs interleave whether such a row comes before the watermark at which the session ends.
void keepFromTouching(const RefTable& rows, nlohmann::ordered_json& params, RefWindow& window);

}  // namespace engine
