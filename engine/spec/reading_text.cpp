#include "spec/reading_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace engine {

namespace {

constexpr double kExactMost = 1e15;  // above, a double has no decimals worth a digit
constexpr int kDecimalsMost = 6;

std::string printed(const char* format, int digits, double value)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, digits, value);
    return text.data();
}

}  // namespace

std::string readingText(double value)
{
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    const double size = std::abs(value);
    if (size >= kExactMost) return printed("%.*g", 7, value);
    if (value == std::floor(value)) return printed("%.*f", 0, value == 0 ? 0.0 : value);
    const int decimals = size >= 1000 ? 1 : 3 - static_cast<int>(std::floor(std::log10(size)));
    if (decimals > kDecimalsMost) return printed("%.*g", 4, value);
    const double scale = std::pow(10.0, decimals);
    const double rounded = std::round(value * scale) / scale;
    return printed("%.*f", rounded == std::floor(rounded) ? 0 : decimals, rounded);
}

}  // namespace engine
