#pragma once

#include "data/expression.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine {

std::string constantText(const Scalar& constant);

// The number that a condition compares with, for whoever is shown the alert: of its first comparison of
// something with a constant. Nothing where there is none. Pure.
std::optional<double> thresholdOf(std::string_view condition, const Constants& constants);

// The condition with the values of its constants in their places.
std::string conditionText(std::string_view condition, const Constants& constants);

}  // namespace engine
