#pragma once

#include <span>
#include <string_view>

namespace engine {

// What help and completion say of a function or operator. The texts live as long as the program.
struct FunctionInfo {
    std::string_view name{};       // as the parsed tree names it
    std::string_view category{};   // Operators, Conditions, Numbers, Texts, Times, JSON, Conversion
    std::string_view signature{};  // for example ROUND(number [, digits])
    std::string_view help{};       // one or two sentences
    std::string_view example{};    // a formula without columns
};

std::span<const FunctionInfo> expressionFunctions();

}  // namespace engine
