// labels: asan
// What a run says of its nodes while it goes on, to people and to programs: that one waits for something
// outside, and that nothing of what it reads can be used.
#include "app/worker.h"
#include "test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>
#include <sqlite3.h>

namespace tst_told_as_json {

class ToldAsJsonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNodeThatWaits();
    void recordsOfWhichNoneFits_data();
    void recordsOfWhichNoneFits();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    void write(const QString& name, const QByteArray& text, QIODevice::OpenMode mode) const;
    void start(const QString& source, const QString& sink, const QStringList& more);
    bool says(const QByteArray& part);
    QJsonObject logOf(const QByteArray& part) const;
    QJsonValue figure(const QString& node, const QString& name) const;
    void stop(int exitCode);

    QTemporaryDir m_directory;
    std::unique_ptr<QProcess> m_process;
    QByteArray m_said;
};

void ToldAsJsonTest::write(const QString& name, const QByteArray& text, QIODevice::OpenMode mode) const
{
    QFile file(path(name));
    QVERIFY(file.open(mode));
    file.write(text);
}

void ToldAsJsonTest::start(const QString& source, const QString& sink, const QStringList& more)
{
    const QString text = QString(R"({
  "format": 1, "id": "0d3a1c7e-4b58-4b7e-9a53-2f8e6c1d7a94", "name": "Told",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "200ms"},
  "nodes": [{"id": "input", %1}, {"id": "output", %2}], "edges": [["input.out", "output.in"]]})")
                             .arg(source, sink);
    write("told.pipeline.json", text.toUtf8(), QIODevice::WriteOnly);
    m_said.clear();
    m_process = std::make_unique<QProcess>();
    m_process->start(workerPath(),
                     QStringList{"run", path("told.pipeline.json"), "--fresh", "--state", path("state"),
                                 "--metrics", path("metrics.json")} +
                         more);
}

bool ToldAsJsonTest::says(const QByteArray& part)
{
    QDeadlineTimer until(30'000);
    while (!m_said.contains(part) && !until.hasExpired() && m_process->state() != QProcess::NotRunning) {
        m_process->waitForReadyRead(100);
        m_said += m_process->readAllStandardError();
    }
    return m_said.contains(part);
}

QJsonObject ToldAsJsonTest::logOf(const QByteArray& part) const
{
    for (const QByteArray& line : m_said.split('\n'))
        if (line.contains(part)) return QJsonDocument::fromJson(line).object();
    return {};
}

QJsonValue ToldAsJsonTest::figure(const QString& node, const QString& name) const
{
    QFile file(path("metrics.json"));
    if (!file.open(QIODevice::ReadOnly)) return QJsonValue::Undefined;
    for (const QJsonValue& each : QJsonDocument::fromJson(file.readAll()).object()["nodes"].toArray())
        if (each["node"].toString() == node) return each[name];
    return QJsonValue::Undefined;
}

void ToldAsJsonTest::stop(int exitCode)
{
    ::kill(static_cast<pid_t>(m_process->processId()), SIGTERM);
    QVERIFY(m_process->waitForFinished(30'000));
    QCOMPARE(m_process->exitCode(), exitCode);
}

void ToldAsJsonTest::aNodeThatWaits()
{
    sqlite3* other = nullptr;
    sqlite3_open(path("busy.db").toUtf8().constData(), &other);
    QCOMPARE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    start(R"("component": "generator_source", "params": {"preset": "sensors", "rate": 100})",
          R"("component": "sqlite_sink", "params": {"path": "busy.db", "table": "rows", "mode": "append"})",
          {"--json"});
    QVERIFY2(says("rows wait until it is free"), m_said.constData());
    const QJsonObject told = logOf("rows wait until it is free");
    QCOMPARE(told["log"].toString(), QString("warning"));
    QCOMPARE(told["node"].toString(), QString("output"));
    QTRY_VERIFY_WITH_TIMEOUT(figure("output", "waits_for").toString().contains("rows wait until it is free"),
                             20'000);
    QVERIFY(figure("output", "problem").toString().contains("rows wait until it is free"));
    QVERIFY(figure("input", "waits_for").isNull());
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    QVERIFY2(says("The wait is over"), m_said.constData());
    QTRY_VERIFY_WITH_TIMEOUT(figure("output", "waits_for").isNull(), 20'000);
    stop(0);
}

void ToldAsJsonTest::recordsOfWhichNoneFits_data()
{
    QTest::addColumn<bool>("isJson");
    QTest::newRow("to people") << false;
    QTest::newRow("to programs") << true;
}

void ToldAsJsonTest::recordsOfWhichNoneFits()
{
    QFETCH(bool, isJson);
    write("bad.ndjson", QByteArray("no record\n").repeated(200), QIODevice::WriteOnly);
    start(R"("component": "file_source", "params": {"path": "bad.ndjson", "format": "json", "follow": true,
             "columns": [{"name": "a", "type": "bigint"}]})",
          R"("component": "discard_sink", "params": {})", isJson ? QStringList{"--json"} : QStringList());
    const QByteArray sentence = " records read so far fits the format and columns of this source: ";
    QVERIFY2(says(sentence), m_said.constData());
    if (isJson)
        QCOMPARE(logOf(sentence)["node"].toString(), QString("input"));
    else
        QVERIFY2(m_said.contains("node \"input\": None of the "), m_said.constData());
    QTRY_VERIFY_WITH_TIMEOUT(figure("input", "problem").toString().contains(sentence), 20'000);
    write("bad.ndjson", "{\"a\":1}\n", QIODevice::Append);
    QTRY_VERIFY_WITH_TIMEOUT(figure("input", "problem").isNull(), 20'000);
    stop(0);
}

STREAMWRIGHT_TEST(ToldAsJsonTest)

}  // namespace tst_told_as_json
#include "tst_told_as_json.moc"
