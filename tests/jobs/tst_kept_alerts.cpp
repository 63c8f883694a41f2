// labels: asan
// Alerts that must outlive a crash are handed over before the checkpoint is decided that holds their states.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <algorithm>
#include <functional>

namespace tst_kept_alerts {

using namespace engine;

class KeptAlertsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areHandedOverWithoutBeingAskedFor();
    void areKeptBeforeACheckpointIsDecided();
    void aStopDoesNotWaitForThem();
    void manyHoldBackTheSources();
    void aRestartCountsThemOnce();
};

namespace {

constexpr int kSensors = 3;

const char* const kDocument = R"({"format": 1, "id": "6f0d2c1a-93b4-4e57-8a6d-0b1c2d3e4f51", "name": "Kept",
  "nodes": [
    {"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rows": 300, "rate": 0, "keys": 3, "time_step": "10ms"}},
    {"id": "always", "component": "alert_rule",
      "params": {"condition": "temperature > -100", "labels": ["sensor_id"]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.ndjson"}}],
  "edges": [["input.out", "always.in"], ["always.out", "output.in"]]})";

// A place that can be shut.
struct Keeper {
    bool isShut = true;
    std::vector<AlertChange> kept{};
    Status operator()(const std::vector<AlertChange>& changes)
    {
        if (isShut) return Error{ErrorCode::Unavailable, "The place is shut.", {}};
        kept.insert(kept.end(), changes.begin(), changes.end());
        return ok();
    }
};

std::string documentWith(const std::string& old, const std::string& is)
{
    std::string text = kDocument;
    return text.replace(text.find(old), old.size(), is);
}

// What the rule's node waits for.
std::string waitOf(MemoryJob& memory)
{
    for (const NodeTelemetry& node : memory.telemetry().nodes)
        if (node.node.value == "always") return node.waitsFor;
    return {};
}

bool isSaid(MemoryJob& memory, const std::string& part)
{
    const std::vector<LogLine> lines = memory.job().takeLog();
    return std::any_of(lines.begin(), lines.end(), [&](const LogLine& line) {
        return line.node.value == "always" && line.text.find(part) != std::string::npos;
    });
}

std::ptrdiff_t firedOf(const std::vector<AlertChange>& changes)
{
    return std::count_if(changes.begin(), changes.end(),
                         [](const AlertChange& each) { return each.kind == AlertChange::Fired; });
}

}  // namespace

// Whoever shows them may do so later, and is given them once.
void KeptAlertsTest::areHandedOverWithoutBeingAskedFor()
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::vector<AlertChange> kept;
        MemoryJob memory(seed);
        bool isKeptInTime = true;
        memory.keepAlerts = [&](const std::vector<AlertChange>& changes) {
            isKeptInTime &= !isOver(memory.state());
            kept.insert(kept.end(), changes.begin(), changes.end());
            return ok();
        };
        QVERIFY(bool(memory.start(kDocument)));
        QVERIFY2(memory.runToEnd(), memory.failure().c_str());
        QVERIFY(isKeptInTime);
        QCOMPARE(firedOf(kept), kSensors);
        QVERIFY(memory.job().takeAlerts() == kept);
        QCOMPARE(firedOf(kept), kSensors);
        QVERIFY(memory.job().takeAlerts().empty());
    }
}

void KeptAlertsTest::areKeptBeforeACheckpointIsDecided()
{
    constexpr const char* kWhy = "The place is shut. Until they are, no checkpoint is decided.";
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Keeper keeper;
        MemoryJob memory(seed);
        memory.keepAlerts = std::ref(keeper);
        QVERIFY(bool(memory.start(kDocument)));
        QVERIFY(memory.runUntil([&] { return waitOf(memory) == kWhy; }));
        memory.steps(20'000);
        QCOMPARE(memory.state(), JobState::Running);
        QCOMPARE(memory.job().status().lastCheckpoint.value, 0u);
        QVERIFY(memory.linesOf("/out.ndjson").empty());
        QVERIFY(isSaid(memory, kWhy));
        keeper.isShut = false;
        QVERIFY2(memory.runToEnd(), memory.failure().c_str());
        QCOMPARE(memory.state(), JobState::Finished);
        QCOMPARE(waitOf(memory), std::string());
        QVERIFY(isSaid(memory, "The wait is over"));
        QCOMPARE(firedOf(keeper.kept), kSensors);
        QCOMPARE(memory.linesOf("/out.ndjson").size(), std::size_t{kSensors});
    }
}

// A next run goes on from where they were kept, and tells them again.
void KeptAlertsTest::aStopDoesNotWaitForThem()
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Keeper keeper;
        MemoryJob memory(seed);
        memory.keepAlerts = std::ref(keeper);
        QVERIFY(bool(memory.start(kDocument)));
        QVERIFY(memory.runUntil([&] { return !waitOf(memory).empty(); }));
        QVERIFY(bool(memory.job().request(JobAction::Stop)));
        QVERIFY(memory.runToEnd());
        QCOMPARE(memory.state(), JobState::Stopped);
        QCOMPARE(memory.job().status().lastCheckpoint.value, 0u);
        QVERIFY(!waitOf(memory).empty());
        QVERIFY(isSaid(memory, "alerts could not be written; whoever goes on from the beginning tells them"));
        QVERIFY(bool(memory.start(kDocument)));
        keeper.isShut = false;
        QVERIFY(memory.runToEnd());
        QCOMPARE(memory.state(), JobState::Finished);
        QCOMPARE(firedOf(keeper.kept), kSensors);
    }
}

void KeptAlertsTest::manyHoldBackTheSources()
{
    constexpr std::int64_t kRows = 200'000;
    std::string text = documentWith(R"("rows": 300, "rate": 0, "keys": 3)",
                                    R"("rows": 200000, "rate": 0, "keys": 1000)");
    const std::string rule = R"("temperature > -100", "labels": ["sensor_id"])";
    text.replace(text.find(rule), rule.size(), R"("temperature > 51")");
    const std::string name = R"("name": "Kept",)";
    text.replace(text.find(name), name.size(),
                 name + R"( "settings": {"memory_limit": "16MiB", "chunk_size": "4KiB"},)");
    Keeper keeper;
    MemoryJob memory(1);
    memory.keepAlerts = std::ref(keeper);
    QVERIFY(bool(memory.start(text)));
    const auto read = [&] { return memory.telemetry().nodes.front().rowsOut; };
    bool isHeldBack = false;
    QVERIFY(memory.runUntil([&] {
        isHeldBack = isHeldBack ||
            isSaid(memory, "alerts wait to be written; no more is read until they are.");
        return isHeldBack;
    }));
    memory.steps(5000);
    const std::int64_t heldAt = read();
    memory.steps(20'000);
    QCOMPARE(read(), heldAt);
    QVERIFY2(heldAt < kRows, qPrintable(QString::number(heldAt)));
    keeper.isShut = false;
    QVERIFY2(memory.runToEnd(), memory.failure().c_str());
    QCOMPARE(memory.state(), JobState::Finished);
    QVERIFY(isSaid(memory, "The alerts are written; reading goes on."));
    QCOMPARE(read(), kRows);
    QCOMPARE(static_cast<std::int64_t>(firedOf(keeper.kept)), memory.telemetry().alertsFired);
}

// They are told again, since nobody knows what of them has come through; what is counted is what there was.
void KeptAlertsTest::aRestartCountsThemOnce()
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Keeper keeper;
        MemoryJob memory(seed);
        memory.keepAlerts = std::ref(keeper);
        QVERIFY(bool(memory.start(kDocument)));
        QVERIFY(memory.runUntil([&] { return !waitOf(memory).empty(); }));
        memory.steps(20'000);
        QCOMPARE(memory.telemetry().alertsFired, std::int64_t{kSensors});
        QVERIFY(bool(memory.job().request(JobAction::Restart)));
        keeper.isShut = false;
        QVERIFY2(memory.runToEnd(), memory.failure().c_str());
        QCOMPARE(memory.state(), JobState::Finished);
        QVERIFY(firedOf(keeper.kept) > kSensors);
        QCOMPARE(memory.telemetry().alertsFired, std::int64_t{kSensors});
    }
}

STREAMWRIGHT_TEST(KeptAlertsTest)

}  // namespace tst_kept_alerts
#include "tst_kept_alerts.moc"
