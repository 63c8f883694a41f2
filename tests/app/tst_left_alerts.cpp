// Alerts that nobody is left to end: of a rule that is no longer in the document, of a state that was deleted
// or put aside. They are over, and the table of alerts says why.
#include "app/window_engine.h"
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace tst_left_alerts {

using engine::JobState;

class LeftAlertsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aRuleThatIsGone();
    void aRuleThatIsStillThere();
    void aStateThatIsDeleted();
    void aFreshStart();

private:
    static QByteArray document(bool hasRule);
    void runInTheWindow(bool hasRule);
    QStringList openAlerts() const;
    QString lastReason() const;
    QString file() const { return m_directory->filePath("warm.pipeline.json"); }
    std::unique_ptr<QTemporaryDir> m_directory;
};

namespace {

const QString kPipeline = "c7d7f0b4-2a51-4a0e-9c59-6f3a1e8d2b40";

}  // namespace

// Two sensors, which are both above the limit at once and stay so.
QByteArray LeftAlertsTest::document(bool hasRule)
{
    const char* const rule = R"({"id": "warm", "component": "alert_rule",
      "params": {"condition": "temperature > -1000", "labels": ["sensor_id"]}},)";
    return QString(R"({"format": 1, "id": "%1", "name": "Warm",
  "settings": {"checkpoint_interval": "50ms", "threads": 1},
  "nodes": [
    {"id": "sensors", "component": "generator_source",
     "params": {"preset": "sensors", "rate": 500, "keys": 2, "watermark_delay": "0ms"}},
    %2
    {"id": "end", "component": "discard_sink", "params": {}}],
  "edges": [%3]})")
        .arg(kPipeline, hasRule ? rule : "",
             hasRule ? R"(["sensors.out", "warm.in"], ["warm.out", "end.in"])"
                     : R"(["sensors.out", "end.in"])")
        .toUtf8();
}

void LeftAlertsTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    qputenv("XDG_STATE_HOME", m_directory->path().toUtf8());
    QFile written(file());
    QVERIFY(written.open(QIODevice::WriteOnly));
    written.write(document(true));
    written.close();
    runInTheWindow(true);
    QCOMPARE(openAlerts().size(), 2);
}

void LeftAlertsTest::runInTheWindow(bool hasRule)
{
    WindowEngine engine;
    QVERIFY(engine.start(document(hasRule), m_directory->path()));
    QVERIFY(engine.reaches(JobState::Running));
    if (hasRule) QTRY_COMPARE_WITH_TIMEOUT(engine.alerts(true).size(), std::size_t{2}, 30'000);
    engine.act(engine::JobAction::Stop);
    QVERIFY(engine.reaches(JobState::Stopped));
}

QStringList LeftAlertsTest::openAlerts() const
{
    QStringList names;
    WindowEngine engine;
    for (const engine::AlertEpisode& alert : engine.alerts(true))
        names << QString::fromStdString(alert.last.episode);
    names.sort();
    return names;
}

QString LeftAlertsTest::lastReason() const
{
    WindowEngine engine;
    const auto alerts = engine.alerts(false);
    return alerts.empty() ? QString() : QString::fromStdString(alerts.front().last.reason);
}

void LeftAlertsTest::aRuleThatIsGone()
{
    runInTheWindow(false);
    QCOMPARE(openAlerts(), QStringList());
    QCOMPARE(lastReason(), QString("deleted"));
}

void LeftAlertsTest::aRuleThatIsStillThere()
{
    const QStringList before = openAlerts();
    runInTheWindow(true);
    QCOMPARE(openAlerts(), before);
}

void LeftAlertsTest::aStateThatIsDeleted()
{
    const WorkerResult result = runWorker({"state", "delete", kPipeline, "--yes"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.output.count("alert resolved: warning \"warm\" {\"sensor_id\":") == 2,
             qPrintable(result.output));
    QCOMPARE(openAlerts(), QStringList());
    QCOMPARE(lastReason(), QString("deleted"));
}

void LeftAlertsTest::aFreshStart()
{
    // With a state of its own a run says nothing of the window's alerts.
    const QStringList elsewhere{"run", file(), "--fresh", "--duration", "200ms"};
    QCOMPARE(runWorker(elsewhere + QStringList{"--state", m_directory->filePath("own")}).exitCode, 0);
    QCOMPARE(openAlerts().size(), 2);
    const WorkerResult result = runWorker(elsewhere);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.count("alert resolved: warning \"warm\"") == 2, qPrintable(result.errors));
    QCOMPARE(openAlerts(), QStringList());
}

STREAMWRIGHT_TEST(LeftAlertsTest)

}  // namespace tst_left_alerts
#include "tst_left_alerts.moc"
