// A pipeline that watches itself: what the engine knows comes in as rows, and a rule fires on them.
#include "app/worker.h"
#include "test_main.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace tst_metrics_source {

class MetricsSourceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void givesWhatTheEngineKnows();
    void aRuleFiresOnRejectedRows();

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

STREAMWRIGHT_TEST(MetricsSourceTest)

}  // namespace tst_metrics_source
#include "tst_metrics_source.moc"
