// The SQLite sink from the command line: a window's rows in a table, kills that lose nothing, and what the
// outside does to it: a lock, a full disk, a read-only file.
#include "app/worker.h"
#include "base/env.h"
#include "test_main.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>
#include <map>
#include <set>
#include <sqlite3.h>
#include <grp.h>
#include <unistd.h>

namespace tst_sqlite {

namespace {

// A second program at the database.
class Connection {
public:
    explicit Connection(const QString& file)
    {
        sqlite3_open(file.toUtf8().constData(), &m_connection);
        sqlite3_busy_timeout(m_connection, 20'000);
    }
    ~Connection() { sqlite3_close(m_connection); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    // Rows as lines of columns joined by "|".
    QStringList rows(const QByteArray& sql)
    {
        QStringList all;
        const auto take = [](void* into, int columns, char** values, char**) {
            QStringList row;
            for (int i = 0; i < columns; ++i)
                row += values[i] ? QString::fromUtf8(values[i]) : QString("NULL");
            *static_cast<QStringList*>(into) += row.join('|');
            return 0;
        };
        char* message = nullptr;
        if (sqlite3_exec(m_connection, sql.constData(), take, &all, &message) != SQLITE_OK) {
            all = {QString::fromUtf8(message)};
            sqlite3_free(message);
        }
        return all;
    }

private:
    sqlite3* m_connection = nullptr;
};

}  // namespace

class SqliteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
    void exactlyOnceIsRefusedWithAFix();
    void aWindowFillsATable();
    void killsLoseNothing_data();
    void killsLoseNothing();
    void aLockIsWaitedFor();
    void aStopWhileItIsLockedSaysSo();
    void aForeignFileEndsTheRun();
    void aReadOnlyDatabaseEndsTheRun();
    void aFullDiskIsSaid();
    void aDatabaseThatVanishesEndsTheRun();
    void connectTriesTheTable();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    void write(const QString& name, const QByteArray& text);
    // Generator, window over sensors, table; `more` are parameters of the sink.
    QString document(const QString& database, int rows, const QString& more = {},
                     const QString& settings = "\"guarantee\": \"at_least_once\", ");
    QStringList run(const QString& file) const { return {"run", file, "--state", path("state")}; }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void SqliteTest::write(const QString& name, const QByteArray& text)
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QString SqliteTest::document(const QString& database, int rows, const QString& more, const QString& settings)
{
    write("x.pipeline.json",
          QString(R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8c", "name": "Table",
  "settings": {%4"checkpoint_interval": "50ms", "checkpoint_timeout": "2s"},
  "nodes": [{"id": "input", "component": "generator_source",
      "params": {"preset": "sensors", "rate": 0, "rows": %2, "keys": 200, "seed": 5, "time_step": "1ms"}},
    {"id": "windows", "component": "window",
      "params": {"kind": "tumbling", "size": "1s", "keys": ["sensor_id"],
      "aggregates": [{"function": "count", "name": "n"},
                     {"function": "avg", "argument": "temperature", "name": "average"}]}},
    {"id": "output", "component": "sqlite_sink", "params": {"path": "%1", "table": "windows"%3}}],
  "edges": [["input.out", "windows.in"], ["windows.out", "output.in"]]})")
              .arg(database)
              .arg(rows)
              .arg(more, settings)
              .toUtf8());
    return path("x.pipeline.json");
}

void SqliteTest::exactlyOnceIsRefusedWithAFix()
{
    for (const QString& settings : {QString(), QString("\"guarantee\": \"exactly_once\", ")}) {
        const QString file = document("x.db", 100, {}, settings);
        const WorkerResult result = runWorker(run(file));
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains("node \"output\"") &&
                     result.errors.contains("set \"guarantee\": \"at_least_once\" in the settings"),
                 qPrintable(result.errors));
        QVERIFY(!QFile::exists(path("x.db")));
        const WorkerResult checked = runWorker({"validate", file, "--json"});
        QCOMPARE(checked.exitCode, 2);
        const QJsonArray fixes = QJsonDocument::fromJson(checked.output.toUtf8())
                                     .object()["diagnostics"][0]
                                     .toObject()["fixes"]
                                     .toArray();
        QCOMPARE(fixes[0].toObject()["param"].toString(), QString("settings.guarantee"));
        QCOMPARE(fixes[0].toObject()["replacement"].toString(), QString("at_least_once"));
    }
}

void SqliteTest::aWindowFillsATable()
{
    const WorkerResult result = runWorker(run(document("x.db", 300'000)));
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    Connection database(path("x.db"));
    QCOMPARE(database.rows("SELECT sum(n) FROM windows"), QStringList("300000"));
    QCOMPARE(database.rows("SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT sensor_id, window_end "
                           "FROM windows)) FROM windows"),
             QStringList("0"));
    QCOMPARE(
        database.rows("SELECT count(*) FROM windows WHERE window_start NOT LIKE '20__-__-__T__:__:__.000Z'"),
        QStringList("0"));
}

void SqliteTest::killsLoseNothing_data()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("append") << QString();
    QTest::newRow("upsert") << R"(, "mode": "upsert", "keys": ["sensor_id", "window_start"])";
}

// At least once: after twenty kills every row is there, and rows may be there again.
void SqliteTest::killsLoseNothing()
{
    QFETCH(QString, mode);
    constexpr int kRows = 2'000'000, kKills = 20;
    const QByteArray all = "SELECT sensor_id, window_start, n, average FROM windows ORDER BY 1, 2";
    QCOMPARE(runWorker({"run", document("plain.db", kRows, mode), "--state", path("plain")}).exitCode, 0);
    const QStringList expected = Connection(path("plain.db")).rows(all);
    QVERIFY(expected.size() > 1000);
    const QString file = document("x.db", kRows, mode);
    engine::Random random(11);
    int kills = 0;
    for (int start = 0; start < 4 * kKills && kills < kKills; ++start) {
        QProcess process;
        process.start(workerPath(), run(file));
        if (process.waitForFinished(20 + static_cast<int>(random.below(150)))) {
            QCOMPARE(process.exitCode(), 0);
            break;
        }
        process.kill();
        process.waitForFinished();
        ++kills;
    }
    QVERIFY(kills >= 5);
    const WorkerResult last = runWorker(run(file));
    QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
    QStringList found = Connection(path("x.db")).rows(all);
    const qsizetype written = found.size();
    found.removeDuplicates();
    qInfo("%d kills, %lld rows, %lld repeats", kills, static_cast<long long>(expected.size()),
          static_cast<long long>(written - found.size()));
    QCOMPARE(found, expected);
    if (!mode.isEmpty()) QCOMPARE(written, expected.size());
}

void SqliteTest::aLockIsWaitedFor()
{
    Connection other(path("x.db"));
    other.rows("PRAGMA journal_mode=WAL");
    other.rows("BEGIN IMMEDIATE");
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(workerPath(), run(document("x.db", 50'000)));
    QByteArray said;
    while (!said.contains("is locked by another program; rows wait until it is free.")) {
        QVERIFY2(process.waitForReadyRead(20'000), said.constData());
        said += process.readAll();
    }
    QVERIFY2(said.contains("node \"output\": The database " + path("x.db").toUtf8()), said.constData());
    QCOMPARE(process.state(), QProcess::Running);
    other.rows("COMMIT");
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(other.rows("SELECT sum(n) FROM windows"), QStringList("50000"));
}

void SqliteTest::aStopWhileItIsLockedSaysSo()
{
    Connection other(path("x.db"));
    other.rows("PRAGMA journal_mode=WAL");
    other.rows("BEGIN IMMEDIATE");
    const WorkerResult result = runWorker(run(document("x.db", 50'000)) + QStringList{"--duration", "4s"});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains(": node \"output\": The database " + path("x.db") + " is locked"),
             qPrintable(result.errors));
}

void SqliteTest::aForeignFileEndsTheRun()
{
    write("x.db", "This is a letter, and no database. " + QByteArray(4096, '.'));
    const WorkerResult result = runWorker(run(document("x.db", 1000)));
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains("node \"output\": " + path("x.db") + " is no SQLite database"),
             qPrintable(result.errors));
}

void SqliteTest::aReadOnlyDatabaseEndsTheRun()
{
    Connection(path("x.db")).rows("CREATE TABLE windows(a)");
    const QString file = document("x.db", 1000);
    QVERIFY(QFile::setPermissions(path("x.db"), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QVERIFY(QFile::setPermissions(m_directory->path(),
                                  QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
    QTemporaryDir state;
    QVERIFY(QFile::setPermissions(state.path(),
                                  QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::WriteOther |
                                      QFile::ReadOther | QFile::ExeOther));
    QProcess process;
    // The rights of files mean nothing to root.
    process.setChildProcessModifier([] {
        if (::getuid() == 0 && (::setgroups(0, nullptr) || ::setgid(65534) || ::setuid(65534))) ::_exit(99);
    });
    process.start(workerPath(), {"run", file, "--state", state.filePath("s")});
    QVERIFY(process.waitForFinished(20'000));
    const QString errors = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(process.exitCode() == 3, qPrintable(errors));
    QVERIFY2(errors.contains("node \"output\": The database " + path("x.db") + " is read-only"),
             qPrintable(errors));
    QFile::setPermissions(m_directory->path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void SqliteTest::aFullDiskIsSaid()
{
    // A disk of its own, for this process and its children only.
    const QString script =
        QString("mkdir %1/disk && mount -t tmpfs -o size=300k tmpfs %1/disk && exec %2 run %3 "
                "--state %1/state")
            .arg(m_directory->path(), workerPath(),
                 document("disk/x.db", 3'000'000, {},
                          "\"guarantee\": \"at_least_once\", \"restart\": \"never\", "));
    // Who is not root is it in a namespace of users.
    QStringList words{"-m", "sh", "-c", script};
    if (::getuid() != 0) words.prepend("-r");
    QProcess process;
    process.start("unshare", words);
    QVERIFY(process.waitForFinished(60'000));
    const QString errors = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(process.exitCode() == 3, qPrintable(errors));
    QVERIFY2(errors.contains("node \"output\": The database " + path("disk/x.db") +
                             " cannot grow, for the disk is full"),
             qPrintable(errors));
}

// What was written before is gone with it, and with that what the saved state goes on from.
void SqliteTest::aDatabaseThatVanishesEndsTheRun()
{
    QProcess process;
    process.start(workerPath(), run(document("x.db", 100'000'000)));
    QVERIFY(QTest::qWaitFor([&] { return QFile::exists(path("x.db")); }, 20'000));
    {
        Connection database(path("x.db"));
        const auto isWritten = [&] {
            return database.rows("SELECT count(*) > 0 FROM windows") == QStringList("1");
        };
        QVERIFY(QTest::qWaitFor(isWritten, 20'000));
    }
    QVERIFY(QFile::remove(path("x.db")));
    QVERIFY(process.waitForFinished(60'000));
    const QString errors = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(errors.contains("node \"output\": The database " + path("x.db") + " was moved away or replaced"),
             qPrintable(errors));
    QVERIFY2(process.exitCode() == 1, qPrintable(errors));
}

void SqliteTest::connectTriesTheTable()
{
    const QString file = document("x.db", 1000);
    const auto validate = [&] {
        return runWorker({"validate", file, "--connect", "--state", path("state")});
    };
    const WorkerResult before = validate();
    QVERIFY2(before.exitCode == 0, qPrintable(before.errors));
    QVERIFY(!QFile::exists(path("x.db")));
    Connection(path("x.db")).rows("CREATE TABLE windows(sensor_id TEXT)");
    const WorkerResult after = validate();
    QCOMPARE(after.exitCode, 3);
    QVERIFY2(after.errors.contains("node \"output\": The table \"windows\" in " + path("x.db") +
                                   " has no column \"window_start\""),
             qPrintable(after.errors));
    const WorkerResult shown = runWorker({"preview", file, "--node", "windows", "--rows", "3"});
    QVERIFY2(shown.exitCode == 0, qPrintable(shown.errors));
    QCOMPARE(Connection(path("x.db")).rows("SELECT count(*) FROM windows"), QStringList("0"));
}

STREAMWRIGHT_TEST(SqliteTest)

}  // namespace tst_sqlite
#include "tst_sqlite.moc"
