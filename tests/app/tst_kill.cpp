// A run from file to file is killed with -9 again and again, with 100,000 keys in open windows and a
// checkpoint every 100 ms, each time resumed with another number of threads. Every window must be in the
// result once.
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

namespace tst_kill {

class KillTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyWindowOnceAtRandomMoments();
    void everyWindowOnceAtThePlacesThatHurt_data();
    void everyWindowOnceAtThePlacesThatHurt();

private:
    // What the state directory of a document holds.
    struct Saved {
        bool isToResume = false;  // a decided checkpoint of a run that has not finished
        bool isFinished = false;
        qint64 windowRows = 0;    // keys in its open windows
        qint64 epoch = 0;
    };
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    QStringList arguments(const QString& document, int threads, bool keepsResult = false);
    void writeInput();
    void writeDocument(const QString& name, const QString& output, const char* checkpointInterval);
    Saved saved(const QString& document) const;
    enum Moment { Any, AfterACheckpoint, WithAllKeys };
    bool startAndKill(const QString& document, int threads, int afterMs, Moment moment = Any);
    bool waitForState(QProcess& process, const QString& document, Moment moment) const;
    void compareWithExpected();
    QString killAt(const QString& place, const QStringList& words);
    void comparePublishedAtTheNextStart();

    QTemporaryDir m_directory;
    QList<QByteArray> m_expected;  // sorted lines
    qint64 m_uninterruptedMs = 0;
};

namespace {

constexpr int kRecords = 1'000'000;
constexpr std::uint64_t kKeys = 100'000;
constexpr int kKills = 20;
constexpr const char* kKilled = "killed.pipeline.json";  // ends in result.ndjson, as does the next
const QString kThrough = "through";  // of a run that had read all before it came to a place so often
constexpr const char* kHurt = "hurt.pipeline.json";

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

// A run that must go on from a checkpoint says so, and fails where it cannot; one that begins anew finds no
// result of those before.
QStringList KillTest::arguments(const QString& document, int threads, bool keepsResult)
{
    QStringList words{"run",       path(document),           "--state",       path("state_of_" + document),
                      "--threads", QString::number(threads), "--parallelism", QString::number(threads)};
    if (saved(document).isToResume)
        words << "--resume";
    else if (!keepsResult)
        QFile::remove(path("result.ndjson"));
    return words;
}

KillTest::Saved KillTest::saved(const QString& document) const
{
    const QDir directory(path("state_of_" + document));
    const QStringList manifests = directory.entryList({"manifest-*.json"}, QDir::Files, QDir::Name);
    if (manifests.isEmpty()) return {};
    QFile file(directory.filePath(manifests.last()));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QJsonObject manifest = QJsonDocument::fromJson(file.readLine()).object();
    Saved found;
    found.isFinished = manifest["finished"].toBool(true);
    found.isToResume = !found.isFinished;
    found.epoch = manifest["epoch"].toInteger();
    for (const QJsonValue& each : manifest["files"].toArray())
        for (const QJsonValue& table : each.toObject()["tables"].toArray())
            for (const QJsonValue& group : table.toObject()["groups"].toArray())
                if (table.toObject()["table"].toString() == "windows")
                    found.windowRows += group.toArray()[3].toInteger();
    return found;
}

void KillTest::writeInput()
{
    QFile file(path("input.ndjson"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    engine::Random random(20);
    QByteArray text;
    for (qint64 i = 0; i < kRecords; ++i) {
        const auto late = static_cast<qint64>(random.below(400));
        text += "{\"key\":\"k" + QByteArray::number(qulonglong(i) * 7'919 % kKeys) +
            "\",\"value\":" + QByteArray::number(qulonglong(random.below(1000))) +
            ",\"ts\":" + QByteArray::number(1'700'000'000'000 + i - late) + "}\n";
    }
    QCOMPARE(file.write(text), text.size());
}

// The windows are so long that every key comes in each.
void KillTest::writeDocument(const QString& name, const QString& output, const char* checkpointInterval)
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString text =
        QString(R"({"format": 1, "id": "7d0c1d6e-52b4-4a0a-9d3e-0f4c8b1a6e20", "name": "Killed",
  "settings": {"checkpoint_interval": "%3", "chunk_size": "32KiB"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "%1", "format": "json",
      "columns": [{"name": "key", "type": "string"}, {"name": "value", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "500ms"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "400s", "keys": ["key"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "sum", "argument": "value", "name": "total"},
                     {"function": "max", "argument": "value", "name": "most"}]}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%2", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "windows.in"], ["windows.out", "output.in"]]})")
            .arg(path("input.ndjson"), path(output), checkpointInterval);
    file.write(text.toUtf8());
}

void KillTest::initTestCase()
{
    QVERIFY(m_directory.isValid());
    writeInput();
    writeDocument("plain.pipeline.json", "expected.ndjson", "100ms");
    writeDocument(kKilled, "result.ndjson", "100ms");
    writeDocument(kHurt, "result.ndjson", "20ms");
    QElapsedTimer timer;
    timer.start();
    const WorkerResult result = runWorker(arguments("plain.pipeline.json", 2));
    m_uninterruptedMs = timer.elapsed();
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    m_expected = sortedLines(path("expected.ndjson"));
    QVERIFY(m_expected.size() > static_cast<qsizetype>(2 * kKeys));
}

// False: the run came to its end before its checkpoints were so.
bool KillTest::waitForState(QProcess& process, const QString& document, Moment moment) const
{
    const qint64 before = saved(document).epoch;
    while (moment != Any) {
        const Saved now = saved(document);
        const bool isEnough = moment != WithAllKeys || now.windowRows >= static_cast<qint64>(kKeys);
        if (now.isToResume && now.epoch != before && isEnough) break;
        if (process.waitForFinished(5)) return false;
    }
    return true;
}

// Whether the run was killed before it came to its end.
bool KillTest::startAndKill(const QString& document, int threads, int afterMs, Moment moment)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const QStringList words = arguments(document, threads);
    process.start(workerPath(), words);
    if (!waitForState(process, document, moment) ||
        process.waitForFinished(moment == WithAllKeys ? 0 : afterMs)) {
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

// Empty when the program ended itself as by kill -9 at that place.
QString KillTest::killAt(const QString& place, const QStringList& words)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("STREAMWRIGHT_KILL_AT", place);
    process.setProcessEnvironment(environment);
    process.start(workerPath(), words);
    const bool isOver = process.waitForFinished(60'000);
    if (isOver && process.exitStatus() == QProcess::CrashExit && process.exitCode() == SIGKILL) return {};
    if (isOver && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0) return kThrough;
    return "The program was not killed at " + place + ":\n" + process.readAllStandardError();
}

// A run that was decided to be finished is over, and its result complete, as soon as the next one begins:
// that is killed before it has a result of its own.
void KillTest::comparePublishedAtTheNextStart()
{
    const QString wrong = killAt("freeze:1", arguments(kHurt, 2, true));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    compareWithExpected();
}

void KillTest::everyWindowOnceAtRandomMoments()
{
    engine::Random random(4);
    const auto longest = static_cast<std::uint64_t>(std::max<qint64>(100, m_uninterruptedMs * 7 / 10));
    int kills = 0, toResume = 0, withAllKeys = 0;
    for (int run = 0; kills < kKills && run < 4 * kKills; ++run) {
        // Each fourth at any moment, even before the first checkpoint; half of them with all keys in state.
        constexpr std::array kMoments{Any, WithAllKeys, AfterACheckpoint, WithAllKeys};
        const Moment moment = kMoments[static_cast<std::size_t>(kills) % kMoments.size()];
        const int afterMs = 10 + static_cast<int>(random.below(longest));
        if (!startAndKill(kKilled, 1 + run % 4, afterMs, moment)) {
            // It came to its end before its moment: the next start is fresh, and tried for the same moment.
            compareWithExpected();
            if (QTest::currentTestFailed()) return;
            continue;
        }
        const Saved state = saved(kKilled);
        if (moment != Any && !state.isToResume) continue;  // hit between its last checkpoint and its exit
        ++kills;
        toResume += state.isToResume;
        withAllKeys += state.isToResume && state.windowRows >= static_cast<qint64>(kKeys);
    }
    qInfo("%d kills, %d of them to be resumed, %d with every key in state", kills, toResume, withAllKeys);
    QCOMPARE(kills, kKills);
    QVERIFY(toResume >= kKills * 3 / 4);
    QVERIFY(withAllKeys > kKills / 5);
    const WorkerResult last = runWorker(arguments(kKilled, 2));
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
    // The last time first, while there is most to do: a run on what is left may end before it. Each task of
    // a run comes to a freeze, long before the first checkpoint is decided.
    const int each = place == QLatin1String("freeze") ? 2 : 1;
    bool isToResume = false;
    int kills = 0;
    for (int threads = 3; threads >= 1; --threads) {
        const QString wrong =
            killAt(place + ":" + QString::number(threads * each), arguments(kHurt, threads));
        if (wrong == kThrough && place != QLatin1String("freeze")) {  // the disk was slow
            compareWithExpected();
            if (QTest::currentTestFailed()) return;
            continue;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        ++kills;
        isToResume |= saved(kHurt).isToResume;
        if (!saved(kHurt).isFinished) continue;
        comparePublishedAtTheNextStart();
        if (QTest::currentTestFailed()) return;
    }
    QVERIFY(kills > 0 && (isToResume || kills < 3));
    const WorkerResult last = runWorker(arguments(kHurt, 4));
    QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
    compareWithExpected();
}

STREAMWRIGHT_TEST(KillTest)

}  // namespace tst_kill
#include "tst_kill.moc"
