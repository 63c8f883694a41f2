// labels: asan tsan
// What rows are looked up in: a CSV that changes or is wrong, a database that is none, and how a key is
// written into a URL.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "operators/lookup/csv_table.h"
#include "operators/lookup/http_client.h"
#include "operators/lookup/lookup_answers.h"
#include "operators/lookup/sqlite_client.h"
#include "state/key_codec.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>
#include <filesystem>
#include <fstream>

namespace tst_lookup_tables {

using namespace engine;

#ifndef Q_MOC_RUN  // nor every text
namespace {

LookupSpecPtr specOf(const std::string& columns)
{
    LookupSpec spec;
    spec.keys = {{0, "id", "id", DataType::String}};
    spec.columns = {{columns, DataType::Int64}};
    spec.decode.columns = {{"id", DataType::String}, {columns, DataType::Int64}};
    spec.decode.schema = std::make_shared<const Schema>(
        std::vector<Field>{{"id", DataType::String}, {columns, DataType::Int64}});
    const Format* csv = builtinComponents().findFormat("csv");
    spec.framer = csv->framer;
    spec.decoder = *csv->decoder(spec.decode);
    spec.refreshUs = 1;
    return std::make_shared<const LookupSpec>(std::move(spec));
}

}  // namespace
#endif

class LookupTablesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersMakeRoomAndGrowOld();
    void aCsvIsLoadedAnew();
    void aCsvThatIsWrong_data();
    void aCsvThatIsWrong();
    void aDatabaseThatIsWrong();
    void keysAreEncoded();
};

#ifndef Q_MOC_RUN
void LookupTablesTest::answersMakeRoomAndGrowOld()
{
    LookupAnswers answers;
    answers.begin(3, 10);
    const auto learn = [&](const char* key, std::size_t rows, std::int64_t now) {
        answers.take(answers.add(key), {false, {}, std::vector<std::string>(rows)}, now);
    };
    learn("a", 1, 0);
    learn("b", 1, 0);
    QVERIFY(answers.find("a", 5));
    learn("c", 2, 5);  // the least recently used goes
    QVERIFY(answers.find("a", 5) && answers.find("c", 5) && !answers.find("b", 5));
    QVERIFY(!answers.find("a", 10));
    QVERIFY(answers.find("c", 14) && !answers.find("c", 15));
    QCOMPARE(answers.kept(), std::size_t{0});
    QCOMPARE(answers.bytes(), std::size_t{0});
    learn("big", 4, 15);  // has no room at all
    QCOMPARE(answers.kept(), std::size_t{0});
    answers.take(answers.add("f"), {true, "why", {}}, 15);
    QVERIFY(!answers.find("f", 15));
}

void LookupTablesTest::aCsvIsLoadedAnew()
{
    QTemporaryDir directory;
    const std::string path = directory.filePath("m.csv").toStdString();
    const auto write = [&](const std::string& text) {
        std::ofstream(path + ".new") << text;
        std::filesystem::rename(path + ".new", path);
    };
    write("id,n\na,1\n");
    CsvLoader loader(systemFiles(), path, specOf("n"));
    QVERIFY(bool(loader.open()));
    const auto look = [&] {
        const std::uint64_t before = loader.looks();
        loader.look();
        while (loader.looks() == before) std::this_thread::yield();
    };
    const auto first = loader.table();
    look();
    QCOMPARE(loader.table().get(), first.get());
    write("id,n\na,1\nb,x\n");  // cannot be read: it stays as it was
    look();
    QCOMPARE(loader.table().get(), first.get());
    write("id,n\na,1\nb,2\n");
    look();
    QCOMPARE(loader.table()->rows(), std::size_t{2});
    QCOMPARE(first->rows(), std::size_t{1});
    QVERIFY(loader.table()->bytes() > first->bytes());
}

void LookupTablesTest::aCsvThatIsWrong_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("reason");
    QTest::newRow("no such column") << std::string("id,nn\na,1\n") << std::string("did you mean \"nn\"?");
    QTest::newRow("a wrong type") << std::string("id,n\na,1\n\nb,x\n") << std::string("line 4");
    QTest::newRow("behind lines in quotes")
        << std::string("\"id\",n\n\"a\nb\",1\nb,x\n") << std::string("line 4");
    QTest::newRow("empty") << std::string() << std::string("names no column");
}

void LookupTablesTest::aCsvThatIsWrong()
{
    QFETCH(std::string, text);
    QFETCH(std::string, reason);
    QTemporaryDir directory;
    const std::string path = directory.filePath("m.csv").toStdString();
    std::ofstream(path) << text;
    CsvLoader loader(systemFiles(), path, specOf("n"));
    const Status opened = loader.open();
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find(reason) != std::string::npos, opened.error().message.c_str());
}

void LookupTablesTest::aDatabaseThatIsWrong()
{
    QTemporaryDir directory;
    LookupSpec spec = *specOf("n");
    spec.table = "t";
    const std::atomic<bool> isEnding = false;
    const auto openAt = [&](const char* name) {
        const std::string path = directory.filePath(name).toStdString();
        return SqliteClient(path, std::make_shared<const LookupSpec>(spec), isEnding).open();
    };
    const Status none = openAt("none.sqlite");
    QVERIFY(!none && none.error().message.find("none.sqlite cannot be opened") != std::string::npos);
    QVERIFY(!QFile::exists(directory.filePath("none.sqlite")));
    std::ofstream(directory.filePath("text.sqlite").toStdString())
        << "this is no database, whatever its name says";
    const Status text = openAt("text.sqlite");
    QVERIFY2(!text &&
                 text.error().message.find("cannot be asked: file is not a database") != std::string::npos,
             text ? "" : text.error().message.c_str());
}

void LookupTablesTest::keysAreEncoded()
{
    const std::vector<LookupKey> keys{{0, "a", "a", DataType::String}};
    const auto parts = parseUrl("http://h/x/{a}?q={a}#", keys);
    QVERIFY(bool(parts));
    const auto urlOf = [&](std::string_view text) {
        std::string key;
        appendTextKey(key, text);
        return urlFor(*parts, key);
    };
    QCOMPARE(urlOf("a b/c?d&e=f#g%"),
             std::string("http://h/x/a%20b%2Fc%3Fd%26e%3Df%23g%25?q=a%20b%2Fc%3Fd%26e%3Df%23g%25#"));
    QCOMPARE(urlOf(".."), std::string("http://h/x/%2E%2E?q=%2E%2E#"));
    QCOMPARE(urlOf("1.5-_~é"), std::string("http://h/x/1.5-_~%C3%A9?q=1.5-_~%C3%A9#"));
}
#endif

STREAMWRIGHT_TEST(LookupTablesTest)

}  // namespace tst_lookup_tables
#include "tst_lookup_tables.moc"
