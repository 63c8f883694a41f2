#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace engine {

// Text with a unit: us, ms, s, min, h, d. Fractions down to a microsecond and a leading minus are allowed.
Result<Duration> parseInterval(std::string_view text);
std::string
formatInterval(Duration interval);  // in the largest unit that needs no fraction: "90s", "500ms", "0s"

// Text with a unit: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB; bytes, never negative.
Result<std::int64_t> parseSize(std::string_view text);
std::string formatSize(std::int64_t bytes);  // in the largest binary unit that needs no fraction

// ISO 8601 with `Z` or an offset: "2024-05-01T12:00:00Z", "2024-05-01 12:00:00.250+02:00"; a date alone is
// midnight UTC.
Result<Timestamp> parseTime(std::string_view text);
std::string formatTime(Timestamp time);

}  // namespace engine
