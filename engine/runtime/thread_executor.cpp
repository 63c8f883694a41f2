#include "runtime/thread_executor.h"

#include <system_error>

namespace engine {

namespace {
constexpr int kStepsAtATime = 8;  // then the next task has its turn
}

thread_local std::vector<ThreadExecutor::Slot*>* ThreadExecutor::t_lagging = nullptr;

ThreadExecutor::ThreadExecutor(int workers) : m_workers(workers) { }

ThreadExecutor::~ThreadExecutor() { cancel(); }

void ThreadExecutor::start(Task& task)
{
    CHECK(task.id().value == m_slots.size() && m_threads.empty());
    auto slot = std::make_unique<Slot>();
    slot->task = &task;
    slot->hasThread = task.mayBlock();
    m_slots.push_back(std::move(slot));
}

Status ThreadExecutor::release()
{
    try {
        for (auto& slot : m_slots) {
            if (slot->hasThread)
                m_threads.emplace_back([this, raw = slot.get()] { workAlone(*raw); });
            else
                enqueue(*slot);
        }
        for (int i = 0; i < m_workers; ++i) m_threads.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
        const std::size_t begun = m_threads.size();
        cancel();
        return Error{ErrorCode::Refused,
                     "Only " + std::to_string(begun) + " threads could be started (" +
                         error.code().message() + "); run with fewer --threads, or allow more (ulimit -u).",
                     {}};
    }
    return ok();
}

void ThreadExecutor::enqueue(Slot& slot)
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(&slot);
    }
    m_ready.notify_one();
}

void ThreadExecutor::wake(TaskId task)
{
    Slot& slot = *m_slots[task.value];
    int state = slot.state.load(std::memory_order_acquire);
    for (;;) {
        // Also when the state stays as it is: the exchange orders what was written before this wake before
        // the step that follows.
        const int next = state == Idle ? Queued : state == Running ? Woken : state;
        if (slot.state.compare_exchange_weak(state, next, std::memory_order_acq_rel)) break;
    }
    if (state != Idle) return;
    if (!slot.hasThread)
        enqueue(slot);
    else if (slot.task->mayLag() && t_lagging)
        t_lagging->push_back(&slot);
    else
        notify(slot);
}

// Outside of the mutex: who is woken wants it at once.
void ThreadExecutor::notify(Slot& slot)
{
    {
        const std::lock_guard lock(slot.mutex);
    }
    slot.wakened.notify_one();
}

void ThreadExecutor::runSome(Slot& slot)
{
    std::vector<Slot*> lagging;
    t_lagging = &lagging;
    runSteps(slot);
    t_lagging = nullptr;
    for (Slot* each : lagging) notify(*each);
}

void ThreadExecutor::runSteps(Slot& slot)
{
    slot.state.exchange(Running, std::memory_order_acq_rel);
    for (int i = 0; i < kStepsAtATime && !m_stop.load(std::memory_order_relaxed); ++i) {
        const Progress progress = slot.task->step();
        if (progress == Progress::Finished || progress == Progress::Failed)
            return;  // stays Running: never queued again
        if (progress == Progress::Again) continue;
        int expected = Running;
        if (slot.state.compare_exchange_strong(expected, Idle, std::memory_order_acq_rel)) return;
        slot.state.exchange(Running, std::memory_order_acq_rel);  // woken meanwhile: there is more to do
    }
    slot.state.exchange(Queued, std::memory_order_acq_rel);
    enqueue(slot);
}

void ThreadExecutor::work()
{
    for (;;) {
        Slot* slot = nullptr;
        {
            std::unique_lock lock(m_mutex);
            m_ready.wait(lock, [this] { return m_stop.load() || !m_queue.empty(); });
            if (m_stop.load()) return;
            slot = m_queue.front();
            m_queue.pop_front();
        }
        runSome(*slot);
    }
}

void ThreadExecutor::workAlone(Slot& slot)
{
    while (!m_stop.load()) {
        slot.state.exchange(Running, std::memory_order_acq_rel);
        const Progress progress = slot.task->step();
        if (progress == Progress::Finished || progress == Progress::Failed) return;
        if (progress == Progress::Again) continue;
        int expected = Running;
        if (!slot.state.compare_exchange_strong(expected, Idle, std::memory_order_acq_rel)) continue;
        std::unique_lock lock(slot.mutex);
        slot.wakened.wait(
            lock, [&] { return m_stop.load() || slot.state.load(std::memory_order_acquire) != Idle; });
    }
}

void ThreadExecutor::cancel()
{
    m_stop.store(true);
    {
        const std::lock_guard lock(m_mutex);
        m_ready.notify_all();
    }
    for (auto& slot : m_slots) {
        const std::lock_guard lock(slot->mutex);
        slot->wakened.notify_all();
    }
    m_threads.clear();
}

}  // namespace engine
