// labels: kafka
// Reads a real broker from end to end: every record once, through kills, outages and new partitions.
#include "base/env.h"
#include "kafka/kafka_run.h"
#include "support/kafka_admin.h"
#include "test_main.h"

#include <map>

namespace tst_kafka_source {

class KafkaSourceTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(startBroker(), std::string()); }
    void init() { beginDirectory(); }
    void aMillionRecordsThroughFilterAndWindow();
    void nothingIsLostByKills();
    void theBrokerGoesAndComesAndGrows();
    void aSilentPartitionLetsWindowsClose();
    void theClusterNamesNoBroker();
    void latestIsStoredBeforeTheFirstRow();
    void theEndIsToldToTheBroker();
    void aTransactionLeavesNothingUnread();
    void byTimeAndPattern();

private:
    // Records `from` to `to` by turns into the partitions of a topic.
    void produceSensors(const std::string& topic, int from, int to, int partitions);
    QString windowsOf(const std::string& topic, const QString& more = {}) const;
    void compareWindows(int count);
};

namespace {

constexpr int kSensors = 500;
constexpr qint64 kBeginMs = 1'700'000'000'000;
constexpr qint64 kWindowMs = 20'000;

int valueOf(int i) { return static_cast<int>((static_cast<qint64>(i) * 7919) % 1000); }

engine::KafkaTestRecord sensorRecord(int i, int partitions)
{
    engine::KafkaTestRecord record;
    record.value = "{\"sensor\":\"s" + std::to_string(i % kSensors) +
        "\",\"value\":" + std::to_string(valueOf(i)) + ",\"ts\":" + std::to_string(kBeginMs + i) + "}";
    record.partition = i % partitions;
    return record;
}

}  // namespace

void KafkaSourceTest::produceSensors(const std::string& topic, int from, int to, int partitions)
{
    broker().produce(topic, [&](engine::KafkaTestRecord& record) {
        if (from == to) return false;
        record = sensorRecord(from++, partitions);
        return true;
    });
}

QString KafkaSourceTest::windowsOf(const std::string& topic, const QString& more) const
{
    return kafkaDocument(
        servers(), QString::fromStdString(topic),
        R"("start": "earliest", "time_column": "ts", "watermark_delay": "1s", "idle_timeout": "0s",)" + more,
        R"({"id": "high", "component": "filter", "params": {"condition": "value >= 200"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "20s", "keys": ["sensor"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "sum", "argument": "value", "name": "total"},
                     {"function": "max", "argument": "value", "name": "most"}]}},)" +
            fileSink(path("out.ndjson")),
        R"(["input.out", "high.in"], ["high.out", "windows.in"], ["windows.out", "output.in"])",
        R"([{"name": "sensor", "type": "string"}, {"name": "value", "type": "bigint"},
        {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}])");
}

// What the records 0 to `count` give, worked out a record at a time.
void KafkaSourceTest::compareWindows(int count)
{
    struct Sum {
        qint64 n = 0, total = 0, most = 0;
        bool operator==(const Sum&) const = default;
    };
    using Windows = std::map<std::pair<qint64, QString>, Sum>;  // by window and sensor
    Windows wanted, found;
    for (int i = 0; i < count; ++i) {
        if (valueOf(i) < 200) continue;
        Sum& sum = wanted[{(kBeginMs + i) / kWindowMs * kWindowMs, "s" + QString::number(i % kSensors)}];
        ++sum.n;
        sum.total += valueOf(i);
        sum.most = std::max<qint64>(sum.most, valueOf(i));
    }
    const QList<QByteArray> lines = linesOf(directory(), "out*.ndjson");
    for (const QByteArray& line : lines) {
        const QJsonObject row = QJsonDocument::fromJson(line).object();
        const qint64 start =
            QDateTime::fromString(row["window_start"].toString(), Qt::ISODateWithMs).toMSecsSinceEpoch();
        found[{start, row["sensor"].toString()}] = {
            qint64(row["n"].toDouble()), qint64(row["total"].toDouble()), qint64(row["most"].toDouble())};
    }
    QVERIFY2(lines.size() == qsizetype(found.size()), "A window is there twice.");
    QCOMPARE(found.size(), wanted.size());
    for (const auto& [key, sum] : wanted)
        if (!(found[key] == sum))
            QFAIL(qPrintable(QString("%1 at %2: %3 records instead of %4")
                                 .arg(key.second)
                                 .arg(key.first)
                                 .arg(found[key].n)
                                 .arg(sum.n)));
}

void KafkaSourceTest::aMillionRecordsThroughFilterAndWindow()
{
    constexpr int kRecords = 1'000'000;
    broker().createTopic("million", 4);
    produceSensors("million", 0, kRecords, 4);
    RunningWorker worker(directory(), write(windowsOf("million")));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kRecords; }), qPrintable(worker.errors()));
    QVERIFY(worker.waitFor([&] { return worker.counter("lag") == 0; }));
    for (int i = 0; i < 4; ++i) QCOMPARE(worker.counter("lag:million/" + QString::number(i)), 0);
    const int exitCode = worker.finish();
    QVERIFY2(exitCode == 0, qPrintable(worker.errors()));
    compareWindows(kRecords);
}

void KafkaSourceTest::nothingIsLostByKills()
{
    constexpr int kKills = 20, kEachTime = 50'000;
    broker().createTopic("kills", 4);
    const QString document = write(windowsOf("kills"));
    engine::Random random(5);
    for (int kill = 0; kill < kKills; ++kill) {
        RunningWorker worker(directory(), document);
        produceSensors("kills", kill * kEachTime, (kill + 1) * kEachTime, 4);
        // One at least must have come to a checkpoint, however slow the machine is.
        if (kill == 0) QVERIFY2(worker.comesToACheckpoint(), qPrintable(worker.errors()));
        const int afterMs = 1 + static_cast<int>(random.below(400));
        worker.waitFor([] { return false; }, afterMs);
        QVERIFY2(worker.kill(), qPrintable(worker.errors()));
    }
    QVERIFY(!QDir(path("state")).entryList({"manifest-*"}, QDir::Files).isEmpty());
    RunningWorker worker(directory(), document, {"--resume", "--drain"});
    QVERIFY2(worker.waitFor([&] { return worker.counter("lag") == 0; }), qPrintable(worker.errors()));
    const int exitCode = worker.finish();
    QVERIFY2(exitCode == 0, qPrintable(worker.errors()));
    compareWindows(kKills * kEachTime);
}

void KafkaSourceTest::theBrokerGoesAndComesAndGrows()
{
    constexpr int kFirst = 50'000, kSecond = 100'000, kThird = 150'000;
    broker().createTopic("outage", 2);
    produceSensors("outage", 0, kFirst, 2);
    RunningWorker worker(directory(),
                         write(windowsOf("outage", R"("partition_discovery": "500ms",)")));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kFirst; }), qPrintable(worker.errors()));
    broker().stop();
    QVERIFY2(worker.waitFor(
                 [&] { return worker.hasSaid("node \"input\": No Kafka broker answers at " + servers()); }),
             qPrintable(worker.errors()));
    const auto waitsFor = [&] { return worker.node("input")["waits_for"].toString(); };
    QVERIFY(worker.waitFor([&] { return waitsFor().contains("No Kafka broker answers at " + servers()); }));
    const std::string problem = broker().start();
    QVERIFY2(problem.empty(), problem.c_str());
    produceSensors("outage", kFirst, kSecond, 2);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kSecond; }), qPrintable(worker.errors()));
    QVERIFY(worker.waitFor([&] { return waitsFor().isEmpty(); }));
    broker().addPartitions("outage", 3);
    // What lies in a partition that is not known yet may come too late.
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("Topic outage has a new partition, 2"); }),
             qPrintable(worker.errors()));
    produceSensors("outage", kSecond, kThird, 3);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kThird; }), qPrintable(worker.errors()));
    const int exitCode = worker.finish();
    QVERIFY2(exitCode == 0, qPrintable(worker.errors()));
    compareWindows(kThird);
}

// After its idle timeout it no longer holds windows back; what comes of it then is late where its window has
// closed, and counted where it has not.
void KafkaSourceTest::aSilentPartitionLetsWindowsClose()
{
    constexpr qint64 kTimeoutMs = 2000, kSecondMs = 1000;
    const auto at = [](qint64 ms) { return "{\"n\":1,\"ts\":" + std::to_string(kBeginMs + ms) + "}"; };
    int seconds = 0;  // a record each, in the partition that goes on
    const auto goOn = [&](int until) {
        broker().produce("silent", [&](engine::KafkaTestRecord& record) {
            record.value = at(seconds * kSecondMs);
            return seconds < until && ++seconds > 0;
        });
    };
    broker().createTopic("silent", 2);
    broker().produce("silent", {{.value = at(0), .partition = 1}});
    goOn(10);
    const QString document = write(kafkaDocument(
        servers(), "silent", R"("start": "earliest", "time_column": "ts", "watermark_delay": "0s",
      "watermark_heartbeat": false, "idle_timeout": "2s",)",
        R"({"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "1s",
      "aggregates": [{"function": "count", "name": "n"}]}},)" +
            fileSink(path("out.ndjson")),
        R"(["input.out", "windows.in"], ["windows.out", "output.in"])",
        R"([{"name": "n", "type": "bigint"}, {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}])"));
    QElapsedTimer timer;
    timer.start();
    RunningWorker worker(directory(), document);
    const auto fired = [&] { return worker.node("windows")["rows_out"].toInteger(); };
    QVERIFY2(worker.waitFor([&] {
        goOn(seconds + 1);  // were all silent, time would stand still
        return fired() > 0;
    }),
             qPrintable(worker.errors()));
    QVERIFY(timer.elapsed() >= kTimeoutMs);
    // All but the last, which no watermark has passed.
    QVERIFY2(worker.waitFor([&] { return fired() == seconds - 1; }), qPrintable(worker.errors()));
    QCOMPARE(worker.node("windows")["rows_late"].toInteger(), 0);
    broker().produce("silent",
                     {{.value = at(5 * kSecondMs), .partition = 1},
                      {.value = at((seconds - 1) * kSecondMs + 500), .partition = 1}});
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= seconds + 3; }), qPrintable(worker.errors()));
    QVERIFY(worker.waitFor([&] { return worker.node("windows")["rows_late"].toInteger() == 1; }));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    const QList<QByteArray> lines = linesOf(directory(), "out*.ndjson");
    QCOMPARE(lines.size(), seconds);
    QVERIFY2(lines.first().contains("\"n\":2") && lines.last().contains("\"n\":2"), lines.last());
    for (int i = 1; i + 1 < seconds; ++i) QVERIFY2(lines[i].contains("\"n\":1"), lines[i]);
}

// The client itself forgets then whom it knew, and would never read again.
void KafkaSourceTest::theClusterNamesNoBroker()
{
    constexpr int kFirst = 50'000, kSecond = 100'000;
    broker().createTopic("fenced", 2);
    produceSensors("fenced", 0, kFirst, 2);
    RunningWorker worker(directory(), write(windowsOf("fenced")));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kFirst; }), qPrintable(worker.errors()));
    broker().unregister();
    QVERIFY2(worker.waitFor(
                 [&] { return worker.hasSaid("node \"input\": No Kafka broker answers at " + servers()); }),
             qPrintable(worker.errors()));
    broker().stop();
    const std::string problem = broker().start();
    QVERIFY2(problem.empty(), problem.c_str());
    produceSensors("fenced", kFirst, kSecond, 2);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kSecond; }), qPrintable(worker.errors()));
    const int exitCode = worker.finish();
    QVERIFY2(exitCode == 0, qPrintable(worker.errors()));
    compareWindows(kSecond);
}

void KafkaSourceTest::latestIsStoredBeforeTheFirstRow()
{
    broker().createTopic("latest", 1);
    broker().produce("latest", {{"{\"n\":1}"}, {"{\"n\":2}"}});
    const QString document =
        write(kafkaDocument(servers(), "latest", R"("start": "latest", "group": "latecomer",)",
                            fileSink(path("out.ndjson")), R"(["input.out", "output.in"])"));
    {
        RunningWorker worker(directory(), document);
        QVERIFY(worker.waitFor([&] { return broker().committedOffset("latecomer", "latest", 0) == 2; }));
        worker.kill();
    }
    broker().produce("latest", {{"{\"n\":3}"}});
    RunningWorker worker(directory(), document);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    QVERIFY(worker.waitFor([&] { return broker().committedOffset("latecomer", "latest", 0) == 3; }));
    QCOMPARE(worker.finish(), 0);
    QCOMPARE(linesOf(directory(), "out*.ndjson"), QList<QByteArray>{"{\"n\":3}"});
}

// Also when no checkpoint was due: whoever looks at the lag of a run that has ended sees where it ended.
void KafkaSourceTest::theEndIsToldToTheBroker()
{
    broker().createTopic("ends", 2);
    const QString document =
        write(kafkaDocument(servers(), "ends", R"("start": "earliest", "group": "ends",)",
                            fileSink(path("out.ndjson")), R"(["input.out", "output.in"])", kNumberColumn,
                            "1h"));
    broker().produce("ends",
                      {{.value = "{\"n\":1}", .partition = 0},
                       {.value = "{\"n\":2}", .partition = 1},
                       {.value = "{\"n\":3}", .partition = 1}});
    {
        RunningWorker worker(directory(), document, {});
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 3; }), qPrintable(worker.errors()));
        QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    }
    QCOMPARE(broker().committedOffset("ends", "ends", 0), 1);
    QCOMPARE(broker().committedOffset("ends", "ends", 1), 2);
    broker().produce("ends", {{.value = "{\"n\":4}", .partition = 0}});
    RunningWorker worker(directory(), document);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    QCOMPARE(broker().committedOffset("ends", "ends", 0), 2);
    QCOMPARE(broker().committedOffset("ends", "ends", 1), 2);
    // Another run begins there, if it is told to.
    broker().produce("ends", {{.value = "{\"n\":5}", .partition = 1}});
    RunningWorker other(directory(),
                        write(kafkaDocument(servers(), "ends", R"("start": "committed", "group": "ends",)",
                                            fileSink(path("again.ndjson")), R"(["input.out", "output.in"])")),
                        {"--fresh", "--drain"});
    QVERIFY2(other.waitFor([&] { return other.rowsIn() >= 1; }), qPrintable(other.errors()));
    QVERIFY2(other.finish() == 0, qPrintable(other.errors()));
    QCOMPARE(linesOf(directory(), "again*.ndjson"), QList<QByteArray>{"{\"n\":5}"});
}

void KafkaSourceTest::aTransactionLeavesNothingUnread()
{
    broker().createTopic("transaction", 1);
    QVERIFY(engine::produceInKafkaTransaction(broker().servers(), "transaction", "{\"n\":1}"));
    RunningWorker worker(directory(),
                         write(kafkaDocument(servers(), "transaction", R"("start": "earliest",)",
                                             fileSink(path("out.ndjson")), R"(["input.out", "output.in"])")));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    QVERIFY(worker.waitFor([&] { return worker.counter("lag") == 0; }, 20'000));
    QCOMPARE(worker.finish(), 0);
}

void KafkaSourceTest::byTimeAndPattern()
{
    broker().createTopic("pattern_a", 1);
    broker().createTopic("pattern_b", 1);
    broker().createTopic("other", 1);
    broker().produce("pattern_a", {{"{\"n\":1}"}});
    broker().produce("other", {{"{\"n\":9}"}});
    const QString since = QDateTime::currentDateTimeUtc().addSecs(1).toString(Qt::ISODateWithMs);
    while (QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs) <= since) QTest::qWait(20);
    broker().produce("pattern_a", {{"{\"n\":2}"}});
    broker().produce("pattern_b", {{"{\"n\":3}"}});
    const QString document = write(
        kafkaDocument(servers(), "^pattern_.*", R"("start": "timestamp", "start_time": ")" + since + R"(",)",
                      fileSink(path("out.ndjson")), R"(["input.out", "output.in"])"));
    RunningWorker worker(directory(), document);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 2; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QCOMPARE(linesOf(directory(), "out*.ndjson"), (QList<QByteArray>{"{\"n\":2}", "{\"n\":3}"}));
}

STREAMWRIGHT_TEST(KafkaSourceTest)

}  // namespace tst_kafka_source
#include "tst_kafka_source.moc"
