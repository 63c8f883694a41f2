// labels: asan
// A job that is stopped while one row's watermark leads to more results than a stop waits for.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <algorithm>

namespace tst_stop_among_results {

using namespace engine;

class StopAmongResultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsWithinSecondsAndKeepsTheLastCheckpoint_data();
    void endsWithinSecondsAndKeepsTheLastCheckpoint();
};

namespace {

// Each row ends as many windows as lie in a second.
std::string document()
{
    return QString(R"({"format": 1, "id": "0b7e6c52-5a0f-4c0e-9a35-3f6d1b2c7e18", "name": "Jumps",
  "settings": {"checkpoint_interval": "500ms", "checkpoint_timeout": "60s"},
  "nodes": [
    {"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rows": 200, "rate": 0, "keys": 2, "time_step": "1s"}},
    {"id": "windows", "component": "window", "params": {"kind": "hopping", "size": "2s", "slide": "1ms",
      "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "written", "component": "file_sink",
      "params": {"path": "/windows.ndjson", "if_exists": "replace"}}],
  "edges": [["input.out", "windows.in"], ["windows.out", "written.in"]]})")
        .toStdString();
}

bool runToResults(MemoryJob& memory)
{
    const auto areSome = [&] {
        const JobTelemetry now = memory.telemetry();
        return std::any_of(now.nodes.begin(), now.nodes.end(),
                           [](const auto& node) { return node.node.value == "windows" && node.rowsOut > 0; });
    };
    for (int i = 0; i < 1000 && !isOver(memory.state()); ++i) {
        if (areSome()) return true;
        memory.steps(4);
    }
    return false;
}

std::vector<std::string> sorted(std::vector<std::string> lines)
{
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

void StopAmongResultsTest::endsWithinSecondsAndKeepsTheLastCheckpoint_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 4; ++seed) QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

void StopAmongResultsTest::endsWithinSecondsAndKeepsTheLastCheckpoint()
{
    QFETCH(int, seed);
    const std::string jumps = document();
    MemoryJob whole(1);
    QVERIFY(bool(whole.start(jumps)));
    QVERIFY(whole.runToEnd());
    QVERIFY2(whole.state() == JobState::Finished, whole.failure().c_str());

    MemoryJob memory(static_cast<std::uint64_t>(seed));
    QVERIFY(bool(memory.start(jumps)));
    QVERIFY(runToResults(memory));
    QVERIFY(bool(memory.job().request(JobAction::Stop)));
    const Timestamp asked = memory.clock.now();
    while (!isOver(memory.state()) && memory.clock.now() - asked < std::chrono::seconds(5)) {
        memory.clock.advance(std::chrono::milliseconds(250));
        memory.steps(2);
        memory.job().poll();
        QVERIFY(!isOver(memory.state()) || memory.clock.now() - asked >= std::chrono::seconds(3));
    }
    QVERIFY(memory.state() == JobState::Failed);
    QVERIFY2(memory.failure().find("stopped among results") != std::string::npos, memory.failure().c_str());
    const std::vector<LogLine> log = memory.job().takeLog();
    QCOMPARE(std::count_if(log.begin(), log.end(),
                           [&](const LogLine& line) {
                               return line.text == memory.failure() && line.node.value == "windows";
                           }),
             1);
    const std::uint64_t last = memory.job().status().lastCheckpoint.value;
    const std::string since = last > 0 ? "checkpoint " + std::to_string(last) : "the beginning";
    QVERIFY2(memory.failure().find("since " + since + " ") != std::string::npos, memory.failure().c_str());

    QVERIFY(bool(memory.start(jumps, last > 0 ? JobOptions::Resume : JobOptions::ResumeOrFresh)));
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    QVERIFY(sorted(memory.linesOf("/windows.ndjson")) == sorted(whole.linesOf("/windows.ndjson")));
}

STREAMWRIGHT_TEST(StopAmongResultsTest)

}  // namespace tst_stop_among_results
#include "tst_stop_among_results.moc"
