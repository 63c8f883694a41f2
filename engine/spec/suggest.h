#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace engine {

// The candidate that `name` was probably meant to be: the fewest edits, and few enough for its length; the
// first of equals.
std::optional<std::string> nearestName(std::string_view name, std::span<const std::string> candidates);

// ` (did you mean "x"?)`, or nothing where no candidate is near.
std::string didYouMean(std::string_view name, std::span<const std::string> candidates);

}  // namespace engine
