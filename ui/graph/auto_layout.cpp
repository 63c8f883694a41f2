#include "ui/graph/auto_layout.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace ui {

namespace {

constexpr int kSweeps = 8;
constexpr double kViewRatio = 1.6;           // width to height of the canvas in a window of usual size
constexpr double kPartGap = 2 * kColumnGap;  // so that the end of a part is not read as going on beside it
constexpr int kWidthsTried = 24;

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

// Nodes that edges join, laid out apart from all others.
struct Part {
    engine::PipelineSpec spec;
    Layout layout;  // from the origin to the right and down
    QSizeF size;
    std::optional<QRectF> before;  // what its places took up before
};

QRectF cardAt(const QPointF& at) { return {at, QSizeF(kNodeWidth, kNodeHeight)}; }

// In the order of their first nodes. Also what only nodes outside of the spec join belongs together: branches
// that were selected stay in their columns.
std::vector<Part> partsOf(const engine::PipelineSpec& spec)
{
    std::map<engine::NodeId, std::vector<engine::NodeId>> neighbours;
    for (const engine::EdgeSpec& edge : spec.edges) {
        neighbours[edge.from.node].push_back(edge.to.node);
        neighbours[edge.to.node].push_back(edge.from.node);
    }
    std::map<engine::NodeId, std::size_t> partOf;
    std::vector<Part> parts;
    for (const engine::NodeSpec& first : spec.nodes) {
        if (partOf.emplace(first.id, parts.size()).second) {
            std::vector<engine::NodeId> reached{first.id};
            while (!reached.empty()) {
                const engine::NodeId node = std::move(reached.back());
                reached.pop_back();
                for (const engine::NodeId& other : neighbours[node])
                    if (partOf.emplace(other, parts.size()).second) reached.push_back(other);
            }
            parts.emplace_back();
        }
        parts[partOf.at(first.id)].spec.nodes.emplace_back().id = first.id;
    }
    for (const engine::EdgeSpec& edge : spec.edges)
        if (const auto part = partOf.find(edge.from.node); part != partOf.end())
            parts[part->second].spec.edges.push_back(edge);
    return parts;
}

void layOut(Part& part, const Layout& before)
{
    Graph graph = makeGraph(part.spec);
    makeColumns(graph);
    const auto heightBefore = [&](int node) {
        const auto at = before.find(part.spec.nodes[static_cast<std::size_t>(node)].id);
        return at == before.end() ? 0.0 : at->second.y();
    };
    for (auto& column : graph.columns)
        std::stable_sort(column.begin(), column.end(),
                         [&](int a, int b) { return heightBefore(a) < heightBefore(b); });
    orderColumns(graph);
    placeAll(graph);
    const double top = *std::min_element(graph.y.begin(), graph.y.end());
    QRectF bounds;
    for (std::size_t i = 0; i < part.spec.nodes.size(); ++i) {
        const engine::NodeId& id = part.spec.nodes[i].id;
        const QPointF at(graph.column[i] * (kNodeWidth + kColumnGap),
                         std::round((graph.y[i] - top) / kGridStep) * kGridStep);
        part.layout[id] = at;
        bounds |= cardAt(at);
        if (const auto was = before.find(id); was != before.end())
            part.before = part.before.value_or(QRectF()) | cardAt(was->second);
    }
    part.size = bounds.size();
}

// Row by row as they lay before, so that packing what was packed changes nothing; what had no place comes
// last.
void orderParts(std::vector<Part>& parts)
{
    const auto placed = [](const Part& part) { return part.before.has_value(); };
    const auto end = std::stable_partition(parts.begin(), parts.end(), placed);
    std::stable_sort(parts.begin(), end,
                     [](const Part& a, const Part& b) { return a.before->top() < b.before->top(); });
    for (auto row = parts.begin(); row != end;) {
        const double middle = row->before->center().y();
        const auto next =
            std::find_if(row + 1, end, [&](const Part& part) { return part.before->top() >= middle; });
        std::stable_sort(row, next,
                         [](const Part& a, const Part& b) { return a.before->left() < b.before->left(); });
        row = next;
    }
}

struct Packed {
    std::vector<QPointF> corners;
    double width = 0, height = 0;
    double heightToFit() const { return std::max(height, width / kViewRatio); }
};

Packed pack(const std::vector<Part>& parts, double mostWidth)
{
    Packed packed;
    double x = 0, y = 0;
    for (const Part& part : parts) {
        if (x > 0 && x + part.size.width() > mostWidth) {
            x = 0;
            y = packed.height + kRowGap;
        }
        packed.corners.emplace_back(x, y);
        packed.width = std::max(packed.width, x + part.size.width());
        packed.height = std::max(packed.height, y + part.size.height());
        x += part.size.width() + kPartGap;
    }
    return packed;
}

// In rows, as wide together as lets a view show them largest.
Packed packAll(const std::vector<Part>& parts)
{
    double least = 0, most = 0;
    for (const Part& part : parts) {
        least = std::max(least, part.size.width());
        most += part.size.width() + kPartGap;
    }
    Packed best = pack(parts, least);
    for (int i = 0; i < kWidthsTried && best.heightToFit() > 0; ++i) {
        const double middle = (least + most) / 2;
        Packed tried = pack(parts, middle);
        (tried.width < tried.height * kViewRatio ? least : most) = middle;
        if (tried.heightToFit() < best.heightToFit()) best = std::move(tried);
    }
    return best;
}

}  // namespace

QPointF onGrid(const QPointF& at)
{
    return {std::round(at.x() / kGridStep) * kGridStep, std::round(at.y() / kGridStep) * kGridStep};
}

Layout autoLayout(const engine::PipelineSpec& spec, const Layout& before)
{
    std::vector<Part> parts = partsOf(spec);
    for (Part& part : parts) layOut(part, before);
    orderParts(parts);
    const Packed packed = packAll(parts);
    Layout layout;
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (const auto& [id, at] : parts[i].layout) layout[id] = at + packed.corners[i];
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
