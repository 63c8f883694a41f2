// labels: kafka
// What has changed between two runs of a Kafka source, in its document or at the broker, and where it then
// begins.
#include "kafka/kafka_run.h"
#include "support/kafka_admin.h"
#include "test_main.h"

namespace tst_kafka_changes {

class KafkaChangesTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(startBroker(), std::string()); }
    void init() { beginDirectory(); }
    void anIdleSourceIsQuietAndFindsPartitions();
    void aLateStartAsksForItsCheckpoint();
    void aChangedTopicIsRead();
    void changedPartitionsAreRead();
    void aRecreatedTopicIsNoticed_data();
    void aRecreatedTopicIsNoticed();
    void topicsOfAPatternComeAndGo();
    void theGroupIsPastItsRetention();
    void theBeginningIsStoredBeforeTheFirstRow();
    void aNewPartitionHasLostItsBeginning();

private:
    // {"n":FROM} to before {"n":TO} into one partition.
    void produceNumbers(const std::string& topic, int from, int to, int partition = 0);
    // What is read of a topic goes to out*.ndjson.
    QString plain(const QString& topic, const QString& params,
                  const QString& checkpointInterval = "200ms") const
    {
        return kafkaDocument(servers(), topic, params, fileSink(path("out.ndjson")),
                             R"(["input.out", "output.in"])", kNumberColumn, checkpointInterval);
    }
};

void KafkaChangesTest::produceNumbers(const std::string& topic, int from, int to, int partition)
{
    broker().produce(topic, [&](engine::KafkaTestRecord& record) {
        if (from == to) return false;
        record.value = "{\"n\":" + std::to_string(from++) + "}";
        record.partition = partition;
        return true;
    });
}

// A question of the source must not be held up by its own wait for records.
void KafkaChangesTest::anIdleSourceIsQuietAndFindsPartitions()
{
    broker().createTopic("idle", 1);
    produceNumbers("idle", 0, 1);
    RunningWorker worker(
        directory(),
        write(plain("idle", R"("start": "earliest", "partition_discovery": "200ms",)")));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    const auto isTold = [&] { return worker.hasSaid("No Kafka broker answers at " + servers()); };
    QVERIFY2(!worker.waitFor(isTold, 10'000), qPrintable(worker.errors()));
    broker().stop();
    QVERIFY2(worker.waitFor(isTold), qPrintable(worker.errors()));
    const std::string problem = broker().start();
    QVERIFY2(problem.empty(), problem.c_str());
    broker().addPartitions("idle", 2);
    produceNumbers("idle", 1, 3, 1);
    QVERIFY2(worker.readsAndEnds(3), qPrintable(worker.errors()));
}

// The first checkpoint, which rows wait for, is taken when the broker has said where to begin.
void KafkaChangesTest::aLateStartAsksForItsCheckpoint()
{
    broker().createTopic("late_start", 1);
    produceNumbers("late_start", 0, 2);
    broker().stop();
    RunningWorker worker(directory(),
                         write(plain("late_start", R"("start": "committed",)", "1h")));
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("No Kafka broker answers at " + servers()); }),
             qPrintable(worker.errors()));
    const std::string problem = broker().start();
    QVERIFY2(problem.empty(), problem.c_str());
    QVERIFY2(worker.readsAndEnds(2), qPrintable(worker.errors()));
}

void KafkaChangesTest::aChangedTopicIsRead()
{
    broker().createTopic("before", 1);
    broker().createTopic("after", 1);
    produceNumbers("before", 0, 2);
    produceNumbers("after", 10, 12);
    {
        RunningWorker worker(directory(), write(plain("before", R"("start": "earliest",)")), {});
        QVERIFY2(worker.readsAndEnds(2), qPrintable(worker.errors()));
    }
    produceNumbers("before", 2, 4);
    RunningWorker worker(directory(), write(plain("after", R"("start": "earliest",)")), {"--resume"});
    QVERIFY2(worker.readsAndEnds(2), qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("no longer before/0, from which the last run read"),
             qPrintable(worker.errors()));
    QCOMPARE(linesOf(directory(), "out*.ndjson"),
             (QList<QByteArray>{R"({"n":0})", R"({"n":10})", R"({"n":11})", R"({"n":1})"}));
}

void KafkaChangesTest::changedPartitionsAreRead()
{
    broker().createTopic("parts", 3);
    for (int i = 0; i < 3; ++i) produceNumbers("parts", 10 * i, 10 * i + 1, i);
    {
        RunningWorker worker(directory(),
                             write(plain("parts", R"("start": "earliest", "partitions": "0, 1",)")), {});
        QVERIFY2(worker.readsAndEnds(2), qPrintable(worker.errors()));
    }
    for (int i = 0; i < 3; ++i) produceNumbers("parts", 10 * i + 1, 10 * i + 2, i);
    RunningWorker worker(directory(),
                         write(plain("parts", R"("start": "latest", "partitions": "1-2",)")), {"--resume"});
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    produceNumbers("parts", 22, 23, 2);
    QVERIFY2(worker.readsAndEnds(2), qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("no longer parts/0, from which the last run read"),
             qPrintable(worker.errors()));
    QCOMPARE(linesOf(directory(), "out*.ndjson"),
             (QList<QByteArray>{R"({"n":0})", R"({"n":10})", R"({"n":11})", R"({"n":22})"}));
}

void KafkaChangesTest::aRecreatedTopicIsNoticed_data()
{
    QTest::addColumn<bool>("isStopped");
    QTest::newRow("while stopped") << true;
    QTest::newRow("while running") << false;
}

// With more records than before, so that the old offset is one of the new topic too.
void KafkaChangesTest::aRecreatedTopicIsNoticed()
{
    QFETCH(bool, isStopped);
    const std::string topic = isStopped ? "recreated_stopped" : "recreated_running";
    broker().createTopic(topic, 1);
    produceNumbers(topic, 0, 3);
    const QString document = write(plain(QString::fromStdString(topic),
                                         R"("start": "earliest", "partition_discovery": "2s",)"));
    RunningWorker first(directory(), document, {});
    QVERIFY2(first.waitFor([&] { return first.rowsIn() >= 3; }), qPrintable(first.errors()));
    if (isStopped) QVERIFY2(first.finish() == 0, qPrintable(first.errors()));
    // Held meanwhile, so that it does not ask while there is no topic.
    if (!isStopped) first.send(SIGSTOP);
    broker().deleteTopic(topic);
    broker().createTopic(topic, 1);
    produceNumbers(topic, 100, 110);
    if (!isStopped) first.send(SIGCONT);
    const QString sentence = QString("node \"input\": The topic \"%1\" at %2 was recreated")
                                 .arg(QString::fromStdString(topic), servers());
    if (!isStopped) {
        QVERIFY2(first.wait() == 3, qPrintable(first.errors()));
        QVERIFY2(first.errors().contains(sentence), qPrintable(first.errors()));
        return;
    }
    RunningWorker second(directory(), document, {"--resume"});
    QVERIFY2(second.wait() == 3, qPrintable(second.errors()));
    QVERIFY2(second.errors().contains(sentence), qPrintable(second.errors()));
    for (const QString& name : QDir(directory()).entryList({"out*"})) QFile::remove(path(name));
    RunningWorker fresh(directory(), document, {"--fresh"});
    QVERIFY2(fresh.readsAndEnds(10), qPrintable(fresh.errors()));
}

// Of those that fit a pattern one is deleted, while it is read and while nothing runs, and made anew.
void KafkaChangesTest::topicsOfAPatternComeAndGo()
{
    for (const char* topic : {"plant_a", "plant_b", "plant_c"}) broker().createTopic(topic, 2);
    produceNumbers("plant_a", 0, 2);
    produceNumbers("plant_b", 10, 12);
    produceNumbers("plant_c", 20, 22);
    const QString document =
        write(plain("^plant_.*", R"("start": "earliest", "partition_discovery": "300ms",)"));
    {
        RunningWorker worker(directory(), document, {});
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 6; }), qPrintable(worker.errors()));
        broker().deleteTopic("plant_b");
        const auto isLeft = [&] { return worker.hasSaid("The topic \"plant_b\" is not there any more"); };
        QVERIFY2(worker.waitFor(isLeft), qPrintable(worker.errors()));
        produceNumbers("plant_a", 2, 3);
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 7; }), qPrintable(worker.errors()));
        broker().createTopic("plant_b", 1);
        produceNumbers("plant_b", 12, 13);
        QVERIFY2(worker.readsAndEnds(8), qPrintable(worker.errors()));
        QVERIFY2(worker.errors().contains("\"plant_b\" at " + servers() + " was recreated"),
                 qPrintable(worker.errors()));
    }
    broker().deleteTopic("plant_c");
    produceNumbers("plant_b", 13, 14);
    RunningWorker worker(directory(), document, {"--resume"});
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("The topic \"plant_c\" is not there any more"); }),
             qPrintable(worker.errors()));
    QVERIFY2(worker.readsAndEnds(1), qPrintable(worker.errors()));
    QList<QByteArray> lines = linesOf(directory(), "out*.ndjson"), wanted;
    for (const int n : {0, 1, 2, 10, 11, 12, 13, 20, 21})
        wanted.append("{\"n\":" + QByteArray::number(n) + "}");
    std::sort(lines.begin(), lines.end());
    std::sort(wanted.begin(), wanted.end());
    QCOMPARE(lines, wanted);
}

// --fresh begins where the group says, and that may be gone.
void KafkaChangesTest::theGroupIsPastItsRetention()
{
    broker().createTopic("retention", 1);
    produceNumbers("retention", 0, 4);
    const QString document = write(plain("retention", R"("group": "slow",)"));
    {
        RunningWorker worker(directory(), document, {});
        QVERIFY2(worker.readsAndEnds(4), qPrintable(worker.errors()));
    }
    QCOMPARE(broker().committedOffset("slow", "retention", 0), 4);
    produceNumbers("retention", 4, 10);
    QVERIFY(engine::deleteKafkaRecords(broker().servers(), "retention", 7));
    {
        RunningWorker worker(directory(), document, {"--resume"});
        QVERIFY2(worker.wait() == 3, qPrintable(worker.errors()));
        QVERIFY2(worker.errors().contains("past their retention"), qPrintable(worker.errors()));
    }
    for (const QString& name : QDir(directory()).entryList({"out*"})) QFile::remove(path(name));
    RunningWorker worker(directory(), document, {"--fresh"});
    QVERIFY2(worker.readsAndEnds(3), qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("The group \"slow\" was at record 4 of retention/0"),
             qPrintable(worker.errors()));
}

// What is deleted then was there to be read: a next run must not begin behind it as if nothing were missing.
void KafkaChangesTest::theBeginningIsStoredBeforeTheFirstRow()
{
    broker().createTopic("beginning", 1);
    produceNumbers("beginning", 0, 5);
    const QString document = write(plain("beginning", R"("start": "earliest",)", "1h"));
    {
        RunningWorker worker(directory(), document, {});
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 5; }), qPrintable(worker.errors()));
        QVERIFY2(worker.kill(), qPrintable(worker.errors()));
    }
    QVERIFY(engine::deleteKafkaRecords(broker().servers(), "beginning", 3));
    RunningWorker worker(directory(), document, {});
    QVERIFY2(worker.wait() == 3, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("node \"input\": ") &&
                 worker.errors().contains("the records of beginning/0 from where this run wants to go on: "
                                          "they are past their retention"),
             qPrintable(worker.errors()));
}

void KafkaChangesTest::aNewPartitionHasLostItsBeginning()
{
    broker().createTopic("widened", 1);
    produceNumbers("widened", 0, 1);
    const QString document = write(plain("widened", R"("start": "earliest",)"));
    {
        RunningWorker worker(directory(), document, {});
        QVERIFY2(worker.readsAndEnds(1), qPrintable(worker.errors()));
    }
    broker().addPartitions("widened", 2);
    produceNumbers("widened", 10, 13, 1);
    QVERIFY(engine::deleteKafkaRecords(broker().servers(), "widened", 2, 1));
    RunningWorker worker(directory(), document, {"--resume"});
    QVERIFY2(worker.readsAndEnds(1), qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("The first 2 records of the new partition widened/1 are gone"),
             qPrintable(worker.errors()));
    QCOMPARE(linesOf(directory(), "out*.ndjson"), (QList<QByteArray>{R"({"n":0})", R"({"n":12})"}));
}

STREAMWRIGHT_TEST(KafkaChangesTest)

}  // namespace tst_kafka_changes
#include "tst_kafka_changes.moc"
