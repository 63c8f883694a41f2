// labels: asan tsan
// State that outgrows memory_limit stops the job with a sentence that says which node and what to do, and
// what was read so far is kept; what fits runs to its end.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QTemporaryDir>

#include <algorithm>
#include <functional>
#include <memory>

namespace tst_memory_limit {

using namespace engine;

class MemoryLimitTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void stateBeyondTheLimitStopsTheJob();
    void aHigherLimitGoesOnFromTheCheckpoint();
    void rowsWaitWhereTheCopiesOfACheckpointHaveNoRoom();
    void theNamesOfAGeneratorsKeysCount();

private:
    std::unique_ptr<Job> start(const char* limit, qint64 rows, int keys, const char* interval);
    JobStatus run(const char* limit, qint64 rows, bool isResumed);
    QTemporaryDir m_directory;
    Catalog m_catalog;
};

std::unique_ptr<Job> MemoryLimitTest::start(const char* limit, qint64 rows, int keys, const char* interval)
{
    const QString text =
        QString(R"({"format": 1, "id": "7b1de0c4-93aa-4c58-8a0b-5d6e7f809a1b", "name": "Many keys",
  "settings": {"checkpoint_interval": "%4", "threads": 2, "memory_limit": "%1"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {
      "preset": "sensors", "rate": 0, "rows": %2, "keys": %3, "time_step": "1ms"}},
    {"id": "by_sensor", "component": "window", "params": {"kind": "tumbling", "size": "10h",
      "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "by_sensor.in"], ["by_sensor.out", "output.in"]]})")
            .arg(limit)
            .arg(rows)
            .arg(keys)
            .arg(interval);
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    const Resolved resolved = resolve(parsePipeline(text.toStdString()).spec, overrides);
    JobOptions options;
    options.stateDirectory = m_directory.filePath("state").toStdString();
    auto job = Job::create(resolved.spec, {}, m_catalog, systemEnv(), options);
    if (!job) {
        QTest::qFail(job.error().message.c_str(), __FILE__, __LINE__);
        return nullptr;
    }
    return std::move(*job);
}

// No checkpoint is due while it runs.
JobStatus MemoryLimitTest::run(const char* limit, qint64 rows, bool isResumed)
{
    const auto job = start(limit, rows, 1'000'000, "1h");
    if (!job) return {};
    if (job->resumed() != isResumed) QTest::qFail("resumed, or not", __FILE__, __LINE__);
    while (!isOver(job->status().state)) job->waitAndPoll(std::chrono::milliseconds(5));
    return job->status();
}

void MemoryLimitTest::stateBeyondTheLimitStopsTheJob()
{
    const JobStatus status = run("64MiB", 3'000'000, false);
    QCOMPARE(status.state, JobState::Failed);
    QCOMPARE(status.restarts, 0);
    QVERIFY(status.failure);
    QCOMPARE(status.failure->code, ErrorCode::Limit);
    QCOMPARE(status.failure->where, std::string("by_sensor"));
    for (const char* part : {"memory_limit (64 MiB)", "raise memory_limit", "last checkpoint"})
        QVERIFY2(status.failure->message.find(part) != std::string::npos, status.failure->message.c_str());
}

void MemoryLimitTest::aHigherLimitGoesOnFromTheCheckpoint()
{
    const JobStatus status = run("512MiB", 3'000'000, true);
    QVERIFY2(status.state == JobState::Finished, status.failure ? status.failure->message.c_str() : "");
}

// State that fits once and not twice: the job goes on, each checkpoint is decided, and no row is lost.
void MemoryLimitTest::rowsWaitWhereTheCopiesOfACheckpointHaveNoRoom()
{
    constexpr qint64 kMoreRows = 500'000;
    QVERIFY(m_directory.isValid());
    QDir(m_directory.path()).removeRecursively();
    const auto job = start("64MiB", 0, 400'000, "100ms");
    QVERIFY(job);
    const auto goOnUntil = [&](const std::function<bool()>& isSo) {
        const QDeadlineTimer deadline(60'000);
        while (!isOver(job->status().state) && !deadline.hasExpired()) {
            if (isSo()) return true;
            job->waitAndPoll(std::chrono::milliseconds(5));
        }
        if (isSo()) return true;
        if (const auto failure = job->status().failure) qWarning("%s", failure->message.c_str());
        return false;
    };
    const auto rowsIn = [&] { return job->telemetry().nodes.at(1).rowsIn; };
    QVERIFY(goOnUntil([&] {
        const auto lines = job->takeLog();
        return std::any_of(lines.begin(), lines.end(), [](const LogLine& line) {
            return line.text.starts_with("Rows wait while a checkpoint is written: the state takes ");
        });
    }));
    const std::uint64_t epoch = job->telemetry().checkpoint.epoch;
    const std::int64_t rows = rowsIn();
    QVERIFY(goOnUntil([&] { return job->telemetry().checkpoint.epoch > epoch + 1; }));
    QVERIFY(goOnUntil([&] { return rowsIn() > rows + kMoreRows; }));
    QVERIFY(job->request(JobAction::Drain));
    QVERIFY(goOnUntil([&] { return isOver(job->status().state); }));
    QVERIFY2(!job->status().failure, job->status().failure ? job->status().failure->message.c_str() : "");
    const JobTelemetry last = job->telemetry();
    QCOMPARE(last.nodes.at(1).rowsIn, last.nodes.at(0).rowsOut);
}

void MemoryLimitTest::theNamesOfAGeneratorsKeysCount()
{
    QVERIFY(m_directory.isValid());
    QDir(m_directory.path()).removeRecursively();
    const auto job = start("64MiB", 0, 10'000'000, "1h");
    QVERIFY(job);
    const QDeadlineTimer deadline(60'000);
    while (!isOver(job->status().state) && !deadline.hasExpired())
        job->waitAndPoll(std::chrono::milliseconds(5));
    const JobStatus status = job->status();
    QCOMPARE(status.state, JobState::Failed);
    QVERIFY(status.failure);
    QCOMPARE(status.failure->code, ErrorCode::Limit);
    QCOMPARE(status.failure->where, std::string("input"));
}

STREAMWRIGHT_TEST(MemoryLimitTest)

}  // namespace tst_memory_limit
#include "tst_memory_limit.moc"
