// labels: kafka
// What becomes of single records of a topic: their value by its format, what lies beside it, and values that
// are empty or not there at all.
#include "kafka/kafka_run.h"
#include "test_main.h"

namespace tst_kafka_records {

class KafkaRecordsTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(startBroker(), std::string()); }
    void init() { beginDirectory(); }
    void columnsBesideTheValue();
    void anOperatorTellsTheOffset_data();
    void anOperatorTellsTheOffset();
    void linesInsideARecord();
    void anEmptyValueIsNoTombstone_data();
    void anEmptyValueIsNoTombstone();
};

void KafkaRecordsTest::columnsBesideTheValue()
{
    broker().createTopic("beside", 2);
    broker().produce("beside",
                      {{.value = "{\"n\":1}", .key = "a", .partition = 1, .headers = {{"site", "north"}}},
                       {.value = "", .key = "deleted", .partition = 1, .hasValue = false},
                       {.value = "nonsense", .partition = 1},
                       {.value = "{\"n\":4}", .partition = 1}});
    const QString document = write(kafkaDocument(
        servers(), "beside", R"("start": "earliest", "time_column": "at",)", fileSink(path("out.ndjson")),
        R"(["input.out", "output.in"])",
        R"([{"name": "site", "type": "string", "from": "header:site"}, {"name": "n", "type": "bigint"},
        {"name": "id", "type": "string", "from": "key"},
        {"name": "part", "type": "bigint", "from": "partition"},
        {"name": "place", "type": "bigint", "from": "offset"},
        {"name": "at", "type": "timestamp", "from": "timestamp"}])"));
    RunningWorker worker(directory(), document);
    QVERIFY2(
        worker.waitFor([&] { return worker.rowsIn() >= 3 && worker.counter("records_without_value") == 1; }),
        qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QVERIFY2(worker.errors().contains("beside/1:2: The line is not a JSON object"),
             qPrintable(worker.errors()));
    const QList<QByteArray> lines = linesOf(directory(), "out*.ndjson");
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines[0].startsWith(R"({"site":"north","n":1,"id":"a","part":1,"place":0,"at":"20)"), lines[0]);
    QVERIFY2(lines[1].startsWith(R"({"site":null,"n":4,"id":null,"part":1,"place":3,"at":"20)"), lines[1]);
}

void KafkaRecordsTest::anOperatorTellsTheOffset_data()
{
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("told");
    const QString n = R"({"name": "n", "type": "bigint"})",
                  place = R"({"name": "place", "type": "bigint", "from": "offset"})";
    QTest::newRow("value") << "[" + n + "]"
                           << "10 / n > 0" << "/0:4: division by zero";
    QTest::newRow("value_beside") << "[" + n + ", " + place + "]"
                                  << "10 / n > 0" << "/0:4: division by zero";
    QTest::newRow("beside_alone") << "[" + place + "]"
                                  << "10 / (place - 3) >= -10" << "/0:3: division by zero";
}

// Records without a value and bad ones are before it.
void KafkaRecordsTest::anOperatorTellsTheOffset()
{
    QFETCH(QString, columns);
    QFETCH(QString, condition);
    QFETCH(QString, told);
    const std::string topic = QTest::currentDataTag();
    broker().createTopic(topic, 1);
    const engine::KafkaTestRecord gone{.key = "gone", .hasValue = false};
    broker().produce(topic, {{"{\"n\":1}"}, gone, {"bad"}, {"{\"n\":2}"}, {"{\"n\":0}"}});
    const QString text = write(kafkaDocument(
        servers(), QString::fromStdString(topic), R"("start": "earliest",)",
        R"({"id": "f", "component": "filter", "params": {"condition": ")" + condition + R"("}}, )" +
            fileSink(path("out.ndjson")),
        R"(["input.out", "f.in"], ["f.out", "output.in"])", columns));
    RunningWorker worker(directory(), text);
    QVERIFY2(worker.waitFor([&] { return worker.node("f")["rows_rejected"].toInteger() >= 1; }),
             qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QVERIFY2(worker.errors().contains("f " + QString::fromStdString(topic) + told),
             qPrintable(worker.errors()));
}

void KafkaRecordsTest::linesInsideARecord()
{
    broker().createTopic("lines", 1);
    broker().produce("lines", {{"first\nsecond"}, {"\"quoted"}, {"third"}});
    const QString text = write(kafkaDocument(servers(), "lines", R"("start": "earliest", "format": "text",)",
                                             fileSink(path("out.ndjson")), R"(["input.out", "output.in"])",
                                             R"([{"name": "line", "type": "string"}])"));
    RunningWorker worker(directory(), text);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 3; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QCOMPARE(
        linesOf(directory(), "out*.ndjson"),
        (QList<QByteArray>{R"({"line":"\"quoted"})", R"({"line":"first\nsecond"})", R"({"line":"third"})"}));
}

void KafkaRecordsTest::anEmptyValueIsNoTombstone_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<QString>("rejected");
    QTest::addColumn<QStringList>("rows");
    const QString line = R"([{"name": "line", "type": "string"}])";
    const QString beside = R"(, {"name": "place", "type": "bigint", "from": "offset"}])";
    QTest::newRow("text") << "text" << line << QStringList{"", "  ", "x"} << ""
                          << QStringList{R"({"line":""})", R"({"line":"  "})", R"({"line":"x"})"};
    QTest::newRow("text_beside") << "text" << QString(line).replace("]", beside)
                                 << QStringList{"", "x"} << ""
                                 << QStringList{R"({"line":"","place":0})", R"({"line":"x","place":1})"};
    QTest::newRow("only_beside") << "json" << R"([{"name": "place", "type": "bigint", "from": "offset"}])"
                                 << QStringList{"", "x"} << ""
                                 << QStringList{R"({"place":0})", R"({"place":1})"};
    QTest::newRow("json") << "json" << R"([{"name": "n", "type": "bigint"}])"
                          << QStringList{"", " \n", "{\"n\":1}"} << "The record's value is empty."
                          << QStringList{R"({"n":1})"};
    QTest::newRow("csv") << "csv" << R"([{"name": "a", "type": "string"}, {"name": "b", "type": "string"}])"
                         << QStringList{"", "x,y"} << "The record has 1 field where 2 are expected."
                         << QStringList{R"({"a":"x","b":"y"})"};
    QTest::newRow("csv_one_column") << "csv" << line << QStringList{"", "x"} << ""
                                    << QStringList{R"({"line":null})", R"({"line":"x"})"};
}

// Empty is a value; only a record without one is a tombstone, which is skipped and counted.
void KafkaRecordsTest::anEmptyValueIsNoTombstone()
{
    QFETCH(QString, format);
    QFETCH(QString, columns);
    QFETCH(QStringList, values);
    QFETCH(QString, rejected);
    QFETCH(QStringList, rows);
    const std::string topic = QTest::currentDataTag();
    broker().createTopic(topic, 1);
    std::vector<engine::KafkaTestRecord> records;
    for (const QString& value : values) records.push_back({.value = value.toStdString()});
    records.push_back({.key = "gone", .hasValue = false});
    broker().produce(topic, records);
    const QString document =
        write(kafkaDocument(servers(), QString::fromStdString(topic),
                            R"("start": "earliest", "format": ")" + format + "\",",
                            fileSink(path("out.ndjson")), R"(["input.out", "output.in"])", columns));
    const qint64 bad = values.size() - rows.size();
    RunningWorker worker(directory(), document);
    QVERIFY2(worker.waitFor([&] {
        return worker.rowsIn() >= rows.size() && worker.node("input")["rows_rejected"].toInteger() >= bad &&
            worker.counter("records_without_value") >= 1;
    }),
             qPrintable(worker.errors()));
    QCOMPARE(worker.node("input")["rows_rejected"].toInteger(), bad);
    QCOMPARE(worker.counter("records_without_value"), 1);
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    QVERIFY2(bad == 0 || worker.errors().contains(rejected), qPrintable(worker.errors()));
    QList<QByteArray> wanted;
    for (const QString& row : rows) wanted << row.toUtf8();
    std::sort(wanted.begin(), wanted.end());
    QCOMPARE(linesOf(directory(), "out*.ndjson"), wanted);
}

STREAMWRIGHT_TEST(KafkaRecordsTest)

}  // namespace tst_kafka_records
#include "tst_kafka_records.moc"
