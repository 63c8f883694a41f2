#include "spec/ends_reader.h"

#include "base/limits.h"
#include "spec/suggest.h"

namespace engine {

// "node.port"; nothing and a problem if it is not of that form.
std::optional<PortRef> EndsReader::readPort(const Json& json, const std::string& path, const char* example)
{
    if (!json.is_string()) {
        addLost(m_parsed, path,
                std::string("A port is a text like \"") + example + "\", not " + kindInWords(json) + ".");
        return std::nullopt;
    }
    const auto& text = json.get_ref<const std::string&>();
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
        addLost(m_parsed, path,
                "\"" + text + "\" names no port; write node and port like \"" + example + "\".");
        return std::nullopt;
    }
    return PortRef{{text.substr(0, dot)}, text.substr(dot + 1)};
}

void EndsReader::readEdges(Members& parent, std::vector<EdgeSpec>& edges, const std::vector<NodeSpec>& nodes,
                           const std::vector<GroupSpec>& groups)
{
    const Json* list = parent.find("edges", &Json::is_array, "A list of edges");
    m_parsed.hasLostEdges |= list == nullptr && parent.find("edges") != nullptr;
    if (list == nullptr || list->empty()) return;
    parent.take("edges");
    const std::string path = parent.path("edges");
    const Ends ends = endsOf(nodes, groups);
    std::map<EdgeSpec, std::size_t> places;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Json& json = (*list)[i];
        const std::string place = indexed(path, i);
        if (!json.is_array() || json.size() != 2) {
            m_parsed.hasLostEdges = true;
            addLost(m_parsed, place, "An edge is a list of two ports like [\"a.out\", \"b.in\"].");
            continue;
        }
        const auto from = readPort(json[0], place + "[0]", "a.out");
        const auto to = readPort(json[1], place + "[1]", "b.in");
        m_parsed.hasLostEdges |= !from || !to;
        if (from) check(*from, place + "[0]", ends);
        if (to) check(*to, place + "[1]", ends);
        if (!from || !to) continue;
        const bool isMoved = edges.size() != i;
        edges.push_back({*from, *to, {isMoved ? place : std::string()}});
        const auto [other, fresh] = places.emplace(edges.back(), i);
        if (!fresh)
            addProblem(m_parsed, place,
                       "The edge is already there as " + indexed(path, other->second) + ".");
    }
}

EndsReader::Ends EndsReader::endsOf(const std::vector<NodeSpec>& nodes,
                                    const std::vector<GroupSpec>& groups)
{
    Ends ends;
    for (const GroupSpec& group : groups) ends.emplace(group.id, &group);
    for (const NodeSpec& node : nodes) ends[node.id.value] = nullptr;
    return ends;
}

void EndsReader::check(const PortRef& port, const std::string& path, const Ends& ends)
{
    const auto end = ends.find(port.node.value);
    if (end == ends.end()) {
        std::vector<std::string> names;
        if (m_parsed.diagnostics.size() < limits::kSuggestions)
            for (const auto& [name, group] : ends) names.push_back(name);
        if (m_hasLostNodes && !nearestName(port.node.value, names)) return;  // it may be one of those
        addProblem(m_parsed, path,
                   "There is no node \"" + port.node.value + "\"" + didYouMean(port.node.value, names) + ".");
    } else if (end->second != nullptr) {
        std::vector<std::string> names;
        for (const auto& [name, inner] : end->second->ports) names.push_back(name);
        if (std::find(names.begin(), names.end(), port.port) == names.end())
            addProblem(m_parsed, path,
                       "The group \"" + port.node.value + "\" has no port \"" + port.port + "\"" +
                           didYouMean(port.port, names) + ".");
    }
}

void EndsReader::readPorts(Members& members, std::string_view name, PromotedPorts& ports,
                           const std::vector<NodeSpec>& nodes)
{
    const Json* json = members.find(name, &Json::is_object, "An object of ports");
    if (json == nullptr || json->empty()) return;
    members.take(name);
    const Ends ends = endsOf(nodes, {});
    for (const auto& member : json->items()) {
        const std::string path = members.path(name) + "." + member.key();
        const auto port = readPort(member.value(), path, "inner.in");
        if (!port) continue;
        check(*port, path, ends);
        ports.emplace_back(member.key(), *port);
    }
}

}  // namespace engine
