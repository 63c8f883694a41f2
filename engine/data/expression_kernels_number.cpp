#include "data/expression_kernels.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace engine {

namespace {

template <class F>
void mapNumber(Call& call, F f)
{
    call.eachValid([&](std::uint32_t row) { call.out.setNumber(row, f(call[0].number(row))); });
}

// Half away from zero at `digits` behind the point of the shortest decimal text that means `value`.
double roundedDecimal(double value, std::int64_t digits)
{
    if (!std::isfinite(value) || value == 0 || digits > 400) return value;
    if (digits < -400) return std::copysign(0.0, value);
    char text[40];
    const auto end =
        std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific).ptr;
    std::string_view mantissa(text, static_cast<std::size_t>(end - text));
    const std::size_t e = mantissa.find('e');
    int exponent = 0;
    std::from_chars(text + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
    // Digits without the point, d[0] standing before it; kept are those up to 10^-digits.
    char number[64];
    std::size_t count = 0;
    number[count++] = '0';  // room for a carry
    for (std::size_t i = 0; i < e; ++i)
        if (text[i] != '.') number[count++] = text[i];
    const std::int64_t keep = exponent + 1 + digits;
    if (keep >= static_cast<std::int64_t>(count - 1)) return value;
    if (keep < 0) return std::copysign(0.0, value);
    const auto cut = static_cast<std::size_t>(keep) + 1;
    const bool up = number[cut] >= '5';
    if (up) {
        std::size_t at = cut - 1;
        while (number[at] == '9') number[at--] = '0';
        ++number[at];
    }
    // As digits and an exponent it is read back exactly.
    char out[96];
    std::size_t used = 0;
    for (std::size_t i = 0; i < cut; ++i) out[used++] = number[i];
    out[used++] = 'e';
    used = static_cast<std::size_t>(std::to_chars(out + used, out + sizeof out, -digits).ptr - out);
    double result = 0;
    if (std::from_chars(out, out + used, result).ec != std::errc() && digits < 0)
        result = std::numeric_limits<double>::infinity();
    return std::copysign(result, value);
}

}  // namespace

void absIntegerKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const std::int64_t value = call[0].integer(row);
        if (value == std::numeric_limits<std::int64_t>::min())
            call.out.fault(row, "integer overflow");
        else
            call.out.setInteger(row, value < 0 ? -value : value);
    });
}

void absNumberKernel(Call& call)
{
    mapNumber(call, [](double x) { return std::fabs(x); });
}
void ceilNumberKernel(Call& call)
{
    mapNumber(call, [](double x) { return std::ceil(x); });
}
void floorNumberKernel(Call& call)
{
    mapNumber(call, [](double x) { return std::floor(x); });
}
void sqrtKernel(Call& call)
{
    // Zero without a sign, as POWER(x, 0.5) gives it.
    mapNumber(call, [](double x) { return std::sqrt(x) + 0.0; });
}
void expKernel(Call& call)
{
    mapNumber(call, [](double x) { return std::exp(x); });
}
void lnKernel(Call& call)
{
    mapNumber(call, [](double x) { return std::log(x); });
}
void log10Kernel(Call& call)
{
    mapNumber(call, [](double x) { return std::log10(x); });
}
void signNumberKernel(Call& call)
{
    mapNumber(call, [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; });
}

void sameIntegerKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setInteger(row, call[0].integer(row)); });
}

void signIntegerKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const std::int64_t value = call[0].integer(row);
        call.out.setInteger(row, (value > 0) - (value < 0));
    });
}

void powerKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        call.out.setNumber(row, std::pow(call[0].number(row), call[1].number(row)));
    });
}

void roundNumberKernel(Call& call)
{
    const bool hasDigits = call.args.size() > 1;
    call.eachValid([&](std::uint32_t row) {
        // A decimal number knows no -0.
        call.out.setNumber(row,
                           roundedDecimal(call[0].number(row), hasDigits ? call[1].integer(row) : 0) + 0.0);
    });
}

void roundIntegerKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const std::int64_t value = call[0].integer(row), digits = call[1].integer(row);
        if (digits >= 0) return call.out.setInteger(row, value);
        if (digits < -19) return call.out.setInteger(row, 0);
        std::uint64_t unit = 1;
        for (std::int64_t i = 0; i < -digits; ++i) unit *= 10;
        const std::uint64_t size =
            value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
        const std::uint64_t rest = size % unit;
        std::uint64_t rounded = size - rest;
        const bool up = rest >= unit - rest;
        if (up && __builtin_add_overflow(rounded, unit, &rounded))
            return call.out.fault(row, "integer overflow");
        if (rounded > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return call.out.fault(row, "integer overflow");
        call.out.setInteger(
            row, value < 0 ? -static_cast<std::int64_t>(rounded) : static_cast<std::int64_t>(rounded));
    });
}

}  // namespace engine
