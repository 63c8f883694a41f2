#include "formats/json/json_decoder.h"
#include "formats/json/json_shape.h"

#include <algorithm>
#include <cstring>

namespace engine {

namespace {

bool beginsNumber(std::string_view token)
{
    return token.front() == '-' || (token.front() >= '0' && token.front() <= '9');
}

bool isWholeNumber(std::string_view token)
{
    return beginsNumber(token) && token.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::size_t behindDigits(std::string_view token, std::size_t at)
{
    return std::min(token.find_first_not_of("0123456789", at), token.size());
}

// -12.5e+3, with no zero before other digits.
bool isJsonNumber(std::string_view token)
{
    const auto is = [token](std::size_t at, std::string_view any) {
        return at < token.size() && any.find(token[at]) != std::string_view::npos;
    };
    const std::size_t first = is(0, "-") ? 1 : 0;
    std::size_t at = is(first, "0") ? first + 1 : behindDigits(token, first);
    if (at == first) return false;
    if (is(at, ".")) {
        const std::size_t end = behindDigits(token, at + 1);
        if (end == at + 1) return false;
        at = end;
    }
    if (is(at, "eE")) {
        const std::size_t digits = is(at + 1, "+-") ? at + 2 : at + 1;
        at = behindDigits(token, digits);
        if (at == digits) return false;
    }
    return at == token.size();
}

bool rawTextOf(simdjson::ondemand::value& value, char opening, std::string_view& text)
{
    simdjson::ondemand::object object;
    simdjson::ondemand::array array;
    if (opening == '{')
        return value.get_object().get(object) == simdjson::SUCCESS &&
            object.raw_json().get(text) == simdjson::SUCCESS;
    return value.get_array().get(array) == simdjson::SUCCESS &&
        array.raw_json().get(text) == simdjson::SUCCESS;
}

bool isPlainText(std::string_view token)  // in quotes, and nothing in it is escaped
{
    return token.size() >= 2 && token.front() == '"' && token.back() == '"' &&
        std::memchr(token.data(), '\\', token.size()) == nullptr;
}

}  // namespace

// The columns get a value each, or false with m_fault telling why.
bool JsonDecoder::takeRow(Object object)
{
    m_hasEventTime = false;
    m_fault = Fault::None;
    m_faultStep = nullptr;
    if (m_options.checkAll && hasDuplicate(object)) return false;
    if (!takeMembers(object, m_plan)) return false;
    if (m_options.timeColumn && !m_hasEventTime) return fail(Fault::NoTime, nullptr, {});
    return true;
}

bool JsonDecoder::hasDuplicate(Object& object)
{
    m_seen.assign(m_plan.steps.size(), false);
    for (auto member : object) {
        std::string_view key;
        if (member.unescaped_key().get(key) != simdjson::SUCCESS) return !fail(Fault::NotJson, nullptr, {});
        for (std::size_t i = 0; i < m_plan.steps.size(); ++i) {
            if (m_plan.steps[i].key != key) continue;
            if (m_seen[i]) return !fail(Fault::Duplicate, &firstValueOf(m_plan.steps[i]), {});
            m_seen[i] = true;
        }
    }
    return object.reset().error() != simdjson::SUCCESS && !fail(Fault::NotJson, nullptr, {});
}

const JsonStep& JsonDecoder::firstValueOf(const JsonStep& step)
{
    return step.steps.empty() ? step : firstValueOf(step.steps.front());
}

bool JsonDecoder::takeMembers(Object& object, const JsonStep& parent)
{
    for (const JsonStep& step : parent.steps) {
        Value value;
        auto error = object.find_field_unordered(step.key).get(value);
        if (error == simdjson::NO_SUCH_FIELD && chunkHasEscapes())
            error = findEscaped(object, step.key, value);
        if (error == simdjson::NO_SUCH_FIELD) {
            if (!takeMissing(step)) return false;
        } else if (error != simdjson::SUCCESS) {
            return fail(Fault::NotJson, nullptr, {});
        } else if (!takeStep(value, step)) {
            return false;
        }
    }
    return true;
}

// A member whose key is written with escapes, which the plain search passes over.
simdjson::error_code JsonDecoder::findEscaped(Object& object, std::string_view key, Value& value)
{
    if (object.reset().error() != simdjson::SUCCESS) return simdjson::TAPE_ERROR;
    for (auto member : object) {
        std::string_view found;
        if (const auto error = member.unescaped_key().get(found)) return error;
        if (found != key) continue;
        value = member.value();
        return simdjson::SUCCESS;
    }
    return simdjson::NO_SUCH_FIELD;
}

bool JsonDecoder::takeEntries(simdjson::ondemand::array& entries, const JsonStep& parent)
{
    for (const JsonStep& step : parent.steps) {
        Value value;
        if (entries.reset().error() != simdjson::SUCCESS) return fail(Fault::NotJson, nullptr, {});
        const auto error = entries.at(step.index).get(value);
        if (error == simdjson::INDEX_OUT_OF_BOUNDS) {
            if (!takeMissing(step)) return false;
        } else if (error != simdjson::SUCCESS) {
            return fail(Fault::NotJson, nullptr, {});
        } else if (!takeStep(value, step)) {
            return false;
        }
    }
    return true;
}

bool JsonDecoder::takeStep(Value value, const JsonStep& step)
{
    std::string_view token = value.raw_json_token();
    while (token.size() > 1 && isJsonBlank(token.back())) token.remove_suffix(1);
    if (token.empty()) return fail(Fault::NotJson, nullptr, {});
    if (token.front() == 'n') return token == "null" ? takeNull(step) : fail(Fault::NotJson, nullptr, {});
    switch (step.kind) {
    case JsonStep::Text: return takeText(value, step, token);
    case JsonStep::Time: return takeTime(value, step, token);
    case JsonStep::Object:
    case JsonStep::List: return takeContainer(value, step, token);
    case JsonStep::Integer: {
        std::int64_t number = 0;
        if (value.get_int64().get(number) == simdjson::SUCCESS)
            return m_rows.column(step.column).addInteger(number), true;
        if (beginsNumber(token) && !isJsonNumber(token)) return wrong(step, Fault::NoNumber, token);
        return wrong(step, isWholeNumber(token) ? Fault::OutOfRange : Fault::WrongType, token);
    }
    case JsonStep::Number: {
        double number = 0;
        if (value.get_double().get(number) == simdjson::SUCCESS)
            return m_rows.column(step.column).addNumber(number), true;
        if (!beginsNumber(token)) return wrong(step, Fault::WrongType, token);
        return wrong(step, isJsonNumber(token) ? Fault::OutOfRange : Fault::NoNumber, token);
    }
    case JsonStep::Flag: {
        bool flag = false;
        if (value.get_bool().get(flag) == simdjson::SUCCESS)
            return m_rows.column(step.column).addBool(flag), true;
        return wrong(step, Fault::WrongType, token);
    }
    }
    return false;
}

bool JsonDecoder::takeContainer(Value& value, const JsonStep& step, std::string_view token)
{
    if (step.kind == JsonStep::Object && token.front() == '{') {
        Object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return fail(Fault::NotJson, nullptr, {});
        return takeMembers(object, step);
    }
    if (step.kind == JsonStep::List && token.front() == '[') {
        simdjson::ondemand::array entries;
        if (value.get_array().get(entries) != simdjson::SUCCESS) return fail(Fault::NotJson, nullptr, {});
        return takeEntries(entries, step);
    }
    for (const JsonStep& below : step.steps)
        if (!takeInside(below, token)) return false;
    return true;
}

// Instead of the object or list that should hold the value there is something else.
bool JsonDecoder::takeInside(const JsonStep& step, std::string_view token)
{
    for (const JsonStep& below : step.steps)
        if (!takeInside(below, token)) return false;
    return step.steps.empty() ? wrong(step, Fault::WrongType, token) : true;
}

bool JsonDecoder::takeMissing(const JsonStep& step)
{
    for (const JsonStep& below : step.steps)
        if (!takeMissing(below)) return false;
    return step.steps.empty() ? takeNull(step) : true;
}

bool JsonDecoder::takeNull(const JsonStep& step)
{
    if (!step.steps.empty()) return takeMissing(step);
    if (step.required) return fail(Fault::Missing, &step, {});
    m_rows.column(step.column).addNull();
    return true;
}

bool JsonDecoder::takeText(Value& value, const JsonStep& step, std::string_view token)
{
    ColumnBuilder& column = m_rows.column(step.column);
    if (isPlainText(token)) return column.addText(token.substr(1, token.size() - 2)), true;
    std::string_view text;
    if (token.front() == '"') {
        if (value.get_string().get(text) != simdjson::SUCCESS) return fail(Fault::BadText, &step, token);
        return column.addText(text), true;
    }
    // An object or a list is kept as its JSON text, for the functions that look into it.
    if (token.front() != '{' && token.front() != '[') return wrong(step, Fault::WrongType, token);
    if (!rawTextOf(value, token.front(), text)) return fail(Fault::NotJson, nullptr, {});
    while (!text.empty() && isJsonBlank(text.back())) text.remove_suffix(1);
    return column.addText(text), true;
}

bool JsonDecoder::takeTime(Value& value, const JsonStep& step, std::string_view token)
{
    std::optional<std::int64_t> timeUs;
    if (token.front() == '"') {
        std::string_view text = token.substr(1, token.size() - std::min<std::size_t>(token.size(), 2));
        if (!isPlainText(token) && value.get_string().get(text) != simdjson::SUCCESS)
            return fail(Fault::BadText, &step, token);
        if (!step.time.takesTexts()) return wrong(step, Fault::WrongType, token);
        timeUs = step.time.fromText(text);
    } else if (beginsNumber(token) && step.time.takesNumbers()) {
        std::int64_t whole = 0;
        double number = 0;
        if (value.get_int64().get(whole) == simdjson::SUCCESS)
            timeUs = step.time.fromInteger(whole);
        else if (value.get_double().get(number) == simdjson::SUCCESS)
            timeUs = step.time.fromNumber(number);
    } else {
        return wrong(step, Fault::WrongType, token);
    }
    if (!timeUs) return wrong(step, Fault::BadTime, token);
    m_rows.column(step.column).addInteger(*timeUs);
    if (m_options.timeColumn == step.column) {
        m_eventTimeUs = *timeUs;
        m_hasEventTime = true;
    }
    return true;
}

bool JsonDecoder::wrong(const JsonStep& step, Fault fault, std::string_view token)
{
    if (!step.lenient) return fail(fault, &step, token);
    return takeNull(step);
}

bool JsonDecoder::fail(Fault fault, const JsonStep* step, std::string_view token)
{
    constexpr std::size_t kKeptBytes = 80;
    m_fault = fault;
    m_faultStep = step;
    m_faultToken.assign(token.substr(0, kKeptBytes));
    return false;
}

}  // namespace engine
