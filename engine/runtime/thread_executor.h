#pragma once

#include "runtime/task.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace engine {

// Runs tasks on a pool of workers, and each task that may block on a thread of its own. Owned by a job;
// start() comes before the first wake, from one thread. A task is idle, queued, running, or running and
// woken: the wake protocol of architecture.md section 4 is this file's alone.
class ThreadExecutor final : public Executor {
public:
    explicit ThreadExecutor(int workers);
    ~ThreadExecutor() override;
    void start(Task& task) override;
    Status release() override;
    void wake(TaskId task) override;
    void cancel() override;

private:
    enum State : int { Idle, Queued, Running, Woken };
    struct Slot {
        Task* task = nullptr;
        std::atomic<int> state = Queued;
        bool hasThread = false;
        std::mutex mutex;
        std::condition_variable wakened;
    };
    void work();
    void workAlone(Slot& slot);
    void runSome(Slot& slot);
    void runSteps(Slot& slot);
    void enqueue(Slot& slot);
    static void notify(Slot& slot);
    static thread_local std::vector<Slot*>* t_lagging;  // woken when this worker has done some steps

    const int m_workers;
    std::vector<std::unique_ptr<Slot>> m_slots;  // constant after release()
    std::mutex m_mutex;
    std::condition_variable m_ready;
    std::deque<Slot*> m_queue;  // guarded by m_mutex
    std::atomic<bool> m_stop = false;
    std::vector<std::jthread> m_threads;
};

}  // namespace engine
