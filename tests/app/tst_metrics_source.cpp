// A pipeline that watches itself: what the engine knows comes in as rows, and a rule fires on them.
#include "app/worker.h"
#include "test_main.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_metrics_source {

class MetricsSourceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void givesWhatTheEngineKnows();
    void aRuleFiresOnRejectedRows();
    void aRuleFiresOnCheckpoints();
    void aRuleFiresOnARestart();

private:
    WorkerResult run(const QString& metrics, const QString& behind);
    QTemporaryDir m_directory;
};

void MetricsSourceTest::initTestCase()
{
    QFile file(m_directory.path() + "/some.ndjson");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"v\":1}\n{\"v\":\"no number\"}\nnonsense\n{\"v\":4}\n");
}

WorkerResult MetricsSourceTest::run(const QString& metrics, const QString& behind)
{
    const QString path = m_directory.path() + "/own.pipeline.json";
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(
        QString(R"({"format": 1, "id": "a94f1c4e-7b52-4f0a-9d4e-1d3f5a7b9c21", "name": "Watches itself",
  "settings": {"checkpoint_interval": "200ms"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "some.ndjson", "format": "json",
      "columns": [{"name": "v", "type": "bigint"}]}},
    {"id": "nowhere", "component": "discard_sink", "params": {}},
    {"id": "own", "component": "metrics_source", "params": {"interval": "200ms", "metrics": "%1"}},
    %2
    {"id": "screen", "component": "console_sink", "params": {}}],
  "edges": [["input.out", "nowhere.in"], ["own.out", "watch.in"], ["watch.out", "screen.in"]]})")
            .arg(metrics, behind)
            .toUtf8());
    file.close();
    return runWorker({"run", path, "--fresh", "--state", m_directory.path() + "/state", "--duration", "4s"});
}

void MetricsSourceTest::givesWhatTheEngineKnows()
{
    const WorkerResult result =
        run("", R"({"id": "watch", "component": "filter", "params": {"condition": "value >= 0"}},)");
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QMap<QString, double> last;
    bool hasRun = false;  // the last reading may be of a job that is ending
    for (const QString& line : result.output.split('\n')) {
        const QJsonObject row = QJsonDocument::fromJson(line.toUtf8()).object();
        if (row.isEmpty()) continue;
        QCOMPARE(row["job"].toString(), QString("Watches itself"));
        last[row["node"].toString() + "/" + row["metric"].toString()] = row["value"].toDouble();
        hasRun |= row["metric"].toString() == "running" && row["value"].toDouble() == 1;
    }
    QCOMPARE(last["input/rows_out"], 2.0);
    QCOMPARE(last["input/rows_rejected"], 2.0);
    QCOMPARE(last["/restarts"], 0.0);
    QVERIFY(hasRun);
    QVERIFY(last["/checkpoints"] >= 1);
    QVERIFY(last["/checkpoint_age_seconds"] < 60);
    QVERIFY(last["/memory_bytes"] > 1e6);
    QVERIFY(last["own/rows_out"] > 10);
    QVERIFY(last.contains("watch/state_rows") && last.contains("watch/watermark_lag_seconds"));
}

void MetricsSourceTest::aRuleFiresOnRejectedRows()
{
    const WorkerResult result = run("rows_rejected, restarts", R"({"id": "watch", "component": "alert_rule",
      "params": {"condition": "metric = 'rows_rejected' AND value > 1", "time": "processing",
                 "labels": ["node"], "summary": "{node} refused {value} rows"}},)");
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("{\"node\":\"input\"} firing (condition), value 2: input refused 2 rows"),
             qPrintable(result.errors));
    QVERIFY(result.output.contains("\"to\":\"firing\""));
}

void MetricsSourceTest::aRuleFiresOnCheckpoints()
{
    const WorkerResult result = run("checkpoints", R"({"id": "watch", "component": "alert_rule",
      "params": {"condition": "value > 1", "time": "processing", "labels": ["metric"],
                 "summary": "there are {value} checkpoints"}},)");
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("{\"metric\":\"checkpoints\"} firing (condition), value "),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains(": there are "), qPrintable(result.errors));
}

// The rule is part of what restarts: nobody reads the output for a while, and then somebody does again.
void MetricsSourceTest::aRuleFiresOnARestart()
{
    const QString path = m_directory.path() + "/again.pipeline.json";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"format": 1, "id": "a94f1c4e-7b52-4f0a-9d4e-1d3f5a7b9c22", "name": "Restarts",
  "settings": {"checkpoint_interval": "50ms", "restart": {"initial": "500ms", "maximum": "1s"}},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"rate": 200}},
    {"id": "screen", "component": "console_sink", "params": {"format": "json"}},
    {"id": "own", "component": "metrics_source", "params": {"interval": "200ms", "metrics": "restarts"}},
    {"id": "watch", "component": "alert_rule", "params": {"condition": "value >= 1", "time": "processing",
      "labels": ["metric"], "summary": "restarted {value} times"}},
    {"id": "nowhere", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "screen.in"], ["own.out", "watch.in"], ["watch.out", "nowhere.in"]]})");
    file.close();
    const QByteArray pipe = (m_directory.path() + "/pipe").toUtf8();
    QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
    int reader = ::open(pipe.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const auto drain = [&] {
        char rows[4096];
        while (::read(reader, rows, sizeof rows) > 0) continue;
    };
    const QString figures = m_directory.path() + "/again.json";
    QProcess process;
    process.setStandardOutputFile(QString::fromUtf8(pipe));
    process.start(workerPath(),
                  {"run", path, "--state", m_directory.path() + "/state_again", "--metrics", figures});
    // What fails before the first checkpoint is not tried again.
    const auto hasCheckpoint = [&] {
        drain();
        QFile metrics(figures);
        return metrics.open(QIODevice::ReadOnly) &&
            QJsonDocument::fromJson(metrics.readAll()).object()["checkpoint"].toInt() > 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasCheckpoint(), 20'000);
    ::close(reader);
    QByteArray errors;
    const auto hasSaid = [&](const char* text) {
        return (errors += process.readAllStandardError()).contains(text);
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasSaid("It is tried again."), 20'000);
    reader = ::open(pipe.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const auto hasFired = [&] {
        drain();
        return hasSaid("{\"metric\":\"restarts\"} firing (condition), value ");
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasFired(), 30'000);
    QVERIFY2(errors.contains(": restarted "), errors.constData());
    process.kill();
    QVERIFY(process.waitForFinished());
    ::close(reader);
}

STREAMWRIGHT_TEST(MetricsSourceTest)

}  // namespace tst_metrics_source
#include "tst_metrics_source.moc"
