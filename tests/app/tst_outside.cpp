// labels: asan
// What the world outside does to a run from the command line: exit code, a sentence with its place, nothing
// left behind. And `validate --connect`, which says it before.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>
#include <sys/stat.h>

namespace tst_outside {

class OutsideTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void badLinesAreInTheSummary();
    void rejectedRowsAsJson();
    void theNewestRejectedRowsAreShown();
    void edgesCountTheirOwnRows();
    void aFinishedRunIsNotResumed();
    void aDirectoryThatIsNone();
    void aLinkIsWrittenThrough();
    void anOutputThatIsNoFile_data();
    void anOutputThatIsNoFile();
    void anOutputThatIsTakenAway();
    void aStateDirectoryThatCannotBe();
    void aDamagedState();
    void connectFindsNothing();
    void connectSaysWhatIsInTheWay();
    void connectSeesTheStateInUse();
    void connectKnowsTheOutputOfItsOwn();
    void asideIsListedAndCleaned();
    void aStopDoesNotWaitForAnOutsideThatIsAway();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    void write(const QString& name, const QByteArray& text);
    QString document(const QString& input, const QString& output);
    QStringList names() const
    {
        return QDir(m_directory->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void OutsideTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    write("in.ndjson", "{\"n\": 1}\nnonsense\n{\"n\": 3}\n{\"n\": \"four\"}\n");
}

void OutsideTest::write(const QString& name, const QByteArray& text)
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QString OutsideTest::document(const QString& input, const QString& output)
{
    write("x.pipeline.json",
          QString(R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8a", "name": "Outside",
  "nodes": [{"id": "input", "component": "file_source", "params": {"path": "%1", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "%2", "format": "json"}}],
  "edges": [["input.out", "output.in"]]})")
              .arg(input, output)
              .toUtf8());
    return path("x.pipeline.json");
}

void OutsideTest::badLinesAreInTheSummary()
{
    const QString file = document("in.ndjson", "out.ndjson");
    const WorkerResult result = runWorker({"run", file, "--state", path("state/a")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("4 rows in") && result.errors.contains("2 rejected"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains(path("in.ndjson") + ":2: The line is not a JSON object"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains(path("in.ndjson") + ":4: Column \"n\" takes a whole number"),
             qPrintable(result.errors));
}

void OutsideTest::rejectedRowsAsJson()
{
    const QString file = document("in.ndjson", "out.ndjson");
    const WorkerResult result =
        runWorker({"run", file, "--state", path("state/a"), "--json", "--metrics", path("figures.json")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QFile metrics(path("figures.json"));
    QVERIFY(metrics.open(QIODevice::ReadOnly));
    for (const QByteArray& text : {result.output.toUtf8(), metrics.readAll()}) {
        const QJsonObject figures = QJsonDocument::fromJson(text).object();
        QCOMPARE(figures["rows_in"].toInt(), 4);
        QCOMPARE(figures["rows_out"].toInt(), 2);
        QCOMPARE(figures["rows_rejected"].toInt(), 2);
        const QJsonArray rejected = figures["rejected"].toArray();
        QCOMPARE(rejected.size(), 2);
        const QJsonObject last = rejected[1].toObject();
        QCOMPARE(last["node"].toString(), QString("input"));
        QCOMPARE(last["coordinates"].toString(), path("in.ndjson") + ":4");
        QCOMPARE(last["column"].toString(), QString("n"));
        QCOMPARE(last["raw"].toString(), QString("{\"n\": \"four\"}"));
        QVERIFY(last["reason"].toString().contains("whole number"));
        QVERIFY(!last["at"].toString().isEmpty());
    }
}

void OutsideTest::theNewestRejectedRowsAreShown()
{
    QByteArray lines;
    for (int i = 0; i < 30; ++i) lines += "bad\n";
    write("in.ndjson", lines + "{\"n\": 1}\n");
    const WorkerResult result =
        runWorker({"run", document("in.ndjson", "out.ndjson"), "--state", path("state/a")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    for (int line = 1; line <= 30; ++line)
        QCOMPARE(result.errors.contains(path("in.ndjson") + ":" + QString::number(line) + ":"), line > 20);
    QVERIFY2(result.errors.contains("... and 20 more"), qPrintable(result.errors));
}

// Each edge by what went along it, also at the end; what the sources read is the headline.
void OutsideTest::edgesCountTheirOwnRows()
{
    write("in.ndjson", "{\"n\": 1}\nbad\nbad\nbad\n{\"n\": 5}\n");
    write("x.pipeline.json",
          R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8a", "name": "Edges",
  "nodes": [{"id": "input", "component": "file_source", "params": {"path": "in.ndjson",
      "columns": [{"name": "n", "type": "bigint"}]}},
    {"id": "parts", "component": "split", "params": {"routes": [{"port": "low", "condition": "n < 2"}],
      "rest": "high"}},
    {"id": "low", "component": "discard_sink"}, {"id": "high", "component": "discard_sink"},
    {"id": "all", "component": "discard_sink"}, {"id": "bad", "component": "discard_sink"}],
  "edges": [["input.out", "parts.in"], ["parts.low", "low.in"], ["parts.high", "high.in"],
    ["parts.low", "all.in"], ["parts.high", "all.in"], ["input.rejected", "bad.in"]]})");
    const WorkerResult result =
        runWorker({"run", path("x.pipeline.json"), "--state", path("state/a"), "--json"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    const QJsonObject figures = QJsonDocument::fromJson(result.output.toUtf8()).object();
    QCOMPARE(figures["rows_in"].toInt(), 5);
    QList<int> rows;
    for (const QJsonValue& edge : figures["edges"].toArray()) rows << edge.toObject()["rows"].toInt();
    QCOMPARE(rows, (QList<int>{2, 1, 1, 1, 1, 3}));
}

// And nothing of its state is moved.
void OutsideTest::aFinishedRunIsNotResumed()
{
    const QString file = document("in.ndjson", "out.ndjson");
    const QStringList there{"--directory", path("states")};
    QCOMPARE(runWorker({"run", file, "--state", path("states/a")}).exitCode, 0);
    QVERIFY(runWorker(QStringList{"state", "list"} + there).output.contains("(finished)"));
    const QStringList before = QDir(path("states/a")).entryList();
    const WorkerResult result = runWorker({"run", file, "--state", path("states/a"), "--resume"});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains("The last run is finished; there is nothing to resume."),
             qPrintable(result.errors));
    QCOMPARE(QDir(path("states/a")).entryList(), before);
}

void OutsideTest::aDirectoryThatIsNone()
{
    write("plain", "a file");
    const QString file = document("in.ndjson", "plain/out.ndjson");
    const WorkerResult result = runWorker({"run", file, "--state", path("state/a")});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains(file + ": node \"output\": "), qPrintable(result.errors));
    QVERIFY2(result.errors.contains(path("plain/out.ndjson")), qPrintable(result.errors));
}

// The rows are in what the link leads to, and the link stays.
void OutsideTest::aLinkIsWrittenThrough()
{
    write("real.ndjson", "before\n");
    QVERIFY(QFile::link("real.ndjson", path("out.ndjson")));
    const QString file = document("in.ndjson", R"(out.ndjson", "if_exists": "append)");
    const WorkerResult result = runWorker({"run", file, "--state", path("state/a")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY(QFileInfo(path("out.ndjson")).isSymLink());
    QFile real(path("real.ndjson"));
    QVERIFY(real.open(QIODevice::ReadOnly));
    QCOMPARE(real.readAll(), QByteArray("before\n{\"n\":1}\n{\"n\":3}\n"));
}

void OutsideTest::anOutputThatIsNoFile_data()
{
    QTest::addColumn<QString>("output");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("directory") << "folder" << "/folder is a directory, and rows are written to a file";
    QTest::newRow("pipe") << "pipe" << "/pipe is no ordinary file, and rows are written to a file";
    QTest::newRow("link") << "link" << "/pipe is no ordinary file, and rows are written to a file";
}

void OutsideTest::anOutputThatIsNoFile()
{
    QFETCH(QString, output);
    QFETCH(QString, sentence);
    QVERIFY(QDir().mkpath(path("folder")));
    QCOMPARE(::mkfifo(qPrintable(path("pipe")), 0600), 0);
    QVERIFY(QFile::link(path("pipe"), path("link")));
    const QStringList before = names();
    for (const char* ifExists : {"refuse", "replace", "append"}) {
        const QString file = document("in.ndjson", output + R"(", "if_exists": ")" + ifExists);
        for (const QStringList& words :
             {QStringList{"run", file}, QStringList{"validate", file, "--connect"}}) {
            const WorkerResult result = runWorker(words + QStringList{"--state", path("state/a")});
            QCOMPARE(result.exitCode, 3);
            QVERIFY2(result.errors.contains(sentence), qPrintable(result.errors));
        }
    }
    struct stat about { };
    QCOMPARE(::stat(qPrintable(path("pipe")), &about), 0);
    QVERIFY(S_ISFIFO(about.st_mode));
    QVERIFY(!names().contains(output + ".inprogress") && !names().contains("pipe.inprogress"));
    QVERIFY(QFileInfo(path("link")).isSymLink());
    QCOMPARE(names().size(), before.size() + 2);  // the document and the state
}

void OutsideTest::anOutputThatIsTakenAway()
{
    write("out.ndjson", "old\n");
    write("x.pipeline.json", R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8a", "name": "Gone",
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rate": 1000, "rows": 1000000}},
    {"id": "output", "component": "file_sink", "params": {"path": "out.ndjson", "if_exists": "replace"}}],
  "edges": [["input.out", "output.in"]]})");
    QProcess process;
    process.start(workerPath(), {"run", path("x.pipeline.json"), "--state", path("state/a")});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(path("out.ndjson.inprogress")).size() > 0, 20'000);
    QVERIFY(QFile::remove(path("out.ndjson.inprogress")));
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(20'000));
    const QString errors = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 1, qPrintable(errors));
    QVERIFY2(errors.contains(": node \"output\": The output " + path("out.ndjson.inprogress") +
                             " was taken away while this run wrote it"),
             qPrintable(errors));
}

void OutsideTest::aStateDirectoryThatCannotBe()
{
    write("plain", "a file");
    const QString file = document("in.ndjson", "out.ndjson");
    const WorkerResult result = runWorker({"run", file, "--state", path("plain/state")});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains(path("plain/state")), qPrintable(result.errors));
    QVERIFY(!names().contains("out.ndjson"));
}

void OutsideTest::aDamagedState()
{
    const QString file = document("in.ndjson", "out.ndjson");
    QCOMPARE(runWorker({"run", file, "--state", path("state/a")}).exitCode, 0);
    const QString manifest = QDir(path("state/a")).entryList({"manifest-*.json"}).value(0);
    QVERIFY(!manifest.isEmpty());
    write("state/a/" + manifest, "{}\n0\n");
    const WorkerResult result = runWorker({"run", file, "--state", path("state/a")});
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.errors.contains(manifest) && result.errors.contains("--fresh"),
             qPrintable(result.errors));
    QVERIFY(QFile::remove(path("out.ndjson")));
    QCOMPARE(runWorker({"run", file, "--state", path("state/a"), "--fresh"}).exitCode, 0);
}

void OutsideTest::connectFindsNothing()
{
    const QString file = document("in.ndjson", "out.ndjson");
    const QStringList before = names();
    const WorkerResult result = runWorker({"validate", file, "--connect", "--state", path("state/a")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY(result.errors.isEmpty());
    QCOMPARE(names(), before);
}

void OutsideTest::connectSaysWhatIsInTheWay()
{
    write("plain", "a file");
    const QString file = document("gone.ndjson", "nowhere/out.ndjson");
    QCOMPARE(runWorker({"validate", file}).exitCode, 0);
    const QStringList line{"validate", file, "--connect", "--state", path("plain/state")};
    const WorkerResult result = runWorker(line);
    QCOMPARE(result.exitCode, 3);
    for (const QString& part : {"node \"input\": There is no file " + path("gone.ndjson"),
                                "node \"output\": There is no directory " + path("nowhere"),
                                "state: Nothing can be written into " + path("plain")})
        QVERIFY2(result.errors.contains(file + ": " + part), qPrintable(result.errors));
    const WorkerResult asJson = runWorker(line + QStringList{"--json"});
    QCOMPARE(asJson.exitCode, 3);
    const QJsonObject reply = QJsonDocument::fromJson(asJson.output.toUtf8()).object();
    QCOMPARE(reply["diagnostics"].toArray().size(), 3);
    QCOMPARE(reply["runnable"].toBool(true), false);
    // A document with a mistake is not tried.
    write("wrong.pipeline.json", "{\"format\": 1, \"nodes\": []}");
    QCOMPARE(runWorker({"validate", path("wrong.pipeline.json"), "--connect"}).exitCode, 2);
}

void OutsideTest::connectSeesTheStateInUse()
{
    write("endless.pipeline.json",
          R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8b", "name": "Endless",
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rate": 100}},
    {"id": "output", "component": "console_sink", "params": {"format": "json"}}],
  "edges": [["input.out", "output.in"]]})");
    QProcess process;
    process.start(workerPath(), {"run", path("endless.pipeline.json"), "--state", path("state/b")});
    QVERIFY(process.waitForReadyRead(20'000));
    const QString processId = QString::number(process.processId());
    const WorkerResult result =
        runWorker({"validate", path("endless.pipeline.json"), "--connect", "--state", path("state/b")});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains(processId), qPrintable(result.errors));
    const WorkerResult second = runWorker({"run", path("endless.pipeline.json"), "--state", path("state/b")});
    QCOMPARE(second.exitCode, 3);
    QCOMPARE(second.errors.trimmed(),
             path("endless.pipeline.json") + ": \"Endless\" is already running as process " + processId +
                 " (state in " + path("state/b") + ").");
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 0);
}

// Output that is there refuses a fresh start, but not one that goes on with it.
void OutsideTest::connectKnowsTheOutputOfItsOwn()
{
    const QString file = document("in.ndjson", "out.ndjson");
    write("out.ndjson", "before\n");
    const QStringList line{"validate", file, "--connect", "--state", path("state/a")};
    const WorkerResult result = runWorker(line);
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(
        result.errors.contains("node \"output\": The output " + path("out.ndjson") + " is there already"),
        qPrintable(result.errors));
    QFile left(path("out.ndjson"));
    QVERIFY(left.open(QIODevice::ReadOnly));
    QCOMPARE(left.readAll(), QByteArray("before\n"));
}

void OutsideTest::asideIsListedAndCleaned()
{
    const QString file = document("in.ndjson", "out.ndjson");
    for (int round = 0; round < 3; ++round) {
        QCOMPARE(runWorker({"run", file, "--state", path("states/a"), "--fresh"}).exitCode, 0);
        QVERIFY(QFile::remove(path("out.ndjson")));
    }
    const auto aside = [this] { return QDir(path("states/a")).entryList({"aside-*"}).size(); };
    QCOMPARE(aside(), 1);
    const QStringList there{"--directory", path("states")};
    QVERIFY(runWorker(QStringList{"state", "list"} + there).output.contains("moved aside"));
    QVERIFY(
        runWorker(QStringList{"state", "show", "a"} + there).output.contains("from before a fresh start"));
    QCOMPARE(runWorker(QStringList{"state", "clean", "a"} + there).exitCode, 2);
    QCOMPARE(aside(), 1);
    QCOMPARE(runWorker(QStringList{"state", "clean", "a", "--yes"} + there).exitCode, 0);
    QCOMPARE(aside(), 0);
    QVERIFY(!runWorker(QStringList{"state", "list"} + there).output.contains("moved aside"));
    QVERIFY(QDir(path("states/a")).entryList({"manifest-*"}).size() > 0);
}

// The checkpoint that a stop begins with waits for the sink; the stop does not, whatever checkpoint_timeout
// is.
void OutsideTest::aStopDoesNotWaitForAnOutsideThatIsAway()
{
    constexpr int kEndsWithinMs = 20'000;
    write("x.pipeline.json",
          R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8a", "name": "Away",
  "settings": {"guarantee": "at_least_once", "checkpoint_timeout": "10min"},
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rate": 100}},
    {"id": "output", "component": "kafka_sink",
      "params": {"bootstrap_servers": "127.0.0.1:1", "topic": "nowhere"}}],
  "edges": [["input.out", "output.in"]]})");
    QElapsedTimer timer;
    timer.start();
    const WorkerResult result =
        runWorker({"run", path("x.pipeline.json"), "--state", path("state"), "--duration", "4s"});
    QVERIFY2(timer.elapsed() < kEndsWithinMs, qPrintable(result.errors));
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains("node \"output\": No Kafka broker answers at 127.0.0.1:1"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains("What was read since the beginning is read again by the next run."),
             qPrintable(result.errors));
}

STREAMWRIGHT_TEST(OutsideTest)

}  // namespace tst_outside
#include "tst_outside.moc"
