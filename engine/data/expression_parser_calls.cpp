#include "data/expression_parser.h"

#include "base/limits.h"
#include "data/time_text.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace engine {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kAliases{
    {{"CEILING", "CEIL"},
     {"SUBSTR", "SUBSTRING"},
     {"CHARACTER_LENGTH", "CHAR_LENGTH"},
     {"POW", "POWER"},
     {"LENGTH", "CHAR_LENGTH"}}};

// The parts of an interval's text, such as 1 02:03:04.5, from the unit `from` downwards.
std::optional<std::int64_t> intervalUs(std::string_view text, TimeUnit from, TimeUnit to)
{
    static constexpr std::array<TimeUnit, 4> kUnits{TimeUnit::Day, TimeUnit::Hour, TimeUnit::Minute,
                                                    TimeUnit::Second};
    static constexpr std::array<std::int64_t, 4> kLengths{kDayUs, kHourUs, kMinuteUs, kSecondUs};
    std::int64_t total = 0;
    std::size_t at = 0, index = 0;
    while (index < 4 && kUnits[index] != from) ++index;
    for (;; ++index) {
        if (index == 4) return std::nullopt;
        std::int64_t value = 0;
        const std::size_t start = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, text[at] - '0', &value))
                return std::nullopt;
        if (at == start || __builtin_mul_overflow(value, kLengths[index], &value)) return std::nullopt;
        if (__builtin_add_overflow(total, value, &total)) return std::nullopt;
        if (kUnits[index] == to) break;
        if (at == text.size() || text[at] != (index == 0 ? ' ' : ':')) return std::nullopt;
        ++at;
    }
    if (to == TimeUnit::Second && at < text.size() && text[at] == '.') {
        std::int64_t scale = kSecondUs / 10;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            if (__builtin_add_overflow(total, (text[at] - '0') * scale, &total)) return std::nullopt;
    }
    if (at != text.size()) return std::nullopt;
    return total;
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t value = 0;
    if (text.empty() || text.size() > 12) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// The number of an interval of months or weeks, or of years and months written 1-6.
std::optional<std::int64_t> intervalMonths(std::string_view text, TimeUnit from, TimeUnit to)
{
    const std::size_t dash = text.find('-');
    if (from == TimeUnit::Year && to == TimeUnit::Month) {
        if (dash == std::string_view::npos) return std::nullopt;
        const auto years = wholeNumber(text.substr(0, dash)), months = wholeNumber(text.substr(dash + 1));
        if (!years || !months || *months > 11) return std::nullopt;
        return *years * 12 + *months;
    }
    const auto count = wholeNumber(text);
    if (!count) return std::nullopt;
    return *count * (from == TimeUnit::Year ? 12 : from == TimeUnit::Quarter ? 3 : 1);
}

bool isMonths(TimeUnit unit)
{
    return unit == TimeUnit::Year || unit == TimeUnit::Quarter || unit == TimeUnit::Month;
}

}  // namespace

bool ExpressionParser::timestamp(ExpressionTree& out)
{
    const std::size_t offset = m_tokens[m_at++].offset;
    const Token& text = m_tokens[m_at++];
    const auto time = parseSqlTime(text.text);
    if (!time)
        return fail("'" + text.text.substr(0, 60) + "' is no time; write it as '2024-05-01 12:00:00'.", text);
    out.literal = {DataType::Time, *time};
    out.offset = offset;
    out.length = text.offset + text.length - offset;
    return true;
}

bool ExpressionParser::interval(ExpressionTree& out)
{
    const std::size_t offset = m_tokens[m_at++].offset;
    bool negative = takeSign("-");
    if (peek().kind != TokenKind::Text && peek().kind != TokenKind::Number)
        return expected("a text such as '5' after INTERVAL");
    const Token& amount = m_tokens[m_at++];
    std::string_view text = amount.text;
    if (text.starts_with('-')) {
        negative = !negative;
        text.remove_prefix(1);
    }
    TimeUnit from{}, to{};
    const auto precision = [this] {
        if (!takeSign("(")) return true;
        while (peek().kind == TokenKind::Number || isSign(",")) ++m_at;
        return needSign(")", "after the precision");
    };
    if (!unitName(from) || !precision()) return false;
    to = from;
    if (takeWord("TO") && (!unitName(to) || !precision())) return false;
    std::optional<std::int64_t> value;
    if (isMonths(from)) {
        value = intervalMonths(text, from, to);
    } else if (from == TimeUnit::Week) {
        value = wholeNumber(text);
        if (value && *value > 100'000'000) value.reset();
        if (value) *value *= 7 * kDayUs;
    } else if (from == TimeUnit::Millisecond || from == TimeUnit::Microsecond) {
        value = wholeNumber(text);
        if (value && from == TimeUnit::Millisecond) *value *= 1000;
    } else {
        value = intervalUs(text, from, to);
    }
    if (!value || (isMonths(from) && !isMonths(to)))
        return fail("'" + amount.text.substr(0, 40) +
                        "' is no such interval; write INTERVAL '5' MINUTE, "
                        "INTERVAL '1 02:30:00' DAY TO SECOND or INTERVAL '1-6' YEAR TO MONTH.",
                    amount);
    out.kind = TreeKind::Interval;
    out.unit = isMonths(from) ? TimeUnit::Month : TimeUnit::Microsecond;
    out.literal = {DataType::Int64, negative ? -*value : *value};
    out.offset = offset;
    out.length = m_tokens[m_at - 1].offset + m_tokens[m_at - 1].length - offset;
    return true;
}

bool ExpressionParser::caseOf(ExpressionTree& out)
{
    const std::size_t offset = m_tokens[m_at++].offset;
    const bool inPosition = std::exchange(m_inPosition, false);
    ExpressionTree operand;
    const bool simple = !isWord("WHEN");
    if (simple && !any(operand)) return false;
    std::vector<ExpressionTree> children;
    if (!isWord("WHEN")) return expected("WHEN");
    while (takeWord("WHEN")) {
        const std::size_t start = peek().offset;
        if (!any(children.emplace_back())) return false;
        if (simple) {
            std::vector<ExpressionTree> sides{operand, std::move(children.back())};
            children.back() = {};
            if (!finish(children.back(), "=", std::move(sides), start)) return false;
        }
        if (!needWord("THEN", "after the condition") || !any(children.emplace_back())) return false;
        // The operand is repeated in each branch.
        if (children.size() > 2'000 || operand.length * children.size() > 2 * limits::kExpressionBytes)
            return fail("The CASE has too many branches; look the value up in a table instead.",
                        m_tokens[m_at - 1]);
    }
    ExpressionTree& otherwise = children.emplace_back();
    otherwise.offset = peek().offset;
    if (takeWord("ELSE") && !any(otherwise)) return false;
    if (!takeWord("END")) return expected("WHEN, ELSE or END");
    m_inPosition = inPosition;
    return finish(out, "CASE", std::move(children), offset);
}

bool ExpressionParser::call(ExpressionTree& out)
{
    const Token& word = m_tokens[m_at];
    std::string name = word.upper;
    for (const auto& [alias, canonical] : kAliases)
        if (name == alias) name = canonical;
    m_at += 2;
    const bool inPosition = std::exchange(m_inPosition, name == "POSITION");
    bool fine = false;
    if (name == "CAST" || name == "TRY_CAST")
        fine = cast(out, name, word.offset);
    else if (name == "EXTRACT" || name == "TIMESTAMPDIFF" || name == "TIMESTAMPADD" || name == "FLOOR" ||
             name == "CEIL")
        fine = unitCall(out, name, word.offset);
    else if (name == "TRIM")
        fine = trim(out, word.offset);
    else if (name == "POSITION" || name == "SUBSTRING")
        fine = textCall(out, name, word.offset);
    else if (name == "JSON_VALUE" || name == "JSON_QUERY" || name == "JSON_EXISTS")
        fine = jsonCall(out, name, word.offset);
    else
        fine = plainCall(out, name, word.offset);
    m_inPosition = inPosition;
    return fine;
}

bool ExpressionParser::plainCall(ExpressionTree& out, const std::string& name, std::size_t offset)
{
    std::vector<ExpressionTree> children;
    if (isSign("*") && isSign(")", 1))
        return fail("Found " + name + "(*); an aggregate belongs in a window, a formula works on one row.",
                    peek());
    return list(children) && finish(out, name, std::move(children), offset);
}

bool ExpressionParser::cast(ExpressionTree& out, const std::string& name, std::size_t offset)
{
    std::vector<ExpressionTree> children(1);
    DataType type{};
    if (!any(children[0]) || !needWord("AS", "and a type, as in CAST(x AS DOUBLE)") || !typeName(type) ||
        !needSign(")", "after the type"))
        return false;
    out.type = type;
    return finish(out, name, std::move(children), offset);
}

bool ExpressionParser::unitCall(ExpressionTree& out, const std::string& name, std::size_t offset)
{
    std::vector<ExpressionTree> children;
    TimeUnit unit{};
    const bool rounding = name == "FLOOR" || name == "CEIL";
    if (rounding) {
        if (!any(children.emplace_back())) return false;
        if (!takeWord("TO"))
            return needSign(")", "or TO and a unit") && finish(out, name, std::move(children), offset);
        if (!unitName(unit) || !needSign(")", "after the unit")) return false;
    } else if (!unitName(unit)) {
        return false;
    } else if (name == "EXTRACT") {
        if (!needWord("FROM", "after the unit") || !any(children.emplace_back()) ||
            !needSign(")", "after the time"))
            return false;
    } else if (!needSign(",", "after the unit") || !list(children)) {
        return false;
    }
    if (name != "EXTRACT" && unit >= TimeUnit::EpochSeconds)
        return fail("This unit is for EXTRACT alone; expected a length of time.", m_tokens[m_at - 2]);
    out.unit = unit;
    return finish(out, rounding ? name + " TO" : name, std::move(children), offset);
}

bool ExpressionParser::trim(ExpressionTree& out, std::size_t offset)
{
    std::vector<ExpressionTree> children;
    std::string name = "TRIM";
    if (takeWord("LEADING"))
        name = "TRIM LEADING";
    else if (takeWord("TRAILING"))
        name = "TRIM TRAILING";
    else
        takeWord("BOTH");
    if (takeWord("FROM")) {
        if (!any(children.emplace_back())) return false;
    } else {
        if (!any(children.emplace_back())) return false;
        if (takeWord("FROM")) {
            if (!any(children.emplace_back())) return false;
            std::swap(children[0], children[1]);
        }
    }
    return needSign(")", "after the text") && finish(out, std::move(name), std::move(children), offset);
}

bool ExpressionParser::textCall(ExpressionTree& out, const std::string& name, std::size_t offset)
{
    std::vector<ExpressionTree> children;
    if (isSign(")")) return plainCall(out, name, offset);
    if (!any(children.emplace_back())) return false;
    const bool position = name == "POSITION";
    m_inPosition = false;
    if (takeWord(position ? "IN" : "FROM")) {
        if (!any(children.emplace_back())) return false;
        if (!position && takeWord("FOR") && !any(children.emplace_back())) return false;
        return needSign(")", "after the last argument") && finish(out, name, std::move(children), offset);
    }
    if (takeSign(",")) return list(children) && finish(out, name, std::move(children), offset);
    return needSign(")", position ? "or IN and the text to search" : "or FROM and a position") &&
        finish(out, name, std::move(children), offset);
}

bool ExpressionParser::jsonCall(ExpressionTree& out, const std::string& name, std::size_t offset)
{
    std::vector<ExpressionTree> children(2);
    if (!any(children[0]) || !needSign(",", "and a path such as '$.a.b'") || !any(children[1])) return false;
    DataType type = DataType::String;
    if (name != "JSON_EXISTS" && takeWord("RETURNING") && !typeName(type)) return false;
    while (takeWord("NULL")) {
        if (!needWord("ON", "after NULL")) return false;
        if (!takeWord("EMPTY") && !takeWord("ERROR")) return expected("EMPTY or ERROR");
    }
    if (!needSign(")", "after the path") || !finish(out, name, std::move(children), offset)) return false;
    if (type == DataType::String) return true;
    // Text that is no such value counts as an error of JSON_VALUE, and that is NULL.
    std::vector<ExpressionTree> inner;
    inner.push_back(std::move(out));
    out = {};
    out.type = type;
    return finish(out, "TRY_CAST", std::move(inner), offset);
}

bool ExpressionParser::typeName(DataType& type)
{
    static constexpr std::array<std::pair<std::string_view, DataType>, 14> kTypes{
        {{"BOOLEAN", DataType::Bool},
         {"BOOL", DataType::Bool},
         {"BIGINT", DataType::Int64},
         {"INT", DataType::Int64},
         {"INTEGER", DataType::Int64},
         {"SMALLINT", DataType::Int64},
         {"TINYINT", DataType::Int64},
         {"DOUBLE", DataType::Float64},
         {"FLOAT", DataType::Float64},
         {"STRING", DataType::String},
         {"VARCHAR", DataType::String},
         {"TIMESTAMP", DataType::Time},
         {"TIMESTAMP_LTZ", DataType::Time},
         {"TEXT", DataType::String}}};
    for (const auto& [name, known] : kTypes) {
        if (!takeWord(name)) continue;
        type = known;
        if (name == "DOUBLE") takeWord("PRECISION");
        if ((known == DataType::String || known == DataType::Time) && takeSign("(")) {
            if (peek().kind == TokenKind::Number) ++m_at;
            if (!needSign(")", "after the precision")) return false;
        }
        return true;
    }
    return expected("a type: BOOLEAN, BIGINT, DOUBLE, STRING or TIMESTAMP");
}

bool ExpressionParser::unitName(TimeUnit& unit)
{
    if (peek().kind == TokenKind::Word) {
        if (const auto known = timeUnitFromName(peek().upper)) {
            unit = *known;
            ++m_at;
            return true;
        }
    }
    return expected("a unit such as SECOND, MINUTE, HOUR, DAY, MONTH or YEAR");
}

}  // namespace engine
