#include "plan/plan.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kSmallChannelBytes = 16
    << 10;  // before a node that holds rows back, so that little waits behind a barrier
constexpr std::size_t kLeastChannelBytes = 4 << 10;

class Planner {
public:
    Planner(const PipelineSpec& spec, const Analysis& analysis, const PlanOptions& options)
        : m_spec(spec),
          m_analysis(analysis),
          m_options(options)
    {
    }
    Plan run()
    {
        for (const NodeId& id : m_analysis.order)
            if (isSource(id)) planSource(id);
        for (const NodeId& id : m_analysis.order)
            if (!isSource(id) && !isSink(id) && !m_home.contains(id)) planChain(id);
        for (const NodeId& id : m_analysis.order)
            if (isSink(id)) addTask({TaskPlan::Sink, {}, {id}, {}, {}, 0, 1});
        connectEdges();
        cutQueues();
        m_plan.needed = needed();
        return std::move(m_plan);
    }
    // From the sinks back: which columns of each node's first output somebody looks at.
    std::map<NodeId, std::vector<bool>> needed() const
    {
        std::map<NodeId, std::vector<bool>> needed, ofSources;
        for (auto it = m_analysis.order.rbegin(); it != m_analysis.order.rend(); ++it) {
            const Binding& bound = binding(*it);
            std::vector<bool> wanted;
            if (!bound.outputs.empty()) {
                wanted.assign(bound.outputs[0].schema->size(), false);
                for (const EdgeSpec& edge : m_spec.edges)
                    if (edge.from.node == *it) readBy(edge, needed, wanted);
            }
            if (bound.source.timeColumn) wanted[*bound.source.timeColumn] = true;
            needed[*it] = wanted;
            if (isSource(*it)) ofSources[*it] = std::move(wanted);
        }
        return ofSources;
    }

private:
    const Binding& binding(const NodeId& id) const { return *m_analysis.bindings.at(id); }
    bool isSource(const NodeId& id) const
    {
        return std::holds_alternative<Factory<Source>>(binding(id).make);
    }
    bool isSink(const NodeId& id) const { return std::holds_alternative<Factory<Sink>>(binding(id).make); }

    std::vector<const EdgeSpec*> edgesFrom(const NodeId& node, std::string_view port) const
    {
        std::vector<const EdgeSpec*> found;
        for (const EdgeSpec& edge : m_spec.edges)
            if (edge.from.node == node && edge.from.port == port) found.push_back(&edge);
        return found;
    }
    std::size_t edgesInto(const NodeId& node) const
    {
        return static_cast<std::size_t>(
            std::count_if(m_spec.edges.begin(), m_spec.edges.end(),
                          [&](const EdgeSpec& edge) { return edge.to.node == node; }));
    }

    TaskId addTask(TaskPlan task)
    {
        task.id.value = static_cast<std::uint32_t>(m_plan.tasks.size());
        const bool isHome =
            task.kind == TaskPlan::Chain || task.kind == TaskPlan::Sink || task.kind == TaskPlan::Merge;
        if (isHome)
            for (const NodeId& node : task.nodes) m_home[node].push_back(task.id);
        m_plan.tasks.push_back(std::move(task));
        return m_plan.tasks.back().id;
    }
    void addChannel(TaskId from, TaskId to, int edge, std::size_t bytesMax)
    {
        m_plan.channels.push_back({from, to, edge, bytesMax});
    }

    // The one operator that alone reads the only output of `node` and has no other input; null if it is not
    // so simple.
    const NodeId* onlyReader(const NodeId& node) const
    {
        const Binding& from = binding(node);
        if (from.outputs.size() != 1) return nullptr;
        const auto edges = edgesFrom(node, from.outputs[0].name);
        if (edges.size() != 1 || edgesInto(edges[0]->to.node) != 1 || isSink(edges[0]->to.node))
            return nullptr;
        return &edges[0]->to.node;
    }

    void planSource(const NodeId& source)
    {
        std::vector<NodeId> lane{source};
        while (const NodeId* next = onlyReader(lane.back())) {
            if (!binding(*next).isStateless || binding(*next).outputs.size() != 1) break;
            lane.push_back(*next);
        }
        NodeId partial;
        if (const NodeId* next = onlyReader(lane.back());
            next && binding(*next).partial && binding(*next).merge)
            partial = *next;

        const TaskId reader = addTask({TaskPlan::Source, {}, {source}, {}, source, 0, 1});
        std::vector<TaskId> lanes;
        for (int i = 0; i < m_options.threads; ++i)
            lanes.push_back(addTask({TaskPlan::Lane, {}, lane, partial, source, i, m_options.threads}));
        std::vector<NodeId> fused;
        if (!partial.value.empty()) fuse(partial, fused);
        const TaskId merge = addTask({TaskPlan::Merge, {}, fused, partial, source, 0, 1});
        for (const NodeId& node : lane) m_home[node] = {merge};
        const std::size_t bytes = std::max(limits::kLaneChunks * m_options.chunkBytes, kLeastChannelBytes);
        for (const TaskId each : lanes) {
            addChannel(reader, each, -1, bytes);
            addChannel(each, merge, -1, bytes);
        }
    }

    // `head` and all stateless operators that can be run right behind it, in order.
    void fuse(const NodeId& head, std::vector<NodeId>& into)
    {
        into.push_back(head);
        for (const PortBinding& port : binding(head).outputs)
            for (const EdgeSpec* edge : edgesFrom(head, port.name)) {
                const NodeId& next = edge->to.node;
                if (isSink(next) || !binding(next).isStateless || edgesInto(next) != 1) continue;
                fuse(next, into);
            }
    }

    void planChain(const NodeId& head)
    {
        std::vector<NodeId> fused;
        fuse(head, fused);
        const NodeSpec& node = *m_spec.find(head);
        const bool keyed =
            binding(head).needs.kind == Distribution::ByKey && !binding(head).needs.keyColumns.empty();
        const int instances = keyed ? (node.parallelism ? node.parallelism : m_options.parallelism) : 1;
        for (int i = 0; i < instances; ++i) addTask({TaskPlan::Chain, {}, fused, {}, {}, i, instances});
    }

    static bool isFused(const TaskPlan& task, const EdgeSpec& edge)
    {
        const auto place = [&](const NodeId& node) {
            return std::find(task.nodes.begin(), task.nodes.end(), node);
        };
        return place(edge.from.node) != task.nodes.end() && place(edge.to.node) > place(edge.from.node) &&
            place(edge.to.node) != task.nodes.end();
    }

    void connectEdges()
    {
        for (std::size_t i = 0; i < m_spec.edges.size(); ++i) {
            const EdgeSpec& edge = m_spec.edges[i];
            for (const TaskId from : m_home.at(edge.from.node))
                for (const TaskId to : m_home.at(edge.to.node)) {
                    if (from == to || isFused(m_plan.tasks[from.value], edge))
                        continue;  // inside the lanes or a chain
                    const bool holdsBack = m_spec.find(edge.to.node)->component == "throttle";
                    addChannel(from, to, static_cast<int>(i),
                               holdsBack ? kSmallChannelBytes : limits::kChannelBytes);
                }
        }
    }

    void cutQueues()
    {
        const std::size_t wanted = m_plan.queueBytes();
        if (wanted <= m_options.queueBytesMax) return;
        const double share = static_cast<double>(m_options.queueBytesMax) / static_cast<double>(wanted);
        for (ChannelPlan& channel : m_plan.channels)
            channel.bytesMax = std::max(
                kLeastChannelBytes, static_cast<std::size_t>(static_cast<double>(channel.bytesMax) * share));
    }

    void readBy(const EdgeSpec& edge, const std::map<NodeId, std::vector<bool>>& needed,
                std::vector<bool>& wanted) const
    {
        if (edge.from.port == kRejectedPort || edge.from.port == kLatePort) return;
        const Binding& reader = binding(edge.to.node);
        const bool showsRows =
            !edgesFrom(edge.to.node, kLatePort).empty() || binding(edge.from.node).outputs.size() > 1;
        if (!reader.columns || showsRows) {
            wanted.assign(wanted.size(), true);
            return;
        }
        const std::size_t port = m_analysis.portOf(edge);
        if (port > reader.furtherColumns.size()) {
            wanted.assign(wanted.size(), true);
            return;
        }
        const ColumnUse& use = port == 0 ? *reader.columns : reader.furtherColumns[port - 1];
        for (const std::size_t column : use.uses) wanted[column] = true;
        const std::vector<bool>& further = needed.at(edge.to.node);
        for (std::size_t i = 0; i < use.passes.size() && i < further.size(); ++i)
            if (further[i] && use.passes[i]) wanted[*use.passes[i]] = true;
    }

    const PipelineSpec& m_spec;
    const Analysis& m_analysis;
    const PlanOptions m_options;
    Plan m_plan;
    std::map<NodeId, std::vector<TaskId>> m_home;  // where a node's output leaves from and its input arrives
};

}  // namespace

std::size_t Plan::queueBytes() const
{
    std::size_t total = 0;
    for (const ChannelPlan& channel : channels) total += channel.bytesMax;
    return total;
}

Plan makePlan(const PipelineSpec& spec, const Analysis& analysis, const PlanOptions& options)
{
    return Planner(spec, analysis, options).run();
}

std::map<NodeId, std::vector<bool>> neededColumns(const PipelineSpec& spec, const Analysis& analysis)
{
    return Planner(spec, analysis, {}).needed();
}

}  // namespace engine
