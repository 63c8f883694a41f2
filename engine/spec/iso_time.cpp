#include "spec/units.h"

#include <optional>

namespace engine {
namespace {

// Takes exactly `digits` digits off the front; nothing if they are not there.
std::optional<int> takeDigits(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> takeDate(std::string_view& text)
{
    const auto year = takeDigits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = takeDigits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = takeDigits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

std::optional<Duration> takeTimeOfDay(std::string_view& text)
{
    const auto hours = takeDigits(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = takeDigits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    Duration time = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    if (!take(text, ':')) return time;
    const auto seconds = takeDigits(text, 2);
    if (!seconds || *seconds > 59) return std::nullopt;
    time += std::chrono::seconds(*seconds);
    if (!take(text, '.')) return time;
    std::int64_t unitUs = 100'000;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, unitUs /= 10)
        time += Duration((text[digits] - '0') * unitUs);
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return time;
}

std::optional<Duration> takeOffset(std::string_view& text)
{
    if (take(text, 'Z')) return Duration(0);
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = takeDigits(text, 2);
    if (!hours || *hours > 23) return std::nullopt;
    take(text, ':');
    const auto minutes = takeDigits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return west ? -offset : offset;
}

std::optional<Timestamp> readTime(std::string_view text)
{
    const auto date = takeDate(text);
    if (!date) return std::nullopt;
    if (text.empty()) return Timestamp(*date);
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto time = takeTimeOfDay(text);
    if (!time) return std::nullopt;
    const auto offset = takeOffset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return Timestamp(*date) + *time - *offset;
}

void appendDigits(std::int64_t value, int digits, std::string& out)
{
    const std::string text = std::to_string(value);
    for (int i = static_cast<int>(text.size()); i < digits; ++i) out += '0';
    out += text;
}

}  // namespace

Result<Timestamp> parseTime(std::string_view text)
{
    if (const auto time = readTime(text)) return *time;
    return Error{
        ErrorCode::InvalidSpec,
        "\"" + std::string(text.substr(0, 40)) +
            "\" is no time; write it like \"2024-05-01T12:00:00Z\", with Z or an offset such as +02:00.",
        {}};
}

std::string formatTime(Timestamp time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::string out;
    appendDigits(static_cast<int>(date.year()), 4, out);
    out += '-';
    appendDigits(static_cast<unsigned>(date.month()), 2, out);
    out += '-';
    appendDigits(static_cast<unsigned>(date.day()), 2, out);
    out += 'T';
    appendDigits(clock.hours().count(), 2, out);
    out += ':';
    appendDigits(clock.minutes().count(), 2, out);
    out += ':';
    appendDigits(clock.seconds().count(), 2, out);
    if (const std::int64_t fraction = clock.subseconds().count(); fraction != 0) {
        out += '.';
        appendDigits(fraction % 1000 == 0 ? fraction / 1000 : fraction, fraction % 1000 == 0 ? 3 : 6, out);
    }
    return out + 'Z';
}

}  // namespace engine
