// links: app_commands test_support
// labels: kafka
// From the command line into a topic: what the brokers hold is what a file holds, through restarts of the
// broker and of the run, and with TLS and a login.
#include "app/worker.h"
#include "base/env.h"
#include "support/kafka_broker.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

class KafkaOutputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void windowsArriveInTheTopic();
    void aBrokerThatRestartsCostsNothing();
    void killsLoseNothing();
    void windowsArriveByTlsAndLogin();
    void aStopWhileTheBrokerIsGoneSaysSo();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    void write(const QString& name, const QByteArray& text);
    // Generator, filter, window, and a sink; gives the file.
    QString document(const QString& name, const QString& sink, const QString& rate = "0");
    QString toTopic(const QString& topic, const QString& more = {}) const
    {
        return QString(R"("component": "kafka_sink", "params": {"bootstrap_servers": "%1", "topic": "%2",
            "key": "sensor_id"%3})")
            .arg(QString::fromStdString(m_broker.servers()), topic, more);
    }
    QStringList run(const QString& name) const
    {
        return {"run", path(name + ".pipeline.json"), "--state", path("state_" + name)};
    }
    QList<QByteArray> valuesOf(const QString& topic);  // sorted

    engine::KafkaBroker m_broker;
    QTemporaryDir m_directory;
    QList<QByteArray> m_expected;
};

namespace {
constexpr int kRecords = 1'000'000;
}

void KafkaOutputTest::write(const QString& name, const QByteArray& text)
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
}

QString KafkaOutputTest::document(const QString& name, const QString& sink, const QString& rate)
{
    write(name + ".pipeline.json",
          QString(R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8e", "name": "Topic",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "100ms", "checkpoint_timeout": "5s"},
  "nodes": [{"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rate": %3, "rows": %1, "keys": 200, "seed": 7, "time_step": "1ms"}},
    {"id": "warm", "component": "filter", "params": {"condition": "temperature > 20"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "1s", "keys": ["sensor_id"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "max", "argument": "temperature", "name": "most"}]}},
    {"id": "output", %2}],
  "edges": [["input.out", "warm.in"], ["warm.out", "windows.in"], ["windows.out", "output.in"]]})")
              .arg(kRecords)
              .arg(sink, rate)
              .toUtf8());
    return path(name + ".pipeline.json");
}

QList<QByteArray> KafkaOutputTest::valuesOf(const QString& topic)
{
    QList<QByteArray> values;
    for (const engine::KafkaTestRecord& record : m_broker.consume(topic.toStdString()))
        values += QByteArray::fromStdString(record.value);
    std::sort(values.begin(), values.end());
    return values;
}

void KafkaOutputTest::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", path("config").toUtf8());
    write("config/streamwright/secrets/alice", "alice-secret\n");
    QCOMPARE(m_broker.start(), std::string());
    document("plain",
             QString(R"("component": "file_sink", "params": {"path": "%1"})").arg(path("plain.ndjson")));
    const WorkerResult result = runWorker(run("plain"));
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QFile file(path("plain.ndjson"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_expected = file.readAll().trimmed().split('\n');
    std::sort(m_expected.begin(), m_expected.end());
    QVERIFY(m_expected.size() > 1000);
}

void KafkaOutputTest::windowsArriveInTheTopic()
{
    m_broker.createTopic("windows", 4);
    document("topic", toTopic("windows"));
    const WorkerResult result = runWorker(run("topic"));
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY(valuesOf("windows") == m_expected);
    QSet<int> partitions;
    for (const engine::KafkaTestRecord& record : m_broker.consume("windows")) partitions += record.partition;
    QCOMPARE(partitions.size(), 4);
}

void KafkaOutputTest::aBrokerThatRestartsCostsNothing()
{
    m_broker.createTopic("restarts", 4);
    document("restarts", toTopic("restarts"), "100000");
    QProcess process;
    process.start(workerPath(), run("restarts"));
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForStarted());
    while (m_broker.consume("restarts").empty()) QVERIFY(process.state() == QProcess::Running);
    m_broker.stop();
    QByteArray said;
    while (!said.contains("No Kafka broker answers")) {
        QVERIFY2(process.waitForReadyRead(30'000), said.constData());
        said += process.readAllStandardError();
    }
    QVERIFY2(said.contains("node \"output\": No Kafka broker answers"), said.constData());
    QCOMPARE(m_broker.start(), std::string());
    QVERIFY(process.waitForFinished(60'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    // The client is idempotent: without a restart of the run nothing comes twice.
    QVERIFY(valuesOf("restarts") == m_expected);
}

void KafkaOutputTest::killsLoseNothing()
{
    constexpr int kKills = 20;
    m_broker.createTopic("kills", 4);
    document("kills", toTopic("kills"), "700000");
    engine::Random random(3);
    int kills = 0;
    for (; kills < kKills; ++kills) {
        QProcess process;
        process.start(workerPath(), run("kills"));
        if (process.waitForFinished(100 + static_cast<int>(random.below(400)))) {
            QCOMPARE(process.exitCode(), 0);
            break;
        }
        process.kill();
        process.waitForFinished();
    }
    const WorkerResult last = runWorker(run("kills"));
    QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
    QList<QByteArray> found = valuesOf("kills");
    const qsizetype all = found.size();
    found.erase(std::unique(found.begin(), found.end()), found.end());
    qInfo("%d kills, %lld records, %lld repeats", kills, static_cast<long long>(found.size()),
          static_cast<long long>(all - found.size()));
    QVERIFY(found == m_expected);
    QVERIFY(kills >= 5);
}

void KafkaOutputTest::windowsArriveByTlsAndLogin()
{
    m_broker.createTopic("safe", 4);
    const QString safe =
        QString(R"("component": "kafka_sink", "params": {"bootstrap_servers": "%1", "topic": "safe",
        "key": "sensor_id", "security": "sasl_ssl", "mechanism": "SCRAM-SHA-512", "user": "alice",
        "password": "${secret:alice}", "ca": "%2"})")
            .arg(QString::fromStdString(m_broker.loginServers()),
                 QString::fromStdString(m_broker.directory()) + "/ca.pem");
    document("safe", safe);
    const WorkerResult result = runWorker(run("safe") + QStringList{"--log-level", "debug"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY(valuesOf("safe") == m_expected);
    QVERIFY(!result.errors.contains("alice-secret"));
    for (const QString& name : QDir(path("state_safe")).entryList(QDir::Files)) {
        QFile file(path("state_safe/" + name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("alice-secret"), qPrintable(name));
    }
}

void KafkaOutputTest::aStopWhileTheBrokerIsGoneSaysSo()
{
    m_broker.createTopic("gone", 1);
    document("gone", toTopic("gone"), "1000");
    m_broker.stop();
    const WorkerResult result = runWorker(run("gone") + QStringList{"--duration", "4s"});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains("node \"output\": No Kafka broker answers at 127.0.0.1:"),
             qPrintable(result.errors));
}

QTEST_GUILESS_MAIN(KafkaOutputTest)
#include "tst_kafka_output.moc"
