// labels: asan
// Alerts that must outlive a crash are handed over before the checkpoint is decided that holds their states.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <algorithm>

namespace tst_kept_alerts {

using namespace engine;

class KeptAlertsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areHandedOverWithoutBeingAskedFor();
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
        memory.keepAlerts = [&](const std::vector<AlertChange>& changes) {
            QVERIFY(!isOver(memory.state()));
            kept.insert(kept.end(), changes.begin(), changes.end());
        };
        QVERIFY(bool(memory.start(kDocument)));
        QVERIFY2(memory.runToEnd(), memory.failure().c_str());
        QCOMPARE(firedOf(kept), kSensors);
        QVERIFY(memory.job().takeAlerts() == kept);
        QCOMPARE(firedOf(kept), kSensors);
        QVERIFY(memory.job().takeAlerts().empty());
    }
}

STREAMWRIGHT_TEST(KeptAlertsTest)

}  // namespace tst_kept_alerts
#include "tst_kept_alerts.moc"
