#pragma once

#include "jobs/checkpoint_store.h"
#include "jobs/job_host.h"
#include "plan/plan.h"
#include "runtime/chain_task.h"
#include "runtime/merge_task.h"
#include "runtime/sink_task.h"
#include "runtime/source_task.h"
#include "spec/messages.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

// What a node has counted in all its tasks, its rejected rows, its alerts, and where its ports can be tapped.
// Lives as long as the job, through restarts of its tasks.
class NodeBoard final : public AlertOutput {
public:
    void raise(AlertEvent event) override { m_alerts.put(std::move(event)); }  // any thread
    std::deque<AlertEvent> takeAlerts() { return m_alerts.takeAll(); }
    NodeMetrics& addMetrics(const std::string& node);
    RejectLog& rejects(const std::string& node) { return m_rejects[node]; }
    TapPoint& tap(const PortRef& port);
    Counter& addRows(const PortRef& port);  // of the rows that one task sends from it
    // Those of all tasks; nothing when none counts them, for the port lies inside a lane.
    std::optional<std::int64_t> rows(const PortRef& port) const;
    const std::deque<NodeMetrics>& metrics(const std::string& node) { return m_metrics[node]; }
    // All tasks that did not end before have passed this checkpoint's barrier; `decided` is the one that a
    // restart would begin from until this one is decided.
    void keep(Epoch epoch, bool isLast, Epoch decided);
    // Before the tasks are made anew: what was counted and rejected behind the checkpoint comes again.
    void goBackTo(Epoch checkpoint);
    std::int64_t sum(const std::string& node, Counter NodeMetrics::*counter) const;

private:
    std::map<std::string, std::deque<NodeMetrics>> m_metrics;
    std::map<std::string, RejectLog> m_rejects;
    std::map<PortRef, TapPoint> m_taps;
    struct alignas(64) PortRows {
        Counter count;
    };
    // What all tasks together have counted, those that are gone too.
    struct Sums {
        std::map<std::string, std::array<std::int64_t, kRowCounters.size()>> nodes{};
        std::map<PortRef, std::int64_t> ports{};
    };
    template <class Read>
    Sums sums(Read&& read) const;
    std::map<PortRef, std::deque<PortRows>> m_rows;
    Mailbox<AlertEvent> m_alerts;
    Sums m_before;  // of tasks that are gone
    std::map<std::string, std::int64_t> m_busyBefore;
    std::map<Epoch, Sums> m_kept;  // at checkpoints that a restart may begin from
};

struct GraphOptions {
    std::string baseDirectory{};
    std::size_t chunkBytes = limits::kChunkBytes;
    std::string pipeline{};
    MetricsFeed* metrics = nullptr;
    Authority* authority = nullptr;  // for sinks that write in its transaction
};

// The tasks and channels of one incarnation of a job, made from its plan; owns them. Made and read on the
// control thread.
class TaskGraph {
public:
    TaskGraph(const PipelineSpec& spec, const Analysis& analysis, const Plan& plan, Env& env,
              NodeBoard& board, ReportBox& reports, const GraphOptions& options, const Manifest* resume);
    Status open();  // the operators, which make their tables; an error's `where` is the node
    // By node and name.
    using TableNames = std::set<std::pair<std::string, std::string>>;
    // State tables, before the tasks run, those of several tasks at once. Adds to `unused` the saved ones of
    // which an operator has none.
    Status restore(const CheckpointStore& store, const Manifest& manifest, JobHost& host, int threads,
                   TableNames& unused);
    void start(Executor& executor);

    struct Entry {
        const TaskPlan* plan = nullptr;
        std::unique_ptr<Task> task{};
        TaskMetrics metrics{};
    };
    std::deque<Entry>& entries() { return m_entries; }
    std::vector<SourceTask*> sources() const { return m_sources; }
    std::vector<SinkTask*> sinks() const { return m_sinks; }
    std::vector<ChainTask*> chains() const { return m_chains; }
    CopyHold& copyHold() { return m_copyHold; }
    const std::vector<std::pair<int, Channel*>>& edgeChannels() const
    {
        return m_edgeChannels;
    }  // edge index, channel
    std::string heldBackBy(const NodeId& source) const;
    std::vector<MergeTask::SplitProgress> splits(const NodeId& source) const;
    std::map<std::string, std::int64_t> counters(const NodeId& node) const;

private:
    static OperatorChain* chainOf(Entry& entry);
    static Status restore(Entry& entry, const CheckpointStore& store, const Manifest& manifest,
                          TableNames& unused);
    std::vector<StageSetup> stages(const TaskPlan& task);
    PortTargets targets(const TaskPlan& task, const NodeId& node, const std::string& port);
    void makeTask(Entry& entry);
    void makeAlignments();
    void makeMerge(Entry& entry);
    LaneSetup laneSetup(const TaskPlan& task);
    std::vector<InputGate::Input> inputs(const TaskPlan& task);
    std::vector<Restraint*> restraintsBefore(TaskId task);
    std::vector<Channel*> between(TaskId from, TaskPlan::Kind to, bool outgoing);
    std::string progress(const std::string& node) const;
    const PipelineSpec& m_spec;
    const Analysis& m_analysis;
    const Plan& m_plan;
    Env& m_env;
    NodeBoard& m_board;
    ReportBox& m_reports;
    GraphOptions m_options;
    const Manifest* m_resume;
    std::deque<std::unique_ptr<Channel>> m_channels;  // by index of the plan's
    CopyHold m_copyHold;
    std::deque<Entry> m_entries;  // by task id
    std::vector<SourceTask*> m_sources;
    std::vector<SinkTask*> m_sinks;
    std::vector<LaneTask*> m_lanes;
    std::vector<ChainTask*> m_chains;
    std::map<TaskId, Restraint> m_restraints;        // of sources
    std::map<NodeId, MergeTask*> m_merges;           // by source
    std::map<std::string, AlignmentGroup> m_groups;  // by name
    std::map<NodeId, Alignment> m_alignments;        // of sources
    std::vector<std::pair<int, Channel*>> m_edgeChannels;
};

}  // namespace engine
