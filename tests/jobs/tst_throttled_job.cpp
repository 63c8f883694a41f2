// labels: asan
// Checkpoints and stops of a job in which a throttle holds back more than its queues hold.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_throttled_job {

using namespace engine;

class ThrottledJobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSourceThatIsHeldBackIsBlocked();
    void checkpointsPassTheRowsThatWait_data();
    void checkpointsPassTheRowsThatWait();
    void checkpointsMakeNoRoomForMore();
    void aStopThatTakesTooLongIsNoSuccess();
    void aStopWhileItDrainsIsTold();
};

namespace {

// Rows through a throttle into a file, and counted each second of their event time into another.
std::string document(int rows, double rate)
{
    return QString(R"({"format": 1, "id": "6f0d2c1a-93b4-4e57-8a6d-0b1c2d3e4f50", "name": "Throttled",
  "settings": {"checkpoint_interval": "500ms", "checkpoint_timeout": "20s", "chunk_size": "4KiB"},
  "nodes": [
    {"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rows": %1, "rate": 0, "keys": 3, "time_step": "10ms"}},
    {"id": "slow", "component": "throttle", "params": {"rate": %2}},
    {"id": "each_second", "component": "window", "params": {"kind": "tumbling", "size": "1s", "keys": [],
      "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "all", "component": "file_sink", "params": {"path": "/all.ndjson", "if_exists": "replace"}},
    {"id": "counts", "component": "file_sink",
      "params": {"path": "/counts.ndjson", "if_exists": "replace"}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "all.in"], ["slow.out", "each_second.in"],
    ["each_second.out", "counts.in"]]})")
        .arg(rows)
        .arg(rate)
        .toStdString();
}

Duration timeToStop(MemoryJob& memory)
{
    const Timestamp asked = memory.clock.now();
    if (!memory.job().request(JobAction::Stop) || !memory.runToEnd()) return Duration::max();
    return memory.clock.now() - asked;
}

std::int64_t rowsRead(MemoryJob& memory) { return memory.telemetry().nodes.at(0).rowsOut; }

}  // namespace

// For as long as it is: what is told is of the last three seconds, and this lasts longer.
void ThrottledJobTest::aSourceThatIsHeldBackIsBlocked()
{
    MemoryJob memory(1);
    QVERIFY(bool(memory.start(document(1'000'000, 100))));
    NodeTelemetry input;
    for (int second = 1; second <= 12; ++second) {
        const Timestamp until = memory.clock.now() + std::chrono::seconds(1);
        QVERIFY(memory.runUntil([&] { return memory.clock.now() >= until; }));
        input = memory.telemetry().nodes.at(0);
    }
    const QString found = QString("blocked %1, idle %2").arg(input.blocked).arg(input.idle);
    QVERIFY2(input.blocked > 0.9, qPrintable(found));
}

void ThrottledJobTest::checkpointsPassTheRowsThatWait_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("rate");
    QTest::newRow("of a source that goes on") << 60'000 << 6'000.0;
    QTest::newRow("of a source that has ended") << 1'000 << 80.0;
}

void ThrottledJobTest::checkpointsPassTheRowsThatWait()
{
    QFETCH(int, rows);
    QFETCH(double, rate);
    MemoryJob whole(1);
    QVERIFY(bool(whole.start(document(rows, 1e6))));
    QVERIFY(whole.runToEnd());
    const std::vector<std::string> all = whole.linesOf("/all.ndjson"),
                                   counts = whole.linesOf("/counts.ndjson");
    QCOMPARE(all.size(), static_cast<std::size_t>(rows));

    MemoryJob memory(2);
    const std::string throttled = document(rows, rate);
    for (int stops = 0; stops < 3; ++stops) {
        QVERIFY(bool(memory.start(throttled)));
        const Timestamp begun = memory.clock.now();
        const std::uint64_t before = memory.job().status().lastCheckpoint.value;
        QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > before + 2; }));
        QVERIFY(memory.clock.now() - begun < std::chrono::seconds(3));
        QCOMPARE(stops == 0 && rowsRead(memory) == rows, stops == 0 && rows == 1'000);
        QVERIFY(timeToStop(memory) < std::chrono::seconds(1));
        QVERIFY(memory.state() == JobState::Stopped);
    }
    QVERIFY(bool(memory.start(throttled, JobOptions::Resume)));
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    QVERIFY(memory.linesOf("/all.ndjson") == all);
    QVERIFY(memory.linesOf("/counts.ndjson") == counts);
}

// What each checkpoint takes out of the queues must not be read anew by the next.
void ThrottledJobTest::checkpointsMakeNoRoomForMore()
{
    MemoryJob memory(3);
    QVERIFY(bool(memory.start(document(0, 10))));
    const auto runToCheckpoint = [&](std::uint64_t epoch) {
        return memory.runUntil([&] { return memory.job().status().lastCheckpoint.value >= epoch; });
    };
    QVERIFY(runToCheckpoint(2));
    const std::int64_t read = rowsRead(memory);
    QVERIFY(read > 100);
    QVERIFY(runToCheckpoint(12));
    QCOMPARE(rowsRead(memory), read);
    QVERIFY(timeToStop(memory) < std::chrono::seconds(1));
    QVERIFY(bool(memory.start(document(0, 10), JobOptions::Resume)));
    QVERIFY(runToCheckpoint(20));
    QCOMPARE(rowsRead(memory), 0);
}

void ThrottledJobTest::aStopThatTakesTooLongIsNoSuccess()
{
    MemoryJob memory(4);
    QVERIFY(bool(memory.start(document(0, 1e6))));
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    QVERIFY(bool(memory.job().request(JobAction::Stop)));
    const std::uint64_t last = memory.job().status().lastCheckpoint.value;
    for (int i = 0; i < 3; ++i) {  // the tasks get no step
        memory.job().poll();
        memory.clock.advance(std::chrono::seconds(21));
    }
    QVERIFY(memory.state() == JobState::Failed);
    QVERIFY2(memory.failure().find("without a last checkpoint") != std::string::npos,
             memory.failure().c_str());
    QVERIFY2(memory.failure().find("since checkpoint " + std::to_string(last)) != std::string::npos,
             memory.failure().c_str());
}

void ThrottledJobTest::aStopWhileItDrainsIsTold()
{
    MemoryJob memory(5);
    QVERIFY(bool(memory.start(document(2'000, 100))));
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    QVERIFY(bool(memory.job().request(JobAction::Drain)));
    memory.steps(500);
    QVERIFY(memory.state() == JobState::Draining);
    QVERIFY(timeToStop(memory) < std::chrono::seconds(1));
    QVERIFY(memory.state() == JobState::Failed);
    QVERIFY2(memory.failure().find("before it had drained") != std::string::npos, memory.failure().c_str());
    QVERIFY(bool(memory.start(document(2'000, 100), JobOptions::Resume)));
    QVERIFY(memory.runToEnd());
    QCOMPARE(memory.linesOf("/all.ndjson").size(), std::size_t{2'000});
}

STREAMWRIGHT_TEST(ThrottledJobTest)

}  // namespace tst_throttled_job
#include "tst_throttled_job.moc"
