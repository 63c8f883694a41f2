// labels: asan
// What befalls the database of a sink: locks, other files, copies, takeovers.
#include "sqlite_fixture.h"
#include "test_main.h"

namespace tst_sqlite_outside {

class SqliteOutsideTest : public QObject, private SqliteFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void aLockIsWaitedFor();
    void whatIsNoDatabase();
    void aDatabaseThatVanishes();
    void aLogThatVanishes_data();
    void aLogThatVanishes();
    void aLogThatIsReplaced();
    void anOlderCopyIsNoticed();
    void theLastToOpenHoldsThePlace();
    void triesWithoutLeavingAnything();
    void aRollBackIsToldToAll();
    void aLockIsAskedForEveryMillisecond();
};

void SqliteOutsideTest::aLockIsWaitedFor()
{
    sqlite3* other = nullptr;
    sqlite3_open(file().toUtf8().constData(), &other);
    sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
    SqliteSink sink(options());
    SinkContext to = context();
    const auto isBusy = [](const Status& status) {
        return !status && status.error().code == ErrorCode::Busy;
    };
    auto opened = sink.open(to, {});
    QVERIFY(isBusy(opened));
    QVERIFY(opened.error().message.empty());
    m_clock.advance(std::chrono::seconds(3));
    opened = sink.open(to, {});
    QVERIFY(isBusy(opened));
    QCOMPARE(opened.error().message,
             "The database " + file().toStdString() +
                 " is locked by another program; rows wait until it is free.");
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    QVERIFY(bool(sink.open(to, {})));
    sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    const RecordBatch rows = sensorRows(0, 100);
    auto written = sink.write(rows);
    QVERIFY(isBusy(written));
    QVERIFY(written.error().message.empty());
    m_clock.advance(std::chrono::seconds(3));
    written = sink.write(rows);
    QVERIFY(isBusy(written));
    QVERIFY(!written.error().message.empty());
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    QVERIFY(bool(sink.write(rows)));
    QVERIFY(bool(sink.prepare(Epoch{1}, EpochKind::Ordinary)));
    QCOMPARE(table("SELECT count(*), count(DISTINCT n) FROM rows"), QString("100|100"));
    sqlite3_close(other);
}

void SqliteOutsideTest::whatIsNoDatabase()
{
    QFile other(file());
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(QByteArray(5000, 'x'));
    other.close();
    auto written = writeOnce(options(), sensorRows(0, 1));
    QVERIFY(written.error().message.find(file().toStdString() + " is no SQLite database") == 0);
    QVERIFY(written.error().code == ErrorCode::Refused);
    QVERIFY(other.open(QIODevice::ReadOnly));
    QCOMPARE(other.readAll(), QByteArray(5000, 'x'));
    SqliteSinkOptions elsewhere = options();
    elsewhere.path = file("nowhere/x.db").toStdString();
    written = writeOnce(elsewhere, sensorRows(0, 1));
    QVERIFY(written.error().message.find("There is no directory " + file("nowhere").toStdString()) == 0);
    QVERIFY(written.error().code == ErrorCode::Refused);
    elsewhere.path = m_directory->path().toStdString();
    QVERIFY(writeOnce(elsewhere, sensorRows(0, 1)).error().message.find("is no file") != std::string::npos);
    // Names that mean something else to SQLite are names of files here.
    elsewhere.path = ":memory:";
    SqliteSink sink(elsewhere);
    SinkContext to = context();
    to.baseDirectory = m_directory->path().toStdString();
    QVERIFY(bool(sink.open(to, {})));
    QVERIFY(QFile::exists(m_directory->path() + "/:memory:"));
}

void SqliteOutsideTest::aDatabaseThatVanishes()
{
    {
        SqliteSink sink(options());
        SinkContext to = context();
        QVERIFY(bool(sink.open(to, {})));
        QVERIFY(bool(sink.write(sensorRows(0, 10))));
        QVERIFY(bool(sink.prepare(Epoch{1}, EpochKind::Ordinary)));
        QVERIFY(bool(sink.write(sensorRows(0, 10))));
        QVERIFY(QFile::remove(file()));
        const auto prepared = sink.prepare(Epoch{2}, EpochKind::Ordinary);
        QVERIFY(!prepared);
        QVERIFY(prepared.error().message.find("was moved away or replaced") != std::string::npos);
    }
    SqliteSink again(options());
    SinkContext to = context();
    const auto opened = again.open(to, "1");
    QVERIFY(!opened);
    QVERIFY(opened.error().code == ErrorCode::Corrupt);
    QVERIFY(opened.error().message.find("is gone; put it back") != std::string::npos);
    QVERIFY(!QFile::exists(file()));
}

void SqliteOutsideTest::aLogThatVanishes_data()
{
    QTest::addColumn<QStringList>("endings");
    QTest::addColumn<bool>("rowsFollow");
    QTest::newRow("the log") << QStringList{"-wal"} << true;
    QTest::newRow("its index") << QStringList{"-shm"} << true;
    QTest::newRow("both, and no row follows") << QStringList{"-wal", "-shm"} << false;
}

// What was committed lies in the log alone, and goes on to be there for who holds it open.
void SqliteOutsideTest::aLogThatVanishes()
{
    QFETCH(QStringList, endings);
    QFETCH(bool, rowsFollow);
    SqliteSink sink(options());
    SinkContext to = context();
    QVERIFY(bool(sink.open(to, {})));
    QVERIFY(bool(sink.write(sensorRows(0, 10))));
    QVERIFY(bool(sink.prepare(Epoch{1}, EpochKind::Ordinary)));
    for (const QString& ending : endings) QVERIFY(QFile::remove(file() + ending));
    const Status noticed = rowsFollow ? sink.write(sensorRows(10, 10)) : ok();
    const auto prepared = sink.prepare(Epoch{2}, EpochKind::Ordinary);
    QVERIFY(!rowsFollow || !noticed);
    QVERIFY(!prepared);
    QVERIFY(prepared.error().code == ErrorCode::Io);
    QVERIFY2(prepared.error().message.find("was removed or replaced while it was written; what it held is "
                                           "in the database now.") != std::string::npos,
             prepared.error().message.c_str());
    QCOMPARE(table("SELECT count(*) FROM rows"), QString("10"));
}

void SqliteOutsideTest::aLogThatIsReplaced()
{
    SqliteSink sink(options());
    SinkContext to = context();
    QVERIFY(bool(sink.open(to, {})));
    QVERIFY(bool(sink.write(sensorRows(0, 10))));
    QVERIFY(bool(sink.prepare(Epoch{1}, EpochKind::Ordinary)));
    QVERIFY(QFile::remove(file() + "-wal"));
    QVERIFY(QFile::copy(file(), file() + "-wal"));
    const Status written = sink.write(sensorRows(10, 10));
    QVERIFY(!written);
    QVERIFY2(written.error().message.find("what it held may be lost") != std::string::npos,
             written.error().message.c_str());
}

void SqliteOutsideTest::anOlderCopyIsNoticed()
{
    QVERIFY(bool(writeOnce(options(), sensorRows(0, 10))));
    SqliteSink sink(options());
    SinkContext to = context();
    const auto opened = sink.open(to, "3");
    QVERIFY(!opened);
    QVERIFY(opened.error().code == ErrorCode::Corrupt);
    QVERIFY(opened.error().message.find("(checkpoint 1 instead of 3)") != std::string::npos);
    QVERIFY(bool(sink.open(to, "1")));
}

void SqliteOutsideTest::theLastToOpenHoldsThePlace()
{
    SqliteSink first(options());
    SinkContext to = context();
    QVERIFY(bool(first.open(to, {})));
    // Another process of the same pipeline: another connection.
    sql("UPDATE _sp_commit SET fence=fence+1");
    QVERIFY(bool(first.write(sensorRows(0, 5))));
    const auto prepared = first.prepare(Epoch{1}, EpochKind::Ordinary);
    QVERIFY(!prepared);
    QVERIFY(prepared.error().message.find("Another run of this pipeline") != std::string::npos);
    QCOMPARE(table("SELECT count(*) FROM rows"), QString("0"));
}

void SqliteOutsideTest::triesWithoutLeavingAnything()
{
    const auto names = [&] { return QDir(m_directory->path()).entryList(QDir::Files | QDir::Hidden); };
    QVERIFY(bool(SqliteSink(options()).tryOut({m_env, "", true})));
    QVERIFY(names().isEmpty());
    const auto gone = SqliteSink(options()).tryOut({m_env, "", false});
    QVERIFY(gone.error().message.find("is gone") != std::string::npos);
    QVERIFY(bool(writeOnce(options(), sensorRows(0, 5))));
    const QStringList before = names();
    QVERIFY(bool(SqliteSink(options()).tryOut({m_env, "", true})));
    QCOMPARE(names(), before);
    QFile other(file());
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(QByteArray(5000, 'x'));
    other.close();
    QVERIFY(SqliteSink(options()).tryOut({m_env, "", true}).error().message.find("is no SQLite database") !=
            std::string::npos);
}

void SqliteOutsideTest::aRollBackIsToldToAll()
{
    sql("CREATE TABLE rows(name TEXT, n INT, value REAL, \"on\" INT, at TEXT);"
        "CREATE TRIGGER no BEFORE INSERT ON rows WHEN new.n=3 BEGIN SELECT RAISE(ROLLBACK, 'not three'); "
        "END");
    SqliteSinkOptions right = options();
    right.table.name = "others";
    SqliteSink first(options()), second(right);
    SinkContext to = context("first"), toOther = context("second");
    QVERIFY(bool(first.open(to, {})));
    QVERIFY(bool(second.open(toOther, {})));
    QVERIFY(bool(second.write(sensorRows(0, 20))));
    const auto written = first.write(sensorRows(0, 5));
    QVERIFY(!written);
    QVERIFY(written.error().message.find("not three") != std::string::npos);
    const auto prepared = second.prepare(Epoch{1}, EpochKind::Ordinary);
    QVERIFY(!prepared);
    QVERIFY(prepared.error().message.find("rolled back together with those of another sink") !=
            std::string::npos);
    QCOMPARE(table("SELECT count(*) FROM others"), QString("0"));
}

// Who has the lock leaves it free for two milliseconds between its epochs: that must not be slept through.
void SqliteOutsideTest::aLockIsAskedForEveryMillisecond()
{
    struct CountingClock final : Clock {
        Timestamp now() const override { return time.now(); }
        MonotonicTime monotonic() const override
        {
            ++looks;
            return time.monotonic();
        }
        SystemClock time{};
        mutable int looks = 0;
    } clock;
    Env env{clock, systemFiles(), 1};
    SqliteSink sink(options());
    SinkContext to{env, "", "pipeline", 0, &m_refusals, "output"};
    QVERIFY(bool(sink.open(to, {})));
    sqlite3* other = nullptr;
    sqlite3_open(file().toUtf8().constData(), &other);
    sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    clock.looks = 0;
    const MonotonicTime began = clock.time.monotonic();
    const auto written = sink.write(sensorRows(0, 1));
    QVERIFY(!written && written.error().code == ErrorCode::Busy);
    QVERIFY(clock.time.monotonic() - began >= std::chrono::milliseconds(100));
    QVERIFY2(clock.looks >= 100, qPrintable(QString::number(clock.looks)));
    sqlite3_close(other);
    QVERIFY(bool(sink.write(sensorRows(0, 1))));
}

STREAMWRIGHT_TEST(SqliteOutsideTest)

}  // namespace tst_sqlite_outside
#include "tst_sqlite_outside.moc"
