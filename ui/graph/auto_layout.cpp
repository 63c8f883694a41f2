#include "ui/graph/auto_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ui {

namespace {

constexpr int kSweeps = 8;

struct Graph {
    std::vector<std::vector<int>> before, after;  // neighbours by index
    std::vector<int> column;
    std::vector<std::vector<int>> columns;  // from top to bottom
    std::vector<double> y;
};

Graph makeGraph(const engine::PipelineSpec& spec)
{
    const std::size_t count = spec.nodes.size();
    Graph graph{std::vector<std::vector<int>>(count), std::vector<std::vector<int>>(count), {}, {}, {}};
    std::map<engine::NodeId, int> index;
    for (std::size_t i = 0; i < count; ++i) index.emplace(spec.nodes[i].id, static_cast<int>(i));
    for (const engine::EdgeSpec& edge : spec.edges) {
        const auto from = index.find(edge.from.node), to = index.find(edge.to.node);
        if (from == index.end() || to == index.end() || from == to) continue;
        graph.after[static_cast<std::size_t>(from->second)].push_back(to->second);
        graph.before[static_cast<std::size_t>(to->second)].push_back(from->second);
    }
    return graph;
}

// The longest way from a node without inputs. Nodes of a cycle are taken when nothing else is left, in
// document order.
void makeColumns(Graph& graph)
{
    const std::size_t count = graph.after.size();
    std::vector<std::size_t> waiting(count);
    std::vector<int> ready;
    std::vector<char> isPlaced(count, 0);
    graph.column.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        waiting[i] = graph.before[i].size();
        if (waiting[i] == 0) ready.push_back(static_cast<int>(i));
    }
    std::size_t next = 0, placed = 0;
    while (placed < count) {
        if (ready.empty()) {
            while (isPlaced[next]) ++next;
            ready.push_back(static_cast<int>(next));
        }
        const auto node = static_cast<std::size_t>(ready.back());
        ready.pop_back();
        if (isPlaced[node]) continue;
        isPlaced[node] = 1;
        ++placed;
        for (const int follower : graph.after[node]) {
            const auto other = static_cast<std::size_t>(follower);
            if (isPlaced[other]) continue;
            graph.column[other] = std::max(graph.column[other], graph.column[node] + 1);
            if (--waiting[other] == 0) ready.push_back(follower);
        }
    }
    const int last = count ? *std::max_element(graph.column.begin(), graph.column.end()) : -1;
    graph.columns.resize(static_cast<std::size_t>(last + 1));
    for (std::size_t i = 0; i < count; ++i)
        graph.columns[static_cast<std::size_t>(graph.column[i])].push_back(static_cast<int>(i));
}

double meanOf(const std::vector<int>& neighbours, const std::vector<double>& value, double otherwise)
{
    if (neighbours.empty()) return otherwise;
    double sum = 0;
    for (const int neighbour : neighbours) sum += value[static_cast<std::size_t>(neighbour)];
    return sum / static_cast<double>(neighbours.size());
}

// Each column in the order of its neighbours' means, left to right and back.
void orderColumns(Graph& graph)
{
    std::vector<double> rank(graph.after.size());
    const auto number = [&](const std::vector<int>& column) {
        for (std::size_t i = 0; i < column.size(); ++i)
            rank[static_cast<std::size_t>(column[i])] =
                static_cast<double>(i) - static_cast<double>(column.size()) / 2;
    };
    for (const auto& column : graph.columns) number(column);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        const bool isForward = sweep % 2 == 0;
        for (std::size_t step = 0; step < graph.columns.size(); ++step) {
            auto& column = graph.columns[isForward ? step : graph.columns.size() - 1 - step];
            std::vector<std::pair<double, int>> order;
            for (const int node : column) {
                const auto at = static_cast<std::size_t>(node);
                order.push_back(
                    {meanOf(isForward ? graph.before[at] : graph.after[at], rank, rank[at]), node});
            }
            std::stable_sort(order.begin(), order.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; });
            for (std::size_t i = 0; i < column.size(); ++i) column[i] = order[i].second;
            number(column);
        }
    }
}

// Puts the nodes of a column as near to the wished heights as their order and the gaps allow.
void placeColumn(const std::vector<int>& column, const std::vector<double>& wish, std::vector<double>& y)
{
    struct Block {
        double sum;  // of wishes, each less the offset in the block
        std::size_t first, count;
        double top() const { return sum / static_cast<double>(count); }
    };
    constexpr double kPitch = kNodeHeight + kRowGap;
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < column.size(); ++i) {
        blocks.push_back({wish[i], i, 1});
        while (blocks.size() > 1) {
            Block& upper = blocks[blocks.size() - 2];
            const Block& lower = blocks.back();
            const double shift = static_cast<double>(upper.count) * kPitch;
            if (lower.top() >= upper.top() + shift) break;
            upper.sum += lower.sum - shift * static_cast<double>(lower.count);
            upper.count += lower.count;
            blocks.pop_back();
        }
    }
    for (const Block& block : blocks)
        for (std::size_t i = 0; i < block.count; ++i)
            y[static_cast<std::size_t>(column[block.first + i])] =
                block.top() + static_cast<double>(i) * kPitch;
}

void placeAll(Graph& graph)
{
    graph.y.assign(graph.after.size(), 0);
    for (const auto& column : graph.columns)
        for (std::size_t i = 0; i < column.size(); ++i)
            graph.y[static_cast<std::size_t>(column[i])] =
                (static_cast<double>(i) - static_cast<double>(column.size() - 1) / 2) *
                (kNodeHeight + kRowGap);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        const bool isForward = sweep % 2 == 1;
        for (std::size_t step = 0; step < graph.columns.size(); ++step) {
            const auto& column = graph.columns[isForward ? step : graph.columns.size() - 1 - step];
            std::vector<double> wish;
            for (const int node : column) {
                const auto at = static_cast<std::size_t>(node);
                wish.push_back(meanOf(isForward ? graph.before[at] : graph.after[at], graph.y, graph.y[at]));
            }
            placeColumn(column, wish, graph.y);
        }
    }
}

}  // namespace

QPointF onGrid(const QPointF& at)
{
    return {std::round(at.x() / kGridStep) * kGridStep, std::round(at.y() / kGridStep) * kGridStep};
}

Layout autoLayout(const engine::PipelineSpec& spec, const Layout& before)
{
    Graph graph = makeGraph(spec);
    makeColumns(graph);
    const auto heightBefore = [&](int node) {
        const auto at = before.find(spec.nodes[static_cast<std::size_t>(node)].id);
        return at == before.end() ? 0.0 : at->second.y();
    };
    for (auto& column : graph.columns)
        std::stable_sort(column.begin(), column.end(),
                         [&](int a, int b) { return heightBefore(a) < heightBefore(b); });
    orderColumns(graph);
    placeAll(graph);
    Layout layout;
    for (std::size_t i = 0; i < spec.nodes.size(); ++i)
        layout[spec.nodes[i].id] = {graph.column[i] * (kNodeWidth + kColumnGap),
                                    std::round(graph.y[i] / kGridStep) * kGridStep};
    return layout;
}

Layout placesOf(const DocumentState& state)
{
    const auto& nodes = state.spec.nodes;
    const bool hasAll = std::all_of(nodes.begin(), nodes.end(), [&](const engine::NodeSpec& node) {
        return state.layout.contains(node.id);
    });
    if (hasAll) return state.layout;
    Layout places = state.layout;
    const Layout made = autoLayout(state.spec);
    double below = 0;
    for (const engine::NodeSpec& node : nodes)
        if (const auto at = state.layout.find(node.id); at != state.layout.end())
            below = std::max(below, at->second.y() + kNodeHeight + kRowGap);
    for (const auto& [id, at] : made) places.emplace(id, at + QPointF(0, below));
    return places;
}

}  // namespace ui
