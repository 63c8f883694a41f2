#include "jobs/job.h"

#include <algorithm>
#include <utility>

namespace engine {

namespace {

constexpr Duration kStopWaitsFor = std::chrono::seconds(3);
constexpr Duration kDrainWaitsFor = std::chrono::seconds(10);  // its rows should arrive
constexpr Duration kUnfitCheckedEvery = std::chrono::seconds(1);
constexpr std::int64_t kHeapLossShare = 16;   // of memory_limit: what the heap loses between blocks
constexpr std::int64_t kOverBudgetShare = 8;  // of the budget: beyond it no checkpoint is waited for
constexpr std::int64_t kUnfitLeast = 100;     // records; a few bad ones at the beginning are no news

std::string megabytes(std::int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

// A share means little of a few rows, unless they are all there are.
bool Job::checkRejectLimits(When when)
{
    for (const NodeSpec& node : m_spec.nodes) {
        const auto limit = node.rejectLimit ? node.rejectLimit : m_spec.settings.rejectLimit;
        if (!limit) continue;
        const std::int64_t rows = m_board.sum(node.id.value, &NodeMetrics::rowsIn);
        const std::int64_t rejected = m_board.sum(node.id.value, &NodeMetrics::rowsRejected);
        const bool above = (limit->count && rejected > *limit->count) ||
            (limit->share && (rows >= 100 || when == When::AtTheEnd) &&
             static_cast<double>(rejected) > *limit->share * static_cast<double>(rows));
        if (!above) continue;
        const auto newest = m_board.rejects(node.id.value).newest();
        failed({ErrorCode::BadData,
                "More rows were rejected than reject_limit allows (" + std::to_string(rejected) +
                    "); the last reason: " +
                    (newest.empty() ? std::string("none is kept") : newest.back().reason),
                node.id.value},
               node.id.value);
        return false;
    }
    return true;
}

// What is rejected lies in a figure; that nothing else came is said. The figures of an instant need not fit
// together: counted are those of the look before.
void Job::checkUnfitRecords()
{
    const MonotonicTime now = m_env.clock.monotonic();
    if (isOver(m_state) || now - m_unfitCheckedAt < kUnfitCheckedEvery) return;
    m_unfitCheckedAt = now;
    for (const NodeSpec& node : m_spec.nodes) {
        const auto binding = m_analysis->bindings.find(node.id);
        if (binding == m_analysis->bindings.end() ||
            !std::holds_alternative<Factory<Source>>(binding->second->make))
            continue;
        const std::int64_t before = m_rejectedBefore[node.id];
        m_rejectedBefore[node.id] = m_board.sum(node.id.value, &NodeMetrics::rowsRejected);
        const bool isUnfit = before >= kUnfitLeast && m_board.sum(node.id.value, &NodeMetrics::rowsOut) == 0;
        if (isUnfit == m_unfit.contains(node.id)) continue;
        if (!isUnfit) {
            m_unfit.erase(node.id);
            note(1, node.id.value, "Records that fit come now.");
            continue;
        }
        const auto newest = m_board.rejects(node.id.value).newest();
        m_unfit[node.id] = "None of the " + std::to_string(before) +
            " records read so far fits the format and columns of this source: " +
            (newest.empty() ? std::string("no reason is kept.") : newest.front().reason);
        note(2, node.id.value, m_unfit[node.id]);
    }
}

// Queues have their share of memory_limit by the plan and hold back who fills them; state has the rest, and
// nothing to wait for. What it is copied for, a checkpoint, passes.
void Job::checkMemory()
{
    const std::int64_t limit = m_spec.settings.memoryLimitBytes;
    const auto beside = static_cast<std::int64_t>(m_plan.queueBytes() + limits::kWorkingBytes);
    const std::int64_t budget = std::max(limit / 2, limit - beside - limit / kHeapLossShare);
    std::int64_t total = 0, most = 0, copies = 0;
    NodeId greatest;
    for (const NodeSpec& node : m_spec.nodes) {
        std::int64_t bytes = 0;
        for (const NodeMetrics& each : m_board.metrics(node.id.value)) {
            bytes += each.stateBytes.read();
            copies += each.heldBytes.read();
        }
        total += bytes;
        if (bytes <= most) continue;
        most = bytes;
        greatest = node.id;
    }
    holdCopies(total, copies, budget);
    if (total <= budget && !m_overLimit) return;
    if (!m_overLimit) m_overLimit = overLimit(total, most, budget, greatest);
    if (isKept(total, budget)) failed(*m_overLimit, m_overLimit->where);
}

Error Job::overLimit(std::int64_t total, std::int64_t most, std::int64_t budget, const NodeId& greatest) const
{
    return {ErrorCode::Limit,
            "The state of this pipeline takes " + megabytes(total) + ", " + megabytes(most) +
                " of it in this node; memory_limit (" + megabytes(m_spec.settings.memoryLimitBytes) +
                ") leaves " + megabytes(budget) +
                " for it. Use shorter windows or fewer keys, or raise memory_limit in the settings and start "
                "again: the run goes on from its last checkpoint.",
            greatest.value};
}

// What was read so far shall not have been read in vain: no more is read, and a last checkpoint is waited
// for, unless it takes too long, or what lies in the queues is too much by itself.
bool Job::isKept(std::int64_t total, std::int64_t budget)
{
    const MonotonicTime now = m_env.clock.monotonic();
    if (total - budget > budget / kOverBudgetShare) return true;
    if (m_state == JobState::Stopping || m_state == JobState::Draining) return false;
    if (m_overSince == MonotonicTime{}) {
        m_overSince = now;
        m_overAt = m_coordinator->last();
        m_coordinator->request();
        orderSources({TaskOrder::Pause});
    }
    if (m_decided && m_decided->epoch > m_overAt) return true;
    return now - m_overSince > m_spec.settings.checkpointTimeout;
}

// While tables are written, rows that change them wait where there is no room for what they would copy.
void Job::holdCopies(std::int64_t state, std::int64_t copies, std::int64_t budget)
{
    const bool mustWait = m_writing.use_count() > 1 && state + copies > budget;
    if (mustWait == m_copiesWait) return;
    m_copiesWait = mustWait;
    if (mustWait) {
        m_graph->copyHold().hold(m_coordinator->last());
        if (!std::exchange(m_copiesToldOf, true))
            note(2, {},
                 "Rows wait while a checkpoint is written: the state takes " + megabytes(state) +
                     ", and what of it changes meanwhile is there twice, which memory_limit (" +
                     megabytes(m_spec.settings.memoryLimitBytes) +
                     ") leaves no room for. Raise memory_limit, or checkpoint_interval to wait less often.");
        return;
    }
    m_graph->copyHold().letGo();
    for (const TaskPlan& task : m_plan.tasks)
        if (task.kind == TaskPlan::Merge || task.kind == TaskPlan::Chain) m_executor->wake(task.id);
}

std::string Job::sinceWhen() const
{
    return m_decided ? "checkpoint " + std::to_string(m_decided->epoch.value) : "the beginning";
}

// Neither a stop nor a drain waits for an outside that is away: the last checkpoint that was decided holds
// all that the next run needs.
void Job::giveUpEnding()
{
    const bool isDrain = m_state == JobState::Draining;
    if (giveUpDeciding()) return;
    if ((m_final || m_coordinator->isDeciding()) && !m_heldSeal) return;
    const bool mayEnd = isDrain || m_env.clock.monotonic() - m_stateBegun >= kStopWaitsFor;
    if (mayEnd && !endWithoutWaiting() && !isDrain) endAmongResults();
}

// A stop does not wait for ever for brokers that keep silent over a decision.
bool Job::giveUpDeciding()
{
    if (!m_decidingSince) return false;
    const Duration patience = m_state == JobState::Draining ? kDrainWaitsFor : kStopWaitsFor;
    const Duration waited = m_env.clock.monotonic() - std::max(m_stateBegun, *m_decidingSince);
    if (waited < patience) return false;
    note(2, m_authorityNode.value,
         "It was ended without waiting for this. The next run finds out whether checkpoint " +
             std::to_string(m_sealing.epoch.value) + " was decided, and goes on from there.");
    endTasks();
    setState(JobState::Stopped);
    return true;
}

// One watermark that jumps far may lead to results for hours, and no barrier passes among them.
void Job::endAmongResults()
{
    const std::int64_t longSinceUs = (m_env.clock.monotonic() - kStopWaitsFor).time_since_epoch().count();
    for (const auto& entry : m_graph->entries()) {
        const TaskId task = entry.plan->id;
        if (m_last.contains(task) || m_round.contains(task)) continue;
        if (entry.metrics.blockedSinceUs != 0) continue;  // it waits for a sink, not for itself
        if (entry.metrics.givesSinceUs.load(std::memory_order_acquire) > longSinceUs) continue;
        const std::string node =
            entry.plan->nodes[entry.metrics.givingStage.load(std::memory_order_relaxed)].value;
        failed({ErrorCode::Cancelled,
                "It was stopped among results that take longer to give out than a stop waits, and without a "
                "last checkpoint: what was read since " +
                    sinceWhen() + " is read again by the next run, and its results are made again.",
                node},
               node);
        return;
    }
}

bool Job::endWithoutWaiting()
{
    const bool isDrain = m_state == JobState::Draining;
    const MonotonicTime now = m_env.clock.monotonic();
    for (const auto& [node, waits] : m_waits)
        for (const auto& [task, wait] : waits) {
            const bool hasDoneItsPart = m_last.contains(task) || (!isDrain && m_round.contains(task));
            const bool mayEnd = !isDrain || now - std::max(m_stateBegun, wait.since) >= kDrainWaitsFor;
            if (hasDoneItsPart || !mayEnd) continue;
            note(2, node.value,
                 (isDrain ? "The drain was given up because of this, and windows that are open are kept. "
                          : "It was stopped without waiting for this. ") +
                     ("What was read since " + sinceWhen()) + " is read again by the next run.");
            endTasks();
            setState(JobState::Stopped);
            return true;
        }
    return false;
}

}  // namespace engine
