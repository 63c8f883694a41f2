#include "base/limits.h"
#include "spec/document_reader.h"
#include "spec/document_settings.h"
#include "spec/ends_reader.h"
#include "spec/parameters_reader.h"
#include "spec/suggest.h"
#include "spec/written_numbers.h"

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
    // `written`: the document with numbers as they were written; null where they are all as it would write.
    Reader(Parsed& parsed, const Json* written) : m_parsed(parsed), m_written(written), m_ends(parsed) { }

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
        readParameters(top, spec.parameters, m_parsed);
        readSettings(top, m_parsed);
        readNodes(top, spec.nodes, m_written);
        readGroups(top);
        readSubpipelines(top);
        m_ends.readEdges(top, spec.edges, spec.nodes, spec.groups);
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
        if (m_written != nullptr) keepNumbers(spec, *m_written);
    }

private:
    void lost(std::string path, std::string message)
    {
        addLost(m_parsed, std::move(path), std::move(message));
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

    void readNodes(Members& parent, std::vector<NodeSpec>& nodes, const Json* writtenParent)
    {
        const Json* list = parent.find("nodes", &Json::is_array, "A list of nodes");
        if (list == nullptr && parent.find("nodes") != nullptr) m_ends.noteLostNodes();
        if (list == nullptr || list->empty()) return;
        parent.take("nodes");
        const std::string path = parent.path("nodes");
        if (list->size() > limits::kDocumentNodes) {
            m_ends.noteLostNodes();
            lost(path,
                 "There are " + std::to_string(list->size()) + " nodes; the most is " +
                     std::to_string(limits::kDocumentNodes) + ".");
            return;
        }
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (!(*list)[i].is_object()) {
                m_ends.noteLostNodes();
                lost(indexed(path, i),
                     std::string("A node is an object, not ") + kindInWords((*list)[i]) + ".");
                continue;
            }
            // Where one is lost the others stand elsewhere than in the list.
            const bool isMoved = nodes.size() != i;
            nodes.push_back(readNode((*list)[i], indexed(path, i)));
            if (writtenParent != nullptr)
                keepNumbers(nodes.back(), findMember(*writtenParent, "nodes")->at(i));
            if (isMoved) nodes.back().place.path = indexed(path, i);
            const NodeId& id = nodes.back().id;
            const auto [place, fresh] = places.emplace(id.value, i);
            if (!fresh && !id.value.empty())
                addProblem(m_parsed, indexed(path, i) + ".id",
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
        if (node.id.value.empty()) m_ends.noteLostNodes();
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
            if (m_written != nullptr)
                keepNumbers(m_parsed.spec.groups.back(), findMember(*m_written, "groups")->at(i));
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
        const std::map<std::string, const GroupSpec*> ends = EndsReader::endsOf(spec.nodes, {});
        for (std::size_t i = 0; nodes != nullptr && i < nodes->size(); ++i) {
            const Json& id = (*nodes)[i];
            if (!id.is_string()) {
                lost(indexed(path + ".nodes", i), "The id of a node is expected here.");
                continue;
            }
            group.nodes.push_back({id.get<std::string>()});
            m_ends.check({group.nodes.back(), {}}, indexed(path + ".nodes", i), ends);
        }
        m_ends.readPorts(members, "ports", group.ports, spec.nodes);
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
                addProblem(m_parsed, path,
                           "\"" + member.key() +
                               "\" is no name of a subpipeline; it has up to 64 letters a-z, digits and _.");
            SubpipelineSpec definition{.name = member.key()};
            Members members(member.value(), path, m_parsed);
            members.read("title", definition.title);
            readParameters(members, definition.parameters, m_parsed);
            const Json* written = m_written ? findMember(*m_written, "subpipelines") : nullptr;
            readNodes(members, definition.nodes, written ? findMember(*written, member.key()) : nullptr);
            m_ends.readPorts(members, "inputs", definition.inputs, definition.nodes);
            m_ends.readPorts(members, "outputs", definition.outputs, definition.nodes);
            m_ends.readEdges(members, definition.edges, definition.nodes, {});
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
            addProblem(m_parsed, use.path + ".component",
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
    Parsed& m_parsed;
    const Json* m_written;
    EndsReader m_ends;
};

}  // namespace

Parsed parsePipeline(std::string_view text)
{
    Parsed parsed;
    bool isOther = false;
    auto json = parseJsonAsWritten(text, isOther);
    if (json) {
        const Json written = isOther ? *json : Json();
        if (isOther) makeNumbersPlain(*json);
        Reader(parsed, isOther ? &written : nullptr).read(*json);
    } else {
        parsed.diagnostics.push_back(
            {Diagnostic::Problem, {}, {}, json.error().where, json.error().message, {}});
        parsed.readOnly = true;
        parsed.isJson = false;
    }
    return parsed;
}

}  // namespace engine
