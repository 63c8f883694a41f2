#pragma once

#include "base/env.h"
#include "data/schema.h"
#include "reference/reference_evaluator.h"
#include "support/random_text.h"

#include <string>
#include <vector>

namespace engine {

// A join of two sources, drawn, and what the reference makes of it.
struct RandomJoin {
    std::string component{}, params{};
    RefTable result{};
    std::vector<Field> fields{};  // of the result
};
RandomJoin makeRandomJoin(Random& random, const RefTable& left, const std::vector<Field>& leftFields,
                          const RefTable& right, const std::vector<Field>& rightFields);

}  // namespace engine
