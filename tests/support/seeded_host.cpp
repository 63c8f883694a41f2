#include "support/seeded_host.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <vector>

namespace engine {

class SeededHost::SeededExecutor final : public Executor {
public:
    explicit SeededExecutor(SeededHost& host) : m_host(host) { }
    ~SeededExecutor() override
    {
        if (m_host.m_executor == this) m_host.m_executor = nullptr;
    }
    void start(Task& task) override
    {
        CHECK(task.id().value == m_tasks.size());
        m_tasks.push_back(&task);
        m_isDue.push_back(true);
    }
    Status release() override { return ok(); }
    void wake(TaskId task) override { m_isDue[task.value] = true; }
    void cancel() override { m_isOver = true; }

    std::size_t due() const
    {
        std::size_t count = 0;
        for (std::size_t i = 0; i < m_tasks.size(); ++i) count += isDue(i);
        return count;
    }
    // Steps the task that is the `index`th of those that are due.
    std::uint32_t step(std::size_t index)
    {
        std::size_t at = 0;
        while (!isDue(at) || index-- > 0) ++at;
        // First, for a wake-up during the step must not be lost.
        m_isDue[at] = false;
        const Progress progress = m_tasks[at]->step();
        if (progress == Progress::Again) m_isDue[at] = true;
        if (progress == Progress::Finished || progress == Progress::Failed) m_tasks[at] = nullptr;
        return static_cast<std::uint32_t>(at);
    }

private:
    bool isDue(std::size_t task) const { return !m_isOver && m_tasks[task] && m_isDue[task]; }
    SeededHost& m_host;
    std::vector<Task*> m_tasks;  // null when it has ended
    std::vector<bool> m_isDue;
    bool m_isOver = false;
};

class SeededHost::SeededQueue final : public WorkQueue {
public:
    explicit SeededQueue(SeededHost& host) : m_host(host) { m_host.m_queues.push_back(this); }
    ~SeededQueue() override { std::erase(m_host.m_queues, this); }
    void post(std::function<void()> work) override { m_work.push_back(std::move(work)); }
    void finish() override
    {
        while (isDue()) step();
    }
    bool isDue() const { return !m_work.empty(); }
    void step()
    {
        const std::function<void()> work = std::move(m_work.front());
        m_work.pop_front();
        work();
    }

private:
    SeededHost& m_host;
    std::deque<std::function<void()>> m_work;
};

SeededHost::SeededHost(std::uint64_t seed) : m_random(seed) { }
SeededHost::~SeededHost() = default;

std::unique_ptr<Executor> SeededHost::makeExecutor(int)
{
    auto made = std::make_unique<SeededExecutor>(*this);
    m_executor = made.get();
    return made;
}

std::unique_ptr<WorkQueue> SeededHost::makeWriter()
{
    return std::make_unique<SeededQueue>(*this);
}

bool SeededHost::step()
{
    const std::size_t tasks = m_executor ? m_executor->due() : 0;
    std::vector<SeededQueue*> queues;
    std::copy_if(m_queues.begin(), m_queues.end(), std::back_inserter(queues),
                 [](const SeededQueue* queue) { return queue->isDue(); });
    if (tasks + queues.size() == 0) return false;
    const std::size_t drawn = m_random.below(tasks + queues.size());
    std::uint64_t stepped = ~0ull;
    if (drawn < tasks)
        stepped = m_executor->step(drawn);
    else
        queues[drawn - tasks]->step();
    m_trace = (m_trace ^ stepped) * 0x100000001B3ull + 1;
    return true;
}

}  // namespace engine
