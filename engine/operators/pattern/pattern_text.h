#pragma once

#include "data/expression.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

inline constexpr std::uint32_t kEndless = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::size_t kPatternVariablesMax = 60;  // a row keeps a bit for each condition

// A variable of a pattern and how many rows it takes. A greedy one with a choice leaves the variable behind
// it only rows that it would not take itself (semantics.md section 4).
struct PatternVariable {
    std::string name{};
    std::uint32_t least = 1, most = 1;
    bool isGreedy = false;
    std::size_t offset = 0, length = 0;  // in the text
};

// Reads "A B+ C{2,3}?". The mistake says what was found where, and what is expected.
std::variant<std::vector<PatternVariable>, ExpressionError> parsePattern(std::string_view text);

}  // namespace engine
