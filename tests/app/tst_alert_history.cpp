// The same rule on the same records gives the same history, whatever the threads, in the window's engine, and
// after a kill -9 while alerts were pending, firing and recovering; alerts are told on the command line.
#include "app/window_engine.h"
#include "app/worker.h"
#include "base/env.h"
#include "test_main.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <csignal>
#include <sqlite3.h>

namespace tst_alert_history {

class AlertHistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void isTheSameAtAnyThreadsAndChunks_data();
    void isTheSameAtAnyThreadsAndChunks();
    void isTheSameInTheWindow();
    void isTheSameAfterKillsInEveryPhase();
    void isKeptInATableThatWasAskedFor();
    void isKeptBeforeACheckpointIsDecided();
    void isToldOnTheCommandLine();
    void isToldAsJson();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    QString documentText(const QString& input, const QString& output, const QString& chunk,
                         bool follow) const;
    void writeFile(const QString& name, const QByteArray& text, bool append = false) const;
    WorkerResult run(const QString& chunk, int threads, const QStringList& more = {});
    QList<QByteArray> history(const QString& pattern) const;
    QList<QByteArray> tableOfAlerts(const QString& file = "window/streamwright/alerts.sqlite") const;
    static QList<QJsonObject> objectsOf(const QList<QByteArray>& lines);
    QList<QByteArray> selected(const QString& file, const char* query) const;
    QByteArray phaseOfMachine0(const QString& file) const;
    bool waitForRows(QProcess& process, int rows, const QString& counter, int& checkpoint) const;

    QTemporaryDir m_directory;
    QList<QByteArray> m_lines;  // the records
    QList<QByteArray> m_expected;
};

namespace {

constexpr int kSeconds = 300, kMachines = 7;
constexpr std::int64_t kBeginMs = 1'700'000'000'000;

// Machine 0 is hot from 40 to 100; the others now and then. Machine 5 falls silent, all do from 200 to 230,
// machine 6 divides by zero for a while, and machine 4 has no readings.
QByteArray recordOf(int second, int machine, engine::Random& random)
{
    double value = 60 + static_cast<double>(random.below(300)) / 10;
    if (machine == 0) value = second >= 40 && second < 100 ? 90 : 70;
    const int divisor = machine == 6 && second > 120 && second < 150 ? 0 : 1;
    if (divisor == 0) value = 85;  // else the division is not looked at
    if (machine == 5 && second >= 40 && second < 60) value = 85;
    const QByteArray reading =
        machine == 4 && second % 50 > 30 ? QByteArray("null") : QByteArray::number(value, 'f', 1);
    const qint64 late = machine == 0 ? 0 : static_cast<qint64>(random.below(900));
    return "{\"machine\":\"m" + QByteArray::number(machine) + "\",\"t\":" + reading +
        ",\"divisor\":" + QByteArray::number(divisor) +
        ",\"ts\":" + QByteArray::number(kBeginMs + 1000LL * second - late) + "}\n";
}

}  // namespace

void AlertHistoryTest::writeFile(const QString& name, const QByteArray& text, bool append) const
{
    QFile file(path(name));
    QVERIFY(file.open(append ? QIODevice::Append : QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QString AlertHistoryTest::documentText(const QString& input, const QString& output, const QString& chunk,
                                       bool follow) const
{
    return QString(R"({"format": 1, "id": "5e0b4c1d-93f7-4b0c-8a86-7d1f0c2b9e31", "name": "Hot machines",
  "parameters": {"limit": {"type": "double", "default": 80}},
  "settings": {"checkpoint_interval": "50ms", "chunk_size": "%3"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "%1", "format": "json", "follow": %4,
      "columns": [{"name": "machine", "type": "string"}, {"name": "t", "type": "double"},
                  {"name": "divisor", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "1s", "watermark_heartbeat": false}},
    {"id": "too_hot", "component": "alert_rule", "params": {
      "condition": "t > ${limit} AND 10 / divisor > 0", "critical_condition": "t > 88",
      "for": "10s", "keep_firing_for": "20s", "no_data_after": "5s", "error_after": "3s",
      "labels": ["machine"], "summary": "{machine} is too hot: {value}"}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%2", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "too_hot.in"], ["too_hot.out", "output.in"]]})")
        .arg(path(input), path(output), chunk, follow ? "true" : "false");
}

void AlertHistoryTest::initTestCase()
{
    engine::Random random(11);
    for (int second = 0; second < kSeconds; ++second) {
        if (second >= 200 && second < 230) continue;
        for (int machine = 0; machine < kMachines; ++machine)
            if (machine != 5 || second < 60 || second > 180) m_lines << recordOf(second, machine, random);
    }
    writeFile("input.ndjson", m_lines.join());
    const WorkerResult result = run("64KiB", 1);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    m_expected = history("history*");
    const QByteArray all = m_expected.join();
    for (const char* to : {"pending", "firing", "recovering", "normal", "pending_no_data", "no_data",
                           "pending_error", "error"})
        QVERIFY2(all.contains(QByteArray("\"to\":\"") + to + "\""), to);
    for (const char* reason : {"missing_series", "critical_condition"})
        QVERIFY2(all.contains(reason), reason);
}

WorkerResult AlertHistoryTest::run(const QString& chunk, int threads, const QStringList& more)
{
    writeFile("plain.pipeline.json", documentText("input.ndjson", "history.ndjson", chunk, false).toUtf8());
    return runWorker(QStringList{"run", path("plain.pipeline.json"), "--fresh", "--state", path("state"),
                                 "--threads", QString::number(threads), "--parallelism",
                                 QString::number(threads)} +
                     more);
}

QList<QByteArray> AlertHistoryTest::history(const QString& pattern) const
{
    QList<QByteArray> lines;
    const QDir directory(m_directory.path());
    for (const QString& name : directory.entryList({pattern}, QDir::Files)) {
        QFile file(path(name));
        if (!file.open(QIODevice::ReadOnly)) continue;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (!line.isEmpty()) lines << line;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

void AlertHistoryTest::isTheSameAtAnyThreadsAndChunks_data()
{
    QTest::addColumn<QString>("chunk");
    QTest::addColumn<int>("threads");
    for (const char* chunk : {"1KiB", "64KiB"})
        for (const int threads : {1, 2, 4})
            QTest::addRow("%s, %d threads", chunk, threads) << chunk << threads;
}

void AlertHistoryTest::isTheSameAtAnyThreadsAndChunks()
{
    QFETCH(QString, chunk);
    QFETCH(int, threads);
    const WorkerResult result = run(chunk, threads);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QCOMPARE(history("history*"), m_expected);
}

// The first column of what a query gives.
QList<QByteArray> AlertHistoryTest::selected(const QString& file, const char* query) const
{
    QList<QByteArray> rows;
    sqlite3* table = nullptr;
    sqlite3_open(path(file).toUtf8().constData(), &table);
    const auto take = [](void* into, int, char** values, char**) {
        static_cast<QList<QByteArray>*>(into)->append(values[0]);
        return 0;
    };
    char* problem = nullptr;
    if (sqlite3_exec(table, query, take, &rows, &problem) != SQLITE_OK) qWarning("%s", problem);
    sqlite3_close(table);
    return rows;
}

// As the table of alerts has it, in the form of the output's lines.
QList<QByteArray> AlertHistoryTest::tableOfAlerts(const QString& file) const
{
    return selected(
        file,
        "SELECT json_object('rule', rule, 'labels', labels, 'from', from_phase, 'to', to_phase, 'reason', "
        "reason, 'value', value, 'episode', nullif(episode, ''), 'at', strftime('%Y-%m-%dT%H:%M:', at_us / "
        "1000000, 'unixepoch') || printf('%02d.%03dZ', at_us / 1000000 % 60, at_us / 1000 % 1000)) "
        "FROM changes");
}

// Where the rule had brought machine 0 when it last told of it.
QByteArray AlertHistoryTest::phaseOfMachine0(const QString& file) const
{
    return selected(file,
                    "SELECT to_phase FROM changes WHERE json_extract(labels, '$.machine') = 'm0' "
                    "ORDER BY at_us DESC, id DESC LIMIT 1")
        .value(0);
}

QList<QJsonObject> AlertHistoryTest::objectsOf(const QList<QByteArray>& lines)
{
    QList<QJsonObject> objects;
    for (const QByteArray& line : lines) objects << QJsonDocument::fromJson(line).object();
    const auto keyOf = [](const QJsonObject& object) { return QJsonDocument(object).toJson(); };
    std::sort(objects.begin(), objects.end(),
              [&](const QJsonObject& one, const QJsonObject& other) { return keyOf(one) < keyOf(other); });
    return objects;
}

void AlertHistoryTest::isTheSameInTheWindow()
{
    qputenv("XDG_STATE_HOME", path("window").toUtf8());
    const QByteArray document = documentText("input.ndjson", "window.ndjson", "64KiB", false).toUtf8();
    {
        WindowEngine engine;
        QVERIFY(engine.start(document, path("")));
        QVERIFY(engine.reaches(engine::JobState::Finished));
    }
    QCOMPARE(history("window*.ndjson"), m_expected);
    QCOMPARE(objectsOf(tableOfAlerts()), objectsOf(m_expected));
    // The same file once more: what it left open is over, and is there again.
    const auto openAlerts = [](WindowEngine& engine) { return engine.alerts(true).size(); };
    WindowEngine engine;
    const std::size_t open = openAlerts(engine);
    QVERIFY(open > 0);
    QVERIFY(engine.start(document, path("")));
    QVERIFY(engine.reaches(engine::JobState::Finished));
    QTRY_COMPARE(openAlerts(engine), open);
    QCOMPARE(objectsOf(tableOfAlerts()), objectsOf(m_expected));
}

// Until the rule has taken so many rows, and a checkpoint was decided after that.
bool AlertHistoryTest::waitForRows(QProcess& process, int rows, const QString& counter, int& checkpoint) const
{
    int seen = -1;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 60'000) {
        if (process.waitForFinished(50)) return false;
        QFile file(path("metrics.json"));
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QJsonObject metrics = QJsonDocument::fromJson(file.readAll()).object();
        const int now = metrics["checkpoint"].toInt();
        for (const QJsonValue& node : metrics["nodes"].toArray()) {
            if (node["node"].toString() != "input" || node["rows_out"].toInt() < rows) continue;
            if (seen < 0) seen = now;
        }
        if (seen < 0 || now <= seen + 1 || metrics[counter].toDouble() < 1) continue;
        checkpoint = now;
        return true;
    }
    return false;
}

// A file that grows; at each stop machine 0 is in another phase, and the program is killed.
void AlertHistoryTest::isTheSameAfterKillsInEveryPhase()
{
    writeFile("killed.pipeline.json", documentText("grows.ndjson", "killed.ndjson", "1KiB", true).toUtf8());
    struct Stop {
        int second;
        const char* counter;
        const char* phase;
    };
    const Stop stops[] = {{47, "alerts_pending", "pending"},
                          {75, "alerts_firing", "firing"},
                          {112, "alerts_firing", "recovering"}};
    int written = 0, threads = 1;
    for (const Stop& stop : stops) {
        int until = written;
        while (!m_lines[until].contains("\"ts\":" + QByteArray::number(kBeginMs + 1000LL * stop.second)))
            ++until;
        writeFile("grows.ndjson", m_lines.mid(written, until - written).join(), written > 0);
        QFile::remove(path("metrics.json"));
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(workerPath(),
                      {"run", path("killed.pipeline.json"), "--state", path("state_killed"), "--threads",
                       QString::number(threads), "--metrics", path("metrics.json"), "--alerts",
                       path("alerts.sqlite")});
        int checkpoint = 0;
        QVERIFY(waitForRows(process, until - written, stop.counter, checkpoint));
        process.kill();
        process.waitForFinished();
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        QCOMPARE(phaseOfMachine0("alerts.sqlite"), QByteArray(stop.phase));
        written = until;
        threads *= 2;
    }
    writeFile("grows.ndjson", m_lines.mid(written).join(), true);
    QFile::remove(path("metrics.json"));
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(workerPath(),
                  {"run", path("killed.pipeline.json"), "--state", path("state_killed"), "--resume",
                   "--drain", "--metrics", path("metrics.json"), "--alerts", path("alerts.sqlite")});
    int checkpoint = 0;
    QVERIFY(waitForRows(process, static_cast<int>(m_lines.size()) - written, "running_seconds", checkpoint));
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(history("killed*.ndjson"), m_expected);
    QCOMPARE(objectsOf(tableOfAlerts("alerts.sqlite")), objectsOf(m_expected));
}

// As the window's table, also when the file is read once more from its beginning.
void AlertHistoryTest::isKeptInATableThatWasAskedFor()
{
    const QStringList kept{"--alerts", path("headless.sqlite")};
    for (int i = 0; i < 2; ++i) {
        const WorkerResult result = run("64KiB", 2, kept);
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        QCOMPARE(objectsOf(tableOfAlerts("headless.sqlite")), objectsOf(m_expected));
    }
    const WorkerResult unnamed = run("64KiB", 2, {"--alerts", ""});
    QCOMPARE(unnamed.exitCode, 2);
    QVERIFY2(unnamed.errors.contains("--alerts names no file"), qPrintable(unnamed.errors));
    const WorkerResult mistyped = run("64KiB", 2, {"--alerts", path("nowhere/alerts.sqlite")});
    QCOMPARE(mistyped.exitCode, 3);
    QVERIFY2(mistyped.errors.contains("There is no directory " + path("nowhere") + "; make it, or choose"),
             qPrintable(mistyped.errors));
    QVERIFY(!QFile::exists(path("nowhere")));
    const WorkerResult refused = run("64KiB", 2, {"--alerts", path("history.ndjson")});
    QCOMPARE(refused.exitCode, 3);
    QVERIFY2(refused.errors.contains("The alerts in " + path("history.ndjson") + " could not be"),
             qPrintable(refused.errors));
}

// A next run would not tell it again.
void AlertHistoryTest::isKeptBeforeACheckpointIsDecided()
{
    QString text = documentText("input.ndjson", "decided.ndjson", "64KiB", false);
    writeFile("decided.pipeline.json", text.replace("50ms", "1h").toUtf8());
    qputenv("STREAMWRIGHT_KILL_AT", "publish");
    const WorkerResult killed = runWorker({"run", path("decided.pipeline.json"), "--state",
                                           path("state_decided"), "--alerts", path("decided.sqlite")});
    qunsetenv("STREAMWRIGHT_KILL_AT");
    QVERIFY2(killed.crashed, qPrintable(killed.errors));
    QCOMPARE(objectsOf(tableOfAlerts("decided.sqlite")), objectsOf(m_expected));
}

void AlertHistoryTest::isToldOnTheCommandLine()
{
    const WorkerResult result = run("64KiB", 2);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("2023-11-14T22:14:10Z alert: critical \"too_hot\" "
                                    "{\"machine\":\"m0\"} firing (critical_condition), value 90: "
                                    "m0 is too hot: 90\n"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains("alert resolved: critical \"too_hot\" {\"machine\":\"m0\"} normal"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains(" alerts fired, "), qPrintable(result.errors));
}

void AlertHistoryTest::isToldAsJson()
{
    const WorkerResult result = run("64KiB", 2, {"--json"});
    int fired = 0, resolved = 0;
    for (const QString& line : result.errors.split('\n')) {
        const QJsonObject told = QJsonDocument::fromJson(line.toUtf8()).object();
        fired += told["alert"].toString() == "fired";
        resolved += told["alert"].toString() == "resolved";
        if (told["alert"].toString() == "fired") {
            QVERIFY(told["labels"].toObject().contains("machine"));
            QVERIFY(!told["severity"].toString().isEmpty());
        }
    }
    const QJsonObject summary = QJsonDocument::fromJson(result.output.toUtf8()).object();
    QVERIFY(fired > 3 && resolved > 3);
    QCOMPARE(summary["alerts_fired"].toInt(), fired);
    QCOMPARE(summary["alerts_resolved"].toInt(), resolved);
}

STREAMWRIGHT_TEST(AlertHistoryTest)

}  // namespace tst_alert_history
#include "tst_alert_history.moc"
