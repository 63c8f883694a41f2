// labels: asan tsan
// State that outgrows memory_limit stops the job with a sentence that says which node and what to do; what
// fits runs to its end.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

#include <QTemporaryDir>

namespace tst_memory_limit {

using namespace engine;

class MemoryLimitTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void stateBeyondTheLimitStopsTheJob();
    void aHigherLimitGoesOnFromTheCheckpoint();

private:
    JobStatus run(const char* limit, qint64 rows);
    QTemporaryDir m_directory;
    Catalog m_catalog;
};

JobStatus MemoryLimitTest::run(const char* limit, qint64 rows)
{
    const QString text =
        QString(R"({"format": 1, "id": "7b1de0c4-93aa-4c58-8a0b-5d6e7f809a1b", "name": "Many keys",
  "settings": {"checkpoint_interval": "100ms", "threads": 2, "memory_limit": "%1"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {
      "preset": "sensors", "rate": 0, "rows": %2, "keys": 1000000, "time_step": "1ms"}},
    {"id": "by_sensor", "component": "window", "params": {"kind": "tumbling", "size": "10h",
      "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "by_sensor.in"], ["by_sensor.out", "output.in"]]})")
            .arg(limit)
            .arg(rows);
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    const Resolved resolved = resolve(parsePipeline(text.toStdString()).spec, overrides);
    JobOptions options;
    options.stateDirectory = m_directory.filePath("state").toStdString();
    auto job = Job::create(resolved.spec, {}, m_catalog, systemEnv(), options);
    if (!job) {
        QTest::qFail(job.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }
    while (!isOver((*job)->status().state)) (*job)->waitAndPoll(std::chrono::milliseconds(5));
    return (*job)->status();
}

void MemoryLimitTest::stateBeyondTheLimitStopsTheJob()
{
    const JobStatus status = run("16MiB", 3'000'000);
    QCOMPARE(status.state, JobState::Failed);
    QCOMPARE(status.restarts, 0);
    QVERIFY(status.failure);
    QCOMPARE(status.failure->code, ErrorCode::Limit);
    QCOMPARE(status.failure->where, std::string("by_sensor"));
    for (const char* part : {"memory_limit (16 MiB)", "raise memory_limit", "last checkpoint"})
        QVERIFY2(status.failure->message.find(part) != std::string::npos, status.failure->message.c_str());
}

void MemoryLimitTest::aHigherLimitGoesOnFromTheCheckpoint()
{
    const JobStatus status = run("512MiB", 3'000'000);
    QVERIFY2(status.state == JobState::Finished, status.failure ? status.failure->message.c_str() : "");
}

STREAMWRIGHT_TEST(MemoryLimitTest)

}  // namespace tst_memory_limit
#include "tst_memory_limit.moc"
