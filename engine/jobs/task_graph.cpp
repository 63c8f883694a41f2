#include "jobs/task_graph.h"

#include <algorithm>

namespace engine {

TaskGraph::TaskGraph(const PipelineSpec& spec, const Analysis& analysis, const Plan& plan, Env& env,
                     NodeBoard& board, ReportBox& reports, const GraphOptions& options,
                     const Manifest* resume)
    : m_spec(spec),
      m_analysis(analysis),
      m_plan(plan),
      m_env(env),
      m_board(board),
      m_reports(reports),
      m_options(options),
      m_resume(resume)
{
    for (const ChannelPlan& channel : plan.channels) {
        m_channels.push_back(std::make_unique<Channel>(channel.bytesMax));
        if (channel.edge >= 0) m_edgeChannels.emplace_back(channel.edge, m_channels.back().get());
        // What waits between a source and its merge waits behind the source, as one sees it.
        for (std::size_t e = 0; channel.edge < 0 && e < spec.edges.size(); ++e)
            if (spec.edges[e].from.node == plan.tasks[channel.from.value].source)
                m_edgeChannels.emplace_back(static_cast<int>(e), m_channels.back().get());
    }
    for (const TaskPlan& task : plan.tasks) {
        m_entries.emplace_back();
        m_entries.back().plan = &task;
    }
    makeAlignments();
    for (Entry& entry : m_entries) makeTask(entry);
}

void TaskGraph::makeAlignments()
{
    for (const TaskPlan& task : m_plan.tasks) {
        if (task.kind != TaskPlan::Source) continue;
        const SourceTraits& traits = m_analysis.bindings.at(task.source)->source;
        if (!traits.isAligned()) continue;
        AlignmentGroup& group = m_groups[traits.alignmentGroup];
        m_alignments[task.source] = {&group, group.addMember(task.id), traits.maxDriftUs,
                                     traits.keepsSplitOrder};
    }
}

std::string TaskGraph::progress(const std::string& node) const
{
    if (!m_resume) return {};
    const auto found = m_resume->progress.find({node, 0});
    return found == m_resume->progress.end() ? std::string() : found->second;
}

// Of all sources from which something comes to the task.
std::vector<Restraint*> TaskGraph::restraintsBefore(TaskId task)
{
    std::set<TaskId> before{task};
    for (std::size_t known = 0; known != before.size();) {
        known = before.size();
        for (const ChannelPlan& channel : m_plan.channels)
            if (before.contains(channel.to)) before.insert(channel.from);
    }
    std::vector<Restraint*> found;
    for (const TaskId each : before)
        if (m_plan.tasks[each.value].kind == TaskPlan::Source) found.push_back(&m_restraints[each]);
    return found;
}

std::vector<Channel*> TaskGraph::between(TaskId task, TaskPlan::Kind other, bool outgoing)
{
    std::vector<Channel*> found;
    for (std::size_t i = 0; i < m_plan.channels.size(); ++i) {
        const ChannelPlan& channel = m_plan.channels[i];
        const TaskId here = outgoing ? channel.from : channel.to,
                     there = outgoing ? channel.to : channel.from;
        if (channel.edge < 0 && here == task && m_plan.tasks[there.value].kind == other)
            found.push_back(m_channels[i].get());
    }
    return found;
}

PortTargets TaskGraph::targets(const TaskPlan& task, const NodeId& node, const std::string& port)
{
    PortTargets made;
    made.tap = &m_board.tap({node, port});
    made.rows = &m_board.addRows({node, port});
    for (std::size_t e = 0; e < m_spec.edges.size(); ++e) {
        const EdgeSpec& edge = m_spec.edges[e];
        if (edge.from != PortRef{node, port}) continue;
        const auto begin = task.nodes.begin(), end = task.nodes.end();
        const auto from = std::find(begin, end, node), to = std::find(begin, end, edge.to.node);
        if (task.kind != TaskPlan::Lane && from != end && to != end && to > from) {
            made.inner.push_back({static_cast<int>(to - begin), 0});
            continue;
        }
        OutEdge out;
        for (std::size_t c = 0; c < m_plan.channels.size(); ++c)
            if (m_plan.channels[c].edge == static_cast<int>(e) && m_plan.channels[c].from == task.id)
                out.channels.push_back(m_channels[c].get());
        out.keyColumns = m_analysis.bindings.at(edge.to.node)->needs.keyColumnsOf(m_analysis.portOf(edge));
        if (!out.channels.empty()) made.edges.push_back(std::move(out));
    }
    return made;
}

std::vector<StageSetup> TaskGraph::stages(const TaskPlan& task)
{
    std::vector<StageSetup> made;
    for (std::size_t i = 0; i < task.nodes.size(); ++i) {
        const NodeId& node = task.nodes[i];
        const Binding& binding = *m_analysis.bindings.at(node);
        StageSetup stage;
        stage.node = node.value;
        stage.instance = task.instance;
        stage.instances = task.instances;
        stage.passesRows = binding.isStateless || binding.passesRows;
        if (task.kind == TaskPlan::Merge && i == 0)
            stage.make = [make = binding.merge]() -> std::unique_ptr<Operator> { return make(); };
        else
            stage.make = std::get<Factory<Operator>>(binding.make);
        for (const PortBinding& port : binding.outputs)
            stage.outputs.push_back(targets(task, node, port.name));
        stage.rejected = targets(task, node, std::string(kRejectedPort));
        stage.late = targets(task, node, std::string(kLatePort));
        stage.metrics = &m_board.addMetrics(node.value);
        stage.rejects = &m_board.rejects(node.value);
        stage.alerts = &m_board;
        stage.inputSchema = m_analysis.inputs.at(node)[0];
        stage.baseDirectory = m_options.baseDirectory;
        made.push_back(std::move(stage));
    }
    return made;
}

LaneSetup TaskGraph::laneSetup(const TaskPlan& task)
{
    const SourceTraits& traits = m_analysis.bindings.at(task.source)->source;
    LaneSetup setup;
    setup.sourceNode = task.source.value;
    const std::vector<bool> needed = m_plan.needed.at(task.source);
    if (traits.decoder) {
        setup.decoder = [make = traits.decoder, needed] { return make(needed); };
        if (std::find(needed.begin(), needed.end(), false) != needed.end())
            setup.fullDecoder = [make = traits.decoder, all = std::vector<bool>(needed.size(), true)] {
                return make(all);
            };
    }
    setup.hasEventTime = traits.hasEventTime;
    setup.sourceMetrics = &m_board.addMetrics(task.source.value);
    setup.sourceTap = &m_board.tap({task.source, m_analysis.bindings.at(task.source)->outputs[0].name});
    for (std::size_t i = 1; i < task.nodes.size(); ++i) {
        const Binding& binding = *m_analysis.bindings.at(task.nodes[i]);
        setup.stages.push_back({task.nodes[i].value, std::get<Factory<Operator>>(binding.make),
                                &m_board.addMetrics(task.nodes[i].value),
                                &m_board.tap({task.nodes[i], binding.outputs[0].name})});
    }
    if (!task.partial.value.empty()) {
        setup.partialNode = task.partial.value;
        setup.partial = m_analysis.bindings.at(task.partial)->partial;
        setup.partialMetrics = &m_board.addMetrics(task.partial.value);
    }
    return setup;
}

std::vector<InputGate::Input> TaskGraph::inputs(const TaskPlan& task)
{
    std::vector<InputGate::Input> made;
    for (std::size_t c = 0; c < m_plan.channels.size(); ++c) {
        const ChannelPlan& channel = m_plan.channels[c];
        if (channel.to != task.id) continue;
        const EdgeSpec& edge = m_spec.edges[static_cast<std::size_t>(channel.edge)];
        made.push_back(
            {m_channels[c].get(), static_cast<int>(m_analysis.portOf(edge)), edge.from.node.value});
    }
    return made;
}

void TaskGraph::makeMerge(Entry& entry)
{
    const TaskPlan& task = *entry.plan;
    const auto isLane = [&](const TaskPlan& other) {
        return other.kind == TaskPlan::Lane && other.source == task.source;
    };
    const TaskPlan& lane = *std::find_if(m_plan.tasks.begin(), m_plan.tasks.end(), isLane);
    MergeSetup setup;
    setup.lane = laneSetup(lane);
    setup.delayUs = m_analysis.bindings.at(task.source)->source.watermarkDelayUs;
    setup.hasPartial = !task.partial.value.empty();
    std::vector<NodeId> nodes = lane.nodes;
    if (setup.hasPartial) nodes.push_back(task.partial);
    for (const NodeId& node : nodes) {
        setup.nodes.push_back(node.value);
        setup.rejectLogs.push_back(&m_board.rejects(node.value));
        // The merge operator's own port is its stage's; here it would be given every mark twice.
        const bool isStage = setup.hasPartial && node == task.partial;
        setup.rejected.push_back(isStage ? PortTargets{} : targets(task, node, std::string(kRejectedPort)));
    }
    if (!setup.hasPartial) {
        setup.out =
            targets(task, lane.nodes.back(), m_analysis.bindings.at(lane.nodes.back())->outputs[0].name);
        setup.out.tap = nullptr;  // the lanes offer it
    }
    setup.marksEveryRow = std::any_of(m_analysis.bindings.begin(), m_analysis.bindings.end(), [](auto& node) {
        return node.second && node.second->watchesWatermark;
    });
    setup.resumeFrom = progress(task.source.value + "#merge");
    setup.alignment = m_alignments[task.source];
    auto made =
        std::make_unique<MergeTask>(TaskContext{task.id, m_env, m_reports, entry.metrics, &m_copyHold},
                                    std::move(setup), between(task.id, TaskPlan::Lane, false), stages(task));
    m_merges[task.source] = made.get();
    entry.task = std::move(made);
}

void TaskGraph::makeTask(Entry& entry)
{
    const TaskPlan& task = *entry.plan;
    const TaskContext context{task.id, m_env, m_reports, entry.metrics, &m_copyHold};
    switch (task.kind) {
    case TaskPlan::Source: {
        const Binding& binding = *m_analysis.bindings.at(task.source);
        SourceSetup setup{task.source.value,
                          std::get<Factory<Source>>(binding.make),
                          binding.source.framer,
                          m_options.baseDirectory,
                          m_options.chunkBytes,
                          binding.source.maxRecordBytes,
                          binding.source.watermarkDelayUs,
                          binding.source.idleTimeoutUs,
                          binding.source.heartbeat,
                          progress(task.source.value),
                          &m_board.addMetrics(task.source.value),
                          m_alignments[task.source],
                          &m_restraints[task.id],
                          m_options.pipeline,
                          m_options.metrics,
                          binding.source.storesStart};
        auto made =
            std::make_unique<SourceTask>(context, std::move(setup), between(task.id, TaskPlan::Lane, true));
        m_sources.push_back(made.get());
        entry.task = std::move(made);
        break;
    }
    case TaskPlan::Lane: {
        auto made = std::make_unique<LaneTask>(context, laneSetup(task),
                                               *between(task.id, TaskPlan::Source, false)[0],
                                               *between(task.id, TaskPlan::Merge, true)[0]);
        m_lanes.push_back(made.get());
        entry.task = std::move(made);
        break;
    }
    case TaskPlan::Merge: makeMerge(entry); break;
    case TaskPlan::Chain: {
        auto made =
            std::make_unique<ChainTask>(context, inputs(task), stages(task), restraintsBefore(task.id));
        m_chains.push_back(made.get());
        entry.task = std::move(made);
        break;
    }
    case TaskPlan::Sink: {
        const NodeId& node = task.nodes[0];
        SinkSetup setup{node.value,
                        task.instance,
                        std::get<Factory<Sink>>(m_analysis.bindings.at(node)->make),
                        m_options.baseDirectory,
                        m_options.pipeline,
                        {},
                        0,
                        &m_board.addMetrics(node.value),
                        &m_board.rejects(node.value),
                        m_options.authority};
        if (m_resume) {
            setup.lastEpoch = m_resume->epoch.value;
            if (const auto found = m_resume->staged.find({node.value, task.instance});
                found != m_resume->staged.end())
                setup.resumeFrom = found->second;
        }
        auto made = std::make_unique<SinkTask>(context, std::move(setup), inputs(task));
        m_sinks.push_back(made.get());
        entry.task = std::move(made);
        break;
    }
    }
}

OperatorChain* TaskGraph::chainOf(Entry& entry)
{
    if (entry.plan->kind == TaskPlan::Chain) return &static_cast<ChainTask*>(entry.task.get())->chain();
    if (entry.plan->kind == TaskPlan::Merge) return &static_cast<MergeTask*>(entry.task.get())->chain();
    return nullptr;
}

Status TaskGraph::open()
{
    for (Entry& entry : m_entries) {
        OperatorChain* chain = chainOf(entry);
        if (!chain) continue;
        if (auto status = chain->open(); !status) {
            Error error = status.error();
            error.where = chain->failedNode();
            return error;
        }
    }
    return ok();
}

void TaskGraph::start(Executor& executor)
{
    for (std::size_t i = 0; i < m_plan.channels.size(); ++i)
        m_channels[i]->connect(&executor, m_plan.channels[i].from, m_plan.channels[i].to);
    for (auto& [name, group] : m_groups) group.connect(&executor);
    for (auto& [source, restraint] : m_restraints) restraint.connect(&executor, source);
    for (Entry& entry : m_entries) {
        if (OperatorChain* chain = chainOf(entry)) chain->connect(&executor, entry.plan->id);
        executor.start(*entry.task);
    }
}

std::string TaskGraph::heldBackBy(const NodeId& source) const
{
    const auto found = m_merges.find(source);
    return found == m_merges.end() ? std::string() : found->second->heldBackBy();
}

std::vector<MergeTask::SplitProgress> TaskGraph::splits(const NodeId& source) const
{
    const auto found = m_merges.find(source);
    return found == m_merges.end() ? std::vector<MergeTask::SplitProgress>() : found->second->progress();
}

std::map<std::string, std::int64_t> TaskGraph::counters(const NodeId& node) const
{
    std::map<std::string, std::int64_t> values;
    for (const SourceTask* source : m_sources)
        if (source->node() == node.value) values = source->counters();
    int lane = 0;
    std::size_t index = 0;
    for (const Entry& entry : m_entries) {
        if (entry.plan->kind != TaskPlan::Lane) continue;
        if (entry.plan->source == node)
            values["chunks_lane_" + std::to_string(lane++)] = m_lanes[index]->chunks().read();
        ++index;
    }
    for (const Entry& entry : m_entries) {
        if (entry.plan->kind != TaskPlan::Merge || entry.plan->partial != node) continue;
        const auto& counts = static_cast<const MergeTask*>(entry.task.get())->counts();
        values["merged_partials"] = counts.mergedPartials.read();
        values["redecoded_chunks"] = counts.redecodedChunks.read();
        values["redecoded_slices"] = counts.redecodedSlices.read();
    }
    return values;
}

}  // namespace engine
