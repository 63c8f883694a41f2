// A threshold is changed again and again while rows come as fast as the engine takes them: every change holds
// for exactly the rows behind one ticket, and the windows open at that moment go on.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "base/limits.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "reference/reference_evaluator.h"
#include "spec/resolve.h"
#include "support/random_pipeline.h"
#include "support/rows.h"
#endif

#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <ctime>

namespace tst_change_under_load {

using namespace engine;

namespace {

constexpr std::uint64_t kEpochsEach = 2;  // at least, that a limit is in force
constexpr std::uint64_t kRowsEach = 32 * limits::kBatchRows;  // and that are held against it then
constexpr std::int64_t kDelayMs = 150, kDisorderMs = 200, kWindowMs = 60'000;
constexpr std::array kLimits{45, 70, 30, 85, 55};  // of temperatures between 10 and 91.9
constexpr double kRowsLeast = 1'000'000;  // in a second of processor time

}  // namespace

class ChangeUnderLoadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void eachChangeHoldsForTheRowsBehindOneTicket_data();
    void eachChangeHoldsForTheRowsBehindOneTicket();

private:
    struct Cut {
        int afterRow = 0, atRow = 0;  // the limit changed behind the one and not behind the other
    };
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    Resolved document(int limit, int threads, int rows) const;
    std::unique_ptr<Job> start(int limit, int threads, int rows, const QString& state);
    static std::uint64_t rowsHeldAgainstLimits(Job& job);
    int runThroughChanges(int threads);
    void readAllRows(int count);
    QList<QByteArray> linesOf(const QString& name) const;
    std::vector<int> limitsOfRows(const QList<QByteArray>& passed, std::vector<Cut>& cuts) const;
    RefWindowResult expectedWindows(const std::vector<int>& limits) const;

    QTemporaryDir m_directory;
    QString m_output;  // folder of the newest run
    Catalog m_catalog;
    double m_rowsPerCpuSecond = 0;  // of the newest run
    QList<QByteArray> m_lines;      // of all rows, as the sink writes them
    RefTable m_rows{{"sensor_id", "temperature", "ts"}, {}};
};

// Of so many rows; of 0: without end.
Resolved ChangeUnderLoadTest::document(int limit, int threads, int rows) const
{
    const QString text = QString(R"({"format": 1, "id": "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d77", "name": "Job",
  "parameters": {"limit": {"type": "bigint", "default": %1}},
  "settings": {"checkpoint_interval": "10ms", "threads": %2},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0, "rows": %3,
      "keys": 50, "seed": 11, "time_step": "1ms", "disorder": "%4ms", "watermark_delay": "%5ms"}},
    {"id": "hot", "component": "filter", "params": {"condition": "temperature > ${limit}"}},
    {"id": "windows", "component": "window", "params": {"kind": "tumbling", "size": "%6ms",
      "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"},
        {"function": "avg", "argument": "temperature", "name": "mean"},
        {"function": "min", "argument": "temperature", "name": "low"}]}},
    {"id": "written", "component": "file_sink",
      "params": {"path": "%7/windows.csv", "format": "csv", "if_exists": "replace"}},
    {"id": "columns", "component": "select", "params": {"columns": [
      {"column": "sensor_id"}, {"column": "temperature"}, {"column": "ts"}]}},
    {"id": "passed", "component": "file_sink",
      "params": {"path": "%7/passed.csv", "format": "csv", "if_exists": "replace"}}],
  "edges": [["input.out", "hot.in"], ["hot.out", "windows.in"], ["windows.out", "written.in"],
            ["hot.out", "columns.in"], ["columns.out", "passed.in"]]})")
                             .arg(limit)
                             .arg(threads)
                             .arg(rows)
                             .arg(kDisorderMs)
                             .arg(kDelayMs)
                             .arg(kWindowMs)
                             .arg(m_output);
    const Parsed parsed = parsePipeline(text.toStdString());
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    return resolve(parsed.spec, overrides);
}

std::unique_ptr<Job> ChangeUnderLoadTest::start(int limit, int threads, int rows, const QString& state)
{
    m_output = path("output of " + state);
    QDir().mkpath(m_output);
    const Resolved resolved = document(limit, threads, rows);
    JobOptions options;
    options.stateDirectory = path(state).toStdString();
    auto job = Job::create(resolved.spec, toConstants(resolved.parameters), m_catalog, systemEnv(), options);
    if (!job) {
        QTest::qFail(job.error().message.c_str(), __FILE__, __LINE__);
        return nullptr;
    }
    return std::move(*job);
}

// Of an output that may have been written in several files: one without end is.
QList<QByteArray> ChangeUnderLoadTest::linesOf(const QString& name) const
{
    QList<QByteArray> lines;
    const QDir folder(m_output);
    for (const QString& file : folder.entryList({name + "*.csv"}, QDir::Files, QDir::Name)) {
        QFile input(folder.filePath(file));
        if (!input.open(QIODevice::ReadOnly)) return {};
        QList<QByteArray> own = input.readAll().split('\n');
        own.removeFirst();  // the header
        lines += own;
    }
    lines.removeAll({});
    return lines;
}

// The same rows once more, none of which is held back.
void ChangeUnderLoadTest::readAllRows(int count)
{
    const auto job = start(0, 2, count, "all" + QString::number(count));
    QVERIFY(job);
    while (!isOver(job->status().state)) job->waitAndPoll(std::chrono::milliseconds(5));
    m_lines = linesOf("passed");
    QCOMPARE(m_lines.size(), count);
    m_rows.rows.clear();
    m_rows.rows.reserve(static_cast<std::size_t>(count));
    for (const QByteArray& line : m_lines) {
        const QList<QByteArray> cells = line.split(',');
        QCOMPARE(cells.size(), 3);
        const auto at = scalarFromText(cells[2].toStdString(), DataType::Time);
        QVERIFY(at);
        const auto atUs = std::get<std::int64_t>(at->value);
        m_rows.rows.push_back({{cells[0].toStdString(), cells[1].toDouble(), atUs}, atUs});
    }
    refWatermarks(m_rows, kDelayMs * 1000);
}

std::uint64_t ChangeUnderLoadTest::rowsHeldAgainstLimits(Job& job)
{
    for (const NodeTelemetry& node : job.telemetry().nodes)
        if (node.node.value == "hot") return static_cast<std::uint64_t>(node.rowsIn);
    return 0;
}

// All changes, then a drain; how many rows came. The input waits for nobody, but it does not end before.
int ChangeUnderLoadTest::runThroughChanges(int threads)
{
    const auto job = start(kLimits[0], threads, 0, "changed" + QString::number(threads));
    if (!job) return 0;
    std::uint64_t seen = 0, rowsBefore = 0;
    std::size_t changes = 0;
    bool isDraining = false;
    const std::clock_t begin = std::clock();
    while (!isOver(job->status().state)) {
        job->waitAndPoll(std::chrono::milliseconds(1));
        const std::uint64_t epoch = job->status().lastCheckpoint.value;
        if (epoch < seen + kEpochsEach || isDraining) {
            rowsBefore = rowsHeldAgainstLimits(*job);
            continue;
        }
        if (rowsHeldAgainstLimits(*job) < rowsBefore + kRowsEach) continue;
        seen = epoch;
        if (changes + 1 == kLimits.size()) {
            isDraining = bool(job->request(JobAction::Drain));
            continue;
        }
        const Resolved next = document(kLimits[changes + 1], threads, 0);
        if (job->change(next.spec, toConstants(next.parameters))) ++changes;
    }
    if (job->status().state != JobState::Finished || job->status().restarts != 0) return 0;
    for (const NodeTelemetry& node : job->telemetry().nodes)
        if (node.node.value == "input") {
            const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
            m_rowsPerCpuSecond = static_cast<double>(node.rowsOut) / seconds;
            return static_cast<int>(node.rowsOut);
        }
    return 0;
}

// Which limit each row was held against, found from the rows that passed, which have kept their order.
std::vector<int> ChangeUnderLoadTest::limitsOfRows(const QList<QByteArray>& passed,
                                                   std::vector<Cut>& cuts) const
{
    std::vector<int> limits(static_cast<std::size_t>(m_lines.size()));
    std::size_t current = 0;
    qsizetype next = 0;
    int lastSure = -1;  // the last row that the limit before the next one does not explain
    for (int i = 0; i < m_lines.size(); ++i) {
        const bool hasPassed = next < passed.size() && passed[next] == m_lines[i];
        const double temperature = std::get<double>(m_rows.rows[static_cast<std::size_t>(i)].values[1]);
        while (hasPassed != (temperature > kLimits[current])) {
            if (++current == kLimits.size()) return {};
            cuts.push_back({lastSure, i});
        }
        if (current + 1 < kLimits.size() && hasPassed != (temperature > kLimits[current + 1])) lastSure = i;
        limits[static_cast<std::size_t>(i)] = kLimits[current];
        next += hasPassed;
    }
    return next == passed.size() ? limits : std::vector<int>{};
}

RefWindowResult ChangeUnderLoadTest::expectedWindows(const std::vector<int>& limits) const
{
    RefTable hot{m_rows.columns, {}};
    for (std::size_t i = 0; i < limits.size(); ++i)
        if (std::get<double>(m_rows.rows[i].values[1]) > limits[i]) hot.rows.push_back(m_rows.rows[i]);
    RefWindow window{.sizeUs = kWindowMs * 1000, .slideUs = kWindowMs * 1000, .keys = {"sensor_id"}};
    window.aggregates = {{.name = "n", .function = "count"},
                         {.name = "mean", .function = "avg", .argument = "temperature"},
                         {.name = "low", .function = "min", .argument = "temperature"}};
    return refWindow(hot, window);
}

void ChangeUnderLoadTest::eachChangeHoldsForTheRowsBehindOneTicket_data()
{
    QTest::addColumn<int>("threads");
    QTest::newRow("one thread") << 1;
    QTest::newRow("two threads") << 2;
}

void ChangeUnderLoadTest::eachChangeHoldsForTheRowsBehindOneTicket()
{
    QFETCH(int, threads);
    const int rows = runThroughChanges(threads);
    QVERIFY(rows > 0);
    // By the processor's time of all threads, which a busy machine leaves as it is.
    qInfo("%.0f rows per second of processor time", m_rowsPerCpuSecond);
    QVERIFY2(m_rowsPerCpuSecond > kRowsLeast, qPrintable(QString::number(m_rowsPerCpuSecond)));
    const QList<QByteArray> passed = linesOf("passed"), windows = linesOf("windows");
    readAllRows(rows);
    std::vector<Cut> cuts;
    const std::vector<int> limits = limitsOfRows(passed, cuts);
    QVERIFY2(!limits.empty(), "the rows that passed are not those of limits in force one after another");
    QCOMPARE(cuts.size(), kLimits.size() - 1);
    for (const Cut& cut : cuts) {
        const int ticketEnds = cut.atRow / static_cast<int>(limits::kBatchRows);
        QVERIFY2(ticketEnds * static_cast<int>(limits::kBatchRows) > cut.afterRow,
                 qPrintable(QString("rows %1 to %2").arg(cut.afterRow).arg(cut.atRow)));
    }

    const RefWindowResult expected = expectedWindows(limits);
    const Schema schema({{"sensor_id", DataType::String},
                         {"window_start", DataType::Time},
                         {"window_end", DataType::Time},
                         {"n", DataType::Int64},
                         {"mean", DataType::Float64},
                         {"low", DataType::Float64}});
    TestRows found;
    for (const QByteArray& line : windows) {
        const QList<QByteArray> cells = line.split(',');
        QCOMPARE(cells.size(), static_cast<qsizetype>(schema.size()));
        TestRow row;
        for (std::size_t i = 0; i < schema.size(); ++i)
            row.values.push_back(
                *scalarFromText(cells[static_cast<qsizetype>(i)].toStdString(), schema.field(i).type));
        row.at = std::get<std::int64_t>(row.values[2].value) - 1000;
        found.push_back(std::move(row));
    }
    QVERIFY(!found.empty());
    const std::string difference = differenceOf(testRowsOf(expected.table, schema), found);
    QVERIFY2(difference.empty(), difference.substr(0, 2000).c_str());
}

STREAMWRIGHT_TEST(ChangeUnderLoadTest)

}  // namespace tst_change_under_load
#include "tst_change_under_load.moc"
