// labels: asan
// The command line as pipeline_format says: exit codes, the form of errors, what goes to which stream.
#include "app/worker.h"
#include "base/limits.h"
#include "commands/arguments.h"
#include "test_main.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>

namespace tst_commands {

class CommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void argumentsAreParsed();
    void argumentsAreRefused_data();
    void argumentsAreRefused();
    void numbersAreBounded_data();
    void numbersAreBounded();
    void wrongCommandLines_data();
    void wrongCommandLines();
    void versionAndHelp();
    void formatWritesTheCanonicalForm();
    void formatKeepsLinksAndPermissions();
    void aDocumentIsReadToItsBound();
    void everyMistakeIsListed();
    void mistakesAsJson();
    void diffSaysWhatChanged();
    void runPrintsRowsAndSummary();
    void runTakesSettings();
    void aPlainStopKeepsState();
    void aVanishedFileIsASentence();
    void previewShowsTheFirstRows();
    void previewEndsWhereNoRowComes();
    void detectShowsColumns();
    void detectDoesNotTryAgain();
    void describeKnowsTheFilter();

private:
    QString write(const QString& name, const QByteArray& text);
    QString pipeline(const QString& generator, const QString& condition);

    QTemporaryDir m_directory;
};

namespace {

const std::vector<engine::OptionInfo> kOptions{
    {"set", "NAME=VALUE", "", true}, {"json", "", "", false}, {"rows", "N", "", false}};

}  // namespace

QString CommandsTest::write(const QString& name, const QByteArray& text)
{
    const QString path = m_directory.path() + "/" + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        QTest::qFail("write", __FILE__, __LINE__);
    return path;
}

// generator, filter, console; `generator` is members of the generator's params.
QString CommandsTest::pipeline(const QString& generator, const QString& condition)
{
    return QString(R"({"format": 1, "id": "b0a2f6d4-3e57-4c19-8a6d-2f9e7c1b5d08", "name": "Commands",
  "parameters": {"limit": {"type": "double", "default": 20}},
  "nodes": [
    {"id": "sensors", "component": "generator_source", "params": {"preset": "sensors", "seed": 1%1}},
    {"id": "hot", "component": "filter", "params": {"condition": "%2"}},
    {"id": "show", "component": "console_sink", "params": {"format": "json"}}],
  "edges": [["sensors.out", "hot.in"], ["hot.out", "show.in"]]})")
        .arg(generator, condition);
}

void CommandsTest::argumentsAreParsed()
{
    const std::vector<std::string> words{"a", "--set", "x=1", "--json", "--set=y=2", "b", "--", "--c"};
    const auto arguments = engine::Arguments::parse(words, kOptions);
    QVERIFY(arguments);
    QCOMPARE(arguments->words(), (std::vector<std::string>{"a", "b", "--c"}));
    QCOMPARE(arguments->values("set"), (std::vector<std::string>{"x=1", "y=2"}));
    QVERIFY(arguments->has("json"));
    QCOMPARE(*arguments->number("rows", 1, 20), 20);
}

void CommandsTest::argumentsAreRefused_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("part");
    QTest::newRow("unknown") << QStringList{"--jsn"} << "did you mean \"--json\"?";
    QTest::newRow("twice") << QStringList{"--json", "--json"} << "twice";
    QTest::newRow("no value") << QStringList{"--rows"} << "needs a value";
    QTest::newRow("a value too many") << QStringList{"--json=1"} << "takes no value";
}

void CommandsTest::argumentsAreRefused()
{
    QFETCH(QStringList, words);
    QFETCH(QString, part);
    std::vector<std::string> line;
    for (const QString& word : words) line.push_back(word.toStdString());
    const auto arguments = engine::Arguments::parse(line, kOptions);
    QVERIFY(!arguments);
    QVERIFY2(QString::fromStdString(arguments.error().message).contains(part),
             arguments.error().message.c_str());
}

void CommandsTest::numbersAreBounded_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("part");
    QTest::newRow("duration") << QStringList{"run", "--duration", "-1s"} << "a time from now on, not \"-1s\"";
    QTest::newRow("preview") << QStringList{"preview", "--node", "hot", "--duration", "-1s"}
                             << "a time from now on, not \"-1s\"";
    QTest::newRow("threads") << QStringList{"run", "--threads", "65"} << "from 1 to 64, not \"65\"";
    QTest::newRow("parallelism") << QStringList{"run", "--parallelism", "129"}
                                 << "from 1 to 128, not \"129\"";
}

void CommandsTest::numbersAreBounded()
{
    QFETCH(QStringList, words);
    QFETCH(QString, part);
    const QString file = write("bounds.pipeline.json", pipeline(R"(, "rows": 1)", "TRUE").toUtf8());
    words.insert(1, file);
    const WorkerResult result = runWorker(words);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains(part), qPrintable(result.errors));
}

void CommandsTest::wrongCommandLines_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("part");
    QTest::newRow("nothing") << QStringList{} << "";
    QTest::newRow("unknown command") << QStringList{"rnu"} << "did you mean \"run\"?";
    QTest::newRow("unknown option") << QStringList{"run", "x", "--fersh"} << "did you mean \"--fresh\"?";
    QTest::newRow("no such file") << QStringList{"validate", "/nowhere/x.pipeline.json"}
                                  << "/nowhere/x.pipeline.json";
    QTest::newRow("log level") << QStringList{"--log-level", "loud"} << "debug, info, warning or error";
    QTest::newRow("component") << QStringList{"describe", "fitler"} << "did you mean \"filter\"?";
    QTest::newRow("state") << QStringList{"state", "burn"} << "list, show ID, delete ID or clean ID";
}

void CommandsTest::wrongCommandLines()
{
    QFETCH(QStringList, words);
    QFETCH(QString, part);
    const WorkerResult result = runWorker(words);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains(part), qPrintable(result.errors));
}

void CommandsTest::versionAndHelp()
{
    const WorkerResult version = runWorker({"--version"});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.output.startsWith("streamwright "));
    for (const char* library :
         {"simdjson", "json", "curl", "librdkafka", "openssl", "sqlite", "xxhash", "date", "re2", "zlib"})
        QVERIFY2(version.output.contains(QString("\n") + library + " "), library);
    // This program has no window to offer.
    const WorkerResult overview = runWorker({"--help"});
    QVERIFY2(overview.output.contains("streamwright-worker run") &&
                 !overview.output.contains("opens the window"),
             qPrintable(overview.output));
    QCOMPARE(runWorker({"--log-level", "debug"}).output, overview.output);
    const WorkerResult help = runWorker({"run", "--help"});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.output.contains("--drain"));
}

void CommandsTest::formatWritesTheCanonicalForm()
{
    const QString file = write("format.pipeline.json", pipeline("", "temperature > ${limit}").toUtf8());
    QCOMPARE(runWorker({"format", "--check", file}).exitCode, 2);
    QCOMPARE(runWorker({"format", file}).exitCode, 0);
    QCOMPARE(runWorker({"format", "--check", file}).exitCode, 0);
    QFile formatted(file);
    QVERIFY(formatted.open(QIODevice::ReadOnly));
    const WorkerResult piped = runWorker({"format", "-"}, {}, formatted.readAll());
    formatted.seek(0);
    QCOMPARE(piped.output.toUtf8(), formatted.readAll());
}

void CommandsTest::formatKeepsLinksAndPermissions()
{
    constexpr auto kOwnerAndGroup = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup;
    const QString file = write("real.pipeline.json", pipeline("", "TRUE").toUtf8());
    const QString link = m_directory.path() + "/link.pipeline.json";
    QVERIFY(QFile::setPermissions(file, kOwnerAndGroup));
    QVERIFY(QFile::link("real.pipeline.json", link));
    QCOMPARE(runWorker({"format", link}).exitCode, 0);
    QVERIFY(QFileInfo(link).isSymLink());
    QCOMPARE(runWorker({"format", "--check", file}).exitCode, 0);
    QCOMPARE(QFile::permissions(file) & ~(QFile::ReadUser | QFile::WriteUser),
             QFile::Permissions(kOwnerAndGroup));
}

// What never ends is not waited for.
void CommandsTest::aDocumentIsReadToItsBound()
{
    QProcess process;
    process.start(workerPath(), {"validate", "-"});
    QVERIFY(process.waitForStarted());
    process.write(QByteArray(int(engine::limits::kDocumentBytes) + 1, ' '));
    QVERIFY(process.waitForFinished(20'000));  // its input is still open
    QCOMPARE(process.exitCode(), 2);
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(errors.contains("longer than 8 MiB"), errors.constData());
}

void CommandsTest::everyMistakeIsListed()
{
    QString text = pipeline(R"(, "rate": "fast")", "temprature > 20");
    text.replace("\"name\": \"Commands\"", "\"name\": \"Commands\", \"colour\": 1");
    const QString file = write("wrong.pipeline.json", text.toUtf8());
    for (const char* command : {"validate", "run"}) {
        const WorkerResult result = runWorker({command, file});
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains(file + ": node \"sensors\", rate: "), qPrintable(result.errors));
        QVERIFY2(result.errors.contains("colour"), qPrintable(result.errors));
    }
    const QString column = write("column.pipeline.json", pipeline("", "temprature > 20").toUtf8());
    const WorkerResult result = runWorker({"validate", column});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains(column + ": node \"hot\", condition at column 1: "),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains("did you mean \"temperature\"?"), qPrintable(result.errors));
}

void CommandsTest::mistakesAsJson()
{
    const QString file = write("json.pipeline.json", pipeline("", "temprature > 20").toUtf8());
    const WorkerResult result = runWorker({"validate", file, "--json"});
    QCOMPARE(result.exitCode, 2);
    const QJsonObject reply = QJsonDocument::fromJson(result.output.toUtf8()).object();
    QCOMPARE(reply["runnable"].toBool(true), false);
    const QJsonObject mistake = reply["diagnostics"].toArray()[0].toObject();
    QCOMPARE(mistake["path"].toString(), QString("nodes[1].params.condition"));
    QCOMPARE(mistake["column"].toInt(), 1);
    QCOMPARE(mistake["length"].toInt(), 10);
}

void CommandsTest::diffSaysWhatChanged()
{
    const QString before = write("before.pipeline.json", pipeline("", "temperature > 20").toUtf8());
    const QString after = write("after.pipeline.json", pipeline("", "temperature > 30").toUtf8());
    const WorkerResult same = runWorker({"diff", before, before});
    QCOMPARE(same.exitCode, 0);
    QVERIFY(same.output.contains("say the same"));
    const WorkerResult changed = runWorker({"diff", before, after});
    QCOMPARE(changed.exitCode, 0);
    QVERIFY2(changed.output.contains("hot") && changed.output.contains("condition"),
             qPrintable(changed.output));
}

void CommandsTest::runPrintsRowsAndSummary()
{
    const QString file = write("run.pipeline.json", pipeline(R"(, "rows": 100, "rate": 0)", "TRUE").toUtf8());
    const WorkerResult result = runWorker(
        {"run", file, "--state", m_directory.path() + "/s1", "--metrics", m_directory.path() + "/m.json"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QCOMPARE(result.output.count('\n'), 100);
    QVERIFY2(result.errors.contains("100 rows in"), qPrintable(result.errors));
    QFile metrics(m_directory.path() + "/m.json");
    QVERIFY(metrics.open(QIODevice::ReadOnly));
    const QJsonObject figures = QJsonDocument::fromJson(metrics.readAll()).object();
    QCOMPARE(figures["rows_in"].toInt(), 100);
    QCOMPARE(figures["state"].toString(), QString("finished"));
}

void CommandsTest::runTakesSettings()
{
    const QString file = write("set.pipeline.json",
                               pipeline(R"(, "rows": 100, "rate": 0)", "temperature > ${limit}").toUtf8());
    const QString environment = write("env.json", R"({"limit": -1000})");
    const QString state = m_directory.path() + "/s2";
    const WorkerResult all = runWorker({"run", file, "--state", state, "--env", environment});
    QCOMPARE(all.output.count('\n'), 100);
    const WorkerResult none =
        runWorker({"run", file, "--state", state, "--env", environment, "--set", "limit=1000"});
    QVERIFY2(none.exitCode == 0, qPrintable(none.errors));
    QCOMPARE(none.output.count('\n'), 0);
    QCOMPARE(runWorker({"run", file, "--state", state, "--set", "limit=warm"}).exitCode, 2);
}

void CommandsTest::aPlainStopKeepsState()
{
    const QString file = write("stop.pipeline.json", pipeline(R"(, "rate": 1000)", "TRUE").toUtf8());
    const QString state = m_directory.path() + "/s3";
    QCOMPARE(runWorker({"run", file, "--state", state, "--resume"}).exitCode != 0, true);
    QProcess process;
    process.start(workerPath(), {"run", file, "--state", state});
    QVERIFY(process.waitForReadyRead(20'000));
    const WorkerResult second = runWorker({"run", file, "--state", state});
    QVERIFY(second.exitCode != 0);
    QVERIFY2(second.errors.contains(QString::number(process.processId())), qPrintable(second.errors));
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    const WorkerResult resumed =
        runWorker({"run", file, "--state", state, "--resume", "--duration", "300ms"});
    QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.errors));
}

void CommandsTest::aVanishedFileIsASentence()
{
    const QString file = write("gone.pipeline.json",
                               QString(R"({"format": 1,
  "id": "4f1b2c3d-8e9a-4b7c-9d6e-5a0f1e2d3c4b", "name": "Gone", "settings": {"restart": "never"},
  "nodes": [{"id": "input", "component": "file_source", "params": {"path": "%1/gone.ndjson", "format": "json",
      "columns": [{"name": "a", "type": "bigint"}]}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "output.in"]]})")
                                   .arg(m_directory.path())
                                   .toUtf8());
    const WorkerResult result = runWorker({"run", file, "--state", m_directory.path() + "/s4"});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains("gone.ndjson"), qPrintable(result.errors));
}

void CommandsTest::previewShowsTheFirstRows()
{
    const QString file =
        write("preview.pipeline.json", pipeline(R"(, "rate": 0)", "temperature > 25").toUtf8());
    const WorkerResult result = runWorker({"preview", file, "--node", "hot", "--rows", "7"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QCOMPARE(result.output.count('\n'), 7);
    for (const QString& line : result.output.split('\n', Qt::SkipEmptyParts))
        QVERIFY(QJsonDocument::fromJson(line.toUtf8()).object()["temperature"].toDouble() > 25);
    QCOMPARE(runWorker({"preview", file, "--node", "hto"}).exitCode, 2);
}

// A port that never gives a row is waited for so long and no longer.
void CommandsTest::previewEndsWhereNoRowComes()
{
    const QString file =
        write("quiet.pipeline.json", pipeline(R"(, "rate": 100)", "temperature > 1000").toUtf8());
    for (const char* port : {"sensors.rejected", "hot"}) {
        const WorkerResult result =
            runWorker({"preview", file, "--node", port, "--rows", "2", "--duration", "300ms"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(result.output, QString());
        QCOMPARE(result.errors,
                 file + ": no more rows came within 300 ms; give --duration to wait longer.\n");
    }
    QCOMPARE(runWorker({"preview", file, "--node", "hot", "--duration", "soon"}).exitCode, 2);
}

void CommandsTest::detectShowsColumns()
{
    const QString file = write("log.csv", "at;v\n2024-05-01T12:00:00Z;1\n2024-05-01T12:00:01Z;2\n");
    WorkerResult result = runWorker({"detect", file});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY(result.output.startsWith("CSV with a header, fields separated by a semicolon: 2 columns"));
    QVERIFY(result.output.contains("time column"));
    result = runWorker({"detect", file, "--json"});
    QCOMPARE(QJsonDocument::fromJson(result.output.toUtf8()).object()["time_column"].toString(),
             QString("at"));
    result = runWorker({"detect", m_directory.path() + "/none.csv"});
    QCOMPARE(result.exitCode, 2);
    QVERIFY(result.errors.contains("none.csv"));
    QCOMPARE(runWorker({"detect"}).exitCode, 2);
    result = runWorker({"detect", "gopher://x/y"});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains("Nothing here reads \"gopher\" addresses"), qPrintable(result.errors));
}

// A run would; so the sentence leaves it out.
void CommandsTest::detectDoesNotTryAgain()
{
    const WorkerResult result = runWorker({"detect", "kafka://127.0.0.1:1/topic"});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.endsWith("see whether it runs and can be reached from here.\n"),
             qPrintable(result.errors));
}

void CommandsTest::describeKnowsTheFilter()
{
    const WorkerResult result = runWorker({"describe", "filter", "--json"});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(QJsonDocument::fromJson(result.output.toUtf8()).object()["id"].toString(), QString("filter"));
}

STREAMWRIGHT_TEST(CommandsTest)

}  // namespace tst_commands
#include "tst_commands.moc"
