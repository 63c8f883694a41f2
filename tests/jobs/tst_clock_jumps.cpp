// labels: asan
// The wall clock is set while a job runs: what waits for some time waits as long as it should.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_clock_jumps {

using namespace engine;

class ClockJumpsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void checkpointsGoOn_data();
    void checkpointsGoOn();
    void aRestartComesWhenItIsDue();
};

namespace {

std::string document()
{
    return R"({"format": 1, "id": "1c7e2a90-6d4f-4b38-8f15-7e8d9c0b1a52", "name": "Clock",
  "settings": {"checkpoint_interval": "50ms", "checkpoint_timeout": "10min",
    "restart": {"initial": "1s", "maximum": "1s", "attempts": 3, "within": "10min"}},
  "nodes": [
    {"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rate": 1000, "keys": 3, "time_step": "1ms"}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "output.in"]]})";
}

// Some seconds by the clock that only goes forward.
bool happensSoon(MemoryJob& memory, const std::function<bool()>& condition)
{
    const MonotonicTime until = memory.clock.monotonic() + std::chrono::seconds(5);
    return memory.runUntil([&] { return condition() || memory.clock.monotonic() > until; }) && condition();
}

}  // namespace

void ClockJumpsTest::checkpointsGoOn_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("back") << -1;
    QTest::newRow("forward") << 1;
}

void ClockJumpsTest::checkpointsGoOn()
{
    QFETCH(int, hours);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        MemoryJob memory(seed);
        QVERIFY(bool(memory.start(document())));
        const auto decided = [&] { return memory.job().status().lastCheckpoint.value; };
        QVERIFY(happensSoon(memory, [&] { return decided() > 0; }));
        const std::uint64_t before = decided();
        memory.steps(static_cast<int>(seed) * 100);  // often into the next round
        memory.clock.setWall(std::chrono::hours(hours));
        QVERIFY(happensSoon(memory, [&] { return decided() > before + 1; }));
        for (const LogLine& line : memory.job().takeLog())
            QVERIFY2(line.text.find("given up") == std::string::npos, line.text.c_str());
    }
}

void ClockJumpsTest::aRestartComesWhenItIsDue()
{
    MemoryJob memory(4);
    QVERIFY(bool(memory.start(document())));
    QVERIFY(happensSoon(memory, [&] { return memory.job().status().lastCheckpoint.value > 0; }));
    memory.files.setRoom(0);
    QVERIFY(happensSoon(memory, [&] { return memory.state() == JobState::Restarting; }));
    memory.files.setRoom(std::size_t{1} << 40);
    memory.clock.setWall(-std::chrono::hours(1));
    QVERIFY(happensSoon(memory, [&] { return memory.state() == JobState::Running; }));
}

STREAMWRIGHT_TEST(ClockJumpsTest)

}  // namespace tst_clock_jumps
#include "tst_clock_jumps.moc"
