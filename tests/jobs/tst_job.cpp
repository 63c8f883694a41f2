// labels: asan tsan
// Whole jobs in this process: orders, a change of parameters while running, what is refused.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

namespace tst_job {

using namespace engine;

class JobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void refusesADocumentWithMistakes();
    void refusesAStateDirectoryInUse();
    void aStoppedJobGoesOnWhereItWas();
    void aDrainedJobBeginsAfresh();
    void aChangeHoldsFromOneBarrierOn();
    void aChangeThatCannotBeTakenIsRefused();

private:
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }
    Resolved document(const QString& output, const QString& condition, qint64 rows,
                      const QString& rate = "0") const;
    std::unique_ptr<Job> start(const Resolved& resolved, const QString& state);
    QList<QByteArray> lines(const QString& file) const;
    QList<QByteArray> undisturbed();
    static void pollUntil(Job& job, const std::function<bool()>& condition);
    QTemporaryDir m_directory;
    Catalog m_catalog;
    QList<QByteArray> m_undisturbed;
};

namespace {
constexpr qint64 kRows = 300'000;
}

void JobTest::initTestCase() { addBuiltinComponents(m_catalog); }

// The rows of a run that nothing disturbs.
QList<QByteArray> JobTest::undisturbed()
{
    if (!m_undisturbed.isEmpty()) return m_undisturbed;
    const auto job = start(document("all.ndjson", "TRUE", kRows), "whole");
    if (job) pollUntil(*job, [&] { return isOver(job->status().state); });
    return m_undisturbed = lines("all.ndjson");
}

Resolved JobTest::document(const QString& output, const QString& condition, qint64 rows,
                           const QString& rate) const
{
    const QString text = QString(R"({"format": 1, "id": "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d21", "name": "Job",
  "settings": {"checkpoint_interval": "50ms", "threads": 2},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {
      "preset": "sensors", "rate": %4, "rows": %3, "keys": 10, "seed": 3, "time_step": "1ms"}},
    {"id": "some", "component": "filter", "params": {"condition": "%2"}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%1", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "some.in"], ["some.out", "output.in"]]})")
                             .arg(path(output), condition)
                             .arg(rows)
                             .arg(rate);
    const Parsed parsed = parsePipeline(text.toStdString());
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    return resolve(parsed.spec, overrides);
}

std::unique_ptr<Job> JobTest::start(const Resolved& resolved, const QString& state)
{
    JobOptions options;
    options.stateDirectory = path(state).toStdString();
    auto job = Job::create(resolved.spec, toConstants(resolved.parameters), m_catalog, systemEnv(), options);
    if (!job) {
        QTest::qFail(job.error().message.c_str(), __FILE__, __LINE__);
        return nullptr;
    }
    return std::move(*job);
}

QList<QByteArray> JobTest::lines(const QString& file) const
{
    QFile input(path(file));
    if (!input.open(QIODevice::ReadOnly)) return {};
    QList<QByteArray> all = input.readAll().split('\n');
    all.removeAll({});
    return all;
}

void JobTest::pollUntil(Job& job, const std::function<bool()>& condition)
{
    const auto until = systemEnv().clock.monotonic() + std::chrono::seconds(60);
    while (!condition() && systemEnv().clock.monotonic() < until)
        job.waitAndPoll(std::chrono::milliseconds(5));
    QVERIFY(condition());
}

void JobTest::refusesADocumentWithMistakes()
{
    JobOptions options;
    options.stateDirectory = path("none").toStdString();
    const Resolved resolved = document("x.ndjson", "temprature > 1", 10);
    const auto job = Job::create(resolved.spec, {}, m_catalog, systemEnv(), options);
    QVERIFY(!job);
    QVERIFY(job.error().code == ErrorCode::InvalidSpec);
    QVERIFY(QString::fromStdString(job.error().message).contains("did you mean \"temperature\"?"));
}

void JobTest::refusesAStateDirectoryInUse()
{
    const Resolved resolved = document("held.ndjson", "TRUE", 100, "10");
    const auto first = start(resolved, "held");
    QVERIFY(first);
    JobOptions options;
    options.stateDirectory = path("held").toStdString();
    const auto second = Job::create(resolved.spec, {}, m_catalog, systemEnv(), options);
    QVERIFY(!second);
    QVERIFY(second.error().code == ErrorCode::Unavailable);
}

void JobTest::aStoppedJobGoesOnWhereItWas()
{
    const Resolved resolved = document("stopped.ndjson", "TRUE", kRows, "100000");
    int stops = 0;
    for (bool over = false; !over; ++stops) {
        const auto job = start(resolved, "stopped");
        QVERIFY(job);
        if (stops < 3) {
            pollUntil(*job,
                      [&] { return job->status().lastCheckpoint.value > 0 || isOver(job->status().state); });
            if (!isOver(job->status().state)) QVERIFY(job->request(JobAction::Stop));
        }
        pollUntil(*job, [&] { return isOver(job->status().state); });
        over = job->status().state == JobState::Finished;
    }
    QVERIFY(stops > 1);
    QVERIFY(lines("stopped.ndjson") == undisturbed());
}

void JobTest::aDrainedJobBeginsAfresh()
{
    const Resolved resolved = document("drained.ndjson", "TRUE", kRows, "5000");
    const auto job = start(resolved, "drained");
    QVERIFY(job);
    pollUntil(*job, [&] { return job->status().lastCheckpoint.value > 0; });
    QVERIFY(job->request(JobAction::Drain));
    pollUntil(*job, [&] { return isOver(job->status().state); });
    QVERIFY(job->status().state == JobState::Finished);
    const QList<QByteArray> drained = lines("drained.ndjson"), all = undisturbed();
    QVERIFY(!drained.isEmpty() && drained.size() < all.size());
    QVERIFY(drained == all.first(drained.size()));

    job->poll();  // lets go of the state
    const auto again = start(document("drained.ndjson", "TRUE", kRows), "drained");
    QVERIFY(again);
    QVERIFY(!again->resumed());
    pollUntil(*again, [&] { return isOver(again->status().state); });
    QVERIFY(again->status().state == JobState::Finished);
    QVERIFY(lines("drained.ndjson") == all);
}

// The rows behind one ticket, and no others: nothing restarts, nothing is lost or repeated.
void JobTest::aChangeHoldsFromOneBarrierOn()
{
    const Resolved none = document("changed.ndjson", "FALSE", kRows, "100000"),
                   changed = document("changed.ndjson", "TRUE", kRows, "100000");
    const auto job = start(none, "changing");
    QVERIFY(job);
    QVERIFY(job->request(JobAction::Pause));
    QVERIFY(job->change(changed.spec, toConstants(changed.parameters)));
    const std::uint64_t before = job->status().lastCheckpoint.value;
    pollUntil(*job, [&] { return job->status().lastCheckpoint.value > before + 1; });
    QVERIFY(job->request(JobAction::Resume));
    pollUntil(*job, [&] { return isOver(job->status().state); });
    QVERIFY(job->status().state == JobState::Finished);
    QCOMPARE(job->status().restarts, 0);
    const QList<QByteArray> expected = undisturbed(), found = lines("changed.ndjson");
    QVERIFY(found.size() <= expected.size());
    QVERIFY(found == expected.mid(expected.size() - found.size()));
    QVERIFY(!found.isEmpty());
}

void JobTest::aChangeThatCannotBeTakenIsRefused()
{
    const auto job = start(document("refused.ndjson", "TRUE", kRows, "1000"), "refused");
    QVERIFY(job);
    const Resolved other = document("elsewhere.ndjson", "TRUE", kRows, "1000");
    const auto refused = job->change(other.spec, toConstants(other.parameters));
    QVERIFY(!refused);
    QVERIFY(QString::fromStdString(refused.error().message).contains("output"));
}

STREAMWRIGHT_TEST(JobTest)

}  // namespace tst_job
#include "tst_job.moc"
