#pragma once

#include <QString>

#include <cstdint>

namespace ui {

// Every number the window shows is made here, so that it reads alike everywhere. Pure; any thread. Times are
// in microseconds UTC.

inline constexpr std::int64_t kDayUs = 86'400'000'000;

QString formatCount(std::int64_t count);          // "4,021"
QString formatShort(double value);                // three digits and an SI prefix: "1.24 M", "612 k", "8.1"
QString formatRate(double perSecond);             // "1.24 M/s"
QString formatBytes(std::int64_t bytes);          // "2.1 MiB"
QString formatDuration(std::int64_t durationUs);  // "3 ms", "0.5 s", "2 min 5 s", "3 h 12 min", "5 d 2 h"
QString formatRunningTime(std::int64_t durationUs);  // "00:42:18", "3 d 01:00:00"
QString formatAge(std::int64_t durationUs);          // "now", "3 s ago"
QString formatTimeOfDay(std::int64_t timeUs);        // "14:32:07.500"
QString formatDateTime(std::int64_t timeUs);         // "2024-05-01 14:32:07.500"
QString formatPercent(double share);                 // 0.48 as "48 %"
// With zeros up to so many decimals, so that the points of a column stand below each other; six at most.
QString withDecimals(const QString& value, int decimals);
int decimalsOf(const QString& value);  // digits behind its point, at most six; none if it has an exponent
QString formatValue(double value);  // of a cell: at most seven digits, "-0.00012", "81.25", "1.5e+12"

}  // namespace ui
