#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace engine {

// Runs functions one after another on a thread of its own: the snapshot writer, which may wait for the disk. Owned by a
// job; what it is given must outlive it. Its destructor finishes what was begun and drops the rest.
class WorkerThread {
public:
    WorkerThread() : m_thread([this](const std::stop_token& stop) { run(stop); }) {}
    void post(std::function<void()> work)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_work.push_back(std::move(work));
        }
        m_ready.notify_one();
    }
    void finish()  // returns when all that was posted is done
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
