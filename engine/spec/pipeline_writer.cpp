#include "spec/document_settings.h"
#include "spec/written_numbers.h"

#include <algorithm>
#include <set>

namespace engine {
namespace {

// Makes the members of one object in canonical order: those with a place of their own first, the others last
// by name.
class ObjectWriter {
public:
    explicit ObjectWriter(const Json& extra) : m_extra(extra) { }

    // `value` null: not set, and what the document said, if anything, stays as it was.
    void put(std::string_view name, Json value)
    {
        m_placed.insert(name);
        if (value.is_null()) {
            if (const Json* kept = findMember(m_extra, name))
                appendMember(m_object, std::string(name), *kept);
        } else {
            appendMember(m_object, std::string(name), std::move(value));
        }
    }

    void leaveOut(std::string_view name) { m_placed.insert(name); }

    Json finish()
    {
        std::vector<std::pair<std::string, const Json*>> others;
        if (m_extra.is_object())
            for (const auto& member : m_extra.items())
                if (!m_placed.contains(member.key())) others.emplace_back(member.key(), &member.value());
        std::sort(others.begin(), others.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [name, value] : others) appendMember(m_object, name, *value);
        return std::move(m_object);
    }

private:
    const Json& m_extra;
    Json m_object = Json::object();
    std::set<std::string_view> m_placed;
};

Json textOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json orNull(Json value) { return value.empty() ? Json() : std::move(value); }

Json orderParams(const Json& params, const ParamSchema& schema)
{
    if (!params.is_object()) return params;
    ObjectWriter writer(params);
    for (const ParamField& field : schema) {
        const Json* value = findMember(params, field.name);
        if (value != nullptr && field.type == ParamType::Record) {
            writer.put(field.name, orderParams(*value, field.fields));
            continue;
        }
        if (value == nullptr || field.type != ParamType::Records || !value->is_array()) {
            writer.put(field.name, nullptr);
            continue;
        }
        Json rows = Json::array();
        for (const Json& row : *value) rows.push_back(orderParams(row, field.fields));
        writer.put(field.name, std::move(rows));
    }
    return writer.finish();
}

Json parametersToJson(const std::vector<ParameterSpec>& parameters)
{
    Json list = Json::object();
    for (const ParameterSpec& parameter : parameters) {
        ObjectWriter writer(parameter.extra);
        const bool kept =
            findMember(parameter.extra, "type") != nullptr && parameter.type == ParameterSpec{}.type;
        writer.put("type", kept ? Json() : Json(parameter.type));
        writer.put("default", parameter.fallback);
        writer.put("unit", textOrNull(parameter.unit));
        writer.put("help", textOrNull(parameter.help));
        appendMember(list, parameter.name, writer.finish());
    }
    return list;
}

Json settingsToJson(const PipelineSettings& settings)
{
    Json others = settings.extra;
    Json object = Json::object();
    for (const SettingField& field : settingFields()) {
        Json value = settingToJson(field, settings);
        if (!value.is_null()) appendMember(object, std::string(field.name), std::move(value));
        if (others.is_object()) others.erase(std::string(field.name));
    }
    const Json rest = ObjectWriter(others).finish();
    for (const auto& member : rest.items()) appendMember(object, member.key(), member.value());
    return object;
}

Json rejectLimitJson(const NodeSpec& node)
{
    if (const Json* kept = findMember(node.extra, "reject_limit")) {
        const auto read = rejectLimitFromJson(*kept);
        if (read ? node.rejectLimit == *read : !node.rejectLimit) return nullptr;
    }
    return rejectLimitToJson(node.rejectLimit);
}

// Of a component that nobody here knows no number is rounded: each stays as it was written.
void putParams(ObjectWriter& writer, const NodeSpec& node, const SchemaOf& schemaOf)
{
    const ParamSchema* schema = schemaOf ? schemaOf(node.component) : nullptr;
    Json params = schema != nullptr ? orderParams(node.params, *schema) : *node.params;
    const Json* written = findMember(node.extra, "params");
    Json plain = written != nullptr ? *written : Json();
    if (!makeNumbersPlain(plain)) return writer.put("params", orNull(std::move(params)));
    const bool isUnknown =
        schemaOf && schema == nullptr && !std::string_view(node.component).starts_with(kSubpipelinePrefix);
    if (isUnknown && plain == params) params = *written;
    if (params.empty())
        writer.leaveOut("params");
    else
        writer.put("params", std::move(params));
}

Json nodesToJson(const std::vector<NodeSpec>& nodes, const SchemaOf& schemaOf)
{
    Json list = Json::array();
    for (const NodeSpec& node : nodes) {
        ObjectWriter writer(node.extra);
        writer.put("id", textOrNull(node.id.value));
        writer.put("component", textOrNull(node.component));
        writer.put("title", textOrNull(node.title));
        putParams(writer, node, schemaOf);
        writer.put("parallelism", node.parallelism == 0 ? Json() : Json(node.parallelism));
        writer.put("disabled", node.disabled ? Json(true) : Json());
        writer.put("reject_limit", rejectLimitJson(node));
        list.push_back(writer.finish());
    }
    return list;
}

Json edgesToJson(const std::vector<EdgeSpec>& edges)
{
    Json list = Json::array();
    for (const EdgeSpec& edge : edges) list.push_back(Json::array({portText(edge.from), portText(edge.to)}));
    return list;
}

Json portsToJson(const PromotedPorts& ports)
{
    Json object = Json::object();
    for (const auto& [name, port] : ports) appendMember(object, name, portText(port));
    return object;
}

Json groupsToJson(const std::vector<GroupSpec>& groups)
{
    Json list = Json::array();
    for (const GroupSpec& group : groups) {
        Json nodes = Json::array();
        for (const NodeId& node : group.nodes) nodes.push_back(node.value);
        ObjectWriter writer(group.extra);
        writer.put("id", textOrNull(group.id));
        writer.put("title", textOrNull(group.title));
        writer.put("nodes", orNull(std::move(nodes)));
        writer.put("ports", orNull(portsToJson(group.ports)));
        list.push_back(writer.finish());
    }
    return list;
}

Json subpipelinesToJson(const std::vector<SubpipelineSpec>& definitions, const SchemaOf& schemaOf)
{
    Json list = Json::object();
    for (const SubpipelineSpec& definition : definitions) {
        ObjectWriter writer(definition.extra);
        writer.put("title", textOrNull(definition.title));
        writer.put("parameters", orNull(parametersToJson(definition.parameters)));
        writer.put("inputs", orNull(portsToJson(definition.inputs)));
        writer.put("outputs", orNull(portsToJson(definition.outputs)));
        writer.put("nodes", orNull(nodesToJson(definition.nodes, schemaOf)));
        writer.put("edges", orNull(edgesToJson(definition.edges)));
        for (const std::string_view name : {"layout", "notes", "views", "frames", "pins"})
            writer.put(name, nullptr);
        appendMember(list, definition.name, writer.finish());
    }
    return list;
}

}  // namespace

std::string writePipeline(const PipelineSpec& spec, const SchemaOf& schemaOf)
{
    const bool formatKept = findMember(spec.extra, "format") != nullptr && spec.format == kDocumentFormat;
    ObjectWriter writer(spec.extra);
    writer.put("format", formatKept ? Json() : Json(spec.format));
    writer.put("id", textOrNull(spec.id));
    writer.put("name", textOrNull(spec.name));
    writer.put("parameters", orNull(parametersToJson(spec.parameters)));
    writer.put("settings", orNull(settingsToJson(spec.settings)));
    writer.put("nodes", orNull(nodesToJson(spec.nodes, schemaOf)));
    writer.put("edges", orNull(edgesToJson(spec.edges)));
    writer.put("groups", orNull(groupsToJson(spec.groups)));
    writer.put("subpipelines", orNull(subpipelinesToJson(spec.subpipelines, schemaOf)));
    writer.put("layout", spec.layout);
    writer.put("notes", spec.notes);
    writer.put("views", spec.views);
    writer.put("frames", spec.frames);
    writer.put("pins", spec.pins);
    return writeJson(writer.finish());
}

}  // namespace engine
