#include "detect/value_census.h"

#include "data/time_text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace engine {

namespace {

constexpr std::array<std::string_view, kTimePatterns> kPatterns{
    "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyy-MM-dd",         "dd.MM.yyyy HH:mm:ss",
    "yyyy/MM/dd HH:mm:ss",   "dd/MM/yyyy HH:mm:ss",       "MM/dd/yyyy HH:mm:ss"};

const std::vector<std::optional<TimePattern>>& compiledPatterns()
{
    static const auto all = [] {
        std::vector<std::optional<TimePattern>> made;
        for (const std::string_view pattern : kPatterns) {
            auto compiled = TimePattern::compile(pattern);
            made.push_back(compiled ? std::optional(std::move(*compiled)) : std::nullopt);
        }
        return made;
    }();
    return all;
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

template <class T>
std::optional<T> numberIn(std::string_view text)
{
    T value{};
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end) return {};
    return value;
}

// 2001 to 2100 in seconds: what a number must lie between, times its unit, to be taken for a time.
constexpr double kEarliestSeconds = 1e9, kLatestSeconds = 4.1e9;

}  // namespace

bool soundsLikeTime(std::string_view name)
{
    const std::string lower = lowered(name);
    for (const std::string_view word : {"time", "date", "epoch", "timestamp", "created", "updated"})
        if (lower.find(word) != std::string::npos) return true;
    return lower == "ts" || lower == "at" || lower == "t" || lower.ends_with("_ts") ||
        lower.ends_with("_at") || name.ends_with("At") || name.ends_with("Ts");
}

void ValueCensus::addTime(std::int64_t value)
{
    if (m_last) {
        ++m_steps;
        m_descents += value < *m_last;
    }
    m_last = value;
}

void ValueCensus::addNumber(double number, bool isWhole)
{
    m_least = m_whole + m_fractions == 0 ? number : std::min(m_least, number);
    m_greatest = m_whole + m_fractions == 0 ? number : std::max(m_greatest, number);
    count(isWhole ? m_whole : m_fractions);
    if (number > -9e18 && number < 9e18) addTime(static_cast<std::int64_t>(number));
}

void ValueCensus::addText(std::string_view text)
{
    if (const auto time = parseIso8601(text)) {
        count(m_isoTimes);
        return addTime(*time);
    }
    count(m_texts);
    // Only what begins like a date is worth seven attempts.
    if (text.size() < 10 || text.size() > 23 || text[0] < '0' || text[0] > '9') return;
    for (std::size_t i = 0; i < kTimePatterns; ++i) {
        const auto& pattern = compiledPatterns()[i];
        const auto time = pattern ? pattern->parse(text) : std::nullopt;
        if (!time) continue;
        ++m_patterns[i];
        if (m_patterns[i] == m_texts) addTime(*time);
    }
}

void ValueCensus::addField(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    if (text.empty()) return addNull();
    // A leading zero is the mark of a code, such as a postcode, not of a number.
    m_isField = true;
    const bool isCode = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
    m_isCode |= isCode;
    if (!isCode) {
        if (numberIn<std::int64_t>(text)) return addNumber(*numberIn<double>(text), true);
        const bool isFigure = (text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '.';
        if (const auto number = isFigure ? numberIn<double>(text) : std::nullopt)
            return addNumber(*number, false);
    }
    const std::string lower = lowered(text);
    if (lower == "true" || lower == "false") return addFlag();
    addText(text);
}

std::string ValueCensus::epochEncoding(const std::string& name) const
{
    const bool isNamed = soundsLikeTime(name);
    const auto fits = [&](double unit) {
        return m_least >= kEarliestSeconds * unit && m_greatest <= kLatestSeconds * unit;
    };
    if (fits(1) && isNamed) return "epoch_s";
    if (m_fractions > 0) return {};
    // Thirteen or sixteen digits that climb are a clock, whatever the name.
    const bool isClock = isNamed || (m_steps >= 2 && isAscending());
    if (fits(1e3) && isClock) return "epoch_ms";
    return fits(1e6) && isClock ? "epoch_us" : std::string();
}

std::int64_t ValueCensus::most() const
{
    return std::max({numbers(), m_flags, m_isoTimes, m_texts + m_others});
}

std::size_t ValueCensus::pattern() const
{
    for (std::size_t i = kTimePatterns; i-- > 0;)
        if (m_patterns[i] > 0 && m_patterns[i] == most()) return i;
    return kTimePatterns;
}

ValueCensus::Kind ValueCensus::kind() const
{
    // A few bad values are worth a reject each; a field of CSV of mixed kinds can always be taken as a text.
    if (m_isField && (m_isCode || (m_values - most()) * 20 > m_values)) return Kind::Text;
    if (numbers() == most()) return Kind::Number;
    if (m_flags == most()) return Kind::Flag;
    if (m_isoTimes == most()) return Kind::IsoTime;
    return pattern() < kTimePatterns ? Kind::PatternTime : Kind::Text;
}

std::int64_t ValueCensus::misfits() const
{
    // Any field of CSV is a text, and so is a time in quotes.
    if (kind() == Kind::Text) return m_isField ? 0 : numbers() + m_flags;
    return m_values - most();
}

bool ValueCensus::isMisfit(const ValueCensus& one) const
{
    if (one.m_values == 0) return false;
    switch (kind()) {
    case Kind::Number: return one.numbers() == 0;
    case Kind::Flag: return one.m_flags == 0;
    case Kind::IsoTime: return one.m_isoTimes == 0;
    case Kind::PatternTime: return one.m_texts == 0;
    case Kind::Text: return !m_isField && one.numbers() + one.m_flags > 0;
    }
    return false;
}

DetectedColumn ValueCensus::column(const std::string& name) const
{
    DetectedColumn column;
    column.name = name;
    column.values = m_values;
    column.nulls = m_nulls;
    if (m_values == 0) return column;
    column.misfits = misfits();
    column.isLenient = column.misfits * 20 > m_values;
    switch (kind()) {
    case Kind::Number:
        column.type = m_fractions > 0 ? "double" : "bigint";
        if (std::string encoding = epochEncoding(name); !encoding.empty()) {
            column.type = "timestamp";
            column.encoding = std::move(encoding);
        }
        break;
    case Kind::Flag: column.type = "boolean"; break;
    case Kind::IsoTime:
        column.type = "timestamp";
        column.encoding = "iso8601";
        break;
    case Kind::PatternTime:
        column.type = "timestamp";
        column.encoding = kPatterns[pattern()];
        break;
    case Kind::Text: break;
    }
    return column;
}

}  // namespace engine
