// labels: kafka
// A Kafka source whose records are not taken as fast as they could be read: memory stays bounded, and the lag
// is told, for each partition, to whoever looks and to a rule.
#include "kafka/kafka_run.h"
#include "test_main.h"

#include <set>

namespace tst_kafka_pressure {

class KafkaPressureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void partitionsThatWaitShareThePrefetch_data();
    void partitionsThatWaitShareThePrefetch();
    void theLagOfASlowSinkIsTold();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    QString servers() const { return QString::fromStdString(m_broker->servers()); }
    QString write(const QString& text) const
    {
        writeText(path("k.pipeline.json"), text);
        return path("k.pipeline.json");
    }
    QString drifting(const QString& topic, const QString& atMost) const;
    void produceAhead(const std::string& topic);
    static bool waitUntilNothingComes(RunningWorker& worker);

    std::unique_ptr<engine::KafkaBroker> m_broker;
    std::unique_ptr<QTemporaryDir> m_directory;
};

namespace {

constexpr qint64 kBeginMs = 1'700'000'000'000, kHourMs = 3'600'000;
constexpr int kPartitions = 40;
constexpr int kEach = 700, kAhead = kEach * (kPartitions - 1);

// Uncompressed, so that an answer of the broker is as large as what becomes of it.
constexpr const char* kCompression = "none";
const QString kColumns = R"([{"name": "n", "type": "bigint"},
        {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}])";
const std::string kMore(4096, 'x');

engine::KafkaTestRecord record(int partition, qint64 n, qint64 atMs)
{
    engine::KafkaTestRecord made;
    made.value = "{\"n\":" + std::to_string(n) + ",\"ts\":" + std::to_string(atMs) + ",\"more\":\"" + kMore +
        "\"}";
    made.partition = partition;
    return made;
}

}  // namespace

void KafkaPressureTest::initTestCase()
{
    m_broker = std::make_unique<engine::KafkaBroker>();
    const std::string problem = m_broker->start();
    QVERIFY2(problem.empty(), problem.c_str());
}

void KafkaPressureTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

// Partitions may be so far ahead of the slowest.
QString KafkaPressureTest::drifting(const QString& topic, const QString& atMost) const
{
    return kafkaDocument(servers(), topic,
                         R"("start": "earliest", "prefetch": "8MiB", "time_column": "ts",
      "partition_discovery": "200ms", "idle_timeout": "0s", "max_drift": ")" +
                             atMost + "\",",
                         R"({"id": "nowhere", "component": "discard_sink", "params": {}})",
                         R"(["input.out", "nowhere.in"])", kColumns);
}

// An hour ahead, into all partitions but the first.
void KafkaPressureTest::produceAhead(const std::string& topic)
{
    int next = 0;
    const auto ahead = [&](engine::KafkaTestRecord& made) {
        const int partition = 1 + next % (kPartitions - 1), n = next / (kPartitions - 1);
        made = record(partition, n, kBeginMs + kHourMs + n);
        return next++ < kAhead;
    };
    m_broker->produce(topic, ahead, kCompression);
}

// As much has been read in several figures that came one after the other.
bool KafkaPressureTest::waitUntilNothingComes(RunningWorker& worker)
{
    constexpr std::size_t kFigures = 5;
    std::set<QString> times;
    qint64 read = -1;
    return worker.waitFor([&] {
        if (worker.rowsIn() != std::exchange(read, worker.rowsIn())) times.clear();
        times.insert(worker.figures()["at"].toString());
        return times.size() >= kFigures;
    });
}

void KafkaPressureTest::partitionsThatWaitShareThePrefetch_data()
{
    QTest::addColumn<int>("atTheStart");
    QTest::newRow("there_at_the_start") << kPartitions;
    QTest::newRow("added_later") << 2;
}

void KafkaPressureTest::partitionsThatWaitShareThePrefetch()
{
    QFETCH(int, atTheStart);
    constexpr qint64 kMoreMost = 32 << 20;  // each for itself could take all there is, 112, as one of two 104
    const std::string topic = QTest::currentDataTag();
    const QString named = QTest::currentDataTag();
    m_broker->createTopic("all_of_" + topic, kPartitions);
    m_broker->produce("all_of_" + topic, {record(0, 0, kBeginMs)});
    produceAhead("all_of_" + topic);
    qint64 freely = 0;
    {
        RunningWorker worker(m_directory->path(), write(drifting("all_of_" + named, "1d")), {"--fresh"});
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() == kAhead + 1; }), qPrintable(worker.errors()));
        freely = worker.peakBytes();
        QCOMPARE(worker.finish(), 0);
    }
    m_broker->createTopic(topic, atTheStart);
    m_broker->produce(topic, {record(0, 0, kBeginMs)});
    RunningWorker worker(m_directory->path(), write(drifting(named, "1s")), {"--fresh"});
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() == 1; }), qPrintable(worker.errors()));
    if (atTheStart < kPartitions) {
        m_broker->addPartitions(topic, kPartitions);
        const QString last = "has a new partition, " + QString::number(kPartitions - 1);
        QVERIFY2(worker.waitFor([&] { return worker.hasSaid(last); }), qPrintable(worker.errors()));
    }
    produceAhead(topic);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() > 1; }), qPrintable(worker.errors()));
    QVERIFY2(waitUntilNothingComes(worker), qPrintable(worker.errors()));
    QVERIFY(worker.rowsIn() < kAhead / 2);
    const qint64 more = worker.peakBytes() - freely;
    qInfo("%lld KiB where none waits, %lld more where all but one do", freely >> 10, more >> 10);
    QVERIFY2(more < kMoreMost, qPrintable(QString::number(more)));
    // The slowest comes on, and every record that waited is there once.
    m_broker->produce(topic, {record(0, 1, kBeginMs + 2 * kHourMs)});
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() == kAhead + 2; }),
             qPrintable(QString::number(worker.rowsIn()) + worker.errors()));
    QCOMPARE(worker.finish(), 0);
}

// It grows while more comes than the sink takes, in the figures and for a rule that watches it.
void KafkaPressureTest::theLagOfASlowSinkIsTold()
{
    constexpr int kFirst = 30'000, kSecond = 10'000;
    constexpr qint64 kBytesMost = 128 << 20;  // 160 MB lie in the topic
    m_broker->createTopic("slow", 2);
    const auto produce = [&](int count) {
        int n = 0;
        const auto next = [&](engine::KafkaTestRecord& made) {
            made = record(n % 2, n, kBeginMs + n);
            return n++ < count;
        };
        m_broker->produce("slow", next, kCompression);
    };
    produce(kFirst);
    const QString rule = R"({"id": "behind", "component": "alert_rule", "params": {
      "condition": "value > 12000 AND partition IS NOT NULL", "time": "processing",
      "labels": ["node", "partition"], "summary": "{partition} is {value} records behind"}})";
    const QString nodes = R"({"id": "slowly", "component": "throttle", "params": {"rate": 200}},
    {"id": "own", "component": "metrics_source", "params": {"interval": "200ms", "metrics": "lag"}},
    {"id": "told", "component": "discard_sink", "params": {}}, )" +
        rule + ", " + fileSink(path("out.ndjson"));
    const QString document = kafkaDocument(
        servers(), "slow", R"("start": "earliest", "prefetch": "1MiB", "time_column": "ts",)", nodes,
        R"(["input.out", "slowly.in"], ["slowly.out", "output.in"], ["own.out", "behind.in"],
    ["behind.out", "told.in"])",
        QString(kColumns).replace("\"}]", "\"}, {\"name\": \"more\", \"type\": \"string\"}]"));
    RunningWorker worker(m_directory->path(), write(document), {"--fresh"});
    const auto lag = [&] { return worker.counter("lag"); };
    QVERIFY2(worker.waitFor([&] { return lag() > 0 && lag() < kFirst && worker.rowsIn() > 0; }),
             qPrintable(worker.errors()));
    const qint64 before = lag();
    produce(kSecond);
    const auto ends = [&](const char* split) {
        return worker.counter(QString("end_offset:slow/") + split) == (kFirst + kSecond) / 2;
    };
    QVERIFY2(worker.waitFor([&] { return ends("0") && ends("1"); }), qPrintable(worker.errors()));
    QVERIFY(lag() > before + kSecond / 2);
    const QJsonObject input = worker.node("input");
    const QJsonObject counters = input["counters"].toObject();
    qint64 sum = 0;
    for (const QString& each : {QString("slow/0"), QString("slow/1")}) {
        sum += counters["lag:" + each].toInteger();
        QCOMPARE(counters["end_offset:" + each].toInteger(), (kFirst + kSecond) / 2);
        QCOMPARE(counters["end_offset:" + each].toInteger() - counters["position:" + each].toInteger(),
                 counters["lag:" + each].toInteger());
    }
    QCOMPARE(sum, counters["lag"].toInteger());
    const QJsonArray splits = input["splits"].toArray();
    QCOMPARE(splits.size(), 2);
    QCOMPARE(splits[0]["split"].toString(), QString("slow/0"));
    QVERIFY(!splits[0]["watermark"].toString().isEmpty() && !splits[0]["idle"].toBool());
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("firing (condition)"); }),
             qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("\"partition\":\"slow/") && worker.errors().contains(" records behind"),
             qPrintable(worker.errors()));
    QVERIFY2(worker.rowsIn() < kFirst / 2, qPrintable(QString::number(worker.rowsIn())));
    QVERIFY2(worker.peakBytes() < kBytesMost, qPrintable(QString::number(worker.peakBytes())));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
}

STREAMWRIGHT_TEST(KafkaPressureTest)

}  // namespace tst_kafka_pressure
#include "tst_kafka_pressure.moc"
