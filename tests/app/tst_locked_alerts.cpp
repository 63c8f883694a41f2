// A table of alerts that another program holds: nothing of the history is lost, and what waits says so.
#include "app/window_engine.h"
#include "app/worker.h"
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "jobs/alert_store.h"
#endif
#include "test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sqlite3.h>

namespace tst_locked_alerts {

using engine::JobState;

class LockedAlertsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aRunWaitsForItsTable();
    void aStopSaysWhatIsNotWritten();
    void whatIsLeftIsEndedLater();
    void theWindowWaitsForItsTable();

private:
    QString path(const QString& name) const { return m_directory->filePath(name); }
    void write(const QString& name, const QByteArray& text) const;
    void waitUntilSaid(QProcess& process, const QString& part, QByteArray& said) const;
    QByteArray document() const;
    QStringList run() const
    {
        return {"run", path("x.pipeline.json"), "--state", path("state"), "--alerts", path("alerts.sqlite")};
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

namespace {

// A second program at the table.
class Locker {
public:
    explicit Locker(const QString& file) { sqlite3_open(file.toUtf8().constData(), &m_table); }
    ~Locker() { sqlite3_close(m_table); }
    Locker(const Locker&) = delete;
    Locker& operator=(const Locker&) = delete;
    bool lock() { return does("BEGIN IMMEDIATE"); }
    bool release() { return does("COMMIT"); }
    // As "firing normal firing ...", in the order of their times.
    QString phases()
    {
        QString all;
        const auto take = [](void* into, int, char** values, char**) {
            auto& text = *static_cast<QString*>(into);
            text += (text.isEmpty() ? "" : " ") + QString::fromUtf8(values[0]);
            return 0;
        };
        sqlite3_exec(m_table, "SELECT to_phase FROM changes ORDER BY at_us", take, &all, nullptr);
        return all;
    }

private:
    bool does(const char* sql)
    {
        return sqlite3_exec(m_table, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    sqlite3* m_table = nullptr;
};

const QString kLocked = "could not be written: database is locked by another program. Let that finish, or "
                        "end it. Until they are, no checkpoint is decided.";
const QString kPhases = "firing normal firing normal";

}  // namespace

QByteArray LockedAlertsTest::document() const
{
    return QString(R"({"format": 1, "id": "0c5b6f1e-7a0d-4a55-9f63-2b1d7c9e8a10", "name": "Hot",
  "settings": {"checkpoint_interval": "50ms"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "%1", "format": "json", "follow": true,
      "columns": [{"name": "t", "type": "double"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "0ms"}},
    {"id": "hot", "component": "alert_rule", "params": {"condition": "t > 80"}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "hot.in"], ["hot.out", "output.in"]]})")
        .arg(path("input.ndjson"))
        .toUtf8();
}

void LockedAlertsTest::write(const QString& name, const QByteArray& text) const
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

void LockedAlertsTest::waitUntilSaid(QProcess& process, const QString& part, QByteArray& said) const
{
    while (!said.contains(part.toUtf8())) {
        QVERIFY2(process.waitForReadyRead(30'000), said.constData());
        said += process.readAll();
    }
}

void LockedAlertsTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    qputenv("XDG_STATE_HOME", m_directory->path().toUtf8());
    QByteArray lines;
    const int values[] = {70, 81, 75, 90, 60};
    for (int i = 0; i < 5; ++i)
        lines += "{\"t\":" + QByteArray::number(values[i]) +
            ",\"ts\":" + QByteArray::number(1'700'000'000'000LL + 1000 * i) + "}\n";
    write("input.ndjson", lines);
    write("x.pipeline.json", document());
    // The table is there, and empty.
    QVERIFY(bool(engine::AlertStore::open(path("alerts.sqlite").toStdString())));
}

void LockedAlertsTest::aRunWaitsForItsTable()
{
    Locker other(path("alerts.sqlite"));
    QVERIFY(other.lock());
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(workerPath(), run() + QStringList{"--drain", "--duration", "1s"});
    QByteArray said;
    waitUntilSaid(process, kLocked, said);
    QVERIFY2(said.contains("node \"hot\": The alerts in " + path("alerts.sqlite").toUtf8()),
             said.constData());
    QCOMPARE(process.state(), QProcess::Running);
    QVERIFY(other.release());
    QVERIFY(process.waitForFinished(30'000));
    said += process.readAll();
    QVERIFY2(process.exitCode() == 0, said.constData());
    QCOMPARE(other.phases(), kPhases);
}

void LockedAlertsTest::aStopSaysWhatIsNotWritten()
{
    Locker other(path("alerts.sqlite"));
    QVERIFY(other.lock());
    const WorkerResult stopped = runWorker(run() + QStringList{"--duration", "1s"});
    QCOMPARE(stopped.exitCode, 3);
    const QString what = ": node \"hot\": The alerts in " + path("alerts.sqlite") + " " + kLocked;
    QVERIFY2(stopped.errors.contains(what), qPrintable(stopped.errors));
    QVERIFY2(stopped.errors.contains("4 alerts could not be written; whoever goes on from the beginning "
                                     "tells them again."),
             qPrintable(stopped.errors));
    QVERIFY(other.release());
    QCOMPARE(other.phases(), QString());
    const WorkerResult again = runWorker(run() + QStringList{"--duration", "1s"});
    QVERIFY2(again.exitCode == 0, qPrintable(again.errors));
    QCOMPARE(other.phases(), kPhases);
}

// The rule is no longer in the document, so nobody else would ever end its alert.
void LockedAlertsTest::whatIsLeftIsEndedLater()
{
    write("input.ndjson", "{\"t\":81,\"ts\":1700000000000}\n");
    const WorkerResult first = runWorker(run() + QStringList{"--duration", "1s"});
    QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
    Locker other(path("alerts.sqlite"));
    QCOMPARE(other.phases(), QString("firing"));
    QJsonObject plain = QJsonDocument::fromJson(document()).object();
    QJsonArray nodes = plain["nodes"].toArray();
    nodes.removeAt(1);
    plain["nodes"] = nodes;
    plain["edges"] = QJsonArray{QJsonArray{"input.out", "output.in"}};
    write("x.pipeline.json", QJsonDocument(plain).toJson());
    QVERIFY(other.lock());
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(workerPath(), run() + QStringList{"--drain", "--duration", "1s"});
    QByteArray said;
    waitUntilSaid(process, "It is tried again before the next checkpoint.", said);
    waitUntilSaid(process, "node \"input\": The alerts in " + path("alerts.sqlite") + " " + kLocked, said);
    QVERIFY(other.release());
    QVERIFY(process.waitForFinished(30'000));
    QVERIFY2(process.exitCode() == 0, said.constData());
    QCOMPARE(other.phases(), QString("firing normal"));
}

// Whenever the window is killed, what is not in the table is in no checkpoint.
void LockedAlertsTest::theWindowWaitsForItsTable()
{
    const QString file = QString::fromStdString(engine::defaultAlertFile());
    { WindowEngine().alerts(true); }
    Locker other(file);
    QVERIFY(other.lock());
    WindowEngine engine;
    int checkpoints = 0, waits = 0;
    QObject::connect(&engine.client(), &engine::EngineClient::telemetry, this,
                     [&](const engine::JobTelemetry& told) {
                         checkpoints += told.status.lastCheckpoint.value > 0;
                         for (const engine::NodeTelemetry& node : told.nodes)
                             waits += QString::fromStdString(node.waitsFor).contains(kLocked);
                     });
    QVERIFY(engine.start(document(), m_directory->path()));
    QVERIFY(QTest::qWaitFor([&] { return waits > 3; }, 30'000));
    QCOMPARE(checkpoints, 0);
    QVERIFY(engine.alerts(true).empty());
    QVERIFY(other.release());
    QVERIFY(QTest::qWaitFor([&] { return checkpoints > 0; }, 30'000));
    QCOMPARE(other.phases(), kPhases);
    QCOMPARE(engine.alerts(false).size(), std::size_t{2});
    engine.act(engine::JobAction::Stop);
    QVERIFY(engine.reaches(JobState::Stopped));
}

STREAMWRIGHT_TEST(LockedAlertsTest)

}  // namespace tst_locked_alerts
#include "tst_locked_alerts.moc"
