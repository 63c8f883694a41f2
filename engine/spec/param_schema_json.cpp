#include "spec/param_schema.h"

#include <array>
#include <cmath>

namespace engine {
namespace {

constexpr std::array<std::string_view, 16> kTypeNames{
    "flag",   "integer", "number",  "text", "choice", "interval", "size", "time",
    "column", "columns", "formula", "path", "secret", "records",  "map",  "record"};
constexpr std::array<std::string_view, 3> kChangeNames{"at_once", "at_barrier", "by_restart"};

template <class Kind, std::size_t kCount>
std::optional<Kind> fromName(const std::string& name, const std::array<std::string_view, kCount>& names)
{
    for (std::size_t i = 0; i < kCount; ++i)
        if (names[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

Json fieldToJson(const ParamField& field)
{
    const ParamHints& hints = field.hints;
    Json json = Json::object();
    json["name"] = field.name;
    json["type"] = paramTypeName(field.type);
    if (!field.fallback.is_null()) json["default"] = field.fallback;
    if (!hints.title.empty()) json["title"] = hints.title;
    if (!hints.help.empty()) json["help"] = hints.help;
    if (!hints.unit.empty()) json["unit"] = hints.unit;
    if (!hints.zero.empty()) json["zero"] = hints.zero;
    if (std::isfinite(hints.min)) json["min"] = hints.min;
    if (std::isfinite(hints.max)) json["max"] = hints.max;
    if (!hints.choices.empty()) json["choices"] = hints.choices;
    if (hints.required) json["required"] = true;
    if (hints.advanced) json["advanced"] = true;
    if (!hints.visibleWhen.empty()) json["visible_when"] = hints.visibleWhen;
    if (!hints.columnsOf.empty()) json["columns_of"] = hints.columnsOf;
    if (hints.change != Change::AtBarrier)
        json["change"] = kChangeNames[static_cast<std::size_t>(hints.change)];
    if (!field.fields.empty()) json["fields"] = schemaToJson(field.fields);
    return json;
}

std::string textOf(const Json& json, std::string_view name)
{
    const Json* value = findMember(json, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

double numberOf(const Json& json, std::string_view name, double otherwise)
{
    const Json* value = findMember(json, name);
    return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

bool flagOf(const Json& json, std::string_view name)
{
    const Json* value = findMember(json, name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

Result<ParamField> fieldFromJson(const Json& json)
{
    const auto type = fromName<ParamType>(textOf(json, "type"), kTypeNames);
    ParamField field{.name = textOf(json, "name"), .hints = {}};
    if (!type || field.name.empty())
        return Error{ErrorCode::InvalidSpec, "A parameter of a component has no name or no known type.",
                     field.name};
    field.type = *type;
    if (const Json* fallback = findMember(json, "default")) field.fallback = *fallback;
    ParamHints& hints = field.hints;
    hints.title = textOf(json, "title");
    hints.help = textOf(json, "help");
    hints.unit = textOf(json, "unit");
    hints.zero = textOf(json, "zero");
    hints.min = numberOf(json, "min", hints.min);
    hints.max = numberOf(json, "max", hints.max);
    if (const Json* choices = findMember(json, "choices"); choices != nullptr && choices->is_array())
        for (const Json& choice : *choices)
            if (choice.is_string()) hints.choices.push_back(choice.get<std::string>());
    hints.required = flagOf(json, "required");
    hints.advanced = flagOf(json, "advanced");
    hints.visibleWhen = textOf(json, "visible_when");
    hints.columnsOf = textOf(json, "columns_of");
    hints.change = fromName<Change>(textOf(json, "change"), kChangeNames).value_or(Change::AtBarrier);
    if (const Json* fields = findMember(json, "fields")) {
        auto inner = schemaFromJson(*fields);
        if (!inner) return inner.error();
        field.fields = std::move(*inner);
    }
    return field;
}

}  // namespace

std::string_view paramTypeName(ParamType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

Json schemaToJson(const ParamSchema& schema)
{
    Json list = Json::array();
    for (const ParamField& field : schema) list.push_back(fieldToJson(field));
    return list;
}

Result<ParamSchema> schemaFromJson(const Json& json)
{
    if (!json.is_array())
        return Error{ErrorCode::InvalidSpec, "The parameters of a component are no list.", {}};
    ParamSchema schema;
    for (const Json& item : json) {
        auto field = fieldFromJson(item);
        if (!field) return field.error();
        schema.push_back(std::move(*field));
    }
    return schema;
}

}  // namespace engine
