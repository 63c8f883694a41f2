// labels: asan tsan
// No wake-up is lost: tasks that work only when woken, and wake each other, all come to their end.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "runtime/thread_executor.h"

#include <atomic>
#include <chrono>
#include <thread>
#endif

#include "test_main.h"

namespace tst_thread_executor {

using namespace engine;

namespace {

// Counts those who have finished, so that the test can wait for all.
struct Gate {
    std::mutex mutex{};
    std::condition_variable changed{};
    int left = 0;  // guarded by mutex
    void leave()
    {
        const std::lock_guard lock(mutex);
        --left;
        changed.notify_all();
    }
    bool waitForAll()
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(120), [this] { return left == 0; });
    }
};

// Has as many tokens to pass on as it is given; waits while it has none. The mailbox is an atomic that wake()
// orders, as a channel's is.
class Passer final : public Task {
public:
    Passer(TaskId id, bool blocks, int rounds, Gate& gate)
        : Task(id),
          m_blocks(blocks),
          m_left(rounds),
          m_gate(gate)
    {
    }
    bool mayBlock() const override { return m_blocks; }
    void connect(ThreadExecutor& executor, Passer& next) { m_executor = &executor, m_next = &next; }
    void give() { m_tokens.fetch_add(1, std::memory_order_release); }
    Progress step() override
    {
        m_isTwice = m_isTwice || m_inside.exchange(true);
        const Progress progress = pass();
        m_inside = false;
        return progress;
    }
    bool ranTwiceAtOnce() const { return m_isTwice; }

private:
    Progress pass()
    {
        if (m_tokens.load(std::memory_order_acquire) == 0) {
            std::this_thread::yield();  // so that a token often comes between the look and the sleep
            return Progress::Waiting;
        }
        m_tokens.fetch_sub(1, std::memory_order_acq_rel);
        m_next->give();
        m_executor->wake(m_next->id());
        if (--m_left > 0) return Progress::Again;
        m_gate.leave();
        return Progress::Finished;
    }
    const bool m_blocks;
    int m_left;
    Gate& m_gate;
    ThreadExecutor* m_executor = nullptr;
    Passer* m_next = nullptr;
    std::atomic<int> m_tokens = 0;
    std::atomic<bool> m_inside = false;
    bool m_isTwice = false;  // read when all threads have ended
};

}  // namespace

class ThreadExecutorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void losesNoWakeUp_data();
    void losesNoWakeUp();
    void runsNothingBeforeItIsReleasedNorAfterCancel();
};

void ThreadExecutorTest::losesNoWakeUp_data()
{
    QTest::addColumn<int>("tasks");
    QTest::addColumn<int>("workers");
    QTest::addColumn<int>("tokens");
    QTest::newRow("to and fro") << 2 << 2 << 1;
    QTest::newRow("three in a ring") << 3 << 2 << 1;
    QTest::newRow("one worker") << 8 << 1 << 1;
    QTest::newRow("one token, two workers") << 8 << 2 << 1;
    QTest::newRow("more workers than cores") << 24 << 6 << 5;
}

// A ring in which every third task has a thread of its own. A token that is given to one who sleeps on stops
// the ring for good.
void ThreadExecutorTest::losesNoWakeUp()
{
    QFETCH(int, tasks);
    QFETCH(int, workers);
    QFETCH(int, tokens);
    constexpr int kRounds = kIsThreadSanitized ? 500 : 3000;
    Gate gate;
    gate.left = tasks;
    std::vector<std::unique_ptr<Passer>> ring;
    ThreadExecutor executor(workers);
    for (int i = 0; i < tasks; ++i) {
        ring.push_back(
            std::make_unique<Passer>(TaskId{static_cast<std::uint32_t>(i)}, i % 3 == 0, kRounds, gate));
        executor.start(*ring.back());
    }
    for (int i = 0; i < tasks; ++i)
        ring[static_cast<std::size_t>(i)]->connect(executor,
                                                   *ring[static_cast<std::size_t>((i + 1) % tasks)]);
    for (int i = 0; i < tokens; ++i) ring[static_cast<std::size_t>(i)]->give();
    QVERIFY(bool(executor.release()));
    QVERIFY(gate.waitForAll());
    executor.cancel();
    for (const auto& task : ring) QVERIFY(!task->ranTwiceAtOnce());
}

void ThreadExecutorTest::runsNothingBeforeItIsReleasedNorAfterCancel()
{
    struct Counting final : Task {
        explicit Counting(TaskId id) : Task(id) { }
        Progress step() override
        {
            ++steps;
            steps.notify_all();
            return Progress::Again;
        }
        std::atomic<int> steps = 0;
    };
    Counting task(TaskId{0});
    ThreadExecutor executor(2);
    executor.start(task);
    QCOMPARE(task.steps.load(), 0);
    QVERIFY(bool(executor.release()));
    task.steps.wait(0);
    executor.cancel();
    const int steps = task.steps;
    executor.wake(TaskId{0});
    QCOMPARE(task.steps.load(), steps);
}

STREAMWRIGHT_TEST(ThreadExecutorTest)

}  // namespace tst_thread_executor
#include "tst_thread_executor.moc"
