#include "spec/parameters_reader.h"

#include "spec/document_settings.h"
#include "spec/suggest.h"

namespace engine {
namespace {

void checkDefault(const ParameterSpec& parameter, Members& members)
{
    Status status = ok();
    const auto check = [&status](const auto& read) {
        if (!read) status = read.error();
    };
    if (parameter.type == "string") check(ParamTraits<std::string>::fromJson(parameter.fallback));
    if (parameter.type == "bigint") check(ParamTraits<std::int64_t>::fromJson(parameter.fallback));
    if (parameter.type == "double") check(ParamTraits<double>::fromJson(parameter.fallback));
    if (parameter.type == "boolean") check(ParamTraits<bool>::fromJson(parameter.fallback));
    if (!status) members.problem("default", status.error().message);
}

void readParameter(const std::string& name, const Json& json, const std::string& path,
                   std::vector<ParameterSpec>& parameters, Parsed& parsed)
{
    static const std::vector<std::string> kTypes{"string", "bigint", "double", "boolean"};
    ParameterSpec parameter{.name = name};
    Members members(json, path, parsed);
    if (members.find("type") == nullptr)
        members.problem("type", "The parameter has no type; it is string, bigint, double or boolean.");
    members.read("type", parameter.type);
    if (std::find(kTypes.begin(), kTypes.end(), parameter.type) == kTypes.end())
        members.problem("type",
                        "There is no type \"" + parameter.type + "\"" + didYouMean(parameter.type, kTypes) +
                            "; it is string, bigint, double or boolean.");
    members.read("unit", parameter.unit);
    members.read("help", parameter.help);
    if (const Json* fallback = members.find("default"); fallback != nullptr && !fallback->is_null()) {
        parameter.fallback = *fallback;
        members.take("default");
        checkDefault(parameter, members);
    }
    parameter.extra = members.rest(DocumentMembers::parameter());
    parameters.push_back(std::move(parameter));
}

}  // namespace

void readParameters(Members& parent, std::vector<ParameterSpec>& parameters, Parsed& parsed)
{
    const Json* list = parent.find("parameters", &Json::is_object, "An object of parameters");
    if (list == nullptr || list->empty()) return;
    parent.take("parameters");
    for (const auto& member : list->items()) {
        const std::string path = parent.path("parameters") + "." + member.key();
        if (!isParameterName(member.key()))
            addProblem(parsed, path,
                       "\"" + member.key() + "\" is no name of a parameter; use letters, digits and _.");
        if (!member.value().is_object()) {
            addLost(parsed, path,
                    "A parameter is an object like { \"type\": \"string\", \"default\": \"\" }.");
            continue;
        }
        readParameter(member.key(), member.value(), path, parameters, parsed);
    }
}

void readSettings(Members& top, Parsed& parsed)
{
    const Json* json = top.find("settings", &Json::is_object, "An object of settings");
    if (json == nullptr) return;
    PipelineSettings& settings = parsed.spec.settings;
    Members members(*json, "settings", parsed);
    std::vector<std::string_view> known;
    for (const SettingField& field : settingFields()) {
        known.push_back(field.name);
        const Json* value = members.find(field.name);
        if (value == nullptr) continue;
        if (auto status = field.read(settings, *value); !status)
            members.problem(field.name, status.error().message);
        else if (field.write(settings) == *value && field.write(PipelineSettings{}) != *value)
            members.take(field.name);
    }
    settings.extra = members.rest(known);
    if (!json->empty()) top.take("settings");
}

}  // namespace engine
