#include "data/calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string>
#include <utility>

namespace engine {

namespace {

__extension__ using Wide = __int128;

// What is left above the whole units, never negative.
std::int64_t restOf(std::int64_t value, std::int64_t unit)
{
    const std::int64_t rest = value % unit;
    return rest < 0 ? rest + unit : rest;
}

std::optional<std::int64_t> multiplied(std::int64_t a, std::int64_t b)
{
    std::int64_t out = 0;
    if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
    return out;
}

std::optional<std::int64_t> added(std::int64_t a, std::int64_t b)
{
    std::int64_t out = 0;
    if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
    return out;
}

// Length of the units that have one; 0 for months and longer.
std::int64_t unitUs(TimeUnit unit)
{
    switch (unit) {
    case TimeUnit::Microsecond: return 1;
    case TimeUnit::Millisecond: return 1000;
    case TimeUnit::Second: return kSecondUs;
    case TimeUnit::Minute: return kMinuteUs;
    case TimeUnit::Hour: return kHourUs;
    case TimeUnit::Day: return kDayUs;
    case TimeUnit::Week: return 7 * kDayUs;
    default: return 0;
    }
}

std::int64_t unitMonths(TimeUnit unit)
{
    switch (unit) {
    case TimeUnit::Month: return 1;
    case TimeUnit::Quarter: return 3;
    case TimeUnit::Year: return 12;
    case TimeUnit::Decade: return 120;
    case TimeUnit::Century: return 1200;
    case TimeUnit::Millennium: return 12000;
    default: return 0;
    }
}

std::optional<std::int64_t> startOfMonth(std::int64_t monthsSinceYear0)
{
    const std::int64_t year = floorDivide(monthsSinceYear0, 12);
    return multiplied(daysFromCivil(year, static_cast<int>(monthsSinceYear0 - year * 12) + 1, 1), kDayUs);
}

// The month, counted from year 0, in which the unit around `time` begins. Centuries begin with a year 1.
std::int64_t floorMonth(const CalendarTime& time, TimeUnit unit)
{
    const std::int64_t months = time.year * 12 + time.month - 1;
    const std::int64_t length = unitMonths(unit);
    const std::int64_t shift = unit == TimeUnit::Century || unit == TimeUnit::Millennium ? 12 : 0;
    return floorDivide(months - shift, length) * length + shift;
}

std::pair<std::int64_t, int> isoWeek(const CalendarTime& time)
{
    const int isoWeekday = time.weekday == 0 ? 7 : time.weekday;
    // The week belongs to the year that its Thursday lies in.
    const CalendarTime thursday = calendarOf((time.days + 4 - isoWeekday) * kDayUs);
    return {thursday.year, (thursday.yearDay - 1) / 7 + 1};
}

}  // namespace

std::optional<TimeUnit> timeUnitFromName(std::string_view name)
{
    static constexpr std::array<std::pair<std::string_view, TimeUnit>, 18> kNames{
        {{"MICROSECOND", TimeUnit::Microsecond},
         {"MILLISECOND", TimeUnit::Millisecond},
         {"SECOND", TimeUnit::Second},
         {"MINUTE", TimeUnit::Minute},
         {"HOUR", TimeUnit::Hour},
         {"DAY", TimeUnit::Day},
         {"WEEK", TimeUnit::Week},
         {"MONTH", TimeUnit::Month},
         {"QUARTER", TimeUnit::Quarter},
         {"YEAR", TimeUnit::Year},
         {"DECADE", TimeUnit::Decade},
         {"CENTURY", TimeUnit::Century},
         {"MILLENNIUM", TimeUnit::Millennium},
         {"EPOCH", TimeUnit::EpochSeconds},
         {"DOW", TimeUnit::DayOfWeek},
         {"ISODOW", TimeUnit::IsoDayOfWeek},
         {"DOY", TimeUnit::DayOfYear},
         {"ISOYEAR", TimeUnit::IsoYear}}};
    std::string upper(name);
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (upper.starts_with("SQL_TSI_")) upper.erase(0, 8);
    for (const auto& [known, unit] : kNames)
        if (upper == known ||
            (upper.size() == known.size() + 1 && upper.starts_with(known) && upper.back() == 'S'))
            return unit;
    return std::nullopt;
}

std::int64_t daysFromCivil(std::int64_t year, int month, int day)
{
    // Years are counted from March, so that the leap day is a year's last day; 400 years are 146,097 days.
    const std::int64_t shiftedYear = month <= 2 ? year - 1 : year;
    const std::int64_t era = floorDivide(shiftedYear, 400);
    const std::int64_t yearOfEra = shiftedYear - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146'097 + dayOfEra - 719'468;
}

int daysInMonth(std::int64_t year, int month)
{
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
}

CalendarTime calendarOf(std::int64_t timeUs)
{
    CalendarTime out;
    out.days = floorDivide(timeUs, kDayUs);
    const std::int64_t rest = restOf(timeUs, kDayUs);
    const std::int64_t shifted = out.days + 719'468;
    const std::int64_t era = floorDivide(shifted, 146'097);
    const std::int64_t dayOfEra = shifted - era * 146'097;
    const std::int64_t yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t marchMonth = (5 * dayOfYear + 2) / 153;
    out.day = static_cast<int>(dayOfYear - (153 * marchMonth + 2) / 5 + 1);
    out.month = static_cast<int>(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
    out.year = yearOfEra + era * 400 + (out.month <= 2 ? 1 : 0);
    out.hour = static_cast<int>(rest / kHourUs);
    out.minute = static_cast<int>(rest / kMinuteUs % 60);
    out.second = static_cast<int>(rest / kSecondUs % 60);
    out.microsecond = static_cast<int>(rest % kSecondUs);
    out.weekday = static_cast<int>(((out.days + 4) % 7 + 7) % 7);
    out.yearDay = static_cast<int>(out.days - daysFromCivil(out.year, 1, 1)) + 1;
    return out;
}

std::int64_t extractUnit(std::int64_t timeUs, TimeUnit unit)
{
    const CalendarTime time = calendarOf(timeUs);
    switch (unit) {
    case TimeUnit::Microsecond: return time.microsecond;
    case TimeUnit::Millisecond: return time.microsecond / 1000;
    case TimeUnit::Second: return time.second;
    case TimeUnit::Minute: return time.minute;
    case TimeUnit::Hour: return time.hour;
    case TimeUnit::Day: return time.day;
    case TimeUnit::Week: return isoWeek(time).second;
    case TimeUnit::Month: return time.month;
    case TimeUnit::Quarter: return (time.month - 1) / 3 + 1;
    case TimeUnit::Year: return time.year;
    case TimeUnit::Decade: return floorDivide(time.year, 10);
    case TimeUnit::Century: return time.year > 0 ? (time.year + 99) / 100 : -((99 - (time.year - 1)) / 100);
    case TimeUnit::Millennium:
        return time.year > 0 ? (time.year + 999) / 1000 : -((999 - (time.year - 1)) / 1000);
    case TimeUnit::EpochSeconds: return floorDivide(timeUs, kSecondUs);
    case TimeUnit::DayOfWeek: return time.weekday + 1;
    case TimeUnit::IsoDayOfWeek: return time.weekday == 0 ? 7 : time.weekday;
    case TimeUnit::DayOfYear: return time.yearDay;
    case TimeUnit::IsoYear: return isoWeek(time).first;
    }
    return 0;
}

std::optional<std::int64_t> floorToUnit(std::int64_t timeUs, TimeUnit unit)
{
    if (unit == TimeUnit::Week) {
        const CalendarTime time = calendarOf(timeUs);
        return multiplied(time.days - time.weekday, kDayUs);
    }
    if (const std::int64_t length = unitUs(unit)) return multiplied(floorDivide(timeUs, length), length);
    if (unitMonths(unit) == 0) return std::nullopt;
    return startOfMonth(floorMonth(calendarOf(timeUs), unit));
}

std::optional<std::int64_t> ceilToUnit(std::int64_t timeUs, TimeUnit unit)
{
    const auto floored = floorToUnit(timeUs, unit);
    if (!floored || *floored == timeUs) return floored;
    if (const std::int64_t length = unitUs(unit)) return added(*floored, length);
    return startOfMonth(floorMonth(calendarOf(timeUs), unit) + unitMonths(unit));
}

std::optional<std::int64_t> addMonths(std::int64_t timeUs, std::int64_t months)
{
    constexpr std::int64_t kFurthestMonths = 12 * 600'000;  // beyond, no 64-bit time is left
    if (months < -kFurthestMonths || months > kFurthestMonths) return std::nullopt;
    const CalendarTime time = calendarOf(timeUs);
    const std::int64_t total = time.year * 12 + time.month - 1 + months;
    const std::int64_t year = floorDivide(total, 12);
    const int month = static_cast<int>(total - year * 12) + 1;
    const auto day =
        multiplied(daysFromCivil(year, month, std::min(time.day, daysInMonth(year, month))), kDayUs);
    if (!day) return std::nullopt;
    return added(*day, restOf(timeUs, kDayUs));
}

std::optional<std::int64_t> addUnits(std::int64_t timeUs, std::int64_t count, TimeUnit unit)
{
    if (const std::int64_t length = unitUs(unit)) {
        const auto distance = multiplied(count, length);
        return distance ? added(timeUs, *distance) : std::nullopt;
    }
    const auto months = multiplied(count, unitMonths(unit));
    return months ? addMonths(timeUs, *months) : std::nullopt;
}

std::int64_t unitsBetween(std::int64_t fromUs, std::int64_t toUs, TimeUnit unit)
{
    if (const std::int64_t length = unitUs(unit)) {
        const Wide units = (static_cast<Wide>(toUs) - fromUs) / length;
        constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
        return units > kMost ? kMost : units < -kMost ? -kMost : static_cast<std::int64_t>(units);
    }
    const std::int64_t length = unitMonths(unit);
    if (length == 0) return 0;
    if (fromUs > toUs) return -unitsBetween(toUs, fromUs, unit);
    const CalendarTime from = calendarOf(fromUs), to = calendarOf(toUs);
    std::int64_t months = (to.year - from.year) * 12 + to.month - from.month;
    const std::int64_t fromRest = (from.day * 24 + from.hour) * kHourUs + restOf(fromUs, kHourUs);
    const std::int64_t toRest = (to.day * 24 + to.hour) * kHourUs + restOf(toUs, kHourUs);
    if (toRest < fromRest) --months;
    return months / length;
}

}  // namespace engine
