#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// Times are microseconds UTC. Digits of a second beyond the sixth are cut off. Any thread.

// `yyyy-MM-ddTHH:mm[:ss[.fraction]]` with Z or an offset (+HH, +HHmm, +HH:mm); or with a space instead of the
// T, and then UTC when no zone is given. Nothing for anything else.
std::optional<std::int64_t> parseIso8601(std::string_view text);
// As above, and besides: no zone (UTC) after a T, and a date alone. What CAST and TIMESTAMP '...' read.
std::optional<std::int64_t> parseSqlTime(std::string_view text);

void appendIso8601Millis(std::string& out, std::int64_t timeUs);  // 2024-05-01T12:00:00.123Z
void appendSqlTime(std::string& out, std::int64_t timeUs);        // 2024-05-01 12:00:00.123

// A pattern of the letters y M d H h m s S a E D X, with texts in single quotes and signs between; compiled
// once, used for reading and writing. Immutable.
class TimePattern {
public:
    static Result<TimePattern> compile(std::string_view pattern);
    void append(std::string& out, std::int64_t timeUs) const;
    std::optional<std::int64_t> parse(std::string_view text) const;  // the whole text; without X it is UTC

private:
    struct Part {
        char letter = 0;  // 0: literal text
        int count = 0;
        std::string text{};
    };
    std::vector<Part> m_parts;
};

}  // namespace engine
