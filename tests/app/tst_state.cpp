// labels: asan
// The state of pipelines from the command line: what is a state, and that nothing else is touched.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace tst_state {

class StateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void onlyStatesAreListed();
    void onlyStatesAreDeleted_data();
    void onlyStatesAreDeleted();
    void whatIsNotItsOwnStays();
    void aFreshStartMovesItsOwnAside();
    void looksAreNoRuns();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    void write(const QString& name, const QByteArray& text);
    WorkerResult run(const QString& state, const QStringList& more = {});
    WorkerResult state(const QStringList& words)
    {
        return runWorker(QStringList{"state"} + words + QStringList{"--directory", path("states")});
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void StateTest::write(const QString& name, const QByteArray& text)
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

void StateTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    write("x.pipeline.json", R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8b", "name": "State",
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rate": 0, "rows": 10}},
    {"id": "output", "component": "discard_sink"}],
  "edges": [["input.out", "output.in"]]})");
    write("states/Documents/thesis.txt", "precious");
}

WorkerResult StateTest::run(const QString& state, const QStringList& more)
{
    return runWorker(QStringList{"run", path("x.pipeline.json"), "--state", path(state)} + more);
}

void StateTest::onlyStatesAreListed()
{
    QCOMPARE(state({"list"}).output, QString("There is no saved state.\n"));
    QCOMPARE(run("states/a").exitCode, 0);
    const QString list = state({"list"}).output;
    QVERIFY2(list.startsWith("a  ") && list.count('\n') == 1, qPrintable(list));
    QVERIFY(!QFile::exists(path("states/Documents/lock")));
}

void StateTest::onlyStatesAreDeleted_data()
{
    QTest::addColumn<QString>("action");
    QTest::newRow("delete") << "delete";
    QTest::newRow("clean") << "clean";
}

void StateTest::onlyStatesAreDeleted()
{
    QFETCH(QString, action);
    write("states/Documents/aside-notes/page.txt", "precious");
    write("states/Documents/lock", "somebody else's");
    const WorkerResult refused = state({action, "Documents", "--yes"});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.errors.contains("There is no state of a pipeline \"Documents\""),
             qPrintable(refused.errors));
    QCOMPARE(QDir(path("states/Documents")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             (QStringList{"aside-notes", "lock", "thesis.txt"}));
    QVERIFY(QFile::exists(path("states/Documents/aside-notes/page.txt")));
}

void StateTest::whatIsNotItsOwnStays()
{
    QCOMPARE(run("states/Documents").exitCode, 0);
    QCOMPARE(run("states/Documents", {"--fresh"}).exitCode, 0);
    write("states/Documents/state-of-the-art.bin", "precious");
    const QStringList aside = QDir(path("states/Documents")).entryList({"aside-*"});
    QCOMPARE(aside.size(), 1);
    write("states/Documents/" + aside[0] + "/page.txt", "precious");
    const WorkerResult deleted = state({"delete", "Documents", "--yes"});
    QCOMPARE(deleted.exitCode, 0);
    QVERIFY2(deleted.output.contains("what else lies there was left"), qPrintable(deleted.output));
    QCOMPARE(QDir(path("states/Documents")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             (QStringList{aside[0], "state-of-the-art.bin", "thesis.txt"}));
    QCOMPARE(QDir(path("states/Documents/" + aside[0])).entryList(QDir::Files), QStringList{"page.txt"});

    QCOMPARE(run("states/a").exitCode, 0);
    QCOMPARE(state({"delete", "a", "--yes"}).output, "Deleted " + path("states/a") + "\n");
    QVERIFY(!QFile::exists(path("states/a")));
}

void StateTest::aFreshStartMovesItsOwnAside()
{
    for (int round = 0; round < 3; ++round)
        QCOMPARE(run("states/Documents", {"--fresh"}).exitCode, 0);
    QVERIFY(QFile::exists(path("states/Documents/thesis.txt")));
    QCOMPARE(QDir(path("states/Documents")).entryList({"aside-*"}).size(), 1);
}

// Listing and `validate --connect` leave the lock as the last run wrote it.
void StateTest::looksAreNoRuns()
{
    QCOMPARE(run("states/a").exitCode, 0);
    const auto lockText = [this] {
        QFile lock(path("states/a/lock"));
        return lock.open(QIODevice::ReadOnly) ? lock.readAll() : QByteArray();
    };
    const QByteArray before = lockText();
    QVERIFY(!before.isEmpty());
    QCOMPARE(state({"list"}).exitCode, 0);
    QCOMPARE(state({"show", "a"}).exitCode, 0);
    const QStringList validate{"validate", path("x.pipeline.json"), "--connect", "--state"};
    QCOMPARE(runWorker(validate + QStringList{path("states/a")}).exitCode, 0);
    QCOMPARE(lockText(), before);
    QCOMPARE(runWorker(validate + QStringList{path("states/Documents")}).exitCode, 0);
    QVERIFY(!QFile::exists(path("states/Documents/lock")));
}

STREAMWRIGHT_TEST(StateTest)

}  // namespace tst_state
#include "tst_state.moc"
