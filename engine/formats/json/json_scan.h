#pragma once

#include <simdjson.h>

#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace engine {

// The scalars of JSON, read from bytes with 64 readable ones behind them. Each answers null for what it
// leaves to the parser, sound or not.

inline std::uint64_t jsonWord(const char* at)
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

inline bool startsWithWord(const char* at, const char (&four)[5]) { return std::memcmp(at, four, 4) == 0; }

// The quote that ends the text whose first byte is at `at`; null when it has escapes or control characters,
// or is not UTF-8. A line feed must be somewhere behind `at`.
inline const char* plainTextEnd(const char* at)
{
    const char* const begin = at;
    bool isAscii = true;
    const auto checked = [&](const char* end) -> const char* {
        if (*end != '"') return nullptr;
        const auto bytes = static_cast<std::size_t>(end - begin);
        return isAscii || simdjson::validate_utf8(begin, bytes) ? end : nullptr;
    };
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                  lastControl = _mm_set1_epi8(0x1F);
    for (;; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, lastControl), bytes);
        const __m128i ends = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)), control);
        const auto stops = static_cast<std::uint32_t>(_mm_movemask_epi8(ends));
        const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
        if (stops == 0) {
            isAscii = isAscii && high == 0;
            continue;
        }
        const int first = std::countr_zero(stops);
        isAscii = isAscii && (high & ((1u << first) - 1)) == 0;
        return checked(at + first);
    }
#else
    for (;; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte == '"' || byte == '\\' || byte < 0x20) return checked(at);
        isAscii = isAscii && byte < 0x80;
    }
#endif
}

// A number of at most eighteen digits without an exponent.
struct ScannedNumber {
    std::uint64_t digits = 0;  // without the point
    int fraction = 0;          // so many of them are behind it
    bool isNegative = false, isWhole = true;

    bool toInteger(std::int64_t& value) const
    {
        value = isNegative ? -static_cast<std::int64_t>(digits) : static_cast<std::int64_t>(digits);
        return isWhole;
    }
    // Exact: both numbers are, and one division rounds once (Clinger, "How to read floating point numbers
    // accurately", 1990).
    bool toDouble(double& value) const
    {
        static constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                             1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
        const double whole = static_cast<double>(digits) / kPowers[fraction];
        value = isNegative ? -whole : whole;
        return digits <= (std::uint64_t{1} << 53);
    }
};

inline bool isDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Adds the digits at `at` to `number`; answers the first byte that is none.
inline const char* scanDigits(const char* at, std::uint64_t& number)
{
    if constexpr (std::endian::native == std::endian::little) {
        for (;;) {
            std::uint64_t word = jsonWord(at);
            const bool areDigits =
                ((word & 0xF0F0F0F0F0F0F0F0ull) |
                 (((word + 0x0606060606060606ull) & 0xF0F0F0F0F0F0F0F0ull) >> 4)) == 0x3333333333333333ull;
            if (!areDigits) break;
            // Pairs, then fours, then all eight: each step adds neighbours, the left one times 10, 100, 10^4.
            word = (word & 0x0F0F0F0F0F0F0F0Full) * 2561 >> 8;
            word = (word & 0x00FF00FF00FF00FFull) * 6553601 >> 16;
            word = (word & 0x0000FFFF0000FFFFull) * 42949672960001ull >> 32;
            number = number * 100'000'000 + word;
            at += 8;
            if (number > 99'999'999'999'999'999ull) break;  // the loop below sees that it is too long
        }
    }
    for (; isDigit(*at); ++at) number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    return at;
}

inline const char* scanNumber(const char* at, ScannedNumber& number)
{
    constexpr std::ptrdiff_t kDigitsMax = 18;
    number.isNegative = *at == '-';
    at += number.isNegative;
    const char* const begin = at;
    at = scanDigits(at, number.digits);
    if (at == begin || at - begin > kDigitsMax || (*begin == '0' && at - begin > 1)) return nullptr;
    if (*at == '.') {
        const char* const point = at++;
        at = scanDigits(at, number.digits);
        number.fraction = static_cast<int>(at - point - 1);
        number.isWhole = false;
        if (number.fraction == 0 || at - begin - 1 > kDigitsMax) return nullptr;
    }
    return *at == 'e' || *at == 'E' ? nullptr : at;
}

}  // namespace engine
