#include "spec/param_values.h"

#include "base/secret.h"
#include "spec/units.h"

#include <cmath>

namespace engine {
namespace {

Error wrongKind(const Json& json, const char* wanted)
{
    std::string shown = json.is_structured() ? std::string() : " " + compactJson(json);
    if (shown.size() > 60) shown.clear();
    return Error{ErrorCode::InvalidSpec,
                 std::string(wanted) + " is expected here, not " + kindInWords(json) +
                     (json.is_null() ? "" : shown) + ".",
                 {}};
}

// `example`: what to write instead, from the text or number that is there.
Error withAdvice(Error error, const std::string& example)
{
    error.message.pop_back();
    error.message += "; write " + example + ".";
    return error;
}

Result<std::string> textFrom(const Json& json, const char* wanted)
{
    if (!json.is_string()) return wrongKind(json, wanted);
    return json.get<std::string>();
}

Result<std::int64_t> integerFrom(const Json& json)
{
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return Error{ErrorCode::InvalidSpec, "The number " + compactJson(json) + " is too large.", {}};
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number_float()) {
        const double number = json.get<double>();
        if (number == std::floor(number) && std::fabs(number) < 9e15)
            return static_cast<std::int64_t>(number);
        return wrongKind(json, "A whole number");
    }
    Error error = wrongKind(json, "A whole number");
    if (json.is_string() && !json.get_ref<const std::string&>().empty()) {
        const auto& text = json.get_ref<const std::string&>();
        if (text.find_first_not_of("-0123456789") == std::string::npos)
            return withAdvice(std::move(error), text + " without the quotes");
    }
    return error;
}

}  // namespace

template <>
Result<bool> BasicTraits<ParamType::Flag, bool>::fromJson(const Json& json)
{
    if (json.is_boolean()) return json.get<bool>();
    Error error = wrongKind(json, "true or false");
    if (json == "true" || json == "false")
        return withAdvice(std::move(error), json.get<std::string>() + " without the quotes");
    return error;
}

template <>
Json BasicTraits<ParamType::Flag, bool>::toJson(const bool& value)
{
    return value;
}

template <>
Result<std::int64_t> BasicTraits<ParamType::Integer, std::int64_t>::fromJson(const Json& json)
{
    return integerFrom(json);
}

template <>
Json BasicTraits<ParamType::Integer, std::int64_t>::toJson(const std::int64_t& value)
{
    return value;
}

template <>
Result<int> BasicTraits<ParamType::Integer, int>::fromJson(const Json& json)
{
    const auto number = integerFrom(json);
    if (!number) return number.error();
    if (*number < INT32_MIN || *number > INT32_MAX)
        return Error{ErrorCode::InvalidSpec, "The number " + compactJson(json) + " is too large.", {}};
    return static_cast<int>(*number);
}

template <>
Json BasicTraits<ParamType::Integer, int>::toJson(const int& value)
{
    return value;
}

template <>
Result<double> BasicTraits<ParamType::Number, double>::fromJson(const Json& json)
{
    if (json.is_number()) return json.get<double>();
    Error error = wrongKind(json, "A number");
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        if (!text.empty() && text.find_first_not_of("-.0123456789") == std::string::npos)
            return withAdvice(std::move(error), text + " without the quotes");
    }
    return error;
}

template <>
Json BasicTraits<ParamType::Number, double>::toJson(const double& value)
{
    return value;
}

template <>
Result<std::string> BasicTraits<ParamType::Text, std::string>::fromJson(const Json& json)
{
    auto text = textFrom(json, "A text");
    if (!text && json.is_primitive() && !json.is_null())
        return withAdvice(text.error(), "it in quotes: \"" + compactJson(json) + "\"");
    return text;
}

template <>
Json BasicTraits<ParamType::Text, std::string>::toJson(const std::string& value)
{
    return value;
}

template <>
Result<Duration> BasicTraits<ParamType::Interval, Duration>::fromJson(const Json& json)
{
    if (json.is_number())
        return withAdvice(wrongKind(json, "A duration with a unit"),
                          "\"" + compactJson(json) + "s\" for seconds or \"" + compactJson(json) +
                              "ms\" for milliseconds");
    if (!json.is_string())
        return withAdvice(wrongKind(json, "A duration with a unit"), "it like \"500ms\" or \"5min\"");
    return parseInterval(json.get_ref<const std::string&>());
}

template <>
Json BasicTraits<ParamType::Interval, Duration>::toJson(const Duration& value)
{
    return formatInterval(value);
}

template <>
Result<ByteSize> BasicTraits<ParamType::Size, ByteSize>::fromJson(const Json& json)
{
    if (json.is_number())
        return withAdvice(wrongKind(json, "A size with a unit"),
                          "\"" + compactJson(json) + "MiB\" or \"" + compactJson(json) + "B\"");
    if (!json.is_string()) return withAdvice(wrongKind(json, "A size with a unit"), "it like \"64MiB\"");
    const auto bytes = parseSize(json.get_ref<const std::string&>());
    if (!bytes) return bytes.error();
    return ByteSize{*bytes};
}

template <>
Json BasicTraits<ParamType::Size, ByteSize>::toJson(const ByteSize& value)
{
    return formatSize(value.bytes);
}

template <>
Result<Timestamp> BasicTraits<ParamType::Time, Timestamp>::fromJson(const Json& json)
{
    const auto text = textFrom(json, "A time as text");
    if (!text) return withAdvice(text.error(), "it like \"2024-05-01T12:00:00Z\"");
    return parseTime(*text);
}

template <>
Json BasicTraits<ParamType::Time, Timestamp>::toJson(const Timestamp& value)
{
    return formatTime(value);
}

template <>
Result<ColumnRef> BasicTraits<ParamType::Column, ColumnRef>::fromJson(const Json& json)
{
    auto text = textFrom(json, "The name of a column");
    if (!text) return text.error();
    return ColumnRef{std::move(*text)};
}

template <>
Json BasicTraits<ParamType::Column, ColumnRef>::toJson(const ColumnRef& value)
{
    return value.name;
}

template <>
Result<std::vector<ColumnRef>>
BasicTraits<ParamType::Columns, std::vector<ColumnRef>>::fromJson(const Json& json)
{
    if (!json.is_array()) {
        Error error = wrongKind(json, "A list of column names");
        return json.is_string() ? withAdvice(std::move(error), "[" + compactJson(json) + "]") : error;
    }
    std::vector<ColumnRef> columns;
    for (const Json& item : json) {
        auto text = textFrom(item, "The name of a column");
        if (!text) return text.error();
        columns.push_back({std::move(*text)});
    }
    return columns;
}

template <>
Json BasicTraits<ParamType::Columns, std::vector<ColumnRef>>::toJson(const std::vector<ColumnRef>& value)
{
    Json list = Json::array();
    for (const ColumnRef& column : value) list.push_back(column.name);
    return list;
}

template <>
Result<FormulaText> BasicTraits<ParamType::Formula, FormulaText>::fromJson(const Json& json)
{
    auto text = textFrom(json, "A formula as text");
    if (!text && json.is_primitive() && !json.is_null())
        return withAdvice(text.error(), "it in quotes: \"" + compactJson(json) + "\"");
    if (!text) return text.error();
    return FormulaText{std::move(*text)};
}

template <>
Json BasicTraits<ParamType::Formula, FormulaText>::toJson(const FormulaText& value)
{
    return value.source;
}

template <>
Result<PathText> BasicTraits<ParamType::Path, PathText>::fromJson(const Json& json)
{
    auto text = textFrom(json, "The path of a file");
    if (!text) return text.error();
    if (text->find('\0') != std::string::npos)
        return Error{ErrorCode::InvalidSpec, "The path holds a zero byte, which no file name can.", {}};
    return PathText{std::move(*text)};
}

template <>
Json BasicTraits<ParamType::Path, PathText>::toJson(const PathText& value)
{
    return value.path;
}

template <>
Result<SecretRef> BasicTraits<ParamType::Secret, SecretRef>::fromJson(const Json& json)
{
    constexpr std::string_view kStart = "${secret:";
    const Error error{ErrorCode::InvalidSpec,
                      "The name of a secret is expected here, never its value; write \"${secret:name}\".",
                      {}};
    if (!json.is_string()) return error;
    const auto& text = json.get_ref<const std::string&>();
    if (text.empty()) return SecretRef{};
    const bool framed = text.size() > kStart.size() + 1 && text.compare(0, kStart.size(), kStart) == 0;
    if (!framed || text.find('}') != text.size() - 1) return error;
    const std::string name = text.substr(kStart.size(), text.size() - kStart.size() - 1);
    if (!isSecretName(name))
        return Error{ErrorCode::InvalidSpec,
                     "The name of a secret consists of letters, digits, \"_\", \"-\" and \".\", and does not "
                     "begin with a dot; write \"${secret:name}\".",
                     {}};
    return SecretRef{name};
}

template <>
Json BasicTraits<ParamType::Secret, SecretRef>::toJson(const SecretRef& value)
{
    return value.name.empty() ? std::string() : "${secret:" + value.name + "}";
}

template <>
Result<TextMap> BasicTraits<ParamType::Map, TextMap>::fromJson(const Json& json)
{
    if (!json.is_object()) return wrongKind(json, "An object of names and texts");
    TextMap map;
    for (const auto& [name, value] : json.items()) {
        if (!value.is_string())
            return withAdvice(wrongKind(value, "A text"), "the value of \"" + name + "\" in quotes");
        map.emplace_back(name, value.get<std::string>());
    }
    return map;
}

template <>
Json BasicTraits<ParamType::Map, TextMap>::toJson(const TextMap& value)
{
    Json object = Json::object();
    for (const auto& [name, text] : value) object[name] = text;
    return object;
}

}  // namespace engine
