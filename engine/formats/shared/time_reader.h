#pragma once

#include "base/result.h"
#include "data/time_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

// Reads the times of one column as its encoding says. Immutable; one for each column of a decoder, any
// thread. Every answer is in microseconds UTC, nothing when the value is no time of that encoding or lies
// too far away to reckon with.
class TimeReader {
public:
    // `encoding`: epoch_ms, epoch_s, epoch_us, iso8601, a pattern, or empty: iso8601 or epoch_ms by what is
    // there.
    static Result<TimeReader> make(const std::string& encoding);
    bool takesNumbers() const { return m_unitUs != 0; }
    bool takesTexts() const { return m_unitUs == 0 || m_isEither; }
    std::optional<std::int64_t> fromInteger(std::int64_t value) const
    {
        std::int64_t timeUs = 0;
        const bool isFar =
            __builtin_mul_overflow(value, m_unitUs, &timeUs) || timeUs < -kFurthestUs || timeUs > kFurthestUs;
        std::optional<std::int64_t> time = timeUs;
        if (isFar) time.reset();
        return time;
    }
    std::optional<std::int64_t> fromNumber(double value) const;
    std::optional<std::int64_t> fromText(std::string_view text) const;    // a text of iso8601 or a pattern
    std::optional<std::int64_t> fromDigits(std::string_view text) const;  // where numbers are texts too (CSV)

private:
    // Some 146 000 years around 1970: watermarks and windows reckon a little beyond the times of rows.
    static constexpr std::int64_t kFurthestUs = std::int64_t{1} << 62;
    std::int64_t m_unitUs = 0;  // of an epoch encoding
    bool m_isEither = false;
    std::optional<TimePattern> m_pattern{};
};

}  // namespace engine
