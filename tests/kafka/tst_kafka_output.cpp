// labels: kafka
// From topic to topic with the real broker: filter and window over a million records, compared with a plain
// computation; with the broker restarted in between, with kills, with TLS and a login.
#include "base/env.h"
#include "kafka/kafka_run.h"
#include "support/kafka_admin.h"
#include "test_main.h"

#include <map>
#include <set>

namespace tst_kafka_output {

class KafkaOutputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
    void aMillionRecordsFromTopicToTopic();
    void aBrokerThatRestartsCostsNothing_data();
    void aBrokerThatRestartsCostsNothing();
    void killsLoseNothing();
    void partOfItByTlsAndLogin();
    void anOutputThatRefusesEndsTheRun_data();
    void anOutputThatRefusesEndsTheRun();
    void anOutputThatIsDeletedEndsTheRun();
    void anEndWhileTheBrokerIsGoneSaysSo_data();
    void anEndWhileTheBrokerIsGoneSaysSo();

private:
    using Windows = std::multiset<QByteArray>;  // "sensor start count greatest"
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    void produceSensors(const std::string& topic, int count);
    static Windows expected(int count);
    Windows written(const std::string& topic);
    // `access` are parameters of source and sink alike.
    QString document(const QString& input, const QString& output, const QString& access);
    QString generated(const QString& topic, const QString& access, const QString& rows);
    QString login(const QString& user) const
    {
        return QString(R"("bootstrap_servers": "%1", "security": "sasl_ssl", "mechanism": "SCRAM-SHA-512",
        "user": "%2", "password": "${secret:%2}", "ca": "%3")")
            .arg(QString::fromStdString(m_broker.loginServers()), user,
                 QString::fromStdString(m_broker.directory()) + "/ca.pem");
    }
    QString plain() const
    {
        return QString(R"("bootstrap_servers": "%1")").arg(QString::fromStdString(m_broker.servers()));
    }
    bool hasReadAll(RunningWorker& worker)
    {
        return worker.waitFor([&] { return worker.rowsIn() > 0 && worker.counter("lag") == 0; },
                              120'000);
    }

    engine::KafkaBroker m_broker;
    std::unique_ptr<QTemporaryDir> m_directory;
    QTemporaryDir m_configuration;
};

namespace {

constexpr int kRecords = 1'000'000, kPart = 100'000, kSensors = 500, kPartitions = 4;
constexpr qint64 kBeginMs = 1'700'000'000'000, kWindowMs = 5'000;

int readingOf(int i) { return static_cast<int>((static_cast<qint64>(i) * 7919) % 1000); }

QByteArray windowText(const QByteArray& sensor, qint64 startMs, qint64 count, qint64 most)
{
    return sensor + ' ' + QByteArray::number(startMs) + ' ' + QByteArray::number(count) + ' ' +
        QByteArray::number(most);
}

}  // namespace

void KafkaOutputTest::produceSensors(const std::string& topic, int count)
{
    m_broker.createTopic(topic, kPartitions);
    int next = 0;
    m_broker.produce(topic, [&](engine::KafkaTestRecord& record) {
        if (next == count) return false;
        record.value = "{\"sensor\":\"s" + std::to_string(next % kSensors) +
            "\",\"value\":" + std::to_string(readingOf(next)) + ",\"ts\":" + std::to_string(kBeginMs + next) +
            "}";
        record.partition = next++ % kPartitions;
        return true;
    });
}

KafkaOutputTest::Windows KafkaOutputTest::expected(int count)
{
    std::map<std::pair<int, qint64>, std::pair<qint64, qint64>> windows;
    for (int i = 0; i < count; ++i) {
        if (readingOf(i) < 200) continue;
        auto& [n, most] = windows[{i % kSensors, (kBeginMs + i) / kWindowMs * kWindowMs}];
        ++n;
        most = std::max<qint64>(most, readingOf(i));
    }
    Windows all;
    for (const auto& [key, sums] : windows)
        all.insert(windowText("s" + QByteArray::number(key.first), key.second, sums.first, sums.second));
    return all;
}

KafkaOutputTest::Windows KafkaOutputTest::written(const std::string& topic)
{
    Windows all;
    for (const engine::KafkaTestRecord& record : m_broker.consume(topic)) {
        const QJsonObject row = QJsonDocument::fromJson(QByteArray::fromStdString(record.value)).object();
        const auto start = QDateTime::fromString(row["window_start"].toString(), Qt::ISODateWithMs);
        all.insert(windowText(row["sensor"].toString().toUtf8(), start.toMSecsSinceEpoch(),
                              row["n"].toInteger(), row["most"].toInteger()));
        if (record.key != row["sensor"].toString().toStdString()) qFatal("A record has another key.");
    }
    return all;
}

QString KafkaOutputTest::document(const QString& input, const QString& output, const QString& access)
{
    writeText(path("k.pipeline.json"),
              QString(R"({"format": 1, "id": "0c1f3a52-9f1e-4c6b-8a3d-2b7e5d9c4f11", "name": "Topics",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "100ms", "checkpoint_timeout": "5s"},
  "nodes": [
    {"id": "input", "component": "kafka_source", "params": {%3, "topic": "%1", "start": "earliest",
      "columns": [{"name": "sensor", "type": "string"}, {"name": "value", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "1s", "idle_timeout": "0s"}},
    {"id": "high", "component": "filter", "params": {"condition": "value >= 200"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "5s", "keys": ["sensor"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "max", "argument": "value", "name": "most"}]}},
    {"id": "output", "component": "kafka_sink", "params": {%3, "topic": "%2", "key": "sensor"}}],
  "edges": [["input.out", "high.in"], ["high.out", "windows.in"], ["windows.out", "output.in"]]})")
                  .arg(input, output, access));
    return path("k.pipeline.json");
}

void KafkaOutputTest::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_configuration.path().toUtf8());
    const QString secrets = m_configuration.filePath("streamwright/secrets");
    QVERIFY(QDir().mkpath(secrets));
    for (const QString& user : {QString("alice"), QString("bob")}) {
        writeText(secrets + "/" + user, user + "-secret\n");
        QVERIFY(QFile::setPermissions(secrets + "/" + user, QFile::ReadOwner | QFile::WriteOwner));
    }
    QCOMPARE(m_broker.start(), std::string());
    produceSensors("input", kRecords);
}

void KafkaOutputTest::aMillionRecordsFromTopicToTopic()
{
    m_broker.createTopic("million", kPartitions);
    RunningWorker worker(m_directory->path(), document("input", "million", plain()));
    QVERIFY2(hasReadAll(worker), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    QVERIFY(written("million") == expected(kRecords));
}

void KafkaOutputTest::aBrokerThatRestartsCostsNothing_data()
{
    QTest::addColumn<bool>("namesNoBroker");
    QTest::newRow("restarts") << false;
    // The client itself forgets then whom it knew.
    QTest::newRow("names_no_broker_before") << true;
}

void KafkaOutputTest::aBrokerThatRestartsCostsNothing()
{
    QFETCH(bool, namesNoBroker);
    const std::string topic = QTest::currentDataTag();
    m_broker.createTopic(topic, kPartitions);
    RunningWorker worker(m_directory->path(), document("input", QTest::currentDataTag(), plain()));
    QVERIFY(worker.waitFor([&] { return worker.rowsIn() > 0; }));
    if (namesNoBroker)
        m_broker.unregister();
    else
        m_broker.stop();
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("No Kafka broker answers"); }),
             qPrintable(worker.errors()));
    m_broker.stop();
    QCOMPARE(m_broker.start(), std::string());
    QVERIFY2(hasReadAll(worker), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    // The client is idempotent: while the run goes on nothing comes twice.
    QVERIFY(written(topic) == expected(kRecords));
}

void KafkaOutputTest::killsLoseNothing()
{
    constexpr int kKills = 20;
    m_broker.createTopic("kills", kPartitions);
    // No faster than that, so that every kill meets a run that has much to read.
    const QString file = document("input", "kills", plain());
    QFile text(file);
    QVERIFY(text.open(QIODevice::ReadWrite));
    const QByteArray slowed =
        text.readAll()
            .replace(R"({"id": "high",)",
                     R"({"id": "slow", "component": "throttle", "params": {"rate": 100000}}, {"id": "high",)")
            .replace(R"(["input.out", "high.in"])", R"(["input.out", "slow.in"], ["slow.out", "high.in"])");
    QVERIFY(slowed.count("slow") == 3 && text.resize(0) && text.seek(0) && text.write(slowed) > 0);
    text.close();
    engine::Random random(3);
    for (int kill = 0; kill < kKills; ++kill) {
        RunningWorker worker(m_directory->path(), file);
        // One at least must have come to a checkpoint, however slow the machine is.
        if (kill == 0) QVERIFY2(worker.comesToACheckpoint(), qPrintable(worker.errors()));
        const int afterMs = 50 + static_cast<int>(random.below(500));
        worker.waitFor([] { return false; }, afterMs);
        QVERIFY2(worker.kill(), qPrintable(worker.errors()));
    }
    QVERIFY(!QDir(path("state")).entryList({"manifest-*"}, QDir::Files).isEmpty());
    RunningWorker last(m_directory->path(), file);
    QVERIFY2(last.waitFor([&] { return last.counter("lag") >= 0; }), qPrintable(last.errors()));
    qInfo("%lld records were not read when the last kill came", last.counter("lag"));
    QVERIFY(last.counter("lag") > 0);
    QVERIFY2(last.waitFor([&] { return last.counter("lag") == 0; }), qPrintable(last.errors()));
    QVERIFY2(last.finish() == 0, qPrintable(last.errors()));
    const Windows found = written("kills"), wanted = expected(kRecords);
    const std::set<QByteArray> once(found.begin(), found.end());
    qInfo("%d kills, %zu records, %zu repeats", kKills, once.size(), found.size() - once.size());
    QVERIFY(once == std::set<QByteArray>(wanted.begin(), wanted.end()));
}

void KafkaOutputTest::partOfItByTlsAndLogin()
{
    produceSensors("part", kPart);
    m_broker.createTopic("safe", kPartitions);
    RunningWorker worker(m_directory->path(), document("part", "safe", login("alice")),
                         {"--drain", "--log-level", "debug"});
    QVERIFY2(hasReadAll(worker), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
    QVERIFY(written("safe") == expected(kPart));
    QVERIFY(!worker.errors().contains("alice-secret"));
    for (const QString& name : QDir(path("state")).entryList(QDir::Files)) {
        QFile file(path("state/" + name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("alice-secret"), qPrintable(name));
    }
}

QString KafkaOutputTest::generated(const QString& topic, const QString& access, const QString& rows)
{
    writeText(path("k.pipeline.json"),
              QString(R"({"format": 1, "id": "0c1f3a52-9f1e-4c6b-8a3d-2b7e5d9c4f12", "name": "Out",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "200ms"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", %3}},
    {"id": "output", "component": "kafka_sink", "params": {%2, "topic": "%1"}}],
  "edges": [["input.out", "output.in"]]})")
                  .arg(topic, access, rows));
    return path("k.pipeline.json");
}

void KafkaOutputTest::anOutputThatRefusesEndsTheRun_data()
{
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("access");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no such topic") << "nowhere" << plain() << "there is no such topic";
    QTest::newRow("may not write") << "closed" << login("bob") << "the broker needs an ACL that allows";
    QTest::newRow("records are too large") << "narrow" << plain() << "raise its max.message.bytes";
    const QString misleading = QString::fromStdString(m_broker.misleadingServers());
    QTest::newRow("advertised elsewhere")
        << "closed" << QString(R"("bootstrap_servers": "%1")").arg(misleading)
        << QString("The cluster at %1 says that a broker is at %2, and nobody answers there")
               .arg(misleading, engine::KafkaBroker::kElsewhere);
}

void KafkaOutputTest::anOutputThatRefusesEndsTheRun()
{
    QFETCH(QString, topic);
    QFETCH(QString, access);
    QFETCH(QString, sentence);
    if (!engine::hasKafkaTopic(m_broker.servers(), "closed")) {
        m_broker.createTopic("closed", 1);
        m_broker.createTopic("narrow", 1, "max.message.bytes", "60");
    }
    const WorkerResult run = runWorker({"run", generated(topic, access, R"("rows": 100)"), "--state",
                                        path("state"), "--duration", "10s", "--metrics", path("m.json")});
    QVERIFY2(run.exitCode == 3, qPrintable(run.errors));
    QVERIFY2(run.errors.contains("node \"output\": ") && run.errors.contains(sentence),
             qPrintable(run.errors));
    const QString told = troubleOf("output", path("m.json"));
    QVERIFY2(told.contains(sentence), qPrintable(told));
    QVERIFY(!run.errors.contains("-secret"));
}

void KafkaOutputTest::anOutputThatIsDeletedEndsTheRun()
{
    m_broker.createTopic("short_lived", 1);
    RunningWorker worker(m_directory->path(), generated("short_lived", plain(), R"("rate": 500)"), {});
    QVERIFY2(worker.waitFor([&] { return worker.figures()["checkpoint"].toInt() > 0; }),
             qPrintable(worker.errors()));
    m_broker.deleteTopic("short_lived");
    const int exitCode = worker.wait();
    QVERIFY2(exitCode == 3, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("node \"output\": ") && worker.errors().contains("short_lived"),
             qPrintable(worker.errors()));
}

void KafkaOutputTest::anEndWhileTheBrokerIsGoneSaysSo_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("isRunning");
    QTest::addColumn<QString>("sentence");
    const QString stopped = "It was stopped without waiting for this. What was read since ";
    QTest::newRow("stop") << QStringList() << false << stopped;
    QTest::newRow("drain") << QStringList("--drain") << false << "The drain was given up because of this";
    QTest::newRow("the cluster names no broker") << QStringList() << true << stopped;
}

// It does not wait for checkpoint_timeout, and loses nothing: the next run goes on from the last checkpoint.
void KafkaOutputTest::anEndWhileTheBrokerIsGoneSaysSo()
{
    QFETCH(QStringList, options);
    QFETCH(bool, isRunning);
    QFETCH(QString, sentence);
    constexpr int kEndsWithinMs = 40'000;  // of ten minutes
    const std::string topic = QString(QTest::currentDataTag()).replace(' ', '_').toStdString();
    m_broker.createTopic(topic, kPartitions);
    QString text = document("input", QString::fromStdString(topic), plain());
    QFile written(text);
    QVERIFY(written.open(QIODevice::ReadOnly));
    // Slowly, so that there is something to write when the broker is gone.
    const QString patient =
        QString::fromUtf8(written.readAll())
            .replace(R"("5s"},)", R"("10min"},)")
            .replace(R"({"id": "high")",
                     R"({"id": "slow", "component": "throttle", "params": {"rate": 25000}},
    {"id": "high")")
            .replace(R"("high.in"])", R"("slow.in"], ["slow.out", "high.in"])");
    QVERIFY(patient.contains("10min") && patient.contains("slow.out"));
    writeText(text, patient);
    RunningWorker worker(m_directory->path(), text, options);
    QVERIFY(worker.waitFor([&] { return worker.rowsIn() > 0; }));
    if (isRunning)
        m_broker.unregister();
    else
        m_broker.stop();
    // A broker that runs may answer that it knows of none.
    QVERIFY2(worker.waitFor([&] {
        return worker.hasSaid("node \"output\": No Kafka broker answers") ||
            (isRunning && worker.hasSaid("answer, but do not confirm what was written to topic"));
    }),
             qPrintable(worker.errors()));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(worker.finish(), 3);
    QVERIFY2(timer.elapsed() < kEndsWithinMs, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains(sentence), qPrintable(worker.errors()));
    m_broker.stop();
    QCOMPARE(m_broker.start(), std::string());
    // What is left need not come slowly.
    QVERIFY(patient.contains(R"("rate": 25000)"));
    writeText(text, QString(patient).replace(R"("rate": 25000)", R"("rate": 1000000)"));
    RunningWorker last(m_directory->path(), text);
    QVERIFY2(hasReadAll(last), qPrintable(last.errors()));
    QVERIFY2(last.finish() == 0, qPrintable(last.errors()));
    const Windows found = this->written(topic), wanted = expected(kRecords);
    QVERIFY(std::set<QByteArray>(found.begin(), found.end()) ==
            std::set<QByteArray>(wanted.begin(), wanted.end()));
}

STREAMWRIGHT_TEST(KafkaOutputTest)

}  // namespace tst_kafka_output
#include "tst_kafka_output.moc"
