#include "commands/detect_kafka.h"

#include "base/env.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "spec/resolve.h"
#include "spec/suggest.h"

#include <algorithm>
#include <array>

namespace engine {

namespace {

constexpr std::array<std::string_view, 2> kInAddress{"bootstrap_servers", "topic"};
constexpr std::array<std::string_view, 5> kFound{"format", "columns", "time_column", "delimiter", "header"};

Error wrongSetting(const std::string& name, const std::string& message)
{
    return {ErrorCode::InvalidSpec, message, "--set " + name};
}

// As it would stand in a document: what is no text there is JSON here as well.
Result<Json> valueOf(const ParamField& field, const std::string& text)
{
    Json value = text;
    switch (field.type) {
    case ParamType::Flag:
    case ParamType::Integer:
    case ParamType::Number:
    case ParamType::Columns:
    case ParamType::Records:
    case ParamType::Record:
    case ParamType::Map: {
        auto json = parseJson(text);
        if (!json) return wrongSetting(field.name, json.error().message);
        value = std::move(*json);
        break;
    }
    default: break;
    }
    std::vector<Diagnostic> mistakes;
    checkParam(field, value, field.name, mistakes);
    if (hasProblem(mistakes)) return wrongSetting(field.name, mistakes.front().message);
    return value;
}

Status set(Json& params, const ParamSchema& schema, const std::string& setting)
{
    const auto pair = parseSetting(setting);
    if (!pair) return pair.error();
    const auto& [name, text] = *pair;
    if (std::find(kInAddress.begin(), kInAddress.end(), name) != kInAddress.end())
        return wrongSetting(name, "This stands in the address: kafka://HOST[,HOST]/TOPIC.");
    if (std::find(kFound.begin(), kFound.end(), name) != kFound.end())
        return wrongSetting(name, "This is what detect finds in the records; leave it out.");
    const ParamField* field = findField(schema, name);
    if (!field) {
        std::vector<std::string> names;
        for (const ParamField& each : schema) names.push_back(each.name);
        const auto near = nearestName(name, names);
        return wrongSetting(name,
                            "kafka_source has no such parameter" +
                                (near ? " (did you mean \"" + *near + "\"?)." : std::string(".")));
    }
    const auto value = valueOf(*field, text);
    if (!value) return value.error();
    params[name] = *value;
    return ok();
}

}  // namespace

Result<Json> kafkaParams(std::string_view address, const Arguments& arguments)
{
    const std::string place(address.substr(kKafkaScheme.size()));
    const std::size_t slash = std::min(place.find('/'), place.size());
    Json params{{"bootstrap_servers", place.substr(0, slash)}};
    if (slash + 1 < place.size()) params["topic"] = place.substr(slash + 1);
    const ParamSchema& schema = *builtinCatalog().schemaOf("kafka_source");
    for (const std::string& setting : arguments.values("set")) TRY(set(params, schema, setting));
    return params;
}

Json topicsAsJson(const std::vector<SampleChoice>& topics)
{
    Json list = Json::array();
    for (const SampleChoice& each : topics)
        list.push_back(Json{{"topic", each.name}, {"partitions", each.partitions}});
    return list;
}

}  // namespace engine
