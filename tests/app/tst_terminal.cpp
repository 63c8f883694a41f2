// What a person sees: the table of a run on a terminal, drawn again in its place and left whole at the end; a
// drain from the command line; what a run that cannot write says.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tst_terminal {

namespace {

constexpr int kColumns = 100;

// As much of a terminal as the program uses: lines, cursor up, erase to the end.
struct Screen {
    QStringList lines{QString()};
    qsizetype row = 0, column = 0;
    int redraws = 0;
    bool isWide = false;  // a line went beyond the edge

    void put(const QByteArray& bytes)
    {
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            const char c = bytes[i];
            if (c == '\x1b') {
                qsizetype end = i + 2;
                while (end < bytes.size() && !QChar::isLetter(static_cast<uint>(bytes[end]))) ++end;
                const int count = std::max(1, bytes.mid(i + 2, end - i - 2).toInt());
                if (bytes[end] == 'A') row = std::max<qsizetype>(0, row - count);
                if (bytes[end] == 'J') {
                    lines = lines.mid(0, row + 1);
                    lines[row].truncate(column);
                    ++redraws;
                }
                i = end;
            } else if (c == '\n') {
                if (++row == lines.size()) lines.append(QString());
            } else if (c == '\r') {
                column = 0;
            } else {
                lines[row] = lines[row].leftJustified(column) + QLatin1Char(c) + lines[row].mid(column + 1);
                isWide |= ++column > kColumns;
            }
        }
    }
    qsizetype count(const QString& text) const { return lines.filter(text).size(); }
};

struct Seen {
    QByteArray bytes{};
    int exitCode = -1;
};

// Runs the program with a terminal of its own and keeps all that it writes there.
Seen runOnTerminal(const QByteArrayList& words)
{
    winsize size{40, kColumns, 0, 0};
    int terminal = -1;
    const QByteArray program = workerPath().toLocal8Bit();
    std::vector<char*> arguments{const_cast<char*>(program.constData())};
    for (const QByteArray& word : words) arguments.push_back(const_cast<char*>(word.constData()));
    arguments.push_back(nullptr);
    const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
        execv(program.constData(), arguments.data());
        _exit(127);
    }
    Seen seen;
    if (child < 0) return seen;
    std::array<char, 4096> some{};
    // Reading fails when the program has closed its side.
    for (ssize_t got = 0; (got = read(terminal, some.data(), some.size())) > 0;)
        seen.bytes.append(some.data(), got);
    int status = 0;
    if (waitpid(child, &status, 0) == child && WIFEXITED(status)) seen.exitCode = WEXITSTATUS(status);
    close(terminal);
    return seen;
}

}  // namespace

class TerminalTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theTableIsDrawnInItsPlace();
    void drainFiresWhatIsOpen_data();
    void drainFiresWhatIsOpen();
    void aMissingDirectoryIsNamed();
    void standardInputIsNotGoneOnWith();

private:
    QString path(const QString& name) const { return m_directory.filePath(name); }
    QString write(const QString& name, const QString& text) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write(text.toUtf8());
        return file.fileName();
    }
    QTemporaryDir m_directory;
};

void TerminalTest::theTableIsDrawnInItsPlace()
{
    const QString document = write("table.pipeline.json", R"({"format": 1,
  "id": "c0e8b5de-74d4-4b27-9b43-6d41f7a6a2f1", "name": "On a terminal",
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 2000,
      "rows": 4000}},
    {"id": "some_hot_sensors", "component": "filter", "params": {"condition": "temperature > -1000"}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "some_hot_sensors.in"], ["some_hot_sensors.out", "output.in"]]})");
    const Seen seen = runOnTerminal(
        {"run", document.toLocal8Bit(), "--state", path("table_state").toLocal8Bit()});
    QCOMPARE(seen.exitCode, 0);
    Screen screen;
    screen.put(seen.bytes);
    const QByteArray all = screen.lines.join('\n').toUtf8();
    QVERIFY2(screen.redraws >= 2, all);
    QVERIFY2(!screen.isWide, all);
    // One table, however often it was drawn, and its last figures.
    QVERIFY2(screen.count("rows in  rows out") == 1 && screen.count("On a terminal: finished") == 2, all);
    for (const char* node : {"input", "some_hot_sensors", "output"})
        QVERIFY2(screen.count(QString("%1 ").arg(node)) == 1, all);
    QVERIFY2(screen.lines.filter("some_hot_sensors")[0].count("4000") == 2, all);
    QVERIFY2(screen.lines[0].startsWith("On a terminal: finished"), all);
    QVERIFY2(screen.lines.filter("4000 rows in").size() == 1, all);
    // The next prompt stands at the beginning of an empty line.
    QCOMPARE(screen.column, qsizetype{0});
    QVERIFY2(screen.lines.last().isEmpty(), all);
}

void TerminalTest::drainFiresWhatIsOpen_data()
{
    QTest::addColumn<bool>("drains");
    QTest::newRow("drained") << true;
    QTest::newRow("stopped") << false;
}

void TerminalTest::drainFiresWhatIsOpen()
{
    QFETCH(bool, drains);
    const QString name = drains ? "drained" : "stopped", result = path(name + ".ndjson"), state = path(name);
    const QString document = write(name + ".pipeline.json", QString(R"({"format": 1,
  "id": "c0e8b5de-74d4-4b27-9b43-6d41f7a6a2f2", "name": "Drained",
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 1000}},
    {"id": "hours", "component": "window", "params": {"kind": "tumbling", "size": "10h", "keys": [],
      "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "%1", "format": "json",
      "if_exists": "replace"}}],
  "edges": [["input.out", "hours.in"], ["hours.out", "output.in"]]})").arg(result));
    QStringList words{"run", document, "--state", state, "--duration", "500ms", "--json"};
    if (drains) words << "--drain";
    const WorkerResult run = runWorker(words);
    QVERIFY2(run.exitCode == 0, qPrintable(run.errors));
    const QJsonObject told = QJsonDocument::fromJson(run.output.toUtf8()).object();
    QCOMPARE(told["state"].toString(), QString(drains ? "finished" : "stopped"));
    // The one window is open until then: with --drain it has every row that was read.
    QByteArray text;
    for (const QString& found : QDir(m_directory.path()).entryList({name + "-*.ndjson"}, QDir::Files)) {
        QFile file(path(found));
        if (file.open(QIODevice::ReadOnly)) text += file.readAll();
    }
    QCOMPARE(text.count('\n'), drains ? 1 : 0);
    if (drains)
        QCOMPARE(QJsonDocument::fromJson(text).object()["n"].toInteger(), told["rows_in"].toInteger());
    const WorkerResult next =
        runWorker({"run", document, "--state", state, "--duration", "50ms", "--resume"});
    QVERIFY2((next.exitCode == 0) == !drains, qPrintable(next.errors));
    if (drains) QVERIFY2(next.errors.contains("there is nothing to resume"), qPrintable(next.errors));
}

void TerminalTest::aMissingDirectoryIsNamed()
{
    const QString document = write("nowhere.pipeline.json", QString(R"({"format": 1,
  "id": "c0e8b5de-74d4-4b27-9b43-6d41f7a6a2f3", "name": "Nowhere",
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rows": 10}},
    {"id": "output", "component": "file_sink", "params": {"path": "%1"}}],
  "edges": [["input.out", "output.in"]]})").arg(path("missing/out.json")));
    const WorkerResult run = runWorker({"run", document, "--state", path("nowhere_state")});
    QCOMPARE(run.exitCode, 3);
    QVERIFY2(run.errors.contains("node \"output\"") &&
                 run.errors.contains("There is no directory " + path("missing") +
                                     "; make it, or choose another path."),
             qPrintable(run.errors));
}

void TerminalTest::standardInputIsNotGoneOnWith()
{
    const QString document = write("piped.pipeline.json", R"({"format": 1,
  "id": "c0e8b5de-74d4-4b27-9b43-6d41f7a6a2f4", "name": "Piped",
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "-", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}]}},
    {"id": "slow", "component": "throttle", "params": {"rate": 10}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "output.in"]]})");
    QByteArray rows;
    for (int n = 0; n < 1000; ++n) rows += "{\"n\": " + QByteArray::number(n) + "}\n";
    const QStringList words{"run", document, "--state", path("piped_state")};
    const WorkerResult first = runWorker(words + QStringList{"--duration", "500ms"}, {}, rows);
    QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
    for (const QStringList& more : {QStringList{}, QStringList{"--resume"}}) {
        const WorkerResult next = runWorker(words + more, {}, rows);
        QVERIFY(next.exitCode != 0);
        QVERIFY2(next.errors.contains("node \"input\": Standard input cannot be read again from where the "
                                      "run before stopped; start with --fresh, or read a file."),
                 qPrintable(next.errors));
    }
    QCOMPARE(runWorker(words + QStringList{"--fresh", "--duration", "100ms"}, {}, rows).exitCode, 0);
}

STREAMWRIGHT_TEST(TerminalTest)

}  // namespace tst_terminal
#include "tst_terminal.moc"
