// labels: kafka
// From a real topic to a real topic, killed with -9 again and again: whoever reads what is committed sees
// every row once (reliability.md 2, F1, F2, F6, F7). "Recovery" is the time from a kill to the first new row
// that such a reader sees, the start of the program included.
#include "base/env.h"
#include "faults/fault_runs.h"
#include "test_main.h"

namespace tst_exactly_once {

class ExactlyOnceTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { beginDirectory(); }
    void killsAtRandomTimes();
    void killsAtEveryStep();
    void aZombieCommitsNothing();
    void aBrokerThatRestarts();

private:
    void judge(FaultRuns& runs, const char* name, qint64 abortedLeast = 1);
};

namespace {

constexpr std::uint64_t kSeed = 11;
constexpr qint64 kRecords = 700'000;
constexpr int kPartitions = 4, kRandomKills = 20, kKillsAtEach = 2;

FaultWorkload workload() { return {kSeed, kRecords}; }

}  // namespace

void ExactlyOnceTest::initTestCase()
{
    QCOMPARE(startBroker(), std::string());
    fillTopic(broker(), "input", kPartitions, workload());
}

void ExactlyOnceTest::judge(FaultRuns& runs, const char* name, qint64 abortedLeast)
{
    QVERIFY2(runs.finish(), qPrintable(runs.trouble()));
    const FaultRuns::Verdict verdict = runs.verdict();
    const qint64 aborted = runs.abortedRows();
    qInfo("%s: %d kills; %s; recovery %s; %zu epochs decided; %lld rows of aborted transactions", name,
          runs.kills(), qPrintable(verdict.text()), qPrintable(runs.recoveries()), runs.decided(), aborted);
    QVERIFY(verdict.isGood());
    QCOMPARE(runs.decisions(), QString());
    QVERIFY2(aborted >= abortedLeast, "No kill met rows that were not committed: this tests nothing.");
}

void ExactlyOnceTest::killsAtRandomTimes()
{
    broker().createTopic("windows", kPartitions);
    FaultRuns runs(broker(), directory(), FaultRuns::Windows, workload(), "input", "windows");
    engine::Random random(kSeed);
    for (int kill = 0; kill < kRandomKills; ++kill) {
        const int afterMs = 200 + static_cast<int>(random.below(2800));
        QVERIFY2(runs.killAfter(afterMs), qPrintable(runs.trouble()));
    }
    judge(runs, "F1, windows");
}

void ExactlyOnceTest::killsAtEveryStep()
{
    broker().createTopic("look_back", kPartitions);
    FaultRuns runs(broker(), directory(), FaultRuns::LookBack, workload(), "input", "look_back");
    // Rows first, so that there is something to lose at a place that comes before all rows.
    QVERIFY2(runs.killAt("ended:3"), qPrintable(runs.trouble()));
    const QStringList places{"barrier",         "freeze",
                             "write",           "sync",
                             "synced",          "seal",
                             "sealed",          "send_offsets",
                             "end_transaction", "end_transaction+",
                             "ended",           "publish",
                             "cleanup",         "fenced",
                             "restoring"};
    engine::Random random(kSeed + 1);
    for (int round = 0; round < kKillsAtEach; ++round)
        for (const QString& place : places) {
            const bool isOnce = place == "fenced" || place == "restoring";
            const bool isInFlight = place.endsWith('+');
            QString at = isInFlight ? place.chopped(1) : place;
            at += ":" + QString::number(isOnce ? 1 : 2 + random.below(3));
            if (isInFlight) at += "+" + QString::number(1 + random.below(4));
            QVERIFY2(runs.killAt(at), qPrintable(at + "\n" + runs.trouble()));
        }
    QStringList hits;
    for (const auto& [place, count] : runs.killsAt()) hits << QString("%1 %2").arg(place).arg(count);
    qInfo("F2: %s", qPrintable(hits.join(", ")));
    judge(runs, "F2, look-back");
}

// F6: it does not know that another run has taken over, and commits where it was stopped.
void ExactlyOnceTest::aZombieCommitsNothing()
{
    broker().createTopic("taken_over", kPartitions);
    FaultRuns runs(broker(), directory(), FaultRuns::LookBack, workload(), "input", "taken_over");
    QVERIFY2(runs.killAt("ended:5"), qPrintable(runs.trouble()));
    QVERIFY2(runs.takeOverFromZombie(), qPrintable(runs.trouble()));
    judge(runs, "F6, look-back", 0);
}

// F7: recovery is counted from when it answers again.
void ExactlyOnceTest::aBrokerThatRestarts()
{
    broker().createTopic("restarted", kPartitions);
    FaultRuns runs(broker(), directory(), FaultRuns::LookBack, workload(), "input", "restarted");
    for (int i = 0; i < kKillsAtEach; ++i) QVERIFY2(runs.surviveBrokerRestart(), qPrintable(runs.trouble()));
    judge(runs, "F7, look-back", 0);
}

STREAMWRIGHT_TEST(ExactlyOnceTest)

}  // namespace tst_exactly_once
#include "tst_exactly_once.moc"
