// The examples are canonical, can be validated, run, and have a drawing; docs/components.md says what the
// program says.
#include "app/worker.h"
#include "spec/json.h"
#include "spec/pipeline_spec.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTemporaryDir>

namespace tst_examples {

class ExamplesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thereAreEnough();
    void areCanonical_data() { examples(); }
    void areCanonical();
    void validate_data() { examples(); }
    void validate();
    void haveADrawing_data() { examples(); }
    void haveADrawing();
    void haveIdsOfTheirOwn();
    void run();
    void theFirstPipelineOfTheReadmeRuns();
    void componentsPageIsUpToDate();

private:
    static QString folder() { return QString(SOURCE_DIR) + "/resources/examples"; }
    static QStringList names()
    {
        return QDir(folder()).entryList({"*.pipeline.json"}, QDir::Files, QDir::Name);
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static engine::PipelineSpec spec(const QString& name)
    {
        return engine::parsePipeline(read(folder() + "/" + name).toStdString()).spec;
    }
    static void examples()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : names()) QTest::newRow(qPrintable(name)) << name;
    }
};

void ExamplesTest::thereAreEnough()
{
    QVERIFY(names().size() >= 6);
    QSet<QString> components;
    for (const QString& name : names())
        for (const engine::NodeSpec& node : spec(name).nodes)
            components << QString::fromStdString(node.component);
    for (const char* needed :
         {"generator_source", "file_source", "file_sink", "console_sink", "discard_sink", "filter", "compute",
          "select", "split", "union", "sample", "throttle", "window", "system_source", "alert_rule",
          "metrics_source", "interval_join", "pattern"})
        QVERIFY2(components.contains(needed), needed);
}

void ExamplesTest::areCanonical()
{
    QFETCH(QString, name);
    const WorkerResult result = runWorker({"format", "--check", folder() + "/" + name});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
}

void ExamplesTest::validate()
{
    QFETCH(QString, name);
    const WorkerResult result = runWorker({"validate", folder() + "/" + name});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.isEmpty(), qPrintable(result.errors));
}

void ExamplesTest::haveADrawing()
{
    QFETCH(QString, name);
    const engine::PipelineSpec document = spec(name);
    QVERIFY(!document.name.empty());
    for (const engine::NodeSpec& node : document.nodes) {
        QVERIFY2(!node.title.empty(), node.id.value.c_str());
        QVERIFY2(document.layout.contains(node.id.value), node.id.value.c_str());
    }
    QVERIFY(!document.notes.empty());
    QVERIFY(!document.views.empty());
    for (const engine::Json& view : document.views) {
        const std::string port = view.at("port").get<std::string>();
        QVERIFY2(document.find({port.substr(0, port.find('.'))}) != nullptr, port.c_str());
    }
}

void ExamplesTest::haveIdsOfTheirOwn()
{
    QSet<QString> ids;
    for (const QString& name : names()) ids << QString::fromStdString(spec(name).id);
    QCOMPARE(ids.size(), names().size());
}

// Each for so long that something comes out of it, in a directory of their own. Those that
// make the input of others come first, as the README says. Those that need a broker are run by
// tests/kafka/tst_kafka_example.cpp.
void ExamplesTest::run()
{
    const QTemporaryDir directory;
    QDir().mkdir(directory.filePath("data"));
    for (const QString& name : QDir(folder() + "/data").entryList(QDir::Files))
        QVERIFY(QFile::copy(folder() + "/data/" + name, directory.filePath("data/" + name)));
    QStringList first, then;
    for (const QString& name : names()) {
        if (name.contains("kafka")) continue;
        (name.startsWith("generate_") ? first : then) << name;
        QFile file(directory.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(read(folder() + "/" + name).replace("/tmp/", directory.path().toUtf8() + "/"));
    }
    // Without its input one says which file is missing.
    QVERIFY(QFile::rename(directory.filePath("data/readings.ndjson"), directory.filePath("data/aside")));
    const WorkerResult early = runWorker({"run", directory.filePath("warm_windows.pipeline.json"), "--state",
                                          directory.filePath("state/early")});
    QVERIFY(QFile::rename(directory.filePath("data/aside"), directory.filePath("data/readings.ndjson")));
    QCOMPARE(early.exitCode, 3);
    QVERIFY2(early.errors.contains("There is no file " + directory.filePath("data/readings.ndjson")),
             qPrintable(early.errors));
    for (const QString& name : first + then) {
        // An alert takes longer to come, and the drift may be at its coolest.
        const bool hasAlert = name == "slow_drift.pipeline.json";
        // Its second reading is due after two seconds.
        const QString duration = name == "this_computer.pipeline.json" ? "6s" : "3s";
        QStringList how = hasAlert ? QStringList{"--duration", "8s", "--set", "limit=0"}
                                   : QStringList{"--duration", duration};
        // A log of this computer, or where that is not there, what the one before has written.
        if (name == "follow_log.pipeline.json" && !QFile::exists("/var/log/dpkg.log"))
            how << "--set"
                << "log=" + directory.filePath("streamwright_web*");
        const QString metrics = directory.filePath(name + ".metrics");
        const WorkerResult result =
            runWorker(QStringList{"run", directory.filePath(name), "--metrics", metrics, "--state",
                                  directory.filePath("state/" + name)} +
                      how);
        QVERIFY2(result.exitCode == 0, qPrintable(name + ": " + result.errors));
        const QJsonObject figures = QJsonDocument::fromJson(read(metrics)).object();
        QVERIFY2(figures["rows_in"].toInteger() > 0, qPrintable(name + ": " + result.errors));
        QVERIFY2(figures["rows_out"].toInteger() > 0, qPrintable(name + ": " + result.errors));
    }
}

void ExamplesTest::theFirstPipelineOfTheReadmeRuns()
{
    const QString readme = QString::fromUtf8(read(QString(SOURCE_DIR) + "/README.md"));
    const QString begin = "```json\n";
    QCOMPARE(readme.count(begin), 1);
    const QString text = readme.section(begin, 1).section("```", 0, 0);
    QVERIFY2(text.count('\n') <= 10, qPrintable(text));
    QTemporaryDir directory;
    QFile file(directory.filePath("hot.pipeline.json"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0);
    file.close();
    const WorkerResult valid = runWorker({"validate", file.fileName()});
    QVERIFY2(valid.exitCode == 0 && valid.errors.isEmpty(), qPrintable(valid.errors));
    const WorkerResult result =
        runWorker({"run", file.fileName(), "--duration", "3s", "--state", directory.filePath("state")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.output.contains("avg_temperature"), qPrintable(result.output + result.errors));
}

void ExamplesTest::componentsPageIsUpToDate()
{
    const WorkerResult result = runWorker({"describe", "--markdown"});
    QCOMPARE(result.exitCode, 0);
    QVERIFY2(result.output.toUtf8() == read(QString(SOURCE_DIR) + "/docs/components.md"),
             "Write it anew: streamwright describe --markdown > docs/components.md");
}

STREAMWRIGHT_TEST(ExamplesTest)

}  // namespace tst_examples
#include "tst_examples.moc"
