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

// Eight digits as they stand in memory, each byte 0 to 9: pairs, then fours, then all eight, each step adding
// neighbours, the left one times 10, 100, 10^4.
inline std::uint64_t eightDigits(std::uint64_t word)
{
    word = word * 2561 >> 8;
    word = (word & 0x00FF00FF00FF00FFull) * 6553601 >> 16;
    return (word & 0x0000FFFF0000FFFFull) * 42949672960001ull >> 32;
}

// The bytes of a word as digits, and the high bit of each byte that is none.
struct DigitWord {
    std::uint64_t digits = 0, others = 0;
    explicit DigitWord(std::uint64_t word) : digits(word ^ 0x3030303030303030ull)
    {
        others =
            (((digits & 0x7F7F7F7F7F7F7F7Full) + 0x7676767676767676ull) | digits) & 0x8080808080808080ull;
    }
    // Of the first `count` bytes, 0 to 8.
    static std::uint64_t value(std::uint64_t digits, int count)
    {
        return count == 0 ? 0 : eightDigits(digits << (64 - 8 * count));
    }
};

static_assert(std::endian::native == std::endian::little, "digits are read a word at a time");

// Adds the digits at `at` to `number`, which wraps round where there are more than eighteen; answers the
// first byte that is none.
inline const char* scanDigits(const char* at, std::uint64_t& number)
{
    static constexpr std::uint64_t kPowers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000};
    for (;;) {
        const DigitWord word(jsonWord(at));
        if (word.others != 0) {
            const int count = std::countr_zero(word.others) / 8;
            number = number * kPowers[count] + DigitWord::value(word.digits, count);
            return at + count;
        }
        number = number * 100'000'000 + eightDigits(word.digits);
        at += 8;
    }
}

inline const char* scanLongNumber(const char* const begin, ScannedNumber& number)
{
    constexpr std::ptrdiff_t kDigitsMax = 18;
    const char* at = scanDigits(begin, number.digits);
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

inline const char* scanNumber(const char* at, ScannedNumber& number)
{
    number.isNegative = *at == '-';
    at += number.isNegative;
    // What ends within eight bytes is read out of one word, its point taken out.
    DigitWord word(jsonWord(at));
    if (word.others == 0) return scanLongNumber(at, number);
    const int whole = std::countr_zero(word.others) / 8;
    if (whole == 0 || (*at == '0' && whole > 1)) return nullptr;
    int size = whole, count = whole;
    if (at[whole] == '.') {
        word.others &= word.others - 1;
        if (word.others == 0) return scanLongNumber(at, number);
        size = std::countr_zero(word.others) / 8;
        count = size - 1;
        number.fraction = count - whole;
        number.isWhole = false;
        if (number.fraction == 0) return nullptr;
        const std::uint64_t before = (std::uint64_t{1} << (8 * whole)) - 1;
        word.digits = (word.digits & before) | (word.digits >> 8 & ~before);
    }
    number.digits = DigitWord::value(word.digits, count);
    at += size;
    return *at == 'e' || *at == 'E' ? nullptr : at;
}

}  // namespace engine
