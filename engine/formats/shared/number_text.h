#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace engine {

inline void appendInteger(std::string& into, std::int64_t value)
{
    char digits[24];
    into.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// The shortest text that reads back as the same finite number.
inline void appendFinite(std::string& into, double value)
{
    char digits[40];
    into.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

inline const char* nonFiniteName(double value)
{
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace engine
