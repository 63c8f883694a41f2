// labels: asan
// What a run begins and ends in: the three standard files, open, closed or read by nobody, and pipes where
// files belong.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>

#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_pipes {

namespace {

const QString kConsole = R"("component": "console_sink", "params": {"format": "json"})";
const QString kNowhere = R"("component": "discard_sink")";
const QString kRows =
    R"("component": "generator_source", "params": {"preset": "sensors", "rows": 3, "rate": 0})";

}  // namespace

class PipesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
    void aClosedStandardFile_data();
    void aClosedStandardFile();
    void aDocumentMayComeThroughAPipe();
    void rowsComeFromFilesAlone_data();
    void rowsComeFromFilesAlone();
    void aConsoleThatNobodyReads_data();
    void aConsoleThatNobodyReads();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    QString write(const QString& source, const QString& sink);
    WorkerResult inShell(const QString& words) const;  // $1 is the program, $2 the directory
    std::unique_ptr<QTemporaryDir> m_directory;
};

QString PipesTest::write(const QString& source, const QString& sink)
{
    QFile file(path("x.pipeline.json"));
    const QString text = R"({"format": 1, "id": "2f6b8c1d-94a7-4e30-b5d2-7c8e9f0a1b34", "name": "Pipes",
  "nodes": [{"id": "input", %1}, {"id": "output", %2}], "edges": [["input.out", "output.in"]]})";
    if (!file.open(QIODevice::WriteOnly) || file.write(text.arg(source, sink).toUtf8()) <= 0)
        QTest::qFail("write", __FILE__, __LINE__);
    return file.fileName();
}

WorkerResult PipesTest::inShell(const QString& words) const
{
    QProcess process;
    process.start("bash", {"-c", "exec " + words, "bash", workerPath(), m_directory->path()});
    process.closeWriteChannel();
    const bool isDone = process.waitForFinished(60'000);
    if (!isDone) process.kill();
    process.waitForFinished();
    return {process.exitCode(), !isDone || process.exitStatus() != QProcess::NormalExit,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

void PipesTest::aClosedStandardFile_data()
{
    QTest::addColumn<QString>("closed");
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<int>("rows");
    const QString input = R"("component": "file_source", "params": {"path": "-", "format": "json",
        "columns": [{"name": "n", "type": "bigint"}]})";
    QTest::newRow("input") << "<&-" << input << 3
                           << "node \"input\": Standard input is closed; give it a file or a pipe, or choose "
                              "a file as the path.\n"
                           << 0;
    QTest::newRow("output") << ">&-" << kRows << 3
                            << "node \"output\": Cannot write to standard output, which is closed; send it "
                               "to a file or to a program.\n"
                            << 0;
    QTest::newRow("errors") << "2>&-" << kRows << 0 << "" << 3;
    QTest::newRow("input and errors, not needed") << "<&- 2>&-" << kRows << 0 << "" << 3;
}

// Nothing else gets its number: neither rows nor messages come into a file that the run opens.
void PipesTest::aClosedStandardFile()
{
    QFETCH(QString, closed);
    QFETCH(QString, source);
    QFETCH(int, code);
    QFETCH(QString, sentence);
    QFETCH(int, rows);
    write(source, kConsole);
    const WorkerResult result =
        inShell("\"$1\" run \"$2\"/x.pipeline.json --state \"$2\"/state " + closed);
    QVERIFY2(!result.crashed && result.exitCode == code, qPrintable(result.errors));
    QVERIFY2(result.errors.contains(sentence), qPrintable(result.errors));
    QCOMPARE(result.output.count('\n'), rows);
    QFile lock(path("state/lock"));
    QVERIFY(lock.open(QIODevice::ReadOnly));
    const QByteArray held = lock.readAll();
    bool isNumber = false;
    held.toLongLong(&isNumber);
    QVERIFY2(isNumber || held.isEmpty(), held.constData());
}

void PipesTest::aDocumentMayComeThroughAPipe()
{
    write(kRows, kConsole);
    const WorkerResult result =
        inShell("\"$1\" run <(cat \"$2\"/x.pipeline.json) --state \"$2\"/state");
    QVERIFY2(!result.crashed && result.exitCode == 0, qPrintable(result.errors));
    QCOMPARE(result.output.count('\n'), 3);
}

void PipesTest::rowsComeFromFilesAlone_data()
{
    QTest::addColumn<QString>("input");
    QTest::addColumn<QString>("follow");
    QTest::addColumn<QString>("sentence");
    const QString pipe = "/d.ndjson is a pipe; use - for standard input, or choose a file.";
    QTest::newRow("plain") << "d.ndjson" << "false" << pipe;
    QTest::newRow("pattern") << "*.ndjson" << "false" << pipe;
    QTest::newRow("followed") << "d.ndjson" << "true" << pipe;
    QTest::newRow("pattern, followed") << "*.ndjson" << "true" << pipe;
    QTest::newRow("standard input by its name")
        << "/dev/stdin" << "false" << "/dev/stdin is a pipe; use - for standard input, or choose a file.";
    QTest::newRow("a device") << "/dev/zero" << "false"
                              << "/dev/zero is a device; use - for standard input, or choose a file.";
}

// A pipe that nobody writes to would be waited for for ever, and could not be read again.
void PipesTest::rowsComeFromFilesAlone()
{
    QFETCH(QString, input);
    QFETCH(QString, follow);
    QFETCH(QString, sentence);
    QCOMPARE(::mkfifo(qPrintable(path("d.ndjson")), 0600), 0);
    write(QString(R"("component": "file_source", "params": {"path": "%1", "format": "json", "follow": %2,
        "columns": [{"name": "n", "type": "bigint"}]})")
              .arg(input, follow),
          kNowhere);
    for (const char* command : {"run", "validate --connect"}) {
        const WorkerResult result = inShell(QString("\"$1\" %1 \"$2\"/x.pipeline.json --state \"$2\"/state "
                                                    "< <(echo '{}')")
                                                .arg(command));
        QVERIFY2(!result.crashed && result.exitCode == 3, qPrintable(command + (": " + result.errors)));
        QVERIFY2(result.errors.contains("node \"input\": ") && result.errors.contains(sentence),
                 qPrintable(result.errors));
    }
}

void PipesTest::aConsoleThatNobodyReads_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::newRow("plain") << QStringList{};
    QTest::newRow("with a summary behind the rows") << QStringList{"--json"};
}

// A stop does not wait for who reads; what it leaves behind is whole rows.
void PipesTest::aConsoleThatNobodyReads()
{
    QFETCH(QStringList, more);
    write(R"("component": "generator_source", "params": {"preset": "sensors", "rate": 0})", kConsole);
    QCOMPARE(::mkfifo(qPrintable(path("pipe")), 0600), 0);
    const int reader = ::open(qPrintable(path("pipe")), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    QProcess process;
    process.setStandardOutputFile(path("pipe"));
    process.start(workerPath(),
                  QStringList{"run", path("x.pipeline.json"), "--state", path("state")} + more);
    QByteArray errors;
    QTRY_VERIFY_WITH_TIMEOUT((errors += process.readAllStandardError()).contains("; let the program"),
                             20'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(20'000));
    errors += process.readAllStandardError();
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 3, errors.constData());
    QVERIFY2(errors.contains("node \"output\": Nobody takes rows from standard output; let the program "
                             "that reads it go on.\n"),
             errors.constData());
    QByteArray rows(1 << 20, '\0');
    rows.resize(std::max<qsizetype>(::read(reader, rows.data(), static_cast<std::size_t>(rows.size())), 0));
    ::close(reader);
    QVERIFY(rows.size() > 4096 && rows.endsWith('\n'));
    rows.chop(1);
    for (const QByteArray& row : rows.split('\n'))
        QVERIFY2(QJsonDocument::fromJson(row).isObject(), row.constData());
}

STREAMWRIGHT_TEST(PipesTest)

}  // namespace tst_pipes
#include "tst_pipes.moc"
