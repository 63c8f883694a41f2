#include "base/hash.h"
#include "spec/document_settings.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine {
namespace {

std::string parametersText(const std::vector<ParameterSpec>& parameters)
{
    Json object = Json::object();
    for (const ParameterSpec& parameter : parameters) {
        Json json = Json::object();
        json["type"] = parameter.type;
        json["default"] = parameter.fallback;
        object[parameter.name] = std::move(json);
    }
    return sortedText(object);
}

std::string settingsText(const PipelineSettings& settings)
{
    std::string text;
    for (const SettingField& field : settingFields())
        text += std::string(field.name) + sortedText(field.write(settings));
    return text;
}

std::string nodeText(const NodeSpec& node)
{
    Json json = Json::object();
    json["id"] = node.id.value;
    json["component"] = node.component;
    json["params"] = node.params;
    json["parallelism"] = node.parallelism;
    json["disabled"] = node.disabled;
    json["reject_limit"] = rejectLimitToJson(node.rejectLimit);
    return sortedText(json);
}

// As if their sorted texts were compared, and done with the first difference.
bool isSaidAlike(const Json& one, const Json& other)
{
    if (one.is_object() && other.is_object()) {
        if (one.size() != other.size()) return false;
        for (auto at = one.begin(), same = other.begin(); at != one.end(); ++at, ++same) {
            const Json* value = at.key() == same.key() ? &same.value() : findMember(other, at.key());
            if (value == nullptr || !isSaidAlike(at.value(), *value)) return false;
        }
        return true;
    }
    if (one.is_array() && other.is_array())
        return std::equal(one.begin(), one.end(), other.begin(), other.end(), isSaidAlike);
    if (one.is_string() && other.is_string()) return one == other;
    return sortedText(one) == sortedText(other);
}

bool meansTheSame(const NodeSpec& one, const NodeSpec& other)
{
    return one.component == other.component && one.parallelism == other.parallelism &&
        one.disabled == other.disabled &&
        sortedText(rejectLimitToJson(one.rejectLimit)) == sortedText(rejectLimitToJson(other.rejectLimit)) &&
        (one.params.isSharedWith(other.params) || isSaidAlike(one.params, other.params));
}

std::string edgeText(const EdgeSpec& edge) { return portText(edge.from) + " -> " + portText(edge.to); }

std::string joined(std::vector<std::string> parts)
{
    std::sort(parts.begin(), parts.end());
    std::string text;
    for (const std::string& part : parts) text += part + '\n';
    return text;
}

std::string graphText(const std::vector<NodeSpec>& nodes, const std::vector<EdgeSpec>& edges)
{
    std::vector<std::string> parts;
    for (const NodeSpec& node : nodes) parts.push_back(nodeText(node));
    for (const EdgeSpec& edge : edges) parts.push_back(edgeText(edge));
    return joined(std::move(parts));
}

std::string portsText(const PromotedPorts& ports)
{
    std::vector<std::string> parts;
    for (const auto& [name, port] : ports) parts.push_back(name + "=" + portText(port));
    return joined(std::move(parts));
}

std::string definitionText(const SubpipelineSpec& definition)
{
    return definition.name + "\n" + parametersText(definition.parameters) + "\n" +
        portsText(definition.inputs) + "\n" + portsText(definition.outputs) + "\n" +
        graphText(definition.nodes, definition.edges);
}

// Which nodes a group frames is for the eye alone; its promoted ports say where edges lead.
std::string definitionsText(const PipelineSpec& spec)
{
    std::vector<std::string> parts;
    for (const SubpipelineSpec& definition : spec.subpipelines) parts.push_back(definitionText(definition));
    for (const GroupSpec& group : spec.groups)
        if (!group.ports.empty()) parts.push_back("group " + group.id + "\n" + portsText(group.ports));
    return joined(std::move(parts));
}

std::map<NodeId, const NodeSpec*> nodesById(const PipelineSpec& spec)
{
    std::map<NodeId, const NodeSpec*> nodes;
    for (const NodeSpec& node : spec.nodes) nodes.emplace(node.id, &node);
    return nodes;
}

std::string shown(const Json& value)
{
    constexpr std::size_t kBytesMax = 60;
    std::string text = compactJson(value);
    if (text.size() <= kBytesMax) return text;
    std::size_t end = kBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "...";
}

std::string fromTo(const std::string& what, const Json* before, const Json* after)
{
    if (before == nullptr) return what + " is now " + shown(*after) + "; it was not set.";
    if (after == nullptr) return what + " is no longer set; it was " + shown(*before) + ".";
    return what + " changed from " + shown(*before) + " to " + shown(*after) + ".";
}

void describeMembers(const std::string& what, const Json& before, const Json& after,
                     std::vector<std::string>& out)
{
    for (const auto& member : before.items()) {
        const Json* now = findMember(after, member.key());
        if (now == nullptr || sortedText(*now) != sortedText(member.value()))
            out.push_back(fromTo(what + " " + member.key(), &member.value(), now));
    }
    for (const auto& member : after.items())
        if (findMember(before, member.key()) == nullptr)
            out.push_back(fromTo(what + " " + member.key(), nullptr, &member.value()));
}

std::string nodeName(const NodeId& id) { return "Node \"" + id.value + "\""; }

void describeNode(const NodeSpec& before, const NodeSpec& after, std::vector<std::string>& out)
{
    const std::string name = nodeName(after.id);
    if (before.component != after.component)
        out.push_back(name + " is now a " + after.component + "; it was a " + before.component + ".");
    describeMembers(name + ":", before.params, after.params, out);
    if (before.parallelism != after.parallelism) {
        const Json from = before.parallelism, to = after.parallelism;
        out.push_back(fromTo(name + ": parallelism", &from, &to));
    }
    if (before.disabled != after.disabled)
        out.push_back(name + (after.disabled ? " is now disabled." : " is enabled again."));
    const Json from = rejectLimitToJson(before.rejectLimit), to = rejectLimitToJson(after.rejectLimit);
    if (from != to) out.push_back(fromTo(name + ": reject_limit", &from, &to));
}

Json parameterDefaults(const PipelineSpec& spec)
{
    Json object = Json::object();
    for (const ParameterSpec& parameter : spec.parameters) object[parameter.name] = parameter.fallback;
    return object;
}

void describeParameters(const PipelineSpec& before, const PipelineSpec& after, std::vector<std::string>& out)
{
    const std::size_t first = out.size();
    describeMembers("Parameter", parameterDefaults(before), parameterDefaults(after), out);
    for (const ParameterSpec& parameter : after.parameters)
        for (const ParameterSpec& old : before.parameters)
            if (old.name == parameter.name && old.type != parameter.type)
                out.push_back("Parameter " + old.name + " is now a " + parameter.type + "; it was a " +
                              old.type + ".");
    if (out.size() == first) out.push_back("The parameters changed.");
}

Json settingsJson(const PipelineSettings& settings)
{
    Json object = Json::object();
    for (const SettingField& field : settingFields()) object[std::string(field.name)] = field.write(settings);
    return object;
}

void describeEditor(const PipelineSpec& before, const PipelineSpec& after, std::vector<std::string>& out)
{
    std::string list;
    const auto compare = [&list](bool differs, const char* name) {
        if (differs) list += (list.empty() ? "" : ", ") + std::string(name);
    };
    const auto was = nodesById(before);
    bool titles = false;
    for (const NodeSpec& node : after.nodes)
        if (const auto old = was.find(node.id); old != was.end()) titles |= old->second->title != node.title;
    compare(before.name != after.name, "name");
    compare(titles, "titles");
    compare(before.layout != after.layout, "layout");
    compare(before.notes != after.notes, "notes");
    compare(before.views != after.views, "views");
    compare(before.frames != after.frames, "frames");
    compare(before.pins != after.pins, "pins");
    if (list.empty()) list = "wording and order";
    out.push_back("Only for the eye: " + list + "; nothing that runs changed by this.");
}

}  // namespace

std::string portText(const PortRef& port) { return port.node.value + "." + port.port; }

const NodeSpec* PipelineSpec::find(const NodeId& node) const
{
    for (const NodeSpec& candidate : nodes)
        if (candidate.id == node) return &candidate;
    return nullptr;
}

bool SpecDiff::empty() const { return *this == SpecDiff{}; }

SpecDiff diff(const PipelineSpec& before, const PipelineSpec& after)
{
    SpecDiff changes;
    const auto was = nodesById(before);
    const auto is = nodesById(after);
    for (const NodeSpec& node : after.nodes) {
        const auto old = was.find(node.id);
        if (old == was.end())
            changes.added.push_back(node.id);
        else if (*old->second != node && !meansTheSame(*old->second, node))
            changes.changed.push_back(node.id);
    }
    for (const NodeSpec& node : before.nodes)
        if (!is.contains(node.id)) changes.removed.push_back(node.id);
    const std::set<EdgeSpec> wasLinked(before.edges.begin(), before.edges.end());
    const std::set<EdgeSpec> isLinked(after.edges.begin(), after.edges.end());
    for (const EdgeSpec& edge : after.edges)
        if (!wasLinked.contains(edge)) changes.linked.push_back(edge);
    for (const EdgeSpec& edge : before.edges)
        if (!isLinked.contains(edge)) changes.unlinked.push_back(edge);
    changes.settings = settingsText(before.settings) != settingsText(after.settings) || before.id != after.id;
    changes.parameters = parametersText(before.parameters) != parametersText(after.parameters);
    changes.definitions = (before.subpipelines != after.subpipelines || before.groups != after.groups) &&
        definitionsText(before) != definitionsText(after);
    // Texts of all nodes are made for the hash: only where twins may hide what has changed.
    const bool hasNoTwins = was.size() == before.nodes.size() && is.size() == after.nodes.size() &&
        wasLinked.size() == before.edges.size() && isLinked.size() == after.edges.size();
    changes.editor =
        changes.empty() && before != after && (hasNoTwins || semanticHash(before) == semanticHash(after));
    if (!changes.editor && before != after)
        changes.editor = before.name != after.name || before.layout != after.layout ||
            before.notes != after.notes || before.views != after.views || before.frames != after.frames ||
            before.pins != after.pins;
    return changes;
}

std::vector<std::string> describeDiff(const PipelineSpec& before, const PipelineSpec& after)
{
    std::vector<std::string> out;
    const SpecDiff changes = diff(before, after);
    const auto was = nodesById(before);
    const auto is = nodesById(after);
    if (before.id != after.id)
        out.push_back("The id is now \"" + after.id + "\": another pipeline, with a state of its own.");
    for (const NodeId& node : changes.added)
        out.push_back(nodeName(node) + " (" + is.at(node)->component + ") was added.");
    for (const NodeId& node : changes.removed)
        out.push_back(nodeName(node) + " (" + was.at(node)->component + ") was removed.");
    for (const NodeId& node : changes.changed) describeNode(*was.at(node), *is.at(node), out);
    for (const EdgeSpec& edge : changes.linked) out.push_back("The edge " + edgeText(edge) + " was added.");
    for (const EdgeSpec& edge : changes.unlinked)
        out.push_back("The edge " + edgeText(edge) + " was removed.");
    if (changes.settings)
        describeMembers("Setting", settingsJson(before.settings), settingsJson(after.settings), out);
    if (changes.parameters) describeParameters(before, after, out);
    if (changes.definitions) out.push_back("The groups' ports or the subpipelines changed.");
    if (changes.editor) describeEditor(before, after, out);
    return out;
}

std::uint64_t semanticHash(const PipelineSpec& spec)
{
    return stableHash(parametersText(spec.parameters) + "\n" + settingsText(spec.settings) + "\n" +
                      graphText(spec.nodes, spec.edges) + "\n" + definitionsText(spec));
}

}  // namespace engine
