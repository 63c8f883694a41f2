#pragma once

#include "jobs/work_queue.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>

namespace engine {

// The work queue of the product: a thread of its own. Where none can be started, the work is done by whoever
// posts it, and it is for the job's other threads to say why it cannot run.
class WorkerThread final : public WorkQueue {
public:
    WorkerThread()
    {
        try {
            m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
        } catch (const std::system_error&) {
        }
    }
    void post(std::function<void()> work) override
    {
        if (!m_thread.joinable()) return work();
        {
            const std::lock_guard lock(m_mutex);
            m_work.push_back(std::move(work));
        }
        m_ready.notify_one();
    }
    void finish() override
    {
        std::promise<void> done;
        post([&done] { done.set_value(); });
        done.get_future().wait();
    }

private:
    void run(const std::stop_token& stop)
    {
        for (;;) {
            std::function<void()> work;
            {
                std::unique_lock lock(m_mutex);
                if (!m_ready.wait(lock, stop, [this] { return !m_work.empty(); })) return;
                if (stop.stop_requested()) return;
                work = std::move(m_work.front());
                m_work.pop_front();
            }
            work();
        }
    }
    std::mutex m_mutex;
    std::condition_variable_any m_ready;
    std::deque<std::function<void()>> m_work;  // guarded by m_mutex
    std::jthread m_thread;                     // last: it uses the others
};

}  // namespace engine
