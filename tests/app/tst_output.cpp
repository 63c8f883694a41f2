// labels: asan
// What commands write, to standard output and to files.
#include "app/worker.h"
#include "test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>

namespace tst_output {

class OutputTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void outputThatCannotBeWritten_data();
    void outputThatCannotBeWritten();
    void aReaderMayHaveEnough();
    void theFirstLineHasRates();
    void nonFiniteNumbersAreNull();
    void linesStayWhole();
    void detectSaysWhatItLeavesOut();

private:
    QString write(const QString& name, const QByteArray& text);
    QString pipeline(const QString& generator);

    QTemporaryDir m_directory;
};

QString OutputTest::write(const QString& name, const QByteArray& text)
{
    const QString path = m_directory.path() + "/" + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        QTest::qFail("write", __FILE__, __LINE__);
    return path;
}

// generator, filter, console; `generator` is members of the generator's params.
QString OutputTest::pipeline(const QString& generator)
{
    return QString(R"({"format": 1, "id": "b0a2f6d4-3e57-4c19-8a6d-2f9e7c1b5d08", "name": "Commands",
  "nodes": [
    {"id": "sensors", "component": "generator_source", "params": {"preset": "sensors", "seed": 1%1}},
    {"id": "hot", "component": "filter", "params": {"condition": "TRUE"}},
    {"id": "show", "component": "console_sink", "params": {"format": "json"}}],
  "edges": [["sensors.out", "hot.in"], ["hot.out", "show.in"]]})")
        .arg(generator);
}

void OutputTest::outputThatCannotBeWritten_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("describe") << "describe --markdown";
    QTest::newRow("format") << "format --print \"$2\"";
    QTest::newRow("preview") << "preview \"$2\" --node sensors --rows 1000";
    QTest::newRow("run") << "run \"$2\" --state \"$2.state\"";
}

// A limit on the size of files stands for a full disk.
void OutputTest::outputThatCannotBeWritten()
{
    QFETCH(QString, command);
    QString text = pipeline(R"(, "rate": 0, "rows": 1000)");
    text.replace("\"name\": \"Commands\"", "\"name\": \"" + QString(2000, 'x') + "\"");
    const QString file = write("full.pipeline.json", text.toUtf8());
    QProcess process;
    process.start("bash", {"-c", "ulimit -f 1; exec \"$1\" " + command + " > \"$2.out\"", "bash",
                           workerPath(), file});
    QVERIFY(process.waitForFinished(60'000));
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(process.exitStatus() == QProcess::NormalExit, errors.constData());
    QCOMPARE(process.exitCode(), 3);
    QVERIFY2(errors.contains("standard output"), errors.constData());
}

void OutputTest::aReaderMayHaveEnough()
{
    const QString file = write("enough.pipeline.json", pipeline(R"(, "rate": 0)").toUtf8());
    QProcess process;
    process.start("bash",
                  {"-c",
                   "\"$1\" preview \"$2\" --node sensors --rows 100000 | head -1; "
                   "exit ${PIPESTATUS[0]}",
                   "bash", workerPath(), file});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(process.readAllStandardError(), QByteArray());
}

// Whether the first figures that a run shows have rates.
void OutputTest::theFirstLineHasRates()
{
    const QString file = write("rates.pipeline.json", pipeline(R"(, "rate": 1000)").toUtf8());
    const WorkerResult result = runWorker({"run", file, "--state", m_directory.path() + "/rates", "--table",
                                           "--duration", "2500ms"});
    const QStringList lines = result.errors.split('\n');
    const auto first = std::find_if(lines.begin(), lines.end(),
                                    [](const QString& line) { return line.startsWith("sensors "); });
    QVERIFY2(first != lines.end(), qPrintable(result.errors));
    const QStringList figures = first->simplified().split(' ');
    QVERIFY2(figures.size() > 4 && figures[4].toDouble() > 100, qPrintable(*first));
}

void OutputTest::nonFiniteNumbersAreNull()
{
    const auto printed = [this](const QString& more) {
        QString text = pipeline(R"(, "rate": 0, "rows": 1)");
        text.replace(R"("component": "filter", "params": {"condition": "TRUE"})",
                     R"("component": "compute", "params": {"keep": false, "columns": [)"
                     R"({"name": "a", "expression": "0e0 / 0e0"}, )"
                     R"({"name": "b", "expression": "1e0 / 0e0"}]})");
        text.replace(R"({"format": "json"})", R"({"format": "json")" + more + "}");
        return runWorker({"run", write("nan.pipeline.json", text.toUtf8()), "--fresh", "--state",
                          m_directory.path() + "/nan"});
    };
    const WorkerResult plain = printed("");
    QVERIFY2(plain.output.contains(R"("a":null,"b":null)"), qPrintable(plain.output + plain.errors));
    const WorkerResult asText = printed(R"(, "non_finite": "text")");
    QVERIFY2(asText.output.contains(R"("a":"NaN","b":"Infinity")"),
             qPrintable(asText.output + asText.errors));
}

// A value with a line break would be two lines of text.
void OutputTest::linesStayWhole()
{
    write("values.ndjson",
          "{\"t\": \"one\"}\n{\"t\": \"two\\nhalves\"}\n{\"t\": \"three\"}\n{\"t\": null}\n");
    const QString file = write("lines.pipeline.json",
                               R"({"format": 1, "id": "b0a2f6d4-3e57-4c19-8a6d-2f9e7c1b5d09", "name": "Lines",
  "nodes": [{"id": "in", "component": "file_source", "params": {"path": "values.ndjson",
      "columns": [{"name": "t", "type": "string"}]}},
    {"id": "out", "component": "file_sink", "params": {"path": "lines.txt", "format": "text"}}],
  "edges": [["in.out", "out.in"]]})");
    const WorkerResult result = runWorker({"run", file, "--state", m_directory.path() + "/lines"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QVERIFY2(result.errors.contains("node \"out\" rejected 1 row\n") &&
                 result.errors.contains("The value has a line break in it"),
             qPrintable(result.errors));
    QFile lines(m_directory.path() + "/lines.txt");
    QVERIFY(lines.open(QIODevice::ReadOnly));
    QCOMPARE(lines.readAll(), QByteArray("one\nthree\n\n"));
}

void OutputTest::detectSaysWhatItLeavesOut()
{
    QString record = QStringLiteral("{\"first\":1");
    for (int i = 1; i < 2000; ++i) record += QStringLiteral(",\"m%1\":%1").arg(i);
    const QString file = write("wide.json", (record + QStringLiteral("}\n")).toUtf8());
    const QString said =
        QStringLiteral("JSON, one record a line: the first 500 of 2000 columns in 1 record.");
    WorkerResult result = runWorker({"detect", file});
    QVERIFY2(result.output.startsWith(said), qPrintable(result.output.left(200)));
    // With the parameters alone on standard output it is said beside them.
    result = runWorker({"detect", file, "--json"});
    QVERIFY2(result.errors.startsWith(said), qPrintable(result.errors));
    QCOMPARE(QJsonDocument::fromJson(result.output.toUtf8()).object()["columns"].toArray().size(), 500);
}

STREAMWRIGHT_TEST(OutputTest)

}  // namespace tst_output
#include "tst_output.moc"
