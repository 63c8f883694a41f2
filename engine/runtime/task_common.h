#pragma once

#include "base/env.h"
#include "component/metrics.h"
#include "runtime/copy_hold.h"
#include "runtime/mailbox.h"
#include "runtime/task.h"

#include <atomic>

namespace engine {

// How a task's time goes: busy is the rest. Written by the task, read by anyone.
struct TaskMetrics {
    Counter busyUs, blockedUs;                            // since its start; blocks that are over
    Counter pauseUs;                                      // its last snapshot, while no row was worked on
    std::atomic<std::int64_t> blockedSinceUs = 0;         // of the block it is in, monotonic; 0: of none
    std::atomic<std::int64_t> nextWakeUs = kEndOfTime;    // when the job has to wake it, wall clock
    std::atomic<std::int64_t> givesSinceUs = kEndOfTime;  // OperatorChain::Giving
    std::atomic<std::size_t> givingStage = 0;

    // Together with the block it is in: one that lasts for minutes is no idleness meanwhile.
    std::int64_t blockedUpTo(MonotonicTime now) const
    {
        const std::int64_t over = blockedUs.read(), sinceUs = blockedSinceUs.load();
        return sinceUs ? over + now.time_since_epoch().count() - sinceUs : over;
    }
};

// What every task is given.
struct TaskContext {
    TaskId id{};
    Env& env;
    ReportBox& reports;
    TaskMetrics& metrics;
    const CopyHold* copyHold = nullptr;

    // Of a task that has passed this barrier.
    bool mustWait(Epoch passed) const { return copyHold && copyHold->holds(passed); }
};

// Tells the job that the task has failed, or that it waits for something outside (an empty error: no more).
inline void tellJob(const TaskContext& context, TaskReport::Kind kind, const Error& error,
                    const std::string& node)
{
    TaskReport report;
    report.kind = kind;
    report.task = context.id;
    report.error = error;
    report.node = node;
    context.reports.put(std::move(report));
}

// Measures the time in which a task could have worked but for full channels behind it.
class BlockedTimer {
public:
    BlockedTimer(Clock& clock, TaskMetrics& metrics) : m_clock(clock), m_metrics(metrics) { }
    void blocked()
    {
        if (m_since != MonotonicTime{}) return;
        m_since = m_clock.monotonic();
        m_metrics.blockedSinceUs = m_since.time_since_epoch().count();
    }
    Duration lasting() const
    {
        return m_since == MonotonicTime{} ? Duration{} : m_clock.monotonic() - m_since;
    }
    void unblocked()
    {
        if (m_since == MonotonicTime{}) return;
        m_metrics.blockedSinceUs = 0;
        m_metrics.blockedUs.add((m_clock.monotonic() - m_since).count());
        m_since = {};
    }

private:
    Clock& m_clock;
    TaskMetrics& m_metrics;
    MonotonicTime m_since{};
};

// Adds the time of a step to the task's busy time.
class BusyTimer {
public:
    BusyTimer(Clock& clock, TaskMetrics& metrics)
        : m_clock(clock),
          m_metrics(metrics),
          m_began(clock.monotonic())
    {
    }
    ~BusyTimer() { m_metrics.busyUs.add((m_clock.monotonic() - m_began).count()); }
    BusyTimer(const BusyTimer&) = delete;
    BusyTimer& operator=(const BusyTimer&) = delete;

private:
    Clock& m_clock;
    TaskMetrics& m_metrics;
    MonotonicTime m_began;
};

}  // namespace engine
