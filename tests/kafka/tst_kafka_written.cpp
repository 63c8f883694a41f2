// labels: kafka
// What a run writes to a topic, as it lies at the broker, and what becomes of what the broker does not take.
#include "kafka/kafka_run.h"
#include "test_main.h"

#include <set>

namespace tst_kafka_written {

class KafkaWrittenTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(startBroker(), std::string()); }
    void init() { beginDirectory(); }
    void batchesAreLz4IfNothingIsSaid_data();
    void batchesAreLz4IfNothingIsSaid();
    void aRecordOfEightMegabytes_data();
    void aRecordOfEightMegabytes();
    void aBrokerThatConfirmsNothing();

private:
    // From `source` into a topic, or where that is empty into a file.
    QString document(const QString& source, const QString& topic, const QString& more = {}) const
    {
        const QString sink = topic.isEmpty()
            ? fileSink(path("same.ndjson"))
            : QString(R"({"id": "output", "component": "kafka_sink", "params": {"bootstrap_servers": "%1", %3
      "topic": "%2"}})")
                  .arg(servers(), topic, more);
        return write(QString(R"({"format": 1, "id": "0c1f3a52-9f1e-4c6b-8a3d-2b7e5d9c4f13", "name": "Written",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "200ms"},
  "nodes": [%1, %2], "edges": [["input.out", "output.in"]]})")
                         .arg(source, sink));
    }
    static QString rows(int count, const QString& more = {})
    {
        return QString(R"({"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "time": "simulated", "rows": %1%2}})")
            .arg(count)
            .arg(more);
    }
};

namespace {

// The codecs of the batches in a partition's log, by the lowest bits of their attributes. Where packing does
// not make a batch smaller the client leaves it as it is, 0.
std::set<int> codecsOf(const QByteArray& log)
{
    constexpr qsizetype kLength = 8, kAttributes = 22, kBeforeLength = 12;
    const auto byte = [&](qsizetype at) { return static_cast<unsigned char>(log.at(at)); };
    std::set<int> codecs;
    for (qsizetype at = 0; at + kAttributes < log.size();) {
        codecs.insert(byte(at + kAttributes) & 7);
        qsizetype length = 0;
        for (int i = 0; i < 4; ++i) length = length << 8 | byte(at + kLength + i);
        at += kBeforeLength + length;
    }
    return codecs;
}

}  // namespace

void KafkaWrittenTest::batchesAreLz4IfNothingIsSaid_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<int>("codec");
    QTest::newRow("nothing") << "" << 3;
    QTest::newRow("zstd") << R"("compression": "zstd",)" << 4;
    QTest::newRow("none") << R"("compression": "none",)" << 0;
}

void KafkaWrittenTest::batchesAreLz4IfNothingIsSaid()
{
    QFETCH(QString, said);
    QFETCH(int, codec);
    const QString topic = QString("packed_") + QTest::currentDataTag();
    broker().createTopic(topic.toStdString(), 1);
    const WorkerResult run =
        runWorker({"run", document(rows(2000), topic, said), "--state", path("state")});
    QVERIFY2(run.exitCode == 0, qPrintable(run.errors));
    QFile log(QString::fromStdString(broker().directory()) + "/data/" + topic +
              "-0/00000000000000000000.log");
    QVERIFY(log.open(QIODevice::ReadOnly));
    const std::set<int> found = codecsOf(log.readAll());
    QVERIFY(found.contains(codec));
    for (const int each : found) QVERIFY(each == codec || each == 0);
}

void KafkaWrittenTest::aRecordOfEightMegabytes_data()
{
    QTest::addColumn<QString>("properties");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("for the client") << "" << 0
                                    << "bytes is larger than the client sends; raise message.max.bytes";
    QTest::newRow("for the topic") << R"("properties": {"message.max.bytes": "10000000"},)" << 3
                                   << "raise its max.message.bytes";
}

// The client's own limit rejects it alone; the topic's ends the run.
void KafkaWrittenTest::aRecordOfEightMegabytes()
{
    QFETCH(QString, properties);
    QFETCH(int, exitCode);
    QFETCH(QString, sentence);
    constexpr int kBytes = 8 << 20;
    const QString topic = QString("large_%1").arg(exitCode);
    broker().createTopic(topic.toStdString(), 1, "max.message.bytes", "1000000");
    writeText(path("lines.txt"), "first\n" + QString(kBytes, 'x') + "\nlast\n");
    const QString source = QString(R"({"id": "input", "component": "file_source", "params": {
      "path": "%1", "format": "text", "max_record_bytes": "16MiB",
      "columns": [{"name": "line", "type": "string"}]}})")
                               .arg(path("lines.txt"));
    const QString text = document(source, topic, R"("format": "text", "compression": "none",)" + properties);
    const WorkerResult run = runWorker({"run", text, "--state", path("state"), "--metrics", path("m.json")});
    QVERIFY2(run.exitCode == exitCode, qPrintable(run.errors.left(2000)));
    QVERIFY2(run.errors.contains(sentence), qPrintable(run.errors.left(2000)));
    if (exitCode == 0)
        QCOMPARE(broker().consume(topic.toStdString()).size(), std::size_t(2));
    else
        QVERIFY2(troubleOf("output", path("m.json")).contains(sentence), qPrintable(run.errors.left(2000)));
}

// It is there and says nothing. What is before the sink waits, the run can be ended, and no row is lost.
void KafkaWrittenTest::aBrokerThatConfirmsNothing()
{
    constexpr int kRows = 400'000, kEndsWithinMs = 40'000;
    constexpr std::size_t kFigures = 5;
    const QString steps = R"(, "time_step": "1ms", "rate": )";
    const WorkerResult same =
        runWorker({"run", document(rows(kRows, steps + "0"), ""), "--state", path("state_same")});
    QVERIFY2(same.exitCode == 0, qPrintable(same.errors));
    broker().createTopic("frozen", 2);
    const QString text = document(rows(kRows, steps + "50000"), "frozen");
    {
        RunningWorker worker(directory(), text, {});
        QVERIFY2(worker.waitFor([&] { return worker.figures()["checkpoint"].toInt() > 0; }),
                 qPrintable(worker.errors()));
        broker().freeze();
        QVERIFY2(worker.waitFor([&] { return !worker.node("output")["waits_for"].toString().isEmpty(); }),
                 qPrintable(worker.errors()));
        qint64 given = -1;
        std::set<QString> times;
        QVERIFY2(worker.waitFor([&] {
            const qint64 now = worker.node("input")["rows_out"].toInteger();
            if (now != std::exchange(given, now)) times.clear();
            times.insert(worker.figures()["at"].toString());
            return times.size() >= kFigures;
        }),
                 qPrintable(worker.errors()));
        QVERIFY2(given < kRows, qPrintable(QString::number(given)));
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(worker.finish(), 3);
        QVERIFY2(timer.elapsed() < kEndsWithinMs, qPrintable(worker.errors()));
        QVERIFY2(worker.errors().contains("node \"output\": ") &&
                     worker.errors().contains("It was stopped without waiting for this."),
                 qPrintable(worker.errors()));
    }
    broker().thaw();
    RunningWorker last(directory(), text, {"--resume"});
    QVERIFY2(last.wait() == 0, qPrintable(last.errors()));
    std::set<QByteArray> written;
    for (const engine::KafkaTestRecord& record : broker().consume("frozen"))
        written.insert(QByteArray::fromStdString(record.value));
    const QList<QByteArray> wanted = linesOf(directory(), "same*.ndjson");
    QCOMPARE(wanted.size(), kRows);
    QVERIFY(written == std::set<QByteArray>(wanted.begin(), wanted.end()));
}

STREAMWRIGHT_TEST(KafkaWrittenTest)

}  // namespace tst_kafka_written
#include "tst_kafka_written.moc"
