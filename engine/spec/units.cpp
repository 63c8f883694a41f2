#include "spec/units.h"

#include <array>
#include <charconv>
#include <optional>

namespace engine {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr std::array<Unit, 6> kIntervalUnits{{{"d", 86'400'000'000},
                                              {"h", 3'600'000'000},
                                              {"min", 60'000'000},
                                              {"s", 1'000'000},
                                              {"ms", 1'000},
                                              {"us", 1}}};
constexpr std::array<Unit, 5> kBinaryUnits{{{"TiB", std::int64_t{1} << 40},
                                            {"GiB", std::int64_t{1} << 30},
                                            {"MiB", std::int64_t{1} << 20},
                                            {"KiB", std::int64_t{1} << 10},
                                            {"B", 1}}};
constexpr std::array<Unit, 4> kDecimalUnits{
    {{"TB", 1'000'000'000'000}, {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1'000}}};

// A decimal number, exactly: digits with `fractionDigits` of them behind the point.
struct Decimal {
    bool negative = false;
    std::int64_t digits = 0;
    int fractionDigits = 0;
};

// Takes a number off the front of `text`; nothing if there is none or it has more digits than fit.
std::optional<Decimal> takeNumber(std::string_view& text)
{
    Decimal number;
    std::size_t at = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) number.negative = text[at++] == '-';
    bool point = false;
    int digits = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !point && digits > 0) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            if (++digits > 18) return std::nullopt;
            number.digits = number.digits * 10 + (c - '0');
            number.fractionDigits += point ? 1 : 0;
        } else {
            break;
        }
    }
    if (digits == 0 || text[at - 1] == '.') return std::nullopt;
    text.remove_prefix(at);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return number;
}

// digits / 10^fractionDigits * factor, if that is a whole number of 64 bits.
std::optional<std::int64_t> multiply(const Decimal& number, std::int64_t factor)
{
    std::int64_t digits = number.digits;
    for (int i = 0; i < number.fractionDigits; ++i) {
        if (factor % 10 == 0)
            factor /= 10;
        else if (digits % 10 == 0)
            digits /= 10;
        else if (digits % 5 == 0 && factor % 2 == 0)
            digits /= 5, factor /= 2;
        else
            return std::nullopt;
    }
    std::int64_t product = 0;
    if (__builtin_mul_overflow(digits, factor, &product)) return std::nullopt;
    return number.negative ? -product : product;
}

std::string quoted(std::string_view text) { return "\"" + std::string(text.substr(0, 40)) + "\""; }

template <std::size_t kCount>
std::optional<std::int64_t> factorOf(std::string_view unit, const std::array<Unit, kCount>& units)
{
    for (const Unit& known : units)
        if (known.name == unit) return known.factor;
    return std::nullopt;
}

template <std::size_t kCount>
std::string format(std::int64_t value, std::string_view zeroUnit, const std::array<Unit, kCount>& units)
{
    if (value == 0) return "0" + std::string(zeroUnit);
    for (const Unit& unit : units)
        if (value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
    return std::to_string(value) + std::string(units.back().name);
}

Error mistake(std::string message) { return Error{ErrorCode::InvalidSpec, std::move(message), {}}; }

}  // namespace

Result<Duration> parseInterval(std::string_view text)
{
    std::string_view rest = text;
    const auto number = takeNumber(rest);
    if (!number)
        return mistake(quoted(text) +
                       " is no duration; write a number and a unit, such as \"500ms\", \"1s\" or \"5min\".");
    if (rest.empty()) {
        const std::string start(text);
        return mistake("The duration " + quoted(text) + " has no unit; write \"" + start +
                       "s\" for seconds or \"" + start + "ms\" for milliseconds.");
    }
    const auto factor = factorOf(rest, kIntervalUnits);
    if (!factor)
        return mistake("The duration " + quoted(text) + " has the unknown unit " + quoted(rest) +
                       "; the units are us, ms, s, min, h and d.");
    const auto value = multiply(*number, *factor);
    if (!value) return mistake("The duration " + quoted(text) + " is too long, or finer than a microsecond.");
    return Duration(*value);
}

std::string formatInterval(Duration interval) { return format(interval.count(), "s", kIntervalUnits); }

Result<std::int64_t> parseSize(std::string_view text)
{
    std::string_view rest = text;
    const auto number = takeNumber(rest);
    if (!number || number->negative)
        return mistake(quoted(text) +
                       " is no size; write a number and a unit, such as \"64MiB\" or \"512KiB\".");
    if (rest.empty()) {
        const std::string start(text);
        return mistake("The size " + quoted(text) + " has no unit; write \"" + start + "MiB\" or \"" + start +
                       "B\".");
    }
    auto factor = factorOf(rest, kBinaryUnits);
    if (!factor) factor = factorOf(rest, kDecimalUnits);
    if (!factor)
        return mistake("The size " + quoted(text) + " has the unknown unit " + quoted(rest) +
                       "; the units are B, KiB, MiB, GiB and TiB.");
    const auto value = multiply(*number, *factor);
    if (!value) return mistake("The size " + quoted(text) + " is too large, or no whole number of bytes.");
    return *value;
}

std::string formatSize(std::int64_t bytes) { return format(bytes, "B", kBinaryUnits); }

}  // namespace engine
