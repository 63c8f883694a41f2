#pragma once

#include "runtime/task.h"

#include <atomic>

namespace engine {

// Keeps one source from reading while operators behind it work off what they took in for a checkpoint: else
// each checkpoint would make room for as much again as the queues hold. Owned by the task graph; any thread.
class Restraint {
public:
    void connect(Executor* executor, TaskId source)
    {
        m_executor = executor;
        m_source = source;
    }
    void hold() { m_holders.fetch_add(1, std::memory_order_acq_rel); }
    void letGo()
    {
        if (m_holders.fetch_sub(1, std::memory_order_acq_rel) == 1 && m_executor) m_executor->wake(m_source);
    }
    bool isOn() const { return m_holders.load(std::memory_order_acquire) > 0; }

private:
    Executor* m_executor = nullptr;
    TaskId m_source{};
    std::atomic<int> m_holders = 0;
};

}  // namespace engine
