// What a run takes at most while its formulas make texts far larger than memory_limit.
#include "app/worker.h"
#include "test_main.h"

#include <QTemporaryDir>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tst_memory_of_texts {

namespace {

constexpr qint64 kResidentKiB = 256 << 10;  // of all; 1.4 GiB where a whole batch is worked on at a time

struct Ended {
    int code = -1;
    qint64 residentKiB = 0;
};

// The program's own greatest memory is told to who waits for it, and to nobody else afterwards.
Ended runAlone(const QString& document, const QString& state)
{
    const QByteArray program = workerPath().toLocal8Bit(), file = document.toLocal8Bit();
    const QByteArray states = state.toLocal8Bit();
    const pid_t child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
        const char* name = program.constData();
        execl(name, name, "run", file.constData(), "--state", states.constData(), nullptr);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return {};
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, usage.ru_maxrss};
}

}  // namespace

class MemoryOfTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void staysNearTheLimit_data();
    void staysNearTheLimit();
};

void MemoryOfTexts::staysNearTheLimit_data()
{
    QTest::addColumn<QString>("nodes");
    QTest::addColumn<QString>("edges");
    // 512 KiB for a row, 1 GiB for a full batch.
    const QString text = QString("REPLACE(REPLACE(REPLACE('aaaaaaaa' || sensor_id, 'a', '%1'), 'a', '%1'), "
                                 "'a', '%2')")
                             .arg(QString(16, 'a'), QString(256, 'x'));
    const QString compute = R"({"id": "long", "component": "compute", "params": {"columns": [
        {"name": "text", "expression": "%1"}]}},)";
    QTest::newRow("passed on") << compute.arg(text)
                               << R"(["input.out", "long.in"], ["long.out", "output.in"])";
    QTest::newRow("behind a union")
        << R"({"id": "all", "component": "union", "params": {}},)" + compute.arg(text)
        << R"(["input.out", "all.in"], ["all.out", "long.in"], ["long.out", "output.in"])";
    QTest::newRow("in a condition")
        << QString(R"({"id": "some", "component": "filter", "params": {
               "condition": "CHAR_LENGTH(%1) > 3"}},)").arg(text)
        << R"(["input.out", "some.in"], ["some.out", "output.in"])";
    QTest::newRow("in a window")
        << QString(R"({"id": "by_time", "component": "window", "params": {"kind": "tumbling",
               "size": "10s", "keys": [], "aggregates": [
                 {"function": "max", "argument": "%1", "name": "greatest"}]}},)")
               .arg(text)
        << R"(["input.out", "by_time.in"], ["by_time.out", "output.in"])";
}

void MemoryOfTexts::staysNearTheLimit()
{
    QFETCH(QString, nodes);
    QFETCH(QString, edges);
    QTemporaryDir directory;
    QFile file(directory.filePath("texts.pipeline.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QString(R"({"format": 1, "id": "0b6f0bd2-6d9c-4d0e-9f0a-2f1f7ad6c3e5", "name": "Long texts",
  "settings": {"memory_limit": "64MiB", "threads": 2},
  "nodes": [{"id": "input", "component": "generator_source", "params": {
      "preset": "sensors", "rate": 0, "rows": 2048, "keys": 5}}, %1
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [%2]})").arg(nodes, edges).toUtf8());
    file.close();
    const Ended ended = runAlone(file.fileName(), directory.filePath("state"));
    QCOMPARE(ended.code, 0);
    QVERIFY2(ended.residentKiB > 0 && ended.residentKiB < kResidentKiB,
             qPrintable(QString("%1 KiB").arg(ended.residentKiB)));
}

STREAMWRIGHT_TEST(MemoryOfTexts)

}  // namespace tst_memory_of_texts
#include "tst_memory_of_texts.moc"
