// labels: asan
// A job that follows a log on the disk: abandoned and stopped again and again while the log grows, is renamed
// and packed, it writes every line once.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "catalog/component.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QMap>
#include <QTemporaryDir>

namespace tst_follow_job {

using namespace engine;

class FollowJobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void writesEveryLineOnce();

private:
    QString path(const char* name) const { return m_directory.filePath(name); }
    std::unique_ptr<Job> start();
    void log(int lines);
    QList<QByteArray> written() const;
    static void pollUntil(Job& job, const std::function<bool()>& condition);
    QTemporaryDir m_directory;
    Catalog m_catalog;
    int m_lines = 0;
};

std::unique_ptr<Job> FollowJobTest::start()
{
    const QString text =
        QString(R"({"format": 1, "id": "0a4b8c1d-5e2f-4a6b-9c7d-8e9f0a1b2c3d", "name": "Follow",
  "settings": {"checkpoint_interval": "20ms", "threads": 2},
  "nodes": [
    {"id": "lines", "component": "file_source", "params": {"path": "%1", "follow": true, "format": "json",
      "columns": [{"name": "n", "type": "bigint"}]}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "%2", "format": "json", "if_exists": "replace"}}],
  "edges": [["lines.out", "output.in"]]})")
            .arg(path("app.log"), path("out.ndjson"));
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    const Resolved resolved = resolve(parsePipeline(text.toStdString()).spec, overrides);
    JobOptions options;
    options.stateDirectory = path("state").toStdString();
    auto job = Job::create(resolved.spec, {}, m_catalog, systemEnv(), options);
    if (!job) {
        QTest::qFail(job.error().message.c_str(), __FILE__, __LINE__);
        return nullptr;
    }
    return std::move(*job);
}

void FollowJobTest::log(int lines)
{
    QFile file(path("app.log"));
    QVERIFY(file.open(QIODevice::Append));
    for (int i = 0; i < lines; ++i) file.write("{\"n\":" + QByteArray::number(m_lines++) + "}\n");
}

// An endless output rolls: its parts by the epoch in their names, the one in progress last.
QList<QByteArray> FollowJobTest::written() const
{
    QMap<int, QByteArray> parts;
    for (const QString& name : QDir(m_directory.path()).entryList({"out-0*"})) {
        QFile file(m_directory.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) continue;
        const int epoch = name.section('.', 0, 0).section('-', 2).toInt();
        parts[name.endsWith(".inprogress") && epoch == 0 ? 1 << 30 : epoch] += file.readAll();
    }
    QByteArray text;
    for (const QByteArray& part : parts) text += part;
    QList<QByteArray> all = text.split('\n');
    all.removeAll({});
    return all;
}

void FollowJobTest::pollUntil(Job& job, const std::function<bool()>& condition)
{
    const auto until = systemEnv().clock.monotonic() + std::chrono::seconds(60);
    while (!condition() && !isOver(job.status().state) && systemEnv().clock.monotonic() < until)
        job.waitAndPoll(std::chrono::milliseconds(5));
    QVERIFY2(condition(), job.status().failure ? job.status().failure->message.c_str() : "");
}

void FollowJobTest::writesEveryLineOnce()
{
    for (int round = 0; round < 6; ++round) {
        log(500);
        const auto job = start();
        QVERIFY(job);
        const int before = m_lines;
        pollUntil(*job, [&] { return written().size() >= before; });
        log(300);
        if (round % 2) {
            QVERIFY(QFile::rename(path("app.log"), path("app.log.") + QString::number(round)));
            log(200);
        }
        if (round % 3 == 1) {  // stopped; otherwise given up where it is, as by a kill
            QVERIFY(job->request(JobAction::Stop));
            pollUntil(*job, [&] { return isOver(job->status().state); });
            QCOMPARE(job->status().state, JobState::Stopped);
        }
    }
    const auto job = start();
    QVERIFY(job);
    pollUntil(*job, [&] { return written().size() >= m_lines; });
    QVERIFY(job->request(JobAction::Stop));
    pollUntil(*job, [&] { return isOver(job->status().state); });
    const QList<QByteArray> found = written();
    QCOMPARE(found.size(), m_lines);
    for (int i = 0; i < m_lines; ++i) QCOMPARE(found[i], "{\"n\":" + QByteArray::number(i) + "}");
}

STREAMWRIGHT_TEST(FollowJobTest)

}  // namespace tst_follow_job
#include "tst_follow_job.moc"
