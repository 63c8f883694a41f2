// links: engine_components test_support
// labels: asan
#include "connectors/sqlite/sqlite_sink.h"
#include "data/batch_builder.h"
#include "support/manual_clock.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <sqlite3.h>

using namespace engine;

namespace {

SchemaPtr sensorSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"name", DataType::String},
                                                             {"n", DataType::Int64},
                                                             {"value", DataType::Float64},
                                                             {"on", DataType::Bool},
                                                             {"at", DataType::Time}});
}

constexpr std::int64_t kAtUs = 1'714'564'800'123'456;  // 2024-05-01T12:00:00.123456Z

RecordBatch sensorRows(std::int64_t first, std::int64_t count)
{
    BatchBuilder builder(sensorSchema());
    for (std::int64_t i = first; i < first + count; ++i) {
        builder.column(0).addText("s" + std::to_string(i));
        builder.column(1).addInteger(i);
        builder.column(2).addNumber(static_cast<double>(i) / 2);
        builder.column(3).addBool(i % 2 == 1);
        builder.column(4).addInteger(kAtUs);
        builder.endRow();
    }
    return builder.finish();
}

struct Refusals final : RefusedRows {
    std::vector<std::string> reasons{};
    void refuse(std::string reason, std::string) override { reasons.push_back(std::move(reason)); }
    void refuseRow(std::string reason, const RecordBatch&, std::uint32_t) override
    {
        reasons.push_back(std::move(reason));
    }
};

}  // namespace

class SqliteSinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void mapsTypes();
    void writesTimesAsNumbers();
    void upsertsByKeys();
    void anEpochIsOneTransaction();
    void checksTheTableThatIsThere_data();
    void checksTheTableThatIsThere();
    void takesATableThatFits();
    void rejectsSingleRows();
    void aLockIsWaitedFor();
    void whatIsNoDatabase();
    void aDatabaseThatVanishes();
    void anOlderCopyIsNoticed();
    void twoSinksShareOneTransaction();
    void aRollBackIsToldToAll();
    void theLastToOpenHoldsThePlace();
    void triesWithoutLeavingAnything();

private:
    QString file(const QString& name = "x.db") const { return m_directory->filePath(name); }
    SqliteSinkOptions options(std::vector<std::size_t> keys = {}) const
    {
        return {file().toStdString(), {"rows", sensorSchema(), std::move(keys), false}};
    }
    SinkContext context(const std::string& node = "output")
    {
        return {m_env, "", "pipeline", 0, &m_refusals, node};
    }
    void sql(const QByteArray& text);
    QString table(const QByteArray& query);  // rows as "a|b;c|d"
    // Opens, writes rows, prepares epoch 1.
    Status writeOnce(const SqliteSinkOptions& options, const RecordBatch& batch);

    std::unique_ptr<QTemporaryDir> m_directory;
    ManualClock m_clock{1'700'000'000'000'000};
    Env m_env{m_clock, systemFiles(), 1};
    Refusals m_refusals;
};

void SqliteSinkTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_refusals.reasons.clear();
}

void SqliteSinkTest::sql(const QByteArray& text)
{
    sqlite3* connection = nullptr;
    sqlite3_open(file().toUtf8().constData(), &connection);
    const int code = sqlite3_exec(connection, text.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) qWarning("%s: %s", text.constData(), sqlite3_errmsg(connection));
    sqlite3_close(connection);
    QCOMPARE(code, SQLITE_OK);
}

QString SqliteSinkTest::table(const QByteArray& query)
{
    sqlite3* connection = nullptr;
    sqlite3_open_v2(file().toUtf8().constData(), &connection, SQLITE_OPEN_READWRITE, nullptr);
    QString text;
    const auto row = [](void* into, int columns, char** values, char**) {
        auto& out = *static_cast<QString*>(into);
        if (!out.isEmpty()) out += ';';
        for (int i = 0; i < columns; ++i)
            out += (i ? "|" : "") + (values[i] ? QString::fromUtf8(values[i]) : QString("NULL"));
        return 0;
    };
    if (sqlite3_exec(connection, query.constData(), row, &text, nullptr) != SQLITE_OK)
        text = sqlite3_errmsg(connection);
    sqlite3_close(connection);
    return text;
}

Status SqliteSinkTest::writeOnce(const SqliteSinkOptions& options, const RecordBatch& batch)
{
    SqliteSink sink(options);
    SinkContext to = context();
    TRY(sink.open(to, {}));
    TRY(sink.write(batch));
    const auto staged = sink.prepare(Epoch{1}, EpochKind::Final);
    if (!staged) return staged.error();
    return sink.commit(Epoch{1}, *staged);
}

void SqliteSinkTest::mapsTypes()
{
    BatchBuilder builder(sensorSchema());
    const auto add = [&](double value) {
        builder.column(0).addText(std::string("a\0b'\"", 5));
        builder.column(1).addInteger(std::numeric_limits<std::int64_t>::min());
        builder.column(2).addNumber(value);
        builder.column(3).addBool(true);
        builder.column(4).addInteger(kAtUs);
        builder.endRow();
    };
    add(2.0);
    add(std::nan(""));
    for (std::size_t i = 0; i < 5; ++i) builder.column(i).addNull();
    builder.endRow();
    const auto written = writeOnce(options(), builder.finish());
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QCOMPARE(table("SELECT hex(name), n, value, \"on\", at FROM rows"),
             QString("6100622722|-9223372036854775808|2.0|1|2024-05-01T12:00:00.123Z;"
                     "6100622722|-9223372036854775808|NULL|1|2024-05-01T12:00:00.123Z;"
                     "|NULL|NULL|NULL|NULL"));
    QCOMPARE(table("SELECT typeof(name), typeof(n), typeof(value), typeof(\"on\"), typeof(at) FROM rows "
                   "LIMIT 1"),
             QString("text|integer|real|integer|text"));
    QCOMPARE(table("SELECT group_concat(type) FROM pragma_table_info('rows')"),
             QString("TEXT,INTEGER,REAL,BOOLEAN,TEXT"));
    QCOMPARE(table("PRAGMA journal_mode"), QString("wal"));
}

void SqliteSinkTest::writesTimesAsNumbers()
{
    SqliteSinkOptions made = options();
    made.table.timesAsEpochMs = true;
    QVERIFY(bool(writeOnce(made, sensorRows(1, 1))));
    QCOMPARE(table("SELECT at, typeof(at) FROM rows"), QString("1714564800123|integer"));
}

void SqliteSinkTest::upsertsByKeys()
{
    QVERIFY(bool(writeOnce(options({0, 3}), sensorRows(0, 4))));
    QVERIFY(bool(writeOnce(options({0, 3}), sensorRows(2, 4))));
    QCOMPARE(table("SELECT group_concat(n) FROM rows"), QString("0,1,2,3,4,5"));
    sql("UPDATE rows SET value=-1");
    QVERIFY(bool(writeOnce(options({0, 3}), sensorRows(5, 1))));
    QCOMPARE(table("SELECT n FROM rows WHERE value<>-1"), QString("5"));
    BatchBuilder builder(sensorSchema());
    for (std::size_t i = 0; i < 5; ++i) builder.column(i).addNull();
    builder.endRow();
    QVERIFY(bool(writeOnce(options({0, 3}), builder.finish())));
    QCOMPARE(m_refusals.reasons.size(), std::size_t(1));
    QVERIFY(m_refusals.reasons[0].find("key column \"name\" is NULL") != std::string::npos);
    QCOMPARE(table("SELECT count(*) FROM rows"), QString("6"));
}

void SqliteSinkTest::anEpochIsOneTransaction()
{
    auto sink = std::make_unique<SqliteSink>(options());
    SinkContext to = context();
    QVERIFY(bool(sink->open(to, {})));
    std::string staged;
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
        const QString before = QString::number((epoch - 1) * 4000);
        for (int i = 0; i < 4; ++i) QVERIFY(bool(sink->write(sensorRows(0, 1000))));
        QVERIFY(bool(sink->flush()));
        QCOMPARE(table("SELECT count(*) FROM rows"), before);
        const auto prepared = sink->prepare(Epoch{epoch}, EpochKind::Ordinary);
        QVERIFY(bool(prepared));
        staged = *prepared;
        QCOMPARE(table("SELECT count(*) FROM rows"), QString::number(epoch * 4000));
        QCOMPARE(table("SELECT pipeline, sink, epoch FROM _sp_commit"),
                 QString("pipeline|output|%1").arg(epoch));
    }
    // Nothing written, nothing synced: the epoch in the database stays.
    QCOMPARE(*sink->prepare(Epoch{4}, EpochKind::Ordinary), staged);
    // What was not prepared is gone after a failure.
    QVERIFY(bool(sink->write(sensorRows(0, 10))));
    sink.reset();
    QCOMPARE(table("SELECT count(*) FROM rows"), QString("12000"));
}

void SqliteSinkTest::checksTheTableThatIsThere_data()
{
    QTest::addColumn<QByteArray>("made");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("missing column")
        << QByteArray("CREATE TABLE rows(name TEXT, n INTEGER, \"on\" BOOLEAN, at TEXT)")
        << "has no column \"value\"; add it with ALTER TABLE \"rows\" ADD COLUMN \"value\" REAL";
    QTest::newRow("other type")
        << QByteArray("CREATE TABLE rows(name TEXT, n TEXT, value REAL, \"on\" INT, at TEXT)")
        << "has the column \"n\" as TEXT, but a bigint needs INTEGER";
    QTest::newRow("a double cut off") << QByteArray("CREATE TABLE rows(name TEXT, n INT, value BIGINT, "
                                                    "\"on\" INT, at TEXT)")
                                      << "has the column \"value\" as BIGINT, but a double needs REAL";
    QTest::newRow("more columns")
        << QByteArray(
               "CREATE TABLE rows(name TEXT, n INTEGER, value REAL, \"on\" INT, at TEXT, q TEXT NOT NULL)")
        << "has a column \"q\" that must not be NULL";
    QTest::newRow("computed")
        << QByteArray("CREATE TABLE rows(name TEXT, n INTEGER, value REAL, \"on\" INT, at TEXT "
                      "GENERATED ALWAYS AS (name) VIRTUAL)")
        << "computes its column \"at\" by itself";
    QTest::newRow("view") << QByteArray("CREATE TABLE t(a); CREATE VIEW ROWS AS SELECT * FROM t")
                          << "is a view; rows can only be written to a table";
    QTest::newRow("no unique index")
        << QByteArray("CREATE TABLE rows(name TEXT, n INTEGER, value REAL, \"on\" INT, at TEXT)")
        << "has no primary key and no unique index on (\"n\"), which upsert needs";
}

void SqliteSinkTest::checksTheTableThatIsThere()
{
    QFETCH(QByteArray, made);
    QFETCH(QString, sentence);
    sql(made);
    const auto written = writeOnce(options({1}), sensorRows(0, 1));
    QVERIFY(!written);
    QVERIFY(written.error().code == ErrorCode::InvalidSpec);
    const QString message = QString::fromStdString(written.error().message);
    QVERIFY2(message.contains(sentence) && message.contains(file()), qPrintable(message));
    QCOMPARE(table("SELECT name FROM sqlite_schema WHERE name='_sp_commit'"), QString());
    const auto tried = SqliteSink(options({1})).tryOut({m_env, "", true});
    QCOMPARE(tried.error().message, written.error().message);
}

void SqliteSinkTest::takesATableThatFits()
{
    sql("CREATE TABLE Rows(extra TEXT, other INT NOT NULL DEFAULT 7, AT TIMESTAMP, \"ON\" BOOLEAN, value "
        "DOUBLE, N BIGINT UNIQUE, name VARCHAR(20))");
    QVERIFY(bool(writeOnce(options({1}), sensorRows(0, 2))));
    QVERIFY(bool(writeOnce(options({1}), sensorRows(1, 2))));
    QCOMPARE(table("SELECT group_concat(n), min(other), max(extra), min(at) FROM rows"),
             QString("0,1,2|7|NULL|2024-05-01T12:00:00.123Z"));
}

void SqliteSinkTest::rejectsSingleRows()
{
    sql("CREATE TABLE rows(name TEXT, n INTEGER PRIMARY KEY, value REAL CHECK(value < 4), \"on\" INT, at "
        "TEXT)");
    QVERIFY(bool(writeOnce(options(), sensorRows(5, 2))));
    QVERIFY(bool(writeOnce(options(), sensorRows(4, 6))));
    QCOMPARE(table("SELECT group_concat(n) FROM rows"), QString("4,5,6,7"));
    QCOMPARE(m_refusals.reasons,
             (std::vector<std::string>{"The database refuses the row: UNIQUE constraint failed: rows.n.",
                                       "The database refuses the row: UNIQUE constraint failed: rows.n.",
                                       "The database refuses the row: CHECK constraint failed: value < 4.",
                                       "The database refuses the row: CHECK constraint failed: value < 4."}));
}

void SqliteSinkTest::aLockIsWaitedFor()
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

void SqliteSinkTest::whatIsNoDatabase()
{
    QFile other(file());
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(QByteArray(5000, 'x'));
    other.close();
    auto written = writeOnce(options(), sensorRows(0, 1));
    QVERIFY(written.error().message.find(file().toStdString() + " is no SQLite database") == 0);
    QVERIFY(written.error().code == ErrorCode::InvalidSpec);
    QVERIFY(other.open(QIODevice::ReadOnly));
    QCOMPARE(other.readAll(), QByteArray(5000, 'x'));
    SqliteSinkOptions elsewhere = options();
    elsewhere.path = file("nowhere/x.db").toStdString();
    written = writeOnce(elsewhere, sensorRows(0, 1));
    QVERIFY(written.error().message.find("There is no directory " + file("nowhere").toStdString()) == 0);
    QVERIFY(written.error().code == ErrorCode::Unavailable);
    elsewhere.path = m_directory->path().toStdString();
    QVERIFY(writeOnce(elsewhere, sensorRows(0, 1)).error().message.find("is no file") != std::string::npos);
    // Names that mean something else to SQLite are names of files here.
    elsewhere.path = ":memory:";
    SqliteSink sink(elsewhere);
    SinkContext to = context();
    to.baseDirectory = m_directory->path().toStdString();
    QVERIFY(bool(sink.open(to, {})));
    QVERIFY(QFile::exists(file(":memory:")));
}

void SqliteSinkTest::aDatabaseThatVanishes()
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

void SqliteSinkTest::anOlderCopyIsNoticed()
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

void SqliteSinkTest::twoSinksShareOneTransaction()
{
    SqliteSinkOptions left = options(), right = options();
    right.table.name = "others";
    SqliteSink first(left), second(right);
    SinkContext to = context("first"), toOther = context("second");
    QVERIFY(bool(first.open(to, {})));
    QVERIFY(bool(second.open(toOther, {})));
    for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
        for (int i = 0; i < 3; ++i) {
            QVERIFY(bool(first.write(sensorRows(i, 10))));
            QVERIFY(bool(second.write(sensorRows(i, 20))));
        }
        QVERIFY(bool(first.prepare(Epoch{epoch}, EpochKind::Ordinary)));
        QVERIFY(bool(first.write(sensorRows(0, 1))));
        QVERIFY(bool(second.prepare(Epoch{epoch}, EpochKind::Ordinary)));
    }
    QCOMPARE(table("SELECT (SELECT count(*) FROM rows), (SELECT count(*) FROM others)"), QString("155|300"));
}

void SqliteSinkTest::aRollBackIsToldToAll()
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

void SqliteSinkTest::theLastToOpenHoldsThePlace()
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

void SqliteSinkTest::triesWithoutLeavingAnything()
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

QTEST_GUILESS_MAIN(SqliteSinkTest)
#include "tst_sqlite_sink.moc"
