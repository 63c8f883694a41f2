// labels: asan tsan
// What an operator asked to be woken for is part of its state: after a restart, with any number of instances,
// the tick comes when it is due, and not before.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "runtime/operator_chain.h"
#include "runtime/wake_up.h"
#include "support/memory_job.h"
#include "support/rows.h"
#endif

#include "test_main.h"

namespace tst_timers {

using namespace engine;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

SchemaPtr schema()
{
    static const auto made = std::make_shared<const Schema>(std::vector<Field>{{"v", DataType::Int64}});
    return made;
}

// Asks to be woken so many seconds from now as the row says, and counts its ticks.
class Sleeper final : public Operator {
public:
    explicit Sleeper(int& ticks) : m_ticks(ticks) { }
    Status open(OperatorContext& context) override
    {
        m_context = &context;
        return ok();
    }
    Result<Flow> process(int, const RecordBatch& batch, Output&) override
    {
        forEachRow(batch, [&](std::uint32_t row) {
            const auto seconds = std::chrono::seconds(batch.column(0).integers()[row]);
            m_context->timers.wakeAt(m_context->env.clock.now() + seconds);
        });
        return Flow::Done;
    }
    Result<Flow> tick(Timestamp, Output&) override
    {
        ++m_ticks;
        return Flow::Done;
    }

private:
    int& m_ticks;
    OperatorContext* m_context = nullptr;
};

// A chain of one sleeper.
struct SleeperChain {
    SleeperChain(Env& env, int instance, int instances)
    {
        StageSetup setup;
        setup.node = "sleeper";
        setup.instance = instance;
        setup.instances = instances;
        setup.make = [this] { return std::make_unique<Sleeper>(ticks); };
        setup.outputs.resize(1);
        setup.metrics = &metrics;
        setup.rejects = &rejects;
        setup.inputSchema = schema();
        std::vector<StageSetup> stages;
        stages.push_back(std::move(setup));
        chain = std::make_unique<OperatorChain>(std::move(stages), env);
        CHECK(chain->open());
    }
    void sleepFor(std::int64_t seconds)
    {
        const TestRows rows{{{Scalar{DataType::Int64, seconds}}}};
        chain->feed(0, 0, batchOf(schema(), rows));
        settle();
    }
    void settle()
    {
        if (chain->nextWakeUs() <= now()) CHECK(chain->tick());
        while (chain->isBusy()) CHECK(chain->runOne());
    }
    std::int64_t now() const { return clock ? clock->now().time_since_epoch().count() : 0; }
    // Those rows of a snapshot that are this instance's.
    void restore(std::span<const TaskSnapshot::Part> parts, int instance, int instances)
    {
        for (const TaskSnapshot::Part& part : parts)
            for (const auto& table : part.tables)
                table->visit([&](const StateRow& row) {
                    if (keyGroupOf(row.groupKey) % instances != instance) return;
                    StateTable* into = chain->table(0, table->schema().name);
                    QVERIFY(into != nullptr);
                    QVERIFY(bool(into->restore(table->schema(), row)));
                });
    }

    int ticks = 0;
    NodeMetrics metrics;
    RejectLog rejects;
    const Clock* clock = nullptr;
    std::unique_ptr<OperatorChain> chain;
};

}  // namespace

class TimersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theEarliestCounts();
    void aTimerSurvivesARestart_data();
    void aTimerSurvivesARestart();
    void withoutATimerNothingIsSaved();
    void aDamagedTimerIsRefused();
    void aThrottledJobKeepsItsPaceOverARestart();

private:
    ManualClock m_clock{1000 * kSecond};
    Env m_env{m_clock, systemFiles(), 1};
};

void TimersTest::theEarliestCounts()
{
    SleeperChain sleeper(m_env, 0, 1);
    sleeper.clock = &m_clock;
    const std::int64_t begin = sleeper.now();
    sleeper.sleepFor(9);
    sleeper.sleepFor(5);
    sleeper.sleepFor(7);
    QCOMPARE(sleeper.chain->nextWakeUs(), begin + 5 * kSecond);
    m_clock.advance(std::chrono::seconds(5));
    sleeper.settle();
    sleeper.settle();
    QCOMPARE(sleeper.ticks, 1);
    QCOMPARE(sleeper.chain->nextWakeUs(), kEndOfTime);
}

void TimersTest::aTimerSurvivesARestart_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    for (const int before : {1, 3})
        for (const int after : {1, 2, 5})
            QTest::addRow("%d instances, then %d", before, after) << before << after;
}

void TimersTest::aTimerSurvivesARestart()
{
    QFETCH(int, before);
    QFETCH(int, after);
    std::vector<TaskSnapshot::Part> saved;
    std::int64_t earliest = kEndOfTime;
    for (int i = 0; i < before; ++i) {
        SleeperChain sleeper(m_env, i, before);
        sleeper.clock = &m_clock;
        sleeper.sleepFor(5 + i);
        earliest = std::min(earliest, sleeper.chain->nextWakeUs());
        for (TaskSnapshot::Part& part : sleeper.chain->freeze()) saved.push_back(std::move(part));
    }
    std::vector<std::unique_ptr<SleeperChain>> restored;
    for (int i = 0; i < after; ++i) {
        restored.push_back(std::make_unique<SleeperChain>(m_env, i, after));
        restored.back()->clock = &m_clock;
        restored.back()->restore(saved, i, after);
        restored.back()->settle();
        QCOMPARE(restored.back()->ticks, 0);
        if (after == 1 || before == 1) QCOMPARE(restored.back()->chain->nextWakeUs(), earliest);
    }
    m_clock.advance(std::chrono::seconds(4));
    for (const auto& each : restored) {
        each->settle();
        QCOMPARE(each->ticks, 0);
    }
    m_clock.advance(std::chrono::seconds(1));
    int ticks = 0;
    for (const auto& each : restored) {
        each->settle();
        ticks += each->ticks;
    }
    QVERIFY(ticks > 0);
    m_clock.advance(std::chrono::seconds(2));
    for (const auto& each : restored) {
        each->settle();
        QCOMPARE(each->ticks, 1);
    }
}

void TimersTest::withoutATimerNothingIsSaved()
{
    SleeperChain sleeper(m_env, 0, 1);
    QVERIFY(sleeper.chain->freeze()[0].tables.empty());
}

void TimersTest::aDamagedTimerIsRefused()
{
    WakeUp wakeUp(0, 1);
    wakeUp.atUs = 5;
    wakeUp.freeze()->visit([](const StateRow& row) {
        WakeUp other(0, 1);
        QVERIFY(bool(other.restore(other.schema(), row)));
        QCOMPARE(other.atUs, std::int64_t{5});
        const Status damaged = other.restore(other.schema(), {row.key, row.groupKey, "abc"});
        QVERIFY(!damaged);
        QCOMPARE(damaged.error().code, ErrorCode::Corrupt);
    });
}

// A row comes every seven seconds or so, and one in ten seconds may pass: the second passes ten seconds after
// the first, though the job is stopped and started again while it is held.
void TimersTest::aThrottledJobKeepsItsPaceOverARestart()
{
    const std::string document =
        R"({"format": 1, "id": "0c6e7f58-41d2-4b9a-8c13-9d2e5f6a7b80", "name": "Slow",
  "settings": {"checkpoint_interval": "20ms"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0.15}},
    {"id": "slow", "component": "throttle", "params": {"rate": 0.1}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "output.in"]]})";
    MemoryJob memory(3);
    const auto rowsOf = [](Tap& tap) {
        std::size_t rows = 0;
        for (const RecordBatch& batch : tap.take()) rows += batch.rows();
        return rows;
    };
    const auto goOnUntil = [&memory](const std::function<bool()>& condition) {
        for (int i = 0; i < 200; ++i) {
            memory.steps(12);
            if (condition()) return true;
            memory.clock.advance(std::chrono::milliseconds(250));
        }
        return false;
    };
    QVERIFY(bool(memory.start(document)));
    const auto in = memory.job().openTap({NodeId{"input"}, "out"});
    auto out = memory.job().openTap({NodeId{"slow"}, "out"});
    std::size_t came = 0;
    QVERIFY2(goOnUntil([&] { return rowsOf(*out) > 0; }), memory.failure().c_str());
    const Timestamp first = memory.clock.now();
    QVERIFY(goOnUntil([&] { return (came += rowsOf(*in)) == 2; }));
    const std::uint64_t before = memory.job().status().lastCheckpoint.value;
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > before + 1; }));
    QVERIFY(bool(memory.job().request(JobAction::Stop)));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Stopped);
    QVERIFY(memory.clock.now() - first < std::chrono::milliseconds(9'500));
    QCOMPARE(rowsOf(*out), std::size_t{0});

    QVERIFY(bool(memory.start(document, JobOptions::Resume)));
    out = memory.job().openTap({NodeId{"slow"}, "out"});
    QVERIFY(goOnUntil([&] { return rowsOf(*out) > 0; }));
    const Duration passed = memory.clock.now() - first;
    QVERIFY2(passed >= std::chrono::milliseconds(9'500) && passed < std::chrono::milliseconds(11'500),
             qPrintable(QString::number(passed.count())));
}

STREAMWRIGHT_TEST(TimersTest)

}  // namespace tst_timers
#include "tst_timers.moc"
