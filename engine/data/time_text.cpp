#include "data/time_text.h"

#include "data/calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

namespace engine {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

// The parts of a time as read, before they are put together.
struct ReadTime {
    std::int64_t year = 1970;
    int month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
    int offsetMinutes = 0;
    int halfDay = -1;  // 0 AM, 1 PM
    int yearDay = 0;

    std::optional<std::int64_t> timeUs() const
    {
        if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return std::nullopt;
        int hourOfDay = hour;
        if (halfDay >= 0) {
            if (hour < 1 || hour > 12) return std::nullopt;
            hourOfDay = hour % 12 + halfDay * 12;
        }
        if (yearDay > (daysInMonth(year, 2) == 29 ? 366 : 365)) return std::nullopt;
        if (hourOfDay > 23 || minute > 59 || second > 59) return std::nullopt;
        const std::int64_t days =
            yearDay ? daysFromCivil(year, 1, 1) + yearDay - 1 : daysFromCivil(year, month, day);
        return days * kDayUs + hourOfDay * kHourUs + (minute - offsetMinutes) * kMinuteUs +
            second * kSecondUs + microsecond;
    }
};

// Reads from the front of a text; every function leaves the text alone when it gives false.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_at(text.data()), m_end(text.data() + text.size()) { }
    bool atEnd() const { return m_at == m_end; }
    char peek() const { return m_at == m_end ? '\0' : *m_at; }
    bool take(char c)
    {
        if (peek() != c || atEnd()) return false;
        ++m_at;
        return true;
    }
    bool take(std::string_view text)
    {
        if (static_cast<std::size_t>(m_end - m_at) < text.size() ||
            std::string_view(m_at, text.size()) != text)
            return false;
        m_at += text.size();
        return true;
    }
    bool takeIgnoringCase(std::string_view text)
    {
        if (static_cast<std::size_t>(m_end - m_at) < text.size()) return false;
        const auto same = [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
        };
        if (!std::equal(text.begin(), text.end(), m_at, same)) return false;
        m_at += text.size();
        return true;
    }
    bool digits(int least, int most, int& value)
    {
        const char* at = m_at;
        int read = 0, number = 0;
        for (; at != m_end && read < most && *at >= '0' && *at <= '9'; ++at, ++read)
            number = number * 10 + (*at - '0');
        if (read < least) return false;
        m_at = at;
        value = number;
        return true;
    }
    bool fraction(int& microsecond)
    {
        int read = 0, number = 0;
        for (; m_at != m_end && *m_at >= '0' && *m_at <= '9'; ++m_at, ++read)
            if (read < 6) number = number * 10 + (*m_at - '0');
        if (read == 0 || read > 9) return false;
        for (; read < 6; ++read) number *= 10;
        microsecond = number;
        return true;
    }
    bool zone(int& offsetMinutes)
    {
        if (take('Z')) return true;
        const int sign = peek() == '-' ? -1 : 1;
        if (!take('+') && !take('-')) return false;
        int hours = 0, minutes = 0;
        if (!digits(2, 2, hours) || hours > 18) return false;
        const bool colon = take(':');
        if (!digits(2, 2, minutes) && colon) return false;
        if (minutes > 59) return false;
        offsetMinutes = sign * (hours * 60 + minutes);
        return true;
    }

private:
    const char* m_at;
    const char* m_end;
};

enum class ZoneRule { Strict, Lenient };

std::optional<std::int64_t> parseTime(std::string_view text, ZoneRule rule)
{
    Cursor cursor(text);
    ReadTime time;
    int year = 0;
    if (!cursor.digits(4, 4, year) || !cursor.take('-') || !cursor.digits(2, 2, time.month) ||
        !cursor.take('-') || !cursor.digits(2, 2, time.day))
        return std::nullopt;
    time.year = year;
    if (cursor.atEnd()) return rule == ZoneRule::Lenient ? time.timeUs() : std::nullopt;
    const bool space = cursor.take(' ');
    if (!space && !cursor.take('T') && !cursor.take('t')) return std::nullopt;
    if (!cursor.digits(2, 2, time.hour) || !cursor.take(':') || !cursor.digits(2, 2, time.minute))
        return std::nullopt;
    if (cursor.take(':')) {
        if (!cursor.digits(2, 2, time.second)) return std::nullopt;
        if ((cursor.take('.') || cursor.take(',')) && !cursor.fraction(time.microsecond)) return std::nullopt;
    }
    if (cursor.atEnd()) return space || rule == ZoneRule::Lenient ? time.timeUs() : std::nullopt;
    if (!cursor.zone(time.offsetMinutes) || !cursor.atEnd()) return std::nullopt;
    return time.timeUs();
}

void appendDigits(std::string& out, std::int64_t value, int width)
{
    char digits[24];
    int used = 0;
    const bool negative = value < 0;
    for (std::uint64_t rest = negative ? 0 - static_cast<std::uint64_t>(value)
                                       : static_cast<std::uint64_t>(value);
         rest != 0 || used < width; rest /= 10)
        digits[used++] = static_cast<char>('0' + rest % 10);
    if (negative) out.push_back('-');
    while (used > 0) out.push_back(digits[--used]);
}

void appendMillis(std::string& out, std::int64_t timeUs, char separator)
{
    const CalendarTime time = calendarOf(timeUs);
    appendDigits(out, time.year, 4);
    out.push_back('-');
    appendDigits(out, time.month, 2);
    out.push_back('-');
    appendDigits(out, time.day, 2);
    out.push_back(separator);
    appendDigits(out, time.hour, 2);
    out.push_back(':');
    appendDigits(out, time.minute, 2);
    out.push_back(':');
    appendDigits(out, time.second, 2);
    out.push_back('.');
    appendDigits(out, time.microsecond / 1000, 3);
}

bool readName(Cursor& cursor, std::span<const std::string_view> names, bool whole, int& index)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!cursor.takeIgnoringCase(whole ? names[i] : names[i].substr(0, 3))) continue;
        index = static_cast<int>(i);
        return true;
    }
    return false;
}

bool readFraction(Cursor& cursor, int count, int& microsecond)
{
    int value = 0, digit = 0;
    for (int i = 0; i < count; ++i) {
        if (!cursor.digits(1, 1, digit)) return false;
        if (i < 6) value = value * 10 + digit;
    }
    for (int i = count; i < 6; ++i) value *= 10;
    microsecond = value;
    return true;
}

bool readPart(Cursor& cursor, char letter, int count, ReadTime& time)
{
    int number = 0;
    const int least = count >= 2 ? 2 : 1;
    switch (letter) {
    case 'y':
    case 'u':
        if (!cursor.digits(count == 2 ? 2 : 4, count == 2 ? 2 : 4, number)) return false;
        time.year = count == 2 ? 2000 + number : number;
        return true;
    case 'M':
        if (count < 3) return cursor.digits(least, 2, time.month);
        if (!readName(cursor, kMonths, count > 3, number)) return false;
        time.month = number + 1;
        return true;
    case 'd': return cursor.digits(least, 2, time.day);
    case 'D': return cursor.digits(count, 3, time.yearDay) && time.yearDay >= 1 && time.yearDay <= 366;
    case 'H':
    case 'h': return cursor.digits(least, 2, time.hour);
    case 'm': return cursor.digits(least, 2, time.minute);
    case 's': return cursor.digits(least, 2, time.second);
    case 'S': return readFraction(cursor, count, time.microsecond);
    case 'a':
        if (cursor.takeIgnoringCase("AM"))
            time.halfDay = 0;
        else if (cursor.takeIgnoringCase("PM"))
            time.halfDay = 1;
        else
            return false;
        return true;
    case 'E': return readName(cursor, kWeekdays, count > 3, number);
    default: return cursor.zone(time.offsetMinutes);
    }
}

}  // namespace

std::optional<std::int64_t> parseIso8601(std::string_view text) { return parseTime(text, ZoneRule::Strict); }
std::optional<std::int64_t> parseSqlTime(std::string_view text) { return parseTime(text, ZoneRule::Lenient); }

void appendIso8601Millis(std::string& out, std::int64_t timeUs)
{
    appendMillis(out, timeUs, 'T');
    out.push_back('Z');
}

void appendSqlTime(std::string& out, std::int64_t timeUs) { appendMillis(out, timeUs, ' '); }

Result<TimePattern> TimePattern::compile(std::string_view pattern)
{
    TimePattern out;
    const auto literal = [&out](char c) {
        if (out.m_parts.empty() || out.m_parts.back().letter) out.m_parts.push_back({});
        out.m_parts.back().text.push_back(c);
    };
    for (std::size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        if (c == '\'') {
            if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
                literal('\'');
                i += 2;
                continue;
            }
            for (++i; i < pattern.size(); ++i) {
                const bool quote = pattern[i] == '\'';
                if (quote && (i + 1 == pattern.size() || pattern[i + 1] != '\'')) break;
                i += quote;
                literal(pattern[i]);
            }
            if (i == pattern.size())
                return Error{ErrorCode::BadData,
                             "A quoted text in the time pattern '" + std::string(pattern) +
                                 "' is not closed."};
            ++i;
        } else if (std::isalpha(static_cast<unsigned char>(c))) {
            std::size_t end = i;
            while (end < pattern.size() && pattern[end] == c) ++end;
            const std::size_t most = c == 'S' ? 9 : c == 'D' ? 3 : 5;
            if (std::string_view("yuMdDHhmsSaEX").find(c) == std::string_view::npos || end - i > most)
                return Error{
                    ErrorCode::BadData,
                    "The time pattern '" + std::string(pattern) + "' has '" +
                        std::string(pattern.substr(i, end - i)) +
                        "'; the letters are y M d D H h m s S a E X, and texts go in single quotes."};
            out.m_parts.push_back({c, static_cast<int>(end - i), {}});
            i = end;
        } else {
            literal(c);
            ++i;
        }
    }
    return out;
}

void TimePattern::append(std::string& out, std::int64_t timeUs) const
{
    const CalendarTime time = calendarOf(timeUs);
    for (const Part& part : m_parts) {
        switch (part.letter) {
        case 0: out += part.text; break;
        case 'y':
        case 'u':
            appendDigits(out, part.count == 2 ? ((time.year % 100) + 100) % 100 : time.year, part.count);
            break;
        case 'M':
            if (part.count < 3)
                appendDigits(out, time.month, part.count);
            else
                out += kMonths[static_cast<std::size_t>(time.month - 1)].substr(0, part.count == 3 ? 3 : 12);
            break;
        case 'd': appendDigits(out, time.day, part.count); break;
        case 'D': appendDigits(out, time.yearDay, part.count); break;
        case 'H': appendDigits(out, time.hour, part.count); break;
        case 'h': appendDigits(out, (time.hour + 11) % 12 + 1, part.count); break;
        case 'm': appendDigits(out, time.minute, part.count); break;
        case 's': appendDigits(out, time.second, part.count); break;
        case 'S': {
            std::string fraction;
            appendDigits(fraction, static_cast<std::int64_t>(time.microsecond) * 1000, 9);
            out += std::string_view(fraction).substr(0, static_cast<std::size_t>(part.count));
            break;
        }
        case 'a': out += time.hour < 12 ? "AM" : "PM"; break;
        case 'E':
            out += kWeekdays[static_cast<std::size_t>(time.weekday)].substr(0, part.count < 4 ? 3 : 12);
            break;
        default: out.push_back('Z'); break;
        }
    }
}

std::optional<std::int64_t> TimePattern::parse(std::string_view text) const
{
    Cursor cursor(text);
    ReadTime time;
    for (const Part& part : m_parts) {
        if (part.letter == 0 ? !cursor.take(std::string_view(part.text))
                             : !readPart(cursor, part.letter, part.count, time))
            return std::nullopt;
    }
    return cursor.atEnd() ? time.timeUs() : std::nullopt;
}

}  // namespace engine
