// labels: asan
// What two sinks may not write both: a file, a table, or files with numbers that may come to have one name.
#include "catalog/written_place.h"
#include "test_main.h"

namespace tst_written_place {

using namespace engine;

class WrittenPlaceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void twoMeet_data();
    void twoMeet();
    void aReaderIsFound_data();
    void aReaderIsFound();
};

namespace {

WrittenPlace one(const char* path) { return {path, false, {}}; }
WrittenPlace numbered(const char* path) { return {path, true, {}}; }
WrittenPlace table(const char* path, const char* name) { return {path, false, name}; }

}  // namespace

}  // namespace tst_written_place

Q_DECLARE_METATYPE(engine::WrittenPlace)

namespace tst_written_place {

void WrittenPlaceTest::twoMeet_data()
{
    QTest::addColumn<WrittenPlace>("a");
    QTest::addColumn<WrittenPlace>("b");
    QTest::addColumn<bool>("meet");
    QTest::newRow("one file") << one("a/out.json") << one("a/out.json") << true;
    QTest::newRow("two files") << one("a/out.json") << one("b/out.json") << false;
    QTest::newRow("nothing") << one("") << one("") << false;
    QTest::newRow("one name with numbers") << numbered("a/out.json") << numbered("a/out.json") << true;
    QTest::newRow("another folder") << numbered("a/out.json") << numbered("b/out.json") << false;
    QTest::newRow("another ending") << numbered("out.json") << numbered("out.csv") << false;
    QTest::newRow("another name") << numbered("out.json") << numbered("output.json") << false;
    // out-3-1-7: of out-3 the instance 1, epoch 7; of out the instance 3, epoch 1, for the seventh time.
    QTest::newRow("an instance") << numbered("out.json") << numbered("out-3.json") << true;
    QTest::newRow("no instance") << numbered("out.json") << numbered("out-2026.json") << false;
    QTest::newRow("two numbers") << numbered("out.json") << numbered("out-3-1.json") << false;
    QTest::newRow("zeros before it") << numbered("out.json") << numbered("out-03.json") << false;
    QTest::newRow("the name without numbers") << numbered("out.json") << one("out.json") << false;
    QTest::newRow("in progress") << numbered("out.json") << one("out-0.json") << true;
    QTest::newRow("of an epoch") << numbered("out.json") << one("out-0-12.json") << true;
    QTest::newRow("once more") << numbered("out.json") << one("out-0-12-2.json") << true;
    QTest::newRow("four numbers") << numbered("out.json") << one("out-0-12-2-1.json") << false;
    QTest::newRow("a date") << numbered("out.json") << one("out-2026-11-30.json") << false;
    QTest::newRow("a word") << numbered("out.json") << one("out-0-a.json") << false;
    QTest::newRow("one table") << table("a.db", "readings") << table("a.db", "Readings") << true;
    QTest::newRow("two tables") << table("a.db", "readings") << table("a.db", "alerts") << false;
    QTest::newRow("two databases") << table("a.db", "readings") << table("b.db", "readings") << false;
    QTest::newRow("a file over a database") << table("a.db", "readings") << one("a.db") << true;
}

void WrittenPlaceTest::twoMeet()
{
    QFETCH(WrittenPlace, a);
    QFETCH(WrittenPlace, b);
    QFETCH(bool, meet);
    QCOMPARE(a.meets(b), meet);
    QCOMPARE(b.meets(a), meet);
}

void WrittenPlaceTest::aReaderIsFound_data()
{
    QTest::addColumn<WrittenPlace>("place");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("isRead");
    QTest::newRow("one file") << one("a/out.json") << "a/out.json" << true;
    QTest::newRow("a pattern") << one("a/out.json") << "a/*.json" << true;
    QTest::newRow("of another folder") << one("a/out.json") << "*.json" << false;
    QTest::newRow("its name in brackets") << one("out[1].json") << "out[1].json" << true;
    QTest::newRow("the name without numbers") << numbered("a/out.json") << "a/out.json" << false;
    QTest::newRow("a file with numbers") << numbered("a/out.json") << "a/out-0-7.json" << true;
    QTest::newRow("one in progress by its name") << numbered("a/out.json") << "a/out-0.json" << false;
    QTest::newRow("all with numbers") << numbered("a/out.json") << "a/out-*.json" << true;
    QTest::newRow("all of the folder") << numbered("a/out.json") << "a/*" << true;
    QTest::newRow("others") << numbered("a/out.json") << "a/in-*.json" << false;
    QTest::newRow("a database") << table("a/b.db", "t") << "a/*" << false;
}

void WrittenPlaceTest::aReaderIsFound()
{
    QFETCH(WrittenPlace, place);
    QFETCH(QString, pattern);
    QFETCH(bool, isRead);
    QCOMPARE(place.isReadBy(pattern.toStdString()), isRead);
}

STREAMWRIGHT_TEST(WrittenPlaceTest)

}  // namespace tst_written_place
#include "tst_written_place.moc"
