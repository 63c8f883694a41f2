// links: app_commands
// A run from file to file over 100,000 keys with a checkpoint every 100 ms is killed with -9 again and again,
// each time resumed with another number of threads. Every window must be in the result once.
#include "app/worker.h"
#include "base/env.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

class KillTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyWindowOnceAtRandomMoments();
    void everyWindowOnceAtThePlacesThatHurt_data();
    void everyWindowOnceAtThePlacesThatHurt();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    QStringList arguments(const QString& document, int threads) const;
    void writeInput();
    void writeDocument(const QString& name, const QString& output);
    bool startAndKill(const QString& document, int threads, int afterMs);
    void compareWithExpected();

    QTemporaryDir m_directory;
    QList<QByteArray> m_expected;  // sorted lines
    qint64 m_uninterruptedMs = 0;
};

namespace {

constexpr int kRecords = 300'000;
constexpr std::uint64_t kKeys = 100'000;
constexpr int kKills = 20;

QList<QByteArray> sortedLines(const QString& file)
{
    QFile input(file);
    if (!input.open(QIODevice::ReadOnly)) return {};
    QList<QByteArray> lines = input.readAll().split('\n');
    std::sort(lines.begin(), lines.end());
    return lines;
}

// An output that is complete for every run of the loop has all its windows; this says in one line what is
// wrong else.
QString difference(const QList<QByteArray>& found, const QList<QByteArray>& wanted)
{
    QList<QByteArray> missing, extra;
    std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(),
                        std::back_inserter(missing));
    std::set_difference(found.begin(), found.end(), wanted.begin(), wanted.end(), std::back_inserter(extra));
    return QString("%1 lines missing (%2), %3 too many (%4)")
        .arg(missing.size())
        .arg(missing.isEmpty() ? QString() : QString::fromUtf8(missing.first()))
        .arg(extra.size())
        .arg(extra.isEmpty() ? QString() : QString::fromUtf8(extra.first()));
}

}  // namespace

QStringList KillTest::arguments(const QString& document, int threads) const
{
    return {"run",       path(document),           "--state",       path("state_of_" + document),
            "--threads", QString::number(threads), "--parallelism", QString::number(threads)};
}

void KillTest::writeInput()
{
    QFile file(path("input.ndjson"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    engine::Random random(20);
    QByteArray text;
    for (qint64 i = 0; i < kRecords; ++i) {
        const auto late = static_cast<qint64>(random.below(400));
        text += "{\"key\":\"k" + QByteArray::number(qulonglong(random.below(kKeys))) +
            "\",\"value\":" + QByteArray::number(qulonglong(random.below(1000))) +
            ",\"ts\":" + QByteArray::number(1'700'000'000'000 + i - late) + "}\n";
    }
    QCOMPARE(file.write(text), text.size());
}

void KillTest::writeDocument(const QString& name, const QString& output)
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString text =
        QString(R"({"format": 1, "id": "7d0c1d6e-52b4-4a0a-9d3e-0f4c8b1a6e20", "name": "Killed",
  "settings": {"checkpoint_interval": "100ms", "chunk_size": "32KiB"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "%1", "format": "json",
      "columns": [{"name": "key", "type": "string"}, {"name": "value", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "500ms"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "20s", "keys": ["key"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "sum", "argument": "value", "name": "total"},
                     {"function": "max", "argument": "value", "name": "most"}]}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%2", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "windows.in"], ["windows.out", "output.in"]]})")
            .arg(path("input.ndjson"), path(output));
    file.write(text.toUtf8());
}

void KillTest::initTestCase()
{
    QVERIFY(m_directory.isValid());
    writeInput();
    writeDocument("plain.pipeline.json", "expected.ndjson");
    writeDocument("killed.pipeline.json", "result.ndjson");
    QElapsedTimer timer;
    timer.start();
    const WorkerResult result = runWorker(arguments("plain.pipeline.json", 2));
    m_uninterruptedMs = timer.elapsed();
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    m_expected = sortedLines(path("expected.ndjson"));
    QVERIFY(m_expected.size() > 100'000);
}

// Whether the run was killed before it came to its end.
bool KillTest::startAndKill(const QString& document, int threads, int afterMs)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(workerPath(), arguments(document, threads));
    if (process.waitForFinished(afterMs)) {
        if (process.exitCode() != 0) QTest::qFail("A run failed.", __FILE__, __LINE__);
        return false;
    }
    process.kill();
    process.waitForFinished();
    return true;
}

void KillTest::compareWithExpected()
{
    const QList<QByteArray> found = sortedLines(path("result.ndjson"));
    QVERIFY2(found == m_expected, qPrintable(difference(found, m_expected)));
}

void KillTest::everyWindowOnceAtRandomMoments()
{
    engine::Random random(4);
    const auto longest = static_cast<std::uint64_t>(std::max<qint64>(100, m_uninterruptedMs * 7 / 10));
    int kills = 0, finished = 0;
    for (int run = 0; kills < kKills && run < 4 * kKills; ++run) {
        const int afterMs = 10 + static_cast<int>(random.below(longest));
        if (startAndKill("killed.pipeline.json", 1 + run % 4, afterMs)) {
            ++kills;
            continue;
        }
        // It came to its end; the next start is fresh.
        ++finished;
        compareWithExpected();
        if (QTest::currentTestFailed()) return;
    }
    QCOMPARE(kills, kKills);
    const WorkerResult last = runWorker(arguments("killed.pipeline.json", 2));
    QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
    compareWithExpected();
}

void KillTest::everyWindowOnceAtThePlacesThatHurt_data()
{
    QTest::addColumn<QString>("place");
    for (const char* place : {"freeze", "write", "seal", "rename", "publish"}) QTest::newRow(place) << place;
}

// The program ends itself as by kill -9 when it comes to the named place for the n-th time.
void KillTest::everyWindowOnceAtThePlacesThatHurt()
{
    QFETCH(QString, place);
    int kills = 0;
    for (int n = 1; n <= 3; ++n) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("STREAMWRIGHT_KILL_AT", place + ":" + QString::number(n));
        process.setProcessEnvironment(environment);
        process.start(workerPath(), arguments("killed.pipeline.json", n));
        QVERIFY(process.waitForFinished(60'000));
        if (process.exitStatus() == QProcess::CrashExit) ++kills;
    }
    QVERIFY2(kills > 0, qPrintable("The program never came to " + place));
    const WorkerResult last = runWorker(arguments("killed.pipeline.json", 4));
    QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
    compareWithExpected();
}

QTEST_GUILESS_MAIN(KillTest)
#include "tst_kill.moc"
