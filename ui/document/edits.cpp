#include "ui/document/edits.h"

#include "spec/document_settings.h"
#include "ui/document/views.h"
#include "ui/graph/auto_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ui::edits {

namespace {

constexpr std::size_t kIdCharacters = 48;  // leaves room for a number

engine::NodeSpec* findNode(DocumentState& state, const engine::NodeId& id)
{
    for (engine::NodeSpec& node : state.spec.nodes)
        if (node.id == id) return &node;
    return nullptr;
}

void settle(DocumentState& state)
{
    for (const engine::NodeSpec& node : state.spec.nodes)
        if (!state.layout.contains(node.id)) {
            state.layout = placesOf(state);
            return;
        }
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string idFromTitle(const std::string& title)
{
    std::string id;
    for (const char c : title) {
        if (id.size() >= kIdCharacters) break;
        if ((c >= 'a' && c <= 'z') || isDigit(c))
            id += c;
        else if (c >= 'A' && c <= 'Z')
            id += static_cast<char>(c - 'A' + 'a');
        else if (!id.empty() && id.back() != '_')
            id += '_';
    }
    while (!id.empty() && id.back() == '_') id.pop_back();
    if (id.empty()) return "node";
    return isDigit(id[0]) ? "node_" + id : id;
}

// "hot_2" is counted on as "hot_3".
std::string withoutNumber(const std::string& id)
{
    std::size_t end = id.size();
    while (end > 0 && isDigit(id[end - 1])) --end;
    return end > 1 && end < id.size() && id[end - 1] == '_' ? id.substr(0, end - 1) : id;
}

void dropNodes(DocumentState& state, const Nodes& nodes)
{
    engine::PipelineSpec& spec = state.spec;
    std::erase_if(spec.nodes, [&](const engine::NodeSpec& node) { return nodes.contains(node.id); });
    std::erase_if(spec.edges, [&](const engine::EdgeSpec& edge) {
        return nodes.contains(edge.from.node) || nodes.contains(edge.to.node);
    });
    for (engine::GroupSpec& group : spec.groups) {
        std::erase_if(group.nodes, [&](const engine::NodeId& id) { return nodes.contains(id); });
        std::erase_if(group.ports, [&](const auto& port) { return nodes.contains(port.second.node); });
    }
    removeViewsOf(state, nodes);
    std::erase_if(state.layout, [&](const auto& place) { return nodes.contains(place.first); });
}

// Rows that were refused or late are not what a node passes on.
bool isSidePort(const std::string& port) { return port == "rejected" || port == "late"; }

// What fed the node feeds what read from it; no edge of the node is left.
void bridge(DocumentState& state, const engine::NodeId& id)
{
    auto& edges = state.spec.edges;
    const auto fed = std::find_if(edges.begin(), edges.end(),
                                  [&](const engine::EdgeSpec& edge) { return edge.to.node == id; });
    if (fed != edges.end() && fed->from.node != id) {
        const engine::PortRef from = fed->from;
        for (engine::EdgeSpec& edge : edges) {
            if (edge.from.node != id || edge.to.node == id || isSidePort(edge.from.port)) continue;
            const engine::EdgeSpec bridged{from, edge.to};
            if (std::find(edges.begin(), edges.end(), bridged) == edges.end()) edge = bridged;
        }
    }
    std::erase_if(edges,
                  [&](const engine::EdgeSpec& edge) { return edge.from.node == id || edge.to.node == id; });
}

// All that can be reached from a node, itself included.
Nodes downstream(const engine::PipelineSpec& spec, const engine::NodeId& from)
{
    Nodes reached{from};
    std::vector<engine::NodeId> open{from};
    while (!open.empty()) {
        const engine::NodeId node = open.back();
        open.pop_back();
        for (const engine::EdgeSpec& edge : spec.edges)
            if (edge.from.node == node && reached.insert(edge.to.node).second) open.push_back(edge.to.node);
    }
    return reached;
}

std::vector<std::pair<engine::NodeId, QPointF>> placedNodes(const DocumentState& state, const Nodes& nodes)
{
    std::vector<std::pair<engine::NodeId, QPointF>> placed;
    for (const engine::NodeId& id : nodes)
        if (const auto at = state.layout.find(id); at != state.layout.end()) placed.push_back(*at);
    return placed;
}

// The first and the last stay, the others get equal distances between them.
void distribute(DocumentState& state, const Nodes& nodes, double (QPointF::*get)() const,
                void (QPointF::*set)(double))
{
    auto placed = placedNodes(state, nodes);
    if (placed.size() < 3) return;
    std::stable_sort(placed.begin(), placed.end(),
                     [&](const auto& a, const auto& b) { return (a.second.*get)() < (b.second.*get)(); });
    const double first = (placed.front().second.*get)(), last = (placed.back().second.*get)();
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(placed.size() - 1);
        (state.layout[placed[i].first].*set)(first + (last - first) * share);
    }
}

}  // namespace

FreeIds::FreeIds(const engine::PipelineSpec& spec)
{
    for (const engine::NodeSpec& node : spec.nodes) m_taken.insert(node.id.value);
    for (const engine::GroupSpec& group : spec.groups) m_taken.insert(group.id);
    for (const engine::SubpipelineSpec& definition : spec.subpipelines) m_taken.insert(definition.name);
}

engine::NodeId FreeIds::take(const std::string& title)
{
    const std::string wanted = idFromTitle(title);
    if (m_taken.insert(wanted).second) return {wanted};
    const std::string base = withoutNumber(wanted);
    for (int& number = m_next.emplace(base, 2).first->second;; ++number) {
        std::string id = base + "_" + std::to_string(number);
        if (m_taken.insert(id).second) return {std::move(id)};
    }
}

engine::NodeId addNode(DocumentState& state, const engine::ComponentInfo& component, const QPointF& at)
{
    settle(state);
    const std::string& title = component.title.empty() ? component.id : component.title;
    engine::NodeSpec node;
    node.id = FreeIds(state.spec).take(title);
    node.component = component.id;
    node.title = title;
    const std::string plain = idFromTitle(title);
    if (node.id.value != plain && node.id.value.starts_with(plain + "_"))
        node.title += " " + node.id.value.substr(plain.size() + 1);
    state.layout[node.id] = at;
    state.spec.nodes.push_back(std::move(node));
    return state.spec.nodes.back().id;
}

void removeNodes(DocumentState& state, const Nodes& nodes, bool reconnects)
{
    settle(state);
    Nodes gone;
    for (const engine::NodeSpec& node : state.spec.nodes)
        if (nodes.contains(node.id)) gone.insert(node.id);
    if (reconnects)
        for (const engine::NodeId& id : gone) bridge(state, id);
    dropNodes(state, gone);
}

void connect(DocumentState& state, engine::EdgeSpec edge, bool replaces)
{
    auto& edges = state.spec.edges;
    if (std::find(edges.begin(), edges.end(), edge) != edges.end()) return;
    if (!state.spec.find(edge.from.node) || !state.spec.find(edge.to.node)) return;
    settle(state);
    if (replaces) std::erase_if(edges, [&](const engine::EdgeSpec& other) { return other.to == edge.to; });
    edges.push_back(edge);
}

void disconnect(DocumentState& state, engine::EdgeSpec edge)
{
    if (std::find(state.spec.edges.begin(), state.spec.edges.end(), edge) == state.spec.edges.end()) return;
    settle(state);
    std::erase(state.spec.edges, edge);
}

void insertOnEdge(DocumentState& state, engine::EdgeSpec edge, const engine::PortRef& in,
                  const engine::PortRef& out)
{
    auto& edges = state.spec.edges;
    const auto cut = std::find(edges.begin(), edges.end(), edge);
    const std::array<engine::NodeId, 4> nodes{edge.from.node, in.node, out.node, edge.to.node};
    for (const engine::NodeId& node : nodes)
        if (!state.spec.find(node)) return;
    const bool isInItsWay = in.node == edge.from.node || in.node == edge.to.node ||
        out.node == edge.from.node || out.node == edge.to.node;
    const bool isThere =
        std::find(edges.begin(), edges.end(), engine::EdgeSpec{edge.from, in}) != edges.end() ||
        std::find(edges.begin(), edges.end(), engine::EdgeSpec{out, edge.to}) != edges.end();
    if (cut == edges.end() || isInItsWay || isThere) return;
    settle(state);
    *cut = {edge.from, in};
    edges.insert(cut + 1, {out, edge.to});
    const Nodes behind = downstream(state.spec, edge.to.node);
    const double pitch = kNodeWidth + kColumnGap, from = state.layout[edge.from.node].x();
    const double to = state.layout[edge.to.node].x();
    if (to <= from) return;
    const double forward = std::max(0.0, from + pitch - state.layout[in.node].x());
    for (const engine::NodeId& id : downstream(state.spec, in.node))
        if (!behind.contains(id)) state.layout[id].rx() += forward;
    const double needed = std::max(0.0, state.layout[out.node].x() + pitch - to);
    for (const engine::NodeId& id : behind)
        if (state.layout[id].x() >= to) state.layout[id].rx() += std::ceil(needed / kGridStep) * kGridStep;
}

void moveNodes(DocumentState& state, const Layout& places)
{
    settle(state);
    for (const auto& [id, at] : places)
        if (const auto found = state.layout.find(id); found != state.layout.end()) found->second = at;
}

void rename(DocumentState& state, const engine::NodeId& node, const std::string& title)
{
    if (engine::NodeSpec* found = findNode(state, node)) found->title = title;
}

void setParam(DocumentState& state, const engine::NodeId& node, const std::string& name,
              const engine::Json& value)
{
    engine::NodeSpec* found = findNode(state, node);
    if (!found || !found->params->is_object()) return;
    if (value.is_null())
        found->params.erase(name);
    else
        found->params.set(name, value);
}

void applyFix(DocumentState& state, const engine::FixIt& fix)
{
    if (!fix.node.value.empty()) return setParam(state, fix.node, fix.param, fix.replacement);
    engine::PipelineSettings& settings = state.spec.settings;
    for (const engine::SettingField& field : engine::settingFields()) {
        if (fix.param != "settings." + std::string(field.name)) continue;
        if (!field.read(settings, engine::Json(fix.replacement))) return;
        settings.extra.erase(std::string(field.name));  // as it was written before
    }
}

void setDisabled(DocumentState& state, const Nodes& nodes, bool isDisabled)
{
    for (engine::NodeSpec& node : state.spec.nodes)
        if (nodes.contains(node.id)) node.disabled = isDisabled;
}

void tidy(DocumentState& state, const Nodes& nodes)
{
    settle(state);
    engine::PipelineSpec part;
    for (const engine::NodeSpec& node : state.spec.nodes) {
        if (!nodes.empty() && !nodes.contains(node.id)) continue;
        part.nodes.emplace_back();
        part.nodes.back().id = node.id;
    }
    if (part.nodes.empty()) return;
    part.edges = state.spec.edges;
    Layout made = autoLayout(part, state.layout);
    constexpr double kFar = std::numeric_limits<double>::max();
    QPointF was(kFar, kFar), is(kFar, kFar);
    for (const auto& [id, at] : made) {
        const QPointF& old = state.layout[id];
        was = {std::min(was.x(), old.x()), std::min(was.y(), old.y())};
        is = {std::min(is.x(), at.x()), std::min(is.y(), at.y())};
    }
    for (const auto& [id, at] : made) state.layout[id] = at - is + was;
}

void align(DocumentState& state, const Nodes& nodes, Alignment alignment)
{
    settle(state);
    if (alignment == Alignment::Across) return distribute(state, nodes, &QPointF::x, &QPointF::setX);
    if (alignment == Alignment::Down) return distribute(state, nodes, &QPointF::y, &QPointF::setY);
    const auto placed = placedNodes(state, nodes);
    double least = std::numeric_limits<double>::max();
    const bool isLeft = alignment == Alignment::Left;
    for (const auto& [id, at] : placed) least = std::min(least, isLeft ? at.x() : at.y());
    for (const auto& [id, at] : placed)
        state.layout[id] = isLeft ? QPointF(least, at.y()) : QPointF(at.x(), least);
}

}  // namespace ui::edits
