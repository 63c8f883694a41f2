#pragma once

#include "component/operator.h"
#include "runtime/task.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace engine {

// Wakes the task of an operator. Shared by the operator's stage and by the threads that work for it, which
// may outlive both the task and its executor: the stage disconnects it before.
class TaskWaker final : public Waker {
public:
    void wake() override
    {
        m_isWoken.store(true, std::memory_order_release);
        const std::lock_guard lock(m_mutex);
        if (m_executor) m_executor->wake(m_task);
    }
    void connect(Executor* executor, TaskId task)
    {
        const std::lock_guard lock(m_mutex);
        m_executor = executor;
        m_task = task;
    }
    void disconnect() { connect(nullptr, {}); }
    bool isWoken() const { return m_isWoken.load(std::memory_order_acquire); }
    bool takeWoken() { return m_isWoken.exchange(false, std::memory_order_acq_rel); }

private:
    std::atomic<bool> m_isWoken = false;
    std::mutex m_mutex;
    Executor* m_executor = nullptr;  // guarded by m_mutex, as is m_task
    TaskId m_task{};
};

// For who runs an operator on a thread that has nothing else to do: waits until it is woken.
class WaitingWaker final : public Waker {
public:
    void wake() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isWoken = true;
        }
        m_wakened.notify_all();
    }
    bool waitFor(std::chrono::seconds longest)  // false: nobody called
    {
        std::unique_lock lock(m_mutex);
        const bool isWoken = m_wakened.wait_for(lock, longest, [this] { return m_isWoken; });
        m_isWoken = false;
        return isWoken;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wakened;
    bool m_isWoken = false;  // guarded by m_mutex
};

}  // namespace engine
