// How soon a run without a window gives its first record, and how much memory it has held at most when it has
// given 10,000. Measured is the wall time from the start of the process to the first byte of output, less the
// time in which its threads had work and waited for a core, as the kernel counts it: so other programs on the
// machine do not count, and a start that sleeps does. The median of five runs.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <array>

namespace tst_startup {

class StartupTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstRecordAndMemory();
};

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kGenerous = 20;
#else
constexpr int kGenerous = 1;
#endif
constexpr qint64 kFirstRecordUs = 150'000 * kGenerous;
constexpr qint64 kResidentKiB = 60 * 1024 * kGenerous;
constexpr std::size_t kRuns = 5;
constexpr int kRowsBefore = 10'000;  // memory is looked at after so many

QByteArray textOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// /proc/PID/task/*/schedstat: time on a core, time waited for one, both in ns, and time slices.
qint64 waitedForCoresUs(qint64 process)
{
    qint64 sumNs = 0;
    const QString tasks = QString("/proc/%1/task").arg(process);
    for (const QString& task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        sumNs += textOf(tasks + "/" + task + "/schedstat").split(' ').value(1).toLongLong();
    return sumNs / 1000;
}

qint64 mostResidentKiB(qint64 process)
{
    for (const QByteArray& line : textOf(QString("/proc/%1/status").arg(process)).split('\n'))
        if (line.startsWith("VmHWM:")) return line.mid(6).trimmed().split(' ').value(0).toLongLong();
    return -1;
}

template <class Values>
qint64 medianOf(Values values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

void StartupTest::firstRecordAndMemory()
{
    QTemporaryDir directory;
    const QString file = directory.path() + "/x.pipeline.json";
    QFile document(file);
    QVERIFY(document.open(QIODevice::WriteOnly));
    document.write(R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8c", "name": "Startup",
  "nodes": [{"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 20000}},
    {"id": "hot", "component": "filter", "params": {"condition": "temperature > -1000"}},
    {"id": "show", "component": "console_sink", "params": {"format": "json"}}],
  "edges": [["input.out", "hot.in"], ["hot.out", "show.in"]]})");
    document.close();
    std::array<qint64, kRuns> firstUs{}, residentKiB{};
    for (std::size_t run = 0; run < kRuns; ++run) {
        QProcess process;
        QElapsedTimer timer;
        timer.start();
        process.start(workerPath(),
                      {"run", file, "--state", directory.path() + "/state" + QString::number(run)});
        QVERIFY(process.waitForReadyRead(30'000));
        const qint64 wallUs = timer.nsecsElapsed() / 1000;
        firstUs[run] = wallUs - waitedForCoresUs(process.processId());
        for (int rows = 0; rows < kRowsBefore;) {
            rows += static_cast<int>(process.readAllStandardOutput().count('\n'));
            if (rows < kRowsBefore) QVERIFY(process.waitForReadyRead(30'000));
        }
        residentKiB[run] = mostResidentKiB(process.processId());
        process.terminate();
        QVERIFY(process.waitForFinished(30'000));
        QVERIFY(residentKiB[run] > 0);
    }
    qInfo("first record after %lld ms, at most %lld KiB resident", medianOf(firstUs) / 1000,
          medianOf(residentKiB));
    QVERIFY2(medianOf(firstUs) <= kFirstRecordUs, qPrintable(QString("%1 us").arg(medianOf(firstUs))));
    QVERIFY2(medianOf(residentKiB) <= kResidentKiB, qPrintable(QString("%1 KiB").arg(medianOf(residentKiB))));
}

STREAMWRIGHT_TEST(StartupTest)

}  // namespace tst_startup
#include "tst_startup.moc"
