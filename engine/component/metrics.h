#pragma once

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

private:
    std::atomic<std::int64_t> m_value = 0;
};

// What the engine counts for one instance of a node in one task. Owned by the task, outlives its readers with
// the job.
struct alignas(64) NodeMetrics {
    Counter rowsIn, rowsOut, rowsRejected, rowsLate, bytesIn, bytesOut;
    Counter busyUs;                       // inside the component's calls
    Counter watermarkUs;                  // event time reached, µs UTC; kNoWatermark before the first row
    Counter stateRows;                    // rows kept
    Counter stateBytes;                   // in memory for them
    Counter alertsFiring, alertsPending;  // of an alert rule: label sets that are so
};

}  // namespace engine
