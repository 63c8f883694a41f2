#include "spec/param_schema.h"

#include "spec/suggest.h"
#include "spec/units.h"

#include <algorithm>

namespace engine {
namespace {

void addProblem(std::vector<Diagnostic>& out, const std::string& path, std::string message,
                std::vector<FixIt> fixes = {})
{
    out.push_back({Diagnostic::Problem, {}, path, {}, std::move(message), std::move(fixes)});
}

// What is wrong with the kind or form of a value; empty if nothing is.
template <ParamType kType, class T>
std::string complaint(const Json& value)
{
    const auto read = BasicTraits<kType, T>::fromJson(value);
    return read ? std::string() : read.error().message;
}

std::string formComplaint(ParamType type, const Json& value)
{
    switch (type) {
    case ParamType::Flag: return complaint<ParamType::Flag, bool>(value);
    case ParamType::Integer: return complaint<ParamType::Integer, std::int64_t>(value);
    case ParamType::Number: return complaint<ParamType::Number, double>(value);
    case ParamType::Text:
    case ParamType::Choice: return complaint<ParamType::Text, std::string>(value);
    case ParamType::Interval: return complaint<ParamType::Interval, Duration>(value);
    case ParamType::Size: return complaint<ParamType::Size, ByteSize>(value);
    case ParamType::Time: return complaint<ParamType::Time, Timestamp>(value);
    case ParamType::Column: return complaint<ParamType::Column, ColumnRef>(value);
    case ParamType::Columns: return complaint<ParamType::Columns, std::vector<ColumnRef>>(value);
    case ParamType::Formula: return complaint<ParamType::Formula, FormulaText>(value);
    case ParamType::Path: return complaint<ParamType::Path, PathText>(value);
    case ParamType::Secret: return complaint<ParamType::Secret, SecretRef>(value);
    case ParamType::Map: return complaint<ParamType::Map, TextMap>(value);
    case ParamType::Record:
        return value.is_object()
            ? std::string()
            : std::string("An object of parameters is expected here, not ") + kindInWords(value) + ".";
    case ParamType::Records: break;
    }
    return value.is_array()
        ? std::string()
        : std::string("A list of objects is expected here, not ") + kindInWords(value) + ".";
}

// The value as the number that min and max are about; the value has the right form.
double magnitude(ParamType type, const Json& value)
{
    switch (type) {
    case ParamType::Interval:
        return static_cast<double>(BasicTraits<ParamType::Interval, Duration>::fromJson(value)->count()) /
            1e6;
    case ParamType::Size:
        return static_cast<double>(BasicTraits<ParamType::Size, ByteSize>::fromJson(value)->bytes);
    default: return value.is_number() ? value.get<double>() : static_cast<double>(value.size());
    }
}

std::string boundText(ParamType type, double bound)
{
    if (type == ParamType::Interval) return formatInterval(Duration(static_cast<std::int64_t>(bound * 1e6)));
    if (type == ParamType::Size) return formatSize(static_cast<std::int64_t>(bound));
    return numberText(bound);
}

bool hasMagnitude(ParamType type)
{
    return type == ParamType::Integer || type == ParamType::Number || type == ParamType::Interval ||
        type == ParamType::Size || type == ParamType::Columns || type == ParamType::Records;
}

void checkBounds(const ParamField& field, const Json& value, const std::string& path,
                 std::vector<Diagnostic>& out)
{
    if (!hasMagnitude(field.type)) return;
    const double number = magnitude(field.type, value);
    const bool list = value.is_array();
    const std::string shown =
        list ? "The list of " + std::to_string(value.size()) + " entries" : compactJson(value);
    if (number < field.hints.min)
        addProblem(out, path,
                   shown + " is too small; the smallest " + (list ? "number of entries" : "value") + " is " +
                       boundText(field.type, field.hints.min) + ".");
    else if (number > field.hints.max)
        addProblem(out, path,
                   shown + " is too large; the largest " + (list ? "number of entries" : "value") + " is " +
                       boundText(field.type, field.hints.max) + ".");
}

void checkChoice(const ParamField& field, const Json& value, const std::string& path,
                 std::vector<Diagnostic>& out)
{
    const auto& choices = field.hints.choices;
    const auto& text = value.get_ref<const std::string&>();
    if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return;
    std::string list;
    for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
    std::vector<FixIt> fixes;
    if (const auto nearest = nearestName(text, choices))
        fixes.push_back({"Use \"" + *nearest + "\"", {}, path, *nearest});
    addProblem(out, path,
               "\"" + text + "\" is not one of the choices" + didYouMean(text, choices) +
                   "; they are: " + list + ".",
               std::move(fixes));
}

bool isEmptyValue(const Json& value)
{
    if (value.is_null()) return true;
    if (value.is_string()) return value.get_ref<const std::string&>().empty();
    return value.is_structured() && value.empty();
}

std::string joinPath(const std::string& prefix, const std::string& name)
{
    return prefix.empty() ? name : prefix + "." + name;
}

bool isAnybodys(std::string_view member) { return member.substr(0, 2) == "x_"; }

void checkUnknown(const ParamSchema& schema, const Json& params, std::vector<Diagnostic>& out,
                  const std::string& prefix)
{
    for (const auto& member : params.items()) {
        const std::string& name = member.key();
        if (isAnybodys(name) || findField(schema, name) != nullptr) continue;
        std::vector<std::string> names;
        for (const ParamField& field : schema) names.push_back(field.name);
        std::vector<FixIt> fixes;
        const std::string path = joinPath(prefix, name);
        if (const auto nearest = nearestName(name, names))
            fixes.push_back({"Rename to \"" + *nearest + "\"", {}, path, *nearest});
        addProblem(out, path, "There is no parameter \"" + name + "\"" + didYouMean(name, names) + ".",
                   std::move(fixes));
    }
}

std::string shownValue(const Json& value)
{
    return value.is_string() ? "\"" + value.get<std::string>() + "\"" : compactJson(value);
}

std::string trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return std::string(text);
}

// "hopping | cumulative" as people say it.
std::string withOr(std::string_view values)
{
    std::string text;
    while (true) {
        const std::size_t bar = values.find('|');
        text += (text.empty() ? "" : " or ") + trimmed(values.substr(0, bar));
        if (bar == std::string_view::npos) return text;
        values.remove_prefix(bar + 1);
    }
}

// The name of the parameter that decides whether this one counts, and the values with which it does.
std::pair<std::string, std::string> conditionOf(const ParamField& field)
{
    const std::string& condition = field.hints.visibleWhen;
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos) return {};
    return {trimmed(std::string_view(condition).substr(0, equals)),
            trimmed(std::string_view(condition).substr(equals + 1))};
}

// A warning where a value is set that does not count because of another's.
void checkCounts(const ParamField& field, const ParamSchema& schema, const Json& params,
                 const std::string& path, std::vector<Diagnostic>& out)
{
    const Json* value = findMember(params, field.name);
    if (value == nullptr || value->is_null() || *value == field.fallback) return;
    if (isEmptyValue(*value) || isVisible(field, schema, params)) return;
    const auto [name, values] = conditionOf(field);
    const ParamField* other = findField(schema, name);
    const Json* given = findMember(params, name);
    if (other == nullptr || (given == nullptr && other->hints.required)) return;
    std::vector<Diagnostic> wrong;
    if (given != nullptr) checkParam(*other, *given, {}, wrong);
    if (!wrong.empty()) return;
    out.push_back({Diagnostic::Warning,
                   {},
                   path,
                   {},
                   "\"" + field.name + "\" does not count while " + name + " is " +
                       shownValue(given != nullptr ? *given : other->fallback) + "; remove it, or set " +
                       name + " to " + withOr(values) + ".",
                   {}});
}

}  // namespace

const ParamField* findField(const ParamSchema& schema, std::string_view name)
{
    for (const ParamField& field : schema)
        if (field.name == name) return &field;
    return nullptr;
}

bool isVisible(const ParamField& field, const ParamSchema& schema, const Json& params)
{
    const std::string& condition = field.hints.visibleWhen;
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos) return true;
    const std::string name = trimmed(std::string_view(condition).substr(0, equals));
    const Json* value = findMember(params, name);
    const ParamField* other = findField(schema, name);
    if (value == nullptr && other != nullptr) value = &other->fallback;
    if (value == nullptr) return true;
    const std::string text = value->is_string() ? value->get<std::string>() : compactJson(*value);
    std::string_view rest = std::string_view(condition).substr(equals + 1);
    while (true) {
        const std::size_t bar = rest.find('|');
        if (trimmed(rest.substr(0, bar)) == text) return true;
        if (bar == std::string_view::npos) return false;
        rest.remove_prefix(bar + 1);
    }
}

void checkParam(const ParamField& field, const Json& value, const std::string& path,
                std::vector<Diagnostic>& out)
{
    if (std::string wrong = formComplaint(field.type, value); !wrong.empty()) {
        addProblem(out, path, std::move(wrong));
        return;
    }
    checkBounds(field, value, path, out);
    if (field.type == ParamType::Choice) checkChoice(field, value, path, out);
    if (field.type == ParamType::Record) checkParams(field.fields, value, out, path);
    if (field.type != ParamType::Records) return;
    for (std::size_t i = 0; i < value.size(); ++i)
        checkParams(field.fields, value[i], out, path + "[" + std::to_string(i) + "]");
}

void checkParams(const ParamSchema& schema, const Json& params, std::vector<Diagnostic>& out,
                 const std::string& prefix)
{
    if (!params.is_object()) {
        addProblem(out, prefix,
                   std::string("An object of parameters is expected here, not ") + kindInWords(params) + ".");
        return;
    }
    for (const ParamField& field : schema) {
        const std::string path = joinPath(prefix, field.name);
        const Json* value = findMember(params, field.name);
        const bool given = value != nullptr && !value->is_null();
        const std::size_t before = out.size();
        if (given) checkParam(field, *value, path, out);
        if (given && out.size() == before) checkCounts(field, schema, params, path, out);
        if (!field.hints.required || out.size() > before || !isVisible(field, schema, params)) continue;
        if (!given || isEmptyValue(*value))
            addProblem(out, path,
                       given ? "This must not be empty."
                             : "\"" + field.name + "\" is missing; it must be given.");
    }
    checkUnknown(schema, params, out, prefix);
}

}  // namespace engine
