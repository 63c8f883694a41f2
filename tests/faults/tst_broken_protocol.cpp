// labels: kafka
// The fault programme has to find each deliberate mistake in the protocol within fifty kills; else that it
// finds none in the product would say nothing.
#include "base/env.h"
#include "faults/fault_runs.h"
#include "test_main.h"

namespace tst_broken_protocol {

class BrokenProtocolTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { beginDirectory(); }
    void isFound_data();
    void isFound();
};

namespace {

constexpr qint64 kRecords = 400'000;
constexpr int kPartitions = 4, kKillsMost = 50;
constexpr std::uint64_t kSeed = 12;

}  // namespace

void BrokenProtocolTest::initTestCase()
{
    QCOMPARE(startBroker(), std::string());
    fillTopic(broker(), "input", kPartitions, {kSeed, kRecords});
}

// By the numbers of engine/base/faults.h.
void BrokenProtocolTest::isFound_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<bool>("needsZombie");
    QTest::newRow("decided before the snapshot") << 6 << false;
    QTest::newRow("the newest snapshot is the truth") << 7 << false;
    QTest::newRow("read before others are fenced") << 8 << true;
    QTest::newRow("a timeout is a failure") << 9 << false;
}

void BrokenProtocolTest::isFound()
{
    QFETCH(int, fault);
    QFETCH(bool, needsZombie);
    const QString topic = QString("output_%1").arg(fault);
    broker().createTopic(topic.toStdString(), kPartitions);
    FaultRuns runs(broker(), directory(), FaultRuns::LookBack, {kSeed, kRecords}, "input", topic);
    runs.breakBy(fault);
    QString found;
    engine::Random random(kSeed);
    const QStringList places{"sealed", "ended", "send_offsets", "end_transaction"};
    if (needsZombie && !runs.takeOverFromZombie()) found = "the zombie went on, ";
    found += runs.firstMistake();
    while (found.isEmpty() && runs.kills() < kKillsMost) {
        const bool isRandom = random.below(3) == 0;
        const QString place = places[static_cast<qsizetype>(random.below(places.size()))] + ":" +
            QString::number(1 + random.below(4));
        const bool goesOn =
            isRandom ? runs.killAfter(200 + static_cast<int>(random.below(2000))) : runs.killAt(place);
        found = goesOn ? runs.firstMistake() : "the run ended: " + runs.trouble().right(300);
    }
    qInfo("found after %d kills: %s", runs.kills(), qPrintable(found));
    QVERIFY2(!found.isEmpty(), "Nothing was found.");
}

STREAMWRIGHT_TEST(BrokenProtocolTest)

}  // namespace tst_broken_protocol
#include "tst_broken_protocol.moc"
