// labels: asan
// What the shell is answered, exactly, and the same by `run` as by `validate --connect`: the rule is in
// docs/decisions/0017-exit-codes.md.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_exit_codes {

class ExitCodesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runAndValidateAgree_data();
    void runAndValidateAgree();
    void tooManyRejectedRows();
    void nothingButRejectedRows();
    void nothingButRefusedRows();
    void metricsThatCannotBeWritten();
    void anErrorAtTheStartHasItsPlace();
    void standardOutputThatTakesNothing();
    void anOutputThatStaysAway();
    void damagedState();
    void interruptedTwice();
    void standbyTakesOver_data();
    void standbyTakesOver();
    void standbyIsGivenUp();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    QString write(const QString& name, const QString& text);
    QString document(const QString& source, const QString& sink, const QString& settings = {});

    QTemporaryDir m_directory;
};

namespace {

const QString kRows =
    R"("component": "generator_source", "params": {"preset": "sensors", "rows": 10, "rate": 0})";
const QString kEndless = R"("component": "generator_source", "params": {"preset": "sensors", "rate": 100})";
const QString kNowhere = R"("component": "discard_sink", "params": {})";

QString fileSource(const QString& path)
{
    return R"("component": "file_source", "params": {"path": ")" + path +
        R"(", "format": "json", "columns": [{"name": "a", "type": "bigint"}]})";
}

QString fileSink(const QString& path)
{
    return R"("component": "file_sink", "params": {"path": ")" + path + R"(", "format": "json"})";
}

}  // namespace

QString ExitCodesTest::write(const QString& name, const QString& text)
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly)) QTest::qFail("write", __FILE__, __LINE__);
    file.write(text.toUtf8());
    return file.fileName();
}

QString ExitCodesTest::document(const QString& source, const QString& sink, const QString& settings)
{
    return QString(R"({"format": 1, "id": "1c5f8a3e-60b2-4d97-8e4f-a2b7c9d0e113", "name": "Codes",
  "settings": {%3},
  "nodes": [{"id": "input", %1}, {"id": "output", %2}], "edges": [["input.out", "output.in"]]})")
        .arg(source, sink, settings);
}

void ExitCodesTest::runAndValidateAgree_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("part");
    write("taken.ndjson", "theirs\n");
    QTest::newRow("nothing wrong") << document(kRows, kNowhere) << 0 << "";
    QTest::newRow("a wrong document") << document(kRows, R"("component": "discrad_sink")") << 2 << "discrad";
    QTest::newRow("a file that is not there")
        << document(fileSource(path("gone.ndjson")), kNowhere) << 3 << "gone.ndjson";
    QTest::newRow("a directory that is not there")
        << document(kRows, fileSink(path("nowhere/out.ndjson"))) << 3 << "nowhere";
    QTest::newRow("a directory that is a file")
        << document(kRows, fileSink(path("taken.ndjson/out.ndjson"))) << 3 << "taken.ndjson";
    QTest::newRow("an output that is there already")
        << document(kRows, fileSink(path("taken.ndjson"))) << 3 << "there already";
}

void ExitCodesTest::runAndValidateAgree()
{
    QFETCH(QString, text);
    QFETCH(int, code);
    QFETCH(QString, part);
    const QString file = write("agree.pipeline.json", text);
    for (const QStringList& command :
         {QStringList{"validate", file, "--connect"}, QStringList{"run", file}}) {
        const WorkerResult result = runWorker(command + QStringList{"--state", path("state")});
        QVERIFY(!result.crashed);
        QVERIFY2(result.exitCode == code,
                 qPrintable(command[0] + ": " + QString::number(result.exitCode) + ", " + result.errors));
        QVERIFY2(result.errors.contains(part), qPrintable(result.errors));
    }
}

void ExitCodesTest::tooManyRejectedRows()
{
    write("bad.ndjson", "no record\nnor this\n{\"a\":1}\n");
    const QString file = write("bad.pipeline.json",
                               document(fileSource(path("bad.ndjson")), kNowhere, R"("reject_limit": 1)"));
    const WorkerResult result = runWorker({"run", file, "--state", path("state_bad")});
    QVERIFY2(result.exitCode == 1, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("reject_limit"), qPrintable(result.errors));
}

void ExitCodesTest::nothingButRejectedRows()
{
    write("all_bad.ndjson", "no record\nnor this\n");
    const QString plain = document(fileSource(path("all_bad.ndjson")), kNowhere);
    const WorkerResult result =
        runWorker({"run", write("all_bad.pipeline.json", plain), "--state", path("state_all_bad")});
    QVERIFY2(result.exitCode == 1, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("node \"input\": None of its 2 records could be used, so nothing came "
                                    "of this run: "),
             qPrintable(result.errors));
    // Who wires the port has taken them.
    QString wired = plain;
    wired.replace(R"("edges": [)",
                  R"("edges": [["input.rejected", "bad.in"], )")
        .replace(R"("nodes": [)", R"("nodes": [{"id": "bad", "component": "discard_sink"}, )");
    const WorkerResult taken =
        runWorker({"run", write("taken_bad.pipeline.json", wired), "--state", path("state_taken_bad")});
    QVERIFY2(taken.exitCode == 0, qPrintable(taken.errors));
}

void ExitCodesTest::nothingButRefusedRows()
{
    write("broken.ndjson", "{\"t\":\"two\\nlines\"}\n{\"t\":\"two\\nmore\"}\n");
    const QString source = QString(R"("component": "file_source", "params": {"path": "%1", "format": "json",
        "columns": [{"name": "t", "type": "string"}]})")
                               .arg(path("broken.ndjson"));
    const QString sink = QString(R"("component": "file_sink", "params": {"path": "%1", "format": "text",
        "if_exists": "replace"})")
                             .arg(path("lines.txt"));
    const QString file = write("refused.pipeline.json", document(source, sink));
    const WorkerResult all = runWorker({"run", file, "--state", path("state_refused")});
    QVERIFY2(all.exitCode == 1, qPrintable(all.errors));
    QVERIFY2(all.errors.contains("2 rows in") && all.errors.contains(", 0 rows out, 2 rejected"),
             qPrintable(all.errors));
    QVERIFY2(all.errors.contains(file + ": node \"output\": None of its 2 rows could be taken, so nothing "
                                        "came of this branch: The value has a line break in it"),
             qPrintable(all.errors));
    write("broken.ndjson", "{\"t\":\"two\\nlines\"}\n");
    const WorkerResult one = runWorker({"run", file, "--state", path("state_refused")});
    QVERIFY2(one.exitCode == 1, qPrintable(one.errors));
    QVERIFY2(one.errors.contains("node \"output\": Its only row could not be taken, so nothing came of this "
                                 "branch: "),
             qPrintable(one.errors));
    write("broken.ndjson", "{\"t\":\"two\\nlines\"}\n{\"t\":\"one\"}\n");
    const WorkerResult some = runWorker({"run", file, "--state", path("state_refused")});
    QVERIFY2(some.exitCode == 0 && some.errors.contains(", 1 row out, 1 rejected"), qPrintable(some.errors));
}

void ExitCodesTest::metricsThatCannotBeWritten()
{
    const QString file = write("metrics.pipeline.json", document(kRows, fileSink(path("metrics.out"))));
    const QString nowhere = path("nowhere/figures.json");
    QVERIFY(QDir().mkpath(path("folder")));
    for (const auto& [metrics, sentence] :
         {std::pair{nowhere, "There is no directory " + path("nowhere") +
                        "; make it, or choose another path for --metrics.\n"},
          std::pair{path("folder"),
                    path("folder") + " is a directory; choose another path for --metrics.\n"},
          std::pair{QString("/proc/figures.json"),
                    QString("--metrics: Nothing can be written into /proc (")}}) {
        const WorkerResult result =
            runWorker({"run", file, "--state", path("state_metrics"), "--metrics", metrics});
        QVERIFY2(result.exitCode == 3, qPrintable(result.errors));
        QVERIFY2(result.errors.startsWith(sentence), qPrintable(result.errors));
        QVERIFY(!QFile::exists(path("metrics.out")));
    }
    const WorkerResult unnamed = runWorker({"run", file, "--metrics="});
    QVERIFY2(unnamed.exitCode == 2 && unnamed.errors.startsWith("--metrics names no file"),
             qPrintable(unnamed.errors));
}

// FILE: node "x": sentence, whatever it is that keeps a run from beginning.
void ExitCodesTest::anErrorAtTheStartHasItsPlace()
{
    const QString file = write("start.pipeline.json", document(kEndless, fileSink(path("start.out"))));
    const QString state = path("state_start");
    QCOMPARE(runWorker({"run", file, "--state", state, "--duration", "300ms"}).exitCode, 0);
    write("start.pipeline.json", document(kEndless, kNowhere));
    const WorkerResult other = runWorker({"run", file, "--state", state});
    QVERIFY2(other.exitCode == 2, qPrintable(other.errors));
    QVERIFY2(other.errors.startsWith(file + ": node \"output\": It was a file_sink when the state in " +
                                     state + " was saved and is a discard_sink now"),
             qPrintable(other.errors));
    write("plain", "a file");
    const WorkerResult unwritable = runWorker({"run", file, "--state", path("plain/state")});
    QVERIFY2(unwritable.exitCode == 3, qPrintable(unwritable.errors));
    QVERIFY2(unwritable.errors.startsWith(file + ": Cannot make the directory " + path("plain/state") + ":"),
             qPrintable(unwritable.errors));
}

// It waits for the next try when it is stopped.
void ExitCodesTest::anOutputThatStaysAway()
{
    const QString file = write(
        "away.pipeline.json",
        document(kEndless, R"("component": "console_sink", "params": {"format": "json"})",
                 R"("checkpoint_interval": "50ms", "restart": {"initial": "60s", "maximum": "60s"})"));
    const QByteArray pipe = path("away.fifo").toUtf8();
    QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
    const int reader = ::open(pipe.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    QProcess process;
    process.setStandardOutputFile(path("away.fifo"));
    process.start(workerPath(), {"run", file, "--state", path("state_away"), "--metrics", path("away.json")});
    // What fails before the first checkpoint is not tried again.
    const auto hasCheckpoint = [&] {
        char rows[4096];
        while (::read(reader, rows, sizeof rows) > 0) continue;
        QFile metrics(path("away.json"));
        return metrics.open(QIODevice::ReadOnly) && metrics.readAll().contains("\"checkpoint\":") &&
            metrics.seek(0) && !metrics.readAll().contains("\"checkpoint\":0");
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasCheckpoint(), 20'000);
    ::close(reader);
    QByteArray errors;
    QTRY_VERIFY_WITH_TIMEOUT((errors += process.readAllStandardError()).contains("It is tried again."),
                             20'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(20'000));
    errors += process.readAllStandardError();
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 3, errors.constData());
    QVERIFY2(errors.contains("node \"output\": Cannot write to standard output: Broken pipe.\n"),
             errors.constData());
}

void ExitCodesTest::standardOutputThatTakesNothing()
{
    const QString file = write("full.pipeline.json",
                               document(kRows, R"("component": "console_sink", "params": {"format": "json"})",
                                        R"("restart": "never")"));
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(workerPath(), {"run", file, "--state", path("state_full")});
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 3);
}

void ExitCodesTest::damagedState()
{
    const QString file = write("damaged.pipeline.json", document(kEndless, kNowhere));
    const QString state = path("state_damaged");
    QCOMPARE(runWorker({"run", file, "--state", state, "--duration", "300ms"}).exitCode, 0);
    const QStringList manifests = QDir(state).entryList({"manifest-*"});
    QVERIFY(!manifests.isEmpty());
    for (const QString& manifest : manifests) {
        QFile spoiled(state + "/" + manifest);
        QVERIFY(spoiled.open(QIODevice::WriteOnly));
        spoiled.write("damaged");
    }
    for (const QStringList& command :
         {QStringList{"validate", file, "--connect"}, QStringList{"run", file}}) {
        const WorkerResult result = runWorker(command + QStringList{"--state", state});
        QVERIFY2(result.exitCode == 1, qPrintable(command[0] + ": " + result.errors));
        QVERIFY2(result.errors.contains("damaged") && result.errors.startsWith(file + ": "),
                 qPrintable(result.errors));
    }
}

// Two different signals: two of the same kind that come at once are one.
void ExitCodesTest::interruptedTwice()
{
    const QString file =
        write("twice.pipeline.json",
              document(kEndless, R"("component": "console_sink", "params": {"format": "json"})"));
    QProcess process;
    process.start(workerPath(), {"run", file, "--state", path("state_twice")});
    QVERIFY(process.waitForReadyRead(20'000));
    // Held meanwhile, so that it meets both before it could end by the first.
    for (const int signal : {SIGSTOP, SIGINT, SIGTERM, SIGCONT})
        ::kill(static_cast<pid_t>(process.processId()), signal);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
}

void ExitCodesTest::standbyTakesOver_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("stopped") << SIGTERM;
    QTest::newRow("killed") << SIGKILL;
}

// One runs, the other waits for the state that it holds, and goes on where it was.
void ExitCodesTest::standbyTakesOver()
{
    QFETCH(int, signal);
    const QString name = QTest::currentDataTag(), state = path("state " + name);
    const QString metrics = path("metrics " + name);
    const QString file = write(name + ".pipeline.json",
                               document(kEndless, fileSink(path(name + "/rows.ndjson")),
                                        R"("checkpoint_interval": "50ms")"));
    QVERIFY(QDir(m_directory.path()).mkdir(name));
    QProcess first, second;
    const auto over = qScopeGuard([&] {
        for (QProcess* process : {&first, &second}) process->kill(), process->waitForFinished();
    });
    first.start(workerPath(), {"run", file, "--state", state});
    const auto hasSaved = [&state] { return !QDir(state).entryList({"manifest-*"}, QDir::Files).isEmpty(); };
    QTRY_VERIFY(hasSaved());
    second.start(workerPath(),
                 {"run", file, "--state", state, "--standby", "--resume", "--metrics", metrics});
    QByteArray said;
    QTRY_VERIFY2((said += second.readAllStandardError()).contains("Standing by. "), said.constData());
    ::kill(static_cast<pid_t>(first.processId()), signal);
    QVERIFY(first.waitForFinished(20'000));
    QTRY_VERIFY2(QFile::exists(metrics), second.readAllStandardError().constData());
    second.terminate();
    QVERIFY(second.waitForFinished(20'000));
    QCOMPARE(second.exitCode(), 0);
    QCOMPARE((said += second.readAllStandardError()).count("Standing by. "), 1);
}

void ExitCodesTest::standbyIsGivenUp()
{
    const QString file = write("waits.pipeline.json", document(kEndless, kNowhere));
    QProcess first, second;
    const auto over = qScopeGuard([&first] { first.kill(), first.waitForFinished(); });
    first.start(workerPath(), {"run", file, "--state", path("state_waits")});
    QTRY_VERIFY(QDir(path("state_waits")).exists());
    second.start(workerPath(), {"run", file, "--state", path("state_waits"), "--standby"});
    QByteArray said;
    QTRY_VERIFY2((said += second.readAllStandardError()).contains("Standing by. "), said.constData());
    second.terminate();
    QVERIFY(second.waitForFinished(20'000));
    QCOMPARE(second.exitCode(), 3);
}

STREAMWRIGHT_TEST(ExitCodesTest)

}  // namespace tst_exit_codes
#include "tst_exit_codes.moc"
