#pragma once

#include "base/env.h"
#include "data/schema.h"
#include "reference/reference_evaluator.h"
#include "support/random_text.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace engine {

// Nodes that keep rows for some time, drawn for the columns that come to them: their parameters, and what the
// reference is told.
struct DrawnDeduplicate {
    nlohmann::ordered_json params{};
    std::vector<std::string> keys{};
    std::int64_t ttlUs = 0;
};
DrawnDeduplicate drawDeduplicate(Random& random, const std::vector<Field>& fields);

struct DrawnTopN {
    nlohmann::ordered_json params{};
    RefTopN reference{};
};
// Where the order of arrival is not certain the order is total.
DrawnTopN drawTopN(Random& random, const std::vector<Field>& fields, bool arrivalIsCertain);
DrawnTopN drawTopNBehindWindow(Random& random, const std::vector<std::string>& columns);

// Up to two columns that can be keys.
std::vector<std::string> drawKeys(Random& random, const std::vector<Field>& fields);

}  // namespace engine
