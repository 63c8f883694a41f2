#include "base/limits.h"
#include "spec/document_reader.h"
#include "spec/document_settings.h"
#include "spec/suggest.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine {
namespace {

constexpr std::size_t kGroupsMax = 1000;

// Reads a document into a Parsed, which it fills with every mistake it meets. Lives for one call of
// parsePipeline.
class Reader {
public:
    explicit Reader(Parsed& parsed) : m_parsed(parsed) { }

    void read(const Json& json)
    {
        PipelineSpec& spec = m_parsed.spec;
        if (!json.is_object()) {
            lost({}, std::string("A pipeline document is an object, not ") + kindInWords(json) + ".");
            m_parsed.isJson = false;
            return;
        }
        Members top(json, {}, m_parsed);
        readFormat(top);
        top.read("id", spec.id);
        if (!spec.id.empty() && !isUuid(spec.id))
            top.problem("id",
                        "\"" + spec.id +
                            "\" is no id of a pipeline; it looks like "
                            "\"6d0f7a0e-8f0e-4a53-9d7e-0c5b7a0c9f11\".");
        top.read("name", spec.name);
        readParameters(top, spec.parameters);
        readSettings(top);
        readNodes(top, spec.nodes);
        readGroups(top);
        readSubpipelines(top);
        readEdges(top, spec.edges, spec.nodes, spec.groups);
        checkComponents();
        for (auto& [name, target] :
             std::initializer_list<std::pair<std::string_view, Json*>>{{"layout", &spec.layout},
                                                                       {"notes", &spec.notes},
                                                                       {"views", &spec.views},
                                                                       {"frames", &spec.frames},
                                                                       {"pins", &spec.pins}}) {
            const Json* value = top.find(name);
            if (value == nullptr || value->is_null()) continue;
            *target = *value;
            top.take(name);
        }
        spec.extra = top.rest(DocumentMembers::top());
    }

private:
    // A mistake that cannot be kept for saving.
    void lost(std::string path, std::string message)
    {
        m_parsed.diagnostics.push_back(
            {Diagnostic::Problem, {}, {}, std::move(path), std::move(message), {}});
        m_parsed.readOnly = true;
    }

    void problem(std::string path, std::string message, NodeId node = {}, std::string param = {})
    {
        m_parsed.diagnostics.push_back({Diagnostic::Problem,
                                        std::move(node),
                                        std::move(param),
                                        std::move(path),
                                        std::move(message),
                                        {}});
    }

    void readFormat(Members& top)
    {
        const Json* value = top.find("format");
        if (value == nullptr) {
            top.problem("format", "The document does not say its format; write \"format\": 1.");
            return;
        }
        const auto format = ParamTraits<int>::fromJson(*value);
        if (!format || *format < 1) {
            top.problem("format", format ? "The format is a number from 1 on." : format.error().message);
            return;
        }
        m_parsed.spec.format = *format;
        top.take("format");
        if (*format <= kDocumentFormat) return;
        m_parsed.readOnly = true;
        top.problem("format",
                    "The document has format " + std::to_string(*format) + ", this program knows up to " +
                        std::to_string(kDocumentFormat) + "; open it with a newer Streamwright.");
    }

    void readParameters(Members& parent, std::vector<ParameterSpec>& parameters)
    {
        const Json* list = parent.find("parameters", &Json::is_object, "An object of parameters");
        if (list == nullptr || list->empty()) return;
        parent.take("parameters");
        for (const auto& member : list->items()) {
            const std::string path = parent.path("parameters") + "." + member.key();
            if (!isParameterName(member.key()))
                problem(path,
                        "\"" + member.key() + "\" is no name of a parameter; use letters, digits and _.");
            if (!member.value().is_object()) {
                lost(path, "A parameter is an object like { \"type\": \"string\", \"default\": \"\" }.");
                continue;
            }
            readParameter(member.key(), member.value(), path, parameters);
        }
    }

    void readParameter(const std::string& name, const Json& json, const std::string& path,
                       std::vector<ParameterSpec>& parameters)
    {
        static const std::vector<std::string> kTypes{"string", "bigint", "double", "boolean"};
        ParameterSpec parameter{.name = name};
        Members members(json, path, m_parsed);
        if (members.find("type") == nullptr)
            members.problem("type", "The parameter has no type; it is string, bigint, double or boolean.");
        members.read("type", parameter.type);
        if (std::find(kTypes.begin(), kTypes.end(), parameter.type) == kTypes.end())
            members.problem("type",
                            "There is no type \"" + parameter.type + "\"" +
                                didYouMean(parameter.type, kTypes) +
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

    static void checkDefault(const ParameterSpec& parameter, Members& members)
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

    void readSettings(Members& top)
    {
        const Json* json = top.find("settings", &Json::is_object, "An object of settings");
        if (json == nullptr) return;
        PipelineSettings& settings = m_parsed.spec.settings;
        Members members(*json, "settings", m_parsed);
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

    void readNodes(Members& parent, std::vector<NodeSpec>& nodes)
    {
        const Json* list = parent.find("nodes", &Json::is_array, "A list of nodes");
        m_hasLostNodes |= list == nullptr && parent.find("nodes") != nullptr;
        if (list == nullptr || list->empty()) return;
        parent.take("nodes");
        const std::string path = parent.path("nodes");
        if (list->size() > limits::kDocumentNodes) {
            m_hasLostNodes = true;
            lost(path,
                 "There are " + std::to_string(list->size()) + " nodes; the most is " +
                     std::to_string(limits::kDocumentNodes) + ".");
            return;
        }
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (!(*list)[i].is_object()) {
                m_hasLostNodes = true;
                lost(indexed(path, i),
                     std::string("A node is an object, not ") + kindInWords((*list)[i]) + ".");
                continue;
            }
            // Where one is lost the others stand elsewhere than in the list.
            const bool isMoved = nodes.size() != i;
            nodes.push_back(readNode((*list)[i], indexed(path, i)));
            if (isMoved) nodes.back().place.path = indexed(path, i);
            const NodeId& id = nodes.back().id;
            const auto [place, fresh] = places.emplace(id.value, i);
            if (!fresh && !id.value.empty())
                problem(indexed(path, i) + ".id",
                        "The id \"" + id.value + "\" is already that of " + indexed(path, place->second) +
                            "; give one of them another.",
                        id, "id");
        }
    }

    NodeSpec readNode(const Json& json, const std::string& path)
    {
        NodeSpec node;
        Members members(json, path, m_parsed);
        members.read("id", node.id.value);
        if (members.find("id") == nullptr)
            members.problem("id", "The node has no id.");
        else if (!node.id.value.empty() || *members.find("id") == "")
            checkId(members, "id", node.id.value);
        m_hasLostNodes |= node.id.value.empty();
        if (isIdentifier(node.id.value)) members.setNode(node.id);
        members.read("component", node.component);
        if (members.find("component") == nullptr)
            members.problem("component", "The node does not say its component.");
        if (node.component.compare(0, kSubpipelinePrefix.size(), kSubpipelinePrefix) == 0)
            m_uses.push_back({path, node.id, node.component.substr(kSubpipelinePrefix.size())});
        members.read("title", node.title);
        const Json* params = members.find("params", &Json::is_object, "An object of parameters");
        if (params != nullptr && !params->empty()) {
            node.params = *params;
            members.take("params");
        }
        members.read("parallelism", node.parallelism);
        if (node.parallelism < 0 || node.parallelism > 128)
            members.problem("parallelism", "The parallelism lies between 0 and 128.");
        members.read("disabled", node.disabled);
        if (const Json* value = members.find("reject_limit")) {
            if (const auto limit = rejectLimitFromJson(*value); !limit) {
                members.problem("reject_limit", limit.error().message);
            } else {
                node.rejectLimit = *limit;
                if (rejectLimitToJson(node.rejectLimit) == *value) members.take("reject_limit");
            }
        }
        node.extra = members.rest(DocumentMembers::node());
        return node;
    }

    static void checkId(Members& members, std::string_view name, const std::string& id)
    {
        if (!isIdentifier(id))
            members.problem(
                name,
                "\"" + id +
                    "\" is no id; it has up to 64 letters a-z, digits and _, and begins with a letter.");
    }

    // "node.port"; nothing and a problem if it is not of that form.
    std::optional<PortRef> readPort(const Json& json, const std::string& path, const char* example)
    {
        if (!json.is_string()) {
            lost(path,
                 std::string("A port is a text like \"") + example + "\", not " + kindInWords(json) + ".");
            return std::nullopt;
        }
        const auto& text = json.get_ref<const std::string&>();
        const std::size_t dot = text.find('.');
        if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
            lost(path, "\"" + text + "\" names no port; write node and port like \"" + example + "\".");
            return std::nullopt;
        }
        return PortRef{{text.substr(0, dot)}, text.substr(dot + 1)};
    }

    void readEdges(Members& parent, std::vector<EdgeSpec>& edges, const std::vector<NodeSpec>& nodes,
                   const std::vector<GroupSpec>& groups)
    {
        const Json* list = parent.find("edges", &Json::is_array, "A list of edges");
        m_parsed.hasLostEdges |= list == nullptr && parent.find("edges") != nullptr;
        if (list == nullptr || list->empty()) return;
        parent.take("edges");
        const std::string path = parent.path("edges");
        const std::map<std::string, const GroupSpec*> ends = endsOf(nodes, groups);
        std::map<EdgeSpec, std::size_t> places;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const Json& json = (*list)[i];
            const std::string place = indexed(path, i);
            if (!json.is_array() || json.size() != 2) {
                m_parsed.hasLostEdges = true;
                lost(place, "An edge is a list of two ports like [\"a.out\", \"b.in\"].");
                continue;
            }
            const auto from = readPort(json[0], place + "[0]", "a.out");
            const auto to = readPort(json[1], place + "[1]", "b.in");
            m_parsed.hasLostEdges |= !from || !to;
            if (from) checkEnd(*from, place + "[0]", ends);
            if (to) checkEnd(*to, place + "[1]", ends);
            if (!from || !to) continue;
            const bool isMoved = edges.size() != i;
            edges.push_back({*from, *to, {isMoved ? place : std::string()}});
            const auto [other, fresh] = places.emplace(edges.back(), i);
            if (!fresh) problem(place, "The edge is already there as " + indexed(path, other->second) + ".");
        }
    }

    static std::map<std::string, const GroupSpec*> endsOf(const std::vector<NodeSpec>& nodes,
                                                          const std::vector<GroupSpec>& groups)
    {
        std::map<std::string, const GroupSpec*> ends;
        for (const GroupSpec& group : groups) ends.emplace(group.id, &group);
        for (const NodeSpec& node : nodes) ends[node.id.value] = nullptr;
        return ends;
    }

    void checkEnd(const PortRef& port, const std::string& path,
                  const std::map<std::string, const GroupSpec*>& ends)
    {
        const auto end = ends.find(port.node.value);
        if (end == ends.end()) {
            std::vector<std::string> names;
            if (m_parsed.diagnostics.size() < limits::kSuggestions)
                for (const auto& [name, group] : ends) names.push_back(name);
            if (m_hasLostNodes && !nearestName(port.node.value, names)) return;  // it may be one of those
            problem(path,
                    "There is no node \"" + port.node.value + "\"" + didYouMean(port.node.value, names) +
                        ".");
        } else if (end->second != nullptr) {
            std::vector<std::string> names;
            for (const auto& [name, inner] : end->second->ports) names.push_back(name);
            if (std::find(names.begin(), names.end(), port.port) == names.end())
                problem(path,
                        "The group \"" + port.node.value + "\" has no port \"" + port.port + "\"" +
                            didYouMean(port.port, names) + ".");
        }
    }

    void readPorts(Members& members, std::string_view name, PromotedPorts& ports,
                   const std::vector<NodeSpec>& nodes)
    {
        const Json* json = members.find(name, &Json::is_object, "An object of ports");
        if (json == nullptr || json->empty()) return;
        members.take(name);
        const std::map<std::string, const GroupSpec*> ends = endsOf(nodes, {});
        for (const auto& member : json->items()) {
            const std::string path = members.path(name) + "." + member.key();
            const auto port = readPort(member.value(), path, "inner.in");
            if (!port) continue;
            checkEnd(*port, path, ends);
            ports.emplace_back(member.key(), *port);
        }
    }

    void readGroups(Members& top)
    {
        const Json* list = top.find("groups", &Json::is_array, "A list of groups");
        if (list == nullptr || list->empty()) return;
        top.take("groups");
        if (list->size() > kGroupsMax) {
            lost("groups",
                 "There are " + std::to_string(list->size()) + " groups; the most is " +
                     std::to_string(kGroupsMax) + ".");
            return;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string path = indexed("groups", i);
            if (!(*list)[i].is_object()) {
                lost(path, std::string("A group is an object, not ") + kindInWords((*list)[i]) + ".");
                continue;
            }
            readGroup((*list)[i], path);
        }
    }

    void readGroup(const Json& json, const std::string& path)
    {
        PipelineSpec& spec = m_parsed.spec;
        GroupSpec group;
        Members members(json, path, m_parsed);
        members.read("id", group.id);
        checkId(members, "id", group.id);
        if (spec.find({group.id}) != nullptr)
            members.problem("id", "The id \"" + group.id + "\" is already that of a node.");
        for (const GroupSpec& other : spec.groups)
            if (other.id == group.id)
                members.problem("id", "The id \"" + group.id + "\" is already that of another group.");
        members.read("title", group.title);
        const Json* nodes = members.find("nodes", &Json::is_array, "A list of node ids");
        if (nodes != nullptr && !nodes->empty()) members.take("nodes");
        const std::map<std::string, const GroupSpec*> ends = endsOf(spec.nodes, {});
        for (std::size_t i = 0; nodes != nullptr && i < nodes->size(); ++i) {
            const Json& id = (*nodes)[i];
            if (!id.is_string()) {
                lost(indexed(path + ".nodes", i), "The id of a node is expected here.");
                continue;
            }
            group.nodes.push_back({id.get<std::string>()});
            checkEnd({group.nodes.back(), {}}, indexed(path + ".nodes", i), ends);
        }
        readPorts(members, "ports", group.ports, spec.nodes);
        group.extra = members.rest(DocumentMembers::group());
        spec.groups.push_back(std::move(group));
    }

    void readSubpipelines(Members& top)
    {
        const Json* list = top.find("subpipelines", &Json::is_object, "An object of subpipelines");
        if (list == nullptr || list->empty()) return;
        top.take("subpipelines");
        for (const auto& member : list->items()) {
            const std::string path = "subpipelines." + member.key();
            if (!member.value().is_object()) {
                lost(path,
                     std::string("A subpipeline is an object, not ") + kindInWords(member.value()) + ".");
                continue;
            }
            if (!isIdentifier(member.key()))
                problem(path,
                        "\"" + member.key() +
                            "\" is no name of a subpipeline; it has up to 64 letters a-z, digits and _.");
            SubpipelineSpec definition{.name = member.key()};
            Members members(member.value(), path, m_parsed);
            members.read("title", definition.title);
            readParameters(members, definition.parameters);
            readNodes(members, definition.nodes);
            readPorts(members, "inputs", definition.inputs, definition.nodes);
            readPorts(members, "outputs", definition.outputs, definition.nodes);
            readEdges(members, definition.edges, definition.nodes, {});
            definition.extra = members.rest(DocumentMembers::subpipeline());
            m_parsed.spec.subpipelines.push_back(std::move(definition));
        }
    }

    void checkComponents()
    {
        std::vector<std::string> names;
        for (const SubpipelineSpec& definition : m_parsed.spec.subpipelines) names.push_back(definition.name);
        const std::set<std::string> known(names.begin(), names.end());
        for (const Use& use : m_uses) {
            if (known.contains(use.name)) continue;
            if (m_parsed.diagnostics.size() >= limits::kSuggestions) names.clear();
            problem(use.path + ".component",
                    "There is no subpipeline \"" + use.name + "\"" + didYouMean(use.name, names) + ".",
                    use.node, "component");
        }
    }

    // A node that stands for a subpipeline, which may be defined further down.
    struct Use {
        std::string path;
        NodeId node;
        std::string name;
    };

    std::vector<Use> m_uses;
    bool m_hasLostNodes = false;  // or nodes without an id
    Parsed& m_parsed;
};

}  // namespace

Parsed parsePipeline(std::string_view text)
{
    Parsed parsed;
    const auto json = parseJson(text);
    if (json) {
        Reader(parsed).read(*json);
    } else {
        parsed.diagnostics.push_back(
            {Diagnostic::Problem, {}, {}, json.error().where, json.error().message, {}});
        parsed.readOnly = true;
        parsed.isJson = false;
    }
    return parsed;
}

}  // namespace engine
