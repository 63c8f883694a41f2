#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine {

// A moment taken apart, proleptic Gregorian, UTC.
struct CalendarTime {
    std::int64_t year = 1970;
    int month = 1, day = 1;  // from 1
    int hour = 0, minute = 0, second = 0, microsecond = 0;
    int weekday = 4;        // 0 = Sunday
    int yearDay = 1;        // from 1
    std::int64_t days = 0;  // since 1970-01-01
};

enum class TimeUnit : std::uint8_t {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    EpochSeconds,
    DayOfWeek,
    IsoDayOfWeek,
    DayOfYear,
    IsoYear  // these five for EXTRACT alone
};

inline constexpr std::int64_t kSecondUs = 1'000'000;
inline constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
inline constexpr std::int64_t kHourUs = 60 * kMinuteUs;
inline constexpr std::int64_t kDayUs = 24 * kHourUs;

// The unit of a name such as MINUTE, minutes or SQL_TSI_MINUTE, whatever its case.
std::optional<TimeUnit> timeUnitFromName(std::string_view name);

constexpr std::int64_t floorDivide(std::int64_t value, std::int64_t by)
{
    const std::int64_t quotient = value / by;
    return quotient * by > value ? quotient - 1 : quotient;
}

std::int64_t daysFromCivil(std::int64_t year, int month, int day);
int daysInMonth(std::int64_t year, int month);
CalendarTime calendarOf(std::int64_t timeUs);

// All in microseconds UTC. Nothing when the result does not fit into 64 bits.
std::int64_t extractUnit(std::int64_t timeUs, TimeUnit unit);                 // weeks are those of ISO 8601
std::optional<std::int64_t> floorToUnit(std::int64_t timeUs, TimeUnit unit);  // weeks start on Sunday
std::optional<std::int64_t> ceilToUnit(std::int64_t timeUs, TimeUnit unit);
std::optional<std::int64_t> addMonths(std::int64_t timeUs,
                                      std::int64_t months);  // the day is capped to the month's last
std::optional<std::int64_t> addUnits(std::int64_t timeUs, std::int64_t count, TimeUnit unit);
std::int64_t unitsBetween(std::int64_t fromUs, std::int64_t toUs, TimeUnit unit);  // whole units, toward zero

}  // namespace engine
