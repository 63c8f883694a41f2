// A threshold is changed again and again while rows come as fast as the engine takes them: every change holds
// for exactly the rows behind one ticket, and the windows open at that moment go on.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "base/limits.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#include "support/rows.h"
#endif

#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <deque>
#include <map>
#include <string_view>

namespace tst_change_under_load {

using namespace engine;

namespace {

constexpr std::uint64_t kEpochsEach = 2;                      // at least, that a limit is in force
constexpr std::uint64_t kRowsEach = 32 * limits::kBatchRows;  // and that are held against it then
constexpr std::int64_t kDelayMs = 150, kDisorderMs = 200, kWindowMs = 60'000;
constexpr std::array kLimits{45, 70, 30, 85, 55};  // of temperatures between 10 and 91.9
constexpr double kRowsLeast = 1'000'000;           // in a second of processor time
constexpr std::size_t kSensors = 50;

}  // namespace

// The lines of an output, in memory as they were written: there are many millions.
struct Lines {
    std::deque<QByteArray> texts{};
    std::vector<std::string_view> all{};
};

// One of the input's rows.
struct Reading {
    std::uint32_t sensor = 0;
    double temperature = 0;
    std::int64_t atUs = 0;
    std::int64_t watermarkUs = kNoWatermark;  // that it meets
};

// One window of one sensor.
struct Sums {
    std::int64_t count = 0;
    long double sum = 0;
    double low = 0;
};

namespace {

// Of "2023-11-14T22:13:20.123Z": most have the second of the row before.
class TimesOfText {
public:
    std::int64_t at(std::string_view text)
    {
        constexpr std::size_t kSecond = 19;
        int milliseconds = 0;
        if (text.size() != kSecond + 5 || text[kSecond] != '.' ||
            std::from_chars(text.data() + kSecond + 1, text.data() + kSecond + 4, milliseconds).ptr !=
                text.data() + kSecond + 4)
            qFatal("not a time in milliseconds");
        if (text.substr(0, kSecond) != m_second) {
            const auto whole = scalarFromText(std::string(text.substr(0, kSecond)) + "Z", DataType::Time);
            if (!whole) qFatal("not a time");
            m_second = text.substr(0, kSecond);
            m_secondUs = std::get<std::int64_t>(whole->value);
        }
        return m_secondUs + milliseconds * 1000;
    }

private:
    std::string m_second;
    std::int64_t m_secondUs = 0;
};

// "s-000012,35.5,2023-11-14T22:13:20.123Z"
Reading readingOf(std::string_view line, TimesOfText& times)
{
    Reading reading;
    const std::size_t comma = line.find(','), second = line.find(',', comma + 1);
    if (second == std::string_view::npos || !line.starts_with("s-")) qFatal("not a reading");
    std::from_chars(line.data() + 2, line.data() + comma, reading.sensor);
    std::from_chars(line.data() + comma + 1, line.data() + second, reading.temperature);
    reading.atUs = times.at(line.substr(second + 1));
    return reading;
}

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
    Lines linesOf(const QString& name) const;
    std::vector<int> limitsOfRows(const Lines& passed, std::vector<Cut>& cuts) const;
    TestRows expectedWindows(const std::vector<int>& limits) const;

    QTemporaryDir m_directory;
    QString m_output;  // folder of the newest run
    Catalog m_catalog;
    double m_rowsPerCpuSecond = 0;  // of the newest run
    Lines m_lines;                  // of all rows, as the sink writes them
    std::vector<Reading> m_rows;
};

// Of so many rows; of 0: without end.
Resolved ChangeUnderLoadTest::document(int limit, int threads, int rows) const
{
    const QString text = QString(R"({"format": 1, "id": "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d77", "name": "Job",
  "parameters": {"limit": {"type": "bigint", "default": %1}},
  "settings": {"checkpoint_interval": "10ms", "threads": %2},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0, "rows": %3,
      "keys": %8, "seed": 11, "time_step": "1ms", "disorder": "%4ms", "watermark_delay": "%5ms"}},
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
                             .arg(m_output)
                             .arg(kSensors);
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
Lines ChangeUnderLoadTest::linesOf(const QString& name) const
{
    Lines lines;
    const QDir folder(m_output);
    for (const QString& file : folder.entryList({name + "*.csv"}, QDir::Files, QDir::Name)) {
        QFile input(folder.filePath(file));
        if (!input.open(QIODevice::ReadOnly)) return {};
        const QByteArray& bytes = lines.texts.emplace_back(input.readAll());
        std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        text.remove_prefix(std::min(text.size(), text.find('\n') + 1));  // the header
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            if (end > 0) lines.all.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    return lines;
}

// The same rows once more, none of which is held back.
void ChangeUnderLoadTest::readAllRows(int count)
{
    const auto job = start(0, 2, count, "all" + QString::number(count));
    QVERIFY(job);
    while (!isOver(job->status().state)) job->waitAndPoll(std::chrono::milliseconds(5));
    m_lines = linesOf("passed");
    QCOMPARE(m_lines.all.size(), static_cast<std::size_t>(count));
    m_rows.clear();
    m_rows.reserve(m_lines.all.size());
    TimesOfText times;
    std::int64_t watermarkUs = kNoWatermark;
    for (const std::string_view line : m_lines.all) {
        Reading& reading = m_rows.emplace_back(readingOf(line, times));
        reading.watermarkUs = watermarkUs;
        watermarkUs = std::max(watermarkUs, reading.atUs - kDelayMs * 1000);
    }
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
std::vector<int> ChangeUnderLoadTest::limitsOfRows(const Lines& passed, std::vector<Cut>& cuts) const
{
    std::vector<int> limits(m_rows.size());
    std::size_t current = 0, next = 0;
    int lastSure = -1;  // the last row that the limit before the next one does not explain
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool hasPassed = next < passed.all.size() && passed.all[next] == m_lines.all[i];
        const double temperature = m_rows[i].temperature;
        while (hasPassed != (temperature > kLimits[current])) {
            if (++current == kLimits.size()) return {};
            cuts.push_back({lastSure, static_cast<int>(i)});
        }
        if (current + 1 < kLimits.size() && hasPassed != (temperature > kLimits[current + 1]))
            lastSure = static_cast<int>(i);
        limits[i] = kLimits[current];
        next += hasPassed;
    }
    return next == passed.all.size() ? limits : std::vector<int>{};
}

// A row whose window is over, by the rows before it, is late and left out.
TestRows ChangeUnderLoadTest::expectedWindows(const std::vector<int>& limits) const
{
    constexpr std::int64_t kWindowUs = kWindowMs * 1000;
    std::map<std::int64_t, std::array<Sums, kSensors>> windows;  // by start
    for (std::size_t i = 0; i < limits.size(); ++i) {
        const Reading& row = m_rows[i];
        const std::int64_t startUs = row.atUs / kWindowUs * kWindowUs;
        if (row.temperature <= limits[i] || row.watermarkUs >= startUs + kWindowUs - 1000) continue;
        Sums& sums = windows[startUs].at(row.sensor);
        sums.low = sums.count == 0 ? row.temperature : std::min(sums.low, row.temperature);
        sums.sum += static_cast<long double>(row.temperature);
        ++sums.count;
    }
    TestRows rows;
    for (const auto& [startUs, ofSensors] : windows)
        for (std::size_t sensor = 0; sensor < kSensors; ++sensor) {
            const Sums& sums = ofSensors[sensor];
            if (sums.count == 0) continue;
            const QByteArray name = "s-" + QByteArray::number(qulonglong(sensor)).rightJustified(6, '0');
            const auto mean = static_cast<double>(sums.sum / static_cast<long double>(sums.count));
            TestRow row{.at = startUs + kWindowUs - 1000};
            row.values = {{DataType::String, name.toStdString()},
                          {DataType::Time, startUs},
                          {DataType::Time, startUs + kWindowUs},
                          {DataType::Int64, sums.count},
                          {DataType::Float64, mean},
                          {DataType::Float64, sums.low}};
            rows.push_back(std::move(row));
        }
    return rows;
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
    const Lines passed = linesOf("passed"), windows = linesOf("windows");
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

    const TestRows expected = expectedWindows(limits);
    const Schema schema({{"sensor_id", DataType::String},
                         {"window_start", DataType::Time},
                         {"window_end", DataType::Time},
                         {"n", DataType::Int64},
                         {"mean", DataType::Float64},
                         {"low", DataType::Float64}});
    TestRows found;
    for (const std::string_view line : windows.all) {
        const QList<QByteArray> cells =
            QByteArray(line.data(), static_cast<qsizetype>(line.size())).split(',');
        QCOMPARE(cells.size(), static_cast<qsizetype>(schema.size()));
        TestRow row;
        for (std::size_t i = 0; i < schema.size(); ++i)
            row.values.push_back(
                *scalarFromText(cells[static_cast<qsizetype>(i)].toStdString(), schema.field(i).type));
        row.at = std::get<std::int64_t>(row.values[2].value) - 1000;
        found.push_back(std::move(row));
    }
    QVERIFY(!found.empty());
    const std::string difference = differenceOf(expected, found);
    QVERIFY2(difference.empty(), difference.substr(0, 2000).c_str());
}

STREAMWRIGHT_TEST(ChangeUnderLoadTest)

}  // namespace tst_change_under_load
#include "tst_change_under_load.moc"
