// labels: asan tsan
// The same rows, late ones included, whatever the number of threads and the size of chunks; and the lanes
// share the work.
#include "app/worker.h"
#include "base/env.h"
#include "test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>

namespace tst_same_rows {

class SameRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void atAnyThreadsAndChunks_data();
    void atAnyThreadsAndChunks();
    void theLanesAreReal();
    void noSliceIsDecodedAgainWhenTheDelayCoversTheDisorder();

private:
    struct Rows {
        QList<QByteArray> windows, late;  // sorted lines
    };
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    void run(const QString& chunk, const QString& delay, int threads);
    Rows rows() const;
    QJsonObject counters() const;

    QTemporaryDir m_directory;
    Rows m_expected;
};

namespace {

constexpr int kRecords = 60'000;
constexpr std::uint64_t kDisorderMs = 2'900;

}  // namespace

void SameRowsTest::initTestCase()
{
    QFile file(path("input.ndjson"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    engine::Random random(8);
    QByteArray text;
    for (qint64 i = 0; i < kRecords; ++i)
        text += "{\"key\":\"k" + QByteArray::number(qulonglong(random.below(50))) +
            "\",\"value\":" + QByteArray::number(qulonglong(random.below(1000))) +
            ",\"ts\":" + QByteArray::number(1'700'000'000'000 + i - qint64(random.below(kDisorderMs))) +
            "}\n";
    QCOMPARE(file.write(text), text.size());
    file.close();
    run("64KiB", "300ms", 1);
    m_expected = rows();
    QVERIFY(m_expected.windows.size() > 1000);
    QVERIFY(m_expected.late.size() > 100);
}

void SameRowsTest::run(const QString& chunk, const QString& delay, int threads)
{
    QFile file(path("same.pipeline.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString text =
        QString(R"({"format": 1, "id": "2b9d8f1e-7c3a-4e56-8d04-1f6a9b0c5e72", "name": "Same rows",
  "settings": {"chunk_size": "%1"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "%2", "format": "json",
      "columns": [{"name": "key", "type": "string"}, {"name": "value", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "%3"}},
    {"id": "some", "component": "filter", "params": {"condition": "value > 100"}},
    {"id": "windows", "component": "window", "params": {"kind": "hopping", "size": "2s", "slide": "1s",
      "keys": ["key"], "aggregates": [{"function": "count", "name": "n"},
        {"function": "sum", "argument": "value", "name": "total"},
        {"function": "min", "argument": "value", "name": "low"}]}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%4", "format": "json", "if_exists": "replace"}},
    {"id": "too_late", "component": "file_sink",
      "params": {"path": "%5", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "some.in"], ["some.out", "windows.in"], ["windows.out", "output.in"],
            ["windows.late", "too_late.in"]]})")
            .arg(chunk, path("input.ndjson"), delay, path("windows.ndjson"), path("late.ndjson"));
    file.write(text.toUtf8());
    file.close();
    for (const char* output : {"windows.ndjson", "late.ndjson", "metrics.json"}) QFile::remove(path(output));
    const WorkerResult result =
        runWorker({"run", file.fileName(), "--fresh", "--state", path("state"), "--metrics",
                   path("metrics.json"), "--threads", QString::number(threads)});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
}

SameRowsTest::Rows SameRowsTest::rows() const
{
    return {sortedLines(path("windows.ndjson")), sortedLines(path("late.ndjson"))};
}

// Those of all nodes, added up by name.
QJsonObject SameRowsTest::counters() const
{
    QFile file(path("metrics.json"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QJsonObject sums;
    for (const QJsonValue& node : QJsonDocument::fromJson(file.readAll()).object()["nodes"].toArray()) {
        const QJsonObject own = node.toObject()["counters"].toObject();
        for (auto it = own.begin(); it != own.end(); ++it)
            sums[it.key()] = sums[it.key()].toDouble() + it.value().toDouble();
    }
    return sums;
}

void SameRowsTest::atAnyThreadsAndChunks_data()
{
    QTest::addColumn<QString>("chunk");
    QTest::addColumn<int>("threads");
    for (const char* chunk : {"1KiB", "64KiB", "1MiB"})
        for (const int threads : {1, 2, 4})
            QTest::addRow("%s, %d threads", chunk, threads) << chunk << threads;
}

void SameRowsTest::atAnyThreadsAndChunks()
{
    QFETCH(QString, chunk);
    QFETCH(int, threads);
    run(chunk, "300ms", threads);
    const Rows found = rows();
    QCOMPARE(found.windows.size(), m_expected.windows.size());
    QVERIFY(found.windows == m_expected.windows);
    QCOMPARE(found.late.size(), m_expected.late.size());
    QVERIFY(found.late == m_expected.late);
}

void SameRowsTest::theLanesAreReal()
{
    run("8KiB", "300ms", 2);
    const QJsonObject found = counters();
    const double first = found["chunks_lane_0"].toDouble(), second = found["chunks_lane_1"].toDouble();
    QVERIFY2(first + second > 100, QJsonDocument(found).toJson().constData());
    QVERIFY(first / (first + second) > 0.3 && first / (first + second) < 0.7);
    QVERIFY2(found["merged_partials"].toDouble() > 0, QJsonDocument(found).toJson().constData());
    QVERIFY2(found["redecoded_slices"].toDouble() > 0, QJsonDocument(found).toJson().constData());
}

void SameRowsTest::noSliceIsDecodedAgainWhenTheDelayCoversTheDisorder()
{
    run("8KiB", "3s", 2);
    const QJsonObject found = counters();
    QVERIFY2(found["merged_partials"].toDouble() > 0, QJsonDocument(found).toJson().constData());
    QCOMPARE(found["redecoded_slices"].toDouble(), 0.0);
}

STREAMWRIGHT_TEST(SameRowsTest)

}  // namespace tst_same_rows
#include "tst_same_rows.moc"
