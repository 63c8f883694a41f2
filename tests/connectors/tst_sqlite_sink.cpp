// labels: asan
#include "sqlite_fixture.h"
#include "test_main.h"

#include <filesystem>

namespace tst_sqlite_sink {

class SqliteSinkTest : public QObject, private SqliteFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void mapsTypes();
    void writesTimesAsNumbers();
    void upsertsByKeys();
    void anEpochIsOneTransaction();
    void checksTheTableThatIsThere_data();
    void checksTheTableThatIsThere();
    void takesATableThatFits();
    void takesATableThatNumbersItsRows_data();
    void takesATableThatNumbersItsRows();
    void rejectsSingleRows();
    void twoSinksShareOneTransaction_data();
    void twoSinksShareOneTransaction();
    void aRunStaysWithItsTable();
};

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
    const auto keyed = [](const char* columns) {
        return QByteArray("CREATE TABLE rows(name TEXT, n INTEGER, value REAL, \"on\" INT, at TEXT, ") +
            columns;
    };
    const QString notNull = "has a column \"id\" that must not be NULL";
    QTest::newRow("a key by another type") << keyed("id INT NOT NULL PRIMARY KEY)") << notNull;
    QTest::newRow("a key downwards") << keyed("id INTEGER NOT NULL PRIMARY KEY DESC)") << notNull;
    QTest::newRow("a key without rowid")
        << keyed("id INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID") << notNull;
    QTest::newRow("a key of two columns") << keyed("id INTEGER NOT NULL, PRIMARY KEY(id, name))") << notNull;
    QTest::newRow("no key") << keyed("id INTEGER NOT NULL)") << notNull;
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
    QVERIFY(written.error().code == ErrorCode::Refused);
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

void SqliteSinkTest::takesATableThatNumbersItsRows_data()
{
    QTest::addColumn<QByteArray>("columns");
    QTest::newRow("with the column") << QByteArray("id INTEGER NOT NULL PRIMARY KEY, %");
    QTest::newRow("that never uses a number again")
        << QByteArray("id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, %");
    QTest::newRow("behind the columns") << QByteArray("Id integer NOT NULL, %, PRIMARY KEY(id)");
    QTest::newRow("downwards, behind the columns")
        << QByteArray("id INTEGER NOT NULL, %, PRIMARY KEY(id DESC)");
    QTest::newRow("beside an index of another column")
        << QByteArray("id INTEGER NOT NULL PRIMARY KEY, %, UNIQUE(name)");
}

// SQLite numbers the rows that come without a number.
void SqliteSinkTest::takesATableThatNumbersItsRows()
{
    QFETCH(QByteArray, columns);
    const QByteArray ours = "name TEXT, n INT, value REAL, \"on\" INT, at TEXT";
    sql("CREATE TABLE rows(" + columns.replace("%", ours) + ")");
    const auto written = writeOnce(options(), sensorRows(5, 3));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QCOMPARE(table("SELECT id, n FROM rows ORDER BY id"), QString("1|5;2|6;3|7"));
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

void SqliteSinkTest::twoSinksShareOneTransaction_data()
{
    QTest::addColumn<QString>("spelled");
    QTest::newRow("by one path") << "x.db";
    QTest::newRow("by a path that goes round") << "./below/../x.db";
    QTest::newRow("by a link to what is not there yet") << "link.db";
    QTest::newRow("by a directory's link") << "linked/x.db";
    QTest::newRow("by another name of the file") << "other.db";
}

void SqliteSinkTest::twoSinksShareOneTransaction()
{
    QFETCH(QString, spelled);
    QVERIFY(QDir(m_directory->path()).mkdir("below"));
    QVERIFY(QFile::link("x.db", file("link.db")) && QFile::link(".", file("linked")));
    if (spelled == "other.db") {
        sql("CREATE TABLE unused(a)");
        std::filesystem::create_hard_link(file().toStdString(), file(spelled).toStdString());
    }
    SqliteSinkOptions left = options(), right = options();
    right.path = (m_directory->path() + "/" + spelled).toStdString();
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

void SqliteSinkTest::aRunStaysWithItsTable()
{
    std::string staged;
    {
        SqliteSink sink(options());
        SinkContext to = context();
        QVERIFY(bool(sink.open(to, {})) && bool(sink.write(sensorRows(0, 3))));
        staged = *sink.prepare(Epoch{1}, EpochKind::Stop);
    }
    const auto openedWith = [&](const char* name, const std::string& from) {
        SqliteSinkOptions made = options();
        made.table.name = name;
        SinkContext to = context();
        return SqliteSink(made).open(to, from);
    };
    for (const char* same : {"rows", "ROWS"}) QVERIFY(bool(openedWith(same, staged)));
    QVERIFY(bool(openedWith("rows", "1")));  // as it was saved before tables were
    const Status refused = openedWith("others", staged);
    QVERIFY(!refused && refused.error().code == ErrorCode::Refused);
    QCOMPARE(refused.error().message,
             std::string("The run that is gone on with was writing to another table (rows), and table says "
                         "others now; put the old table back, or start with --fresh."));
    QCOMPARE(table("SELECT count(*) FROM sqlite_schema WHERE name='others'"), QString("0"));
    QVERIFY(bool(openedWith("others", {})));
}

STREAMWRIGHT_TEST(SqliteSinkTest)

}  // namespace tst_sqlite_sink
#include "tst_sqlite_sink.moc"
