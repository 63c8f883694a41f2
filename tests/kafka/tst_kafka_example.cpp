// labels: kafka
// The examples that need a broker, run with one: readings into a topic, and from it through filter and window
// into another topic, a table and an alert.
#include "kafka/kafka_run.h"
#include "test_main.h"

#include <set>
#include <sqlite3.h>

namespace tst_kafka_example {

class KafkaExampleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromSensorsToTopicTableAndAlert();

private:
    static QString example(const QString& name)
    {
        return QString(SOURCE_DIR) + "/resources/examples/" + name + ".pipeline.json";
    }
};

namespace {

// "sensor end count" of each row.
std::multiset<QByteArray> tableRows(const QString& file)
{
    std::multiset<QByteArray> rows;
    sqlite3* database = nullptr;
    sqlite3_stmt* query = nullptr;
    if (sqlite3_open_v2(qPrintable(file), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(database, "SELECT sensor_id || ' ' || window_end || ' ' || n FROM per_second", -1,
                           &query, nullptr) == SQLITE_OK)
        while (sqlite3_step(query) == SQLITE_ROW)
            rows.insert(reinterpret_cast<const char*>(sqlite3_column_text(query, 0)));
    sqlite3_finalize(query);
    sqlite3_close(database);
    return rows;
}

}  // namespace

void KafkaExampleTest::fromSensorsToTopicTableAndAlert()
{
    engine::KafkaBroker broker;
    QCOMPARE(broker.start(), std::string());
    const QTemporaryDir directory;
    const QString at = "brokers=" + QString::fromStdString(broker.servers());
    const WorkerResult fed = runWorker({"run", example("generate_kafka"), "--set", at, "--state",
                                        directory.filePath("feeding"), "--duration", "6s"});
    QVERIFY2(fed.exitCode == 0, qPrintable(fed.errors));

    const QString table = directory.filePath("sensors.sqlite");
    const QStringList more{"--drain", "--set", at, "--set", "database=" + table, "--set", "limit=10"};
    RunningWorker worker(directory.path(), example("kafka_sensors"), more);
    const auto isRead = [&] {
        const QJsonObject source = worker.node("sensors");
        return source["rows_in"].toInteger() > 10'000 &&
            source["counters"].toObject()["lag"].toInteger(-1) == 0;
    };
    QVERIFY2(worker.waitFor(isRead), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("is too hot"), qPrintable(worker.errors()));

    std::multiset<QByteArray> written;
    qint64 readings = 0;
    for (const engine::KafkaTestRecord& record : broker.consume("sensors_per_second")) {
        const QJsonObject row = QJsonDocument::fromJson(QByteArray::fromStdString(record.value)).object();
        readings += row["n"].toInteger();
        written.insert(row["sensor_id"].toString().toUtf8() + ' ' + row["window_end"].toString().toUtf8() +
                       ' ' + QByteArray::number(row["n"].toInteger()));
    }
    QVERIFY(written == tableRows(table));
    // The readings above the filter's limit, each in one window.
    qint64 warm = 0;
    for (const engine::KafkaTestRecord& record : broker.consume("sensors")) {
        const QJsonObject row = QJsonDocument::fromJson(QByteArray::fromStdString(record.value)).object();
        warm += row["reading"].toDouble() > 20;
    }
    QVERIFY(warm > 0);
    QCOMPARE(readings, warm);
}

STREAMWRIGHT_TEST(KafkaExampleTest)

}  // namespace tst_kafka_example
#include "tst_kafka_example.moc"
