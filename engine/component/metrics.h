#pragma once

#include "base/ids.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace engine {

// Written by one task, read by anyone: a relaxed load and store, never a lock or a read-modify-write.
class Counter {
public:
    void add(std::int64_t n)
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void set(std::int64_t n) { m_value.store(n, std::memory_order_relaxed); }
    std::int64_t read() const { return m_value.load(std::memory_order_relaxed); }
    // The task has passed a checkpoint's barrier: a restart counts on from what it is now.
    void passBarrier(Epoch epoch)
    {
        m_atBarrier.store(read(), std::memory_order_relaxed);
        m_barrier.store(epoch.value, std::memory_order_relaxed);
    }
    // What it was at that barrier, if it was the newest; else what it is, for then its task ended before it.
    std::int64_t at(Epoch epoch) const
    {
        return m_barrier.load(std::memory_order_relaxed) == epoch.value
            ? m_atBarrier.load(std::memory_order_relaxed)
            : read();
    }

private:
    std::atomic<std::int64_t> m_value = 0, m_atBarrier = 0;
    std::atomic<std::uint64_t> m_barrier = 0;  // its epoch; there is none of 0
};

// What the engine counts for one instance of a node in one task. Owned by the task, outlives its readers with
// the job.
struct alignas(64) NodeMetrics {
    Counter rowsIn, rowsOut, rowsRejected, rowsLate, bytesIn, bytesOut;
    Counter busyUs;                       // inside the component's calls
    Counter watermarkUs;                  // event time reached, µs UTC; kNoWatermark before the first row
    Counter stateRows;                    // rows kept
    Counter stateBytes;                   // in memory for them, and what else it holds for as long as it runs
    Counter heldBytes;                    // beside them, that only what a checkpoint froze still has
    Counter alertsFiring, alertsPending;  // of an alert rule: label sets that are so
    Counter alertsFired, alertsResolved;  // of an alert rule, how often

    void passBarrier(Epoch epoch);
};

// What a restart takes back to its checkpoint: it is counted once for each row, however often that is read.
inline constexpr std::array kRowCounters{
    &NodeMetrics::rowsIn,  &NodeMetrics::rowsOut,  &NodeMetrics::rowsRejected, &NodeMetrics::rowsLate,
    &NodeMetrics::bytesIn, &NodeMetrics::bytesOut, &NodeMetrics::alertsFired,  &NodeMetrics::alertsResolved};

inline void NodeMetrics::passBarrier(Epoch epoch)
{
    for (const auto counter : kRowCounters) (this->*counter).passBarrier(epoch);
}

}  // namespace engine
