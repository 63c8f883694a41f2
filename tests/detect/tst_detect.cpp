// labels: asan
// What the beginning of a file says of its format, its columns and its time.
#include "detect/detect.h"
#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

namespace tst_detect {

using namespace engine;

class DetectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonLines();
    void nestedMembersHavePaths();
    void columnsBeyondTheMostAreCounted();
    void mixedValuesAreLenient();
    void objectsAmongValuesAreCounted();
    void refusedRecordsAreCountedAsTheRunDoes_data();
    void refusedRecordsAreCountedAsTheRunDoes();
    void timesOfEveryKind_data();
    void timesOfEveryKind();
    void anIdIsNoTime();
    void csv_data();
    void csv();
    void aNameThatIsThereTwiceIsSaid();
    void csvTypes();
    void quotedFieldsHoldAnything();
    void aCutRecordIsLeftOut();
    void text();
    void refused_data();
    void refused();
    void files();
    void anyBytesAreJudged();
};

namespace {

Detected found(std::string_view bytes, bool isWhole = true)
{
    auto detected = detect(bytes, isWhole);
    if (detected) return *detected;
    QTest::qFail(detected.error().message.c_str(), __FILE__, __LINE__);
    return {};
}

std::string typesOf(const Detected& detected)
{
    std::string all;
    for (const DetectedColumn& column : detected.columns)
        all += (all.empty() ? "" : " ") + column.name + ":" + column.type +
            (column.encoding.empty() ? "" : "/" + column.encoding) + (column.isLenient ? "?" : "");
    return all;
}

}  // namespace

void DetectTest::jsonLines()
{
    const Detected detected = found("{\"id\":1,\"ok\":true,\"t\":20.5,\"name\":\"a\",\"ts\":1700000000000}\n"
                                    "\n{\"id\":2,\"ok\":false,\"t\":21,\"name\":null,\"ts\":1700000001000}\n"
                                    "{\"id\":3,\"t\":-1e3,\"name\":\"c\",\"ts\":1700000002000}");
    QCOMPARE(detected.format, std::string("json"));
    QCOMPARE(typesOf(detected),
             std::string("id:bigint ok:boolean t:double name:string ts:timestamp/epoch_ms"));
    QCOMPARE(detected.timeColumn, std::string("ts"));
    QCOMPARE(detected.records, std::int64_t{3});
    QCOMPARE(detected.columns[1].nulls, std::int64_t{1});
    QCOMPARE(detected.samples.size(), std::size_t{3});
    QCOMPARE(detected.samples[1][3], std::string());
    QCOMPARE(detected.samples[2][2], std::string("-1000"));
    QCOMPARE(sourceParams(detected),
             Json::parse(R"({"columns":[{"name":"id","type":"bigint"},{"name":"ok","type":"boolean"},)"
                         R"({"name":"t","type":"double"},{"name":"name"},)"
                         R"({"name":"ts","type":"timestamp","encoding":"epoch_ms"}],"time_column":"ts"})"));
}

void DetectTest::nestedMembersHavePaths()
{
    const Detected detected = found(R"({"a":{"value":1,"unit":"C"},"b":{"value":2},"tags":[1,2],"a.b":3})"
                                    "\n");
    QCOMPARE(detected.columns.size(), std::size_t{4});
    QCOMPARE(detected.columns[0].name, std::string("a_value"));
    QCOMPARE(detected.columns[0].path, std::string("a.value"));
    QCOMPARE(detected.columns[1].name, std::string("unit"));
    QCOMPARE(detected.columns[1].path, std::string("a.unit"));
    QCOMPARE(detected.columns[2].path, std::string("b.value"));
    QCOMPARE(detected.columns[3].name, std::string("tags"));
    QCOMPARE(detected.columns[3].type, std::string("string"));
}

void DetectTest::columnsBeyondTheMostAreCounted()
{
    const auto record = [](int first, int count) {
        std::string text = "{\"same\":0";
        for (int i = first; i < first + count; ++i) text += ",\"m" + std::to_string(i) + "\":1";
        return text + "}\n";
    };
    // Just as many as are taken, then others too, some of which come twice.
    const std::string most = record(0, 499);
    QCOMPARE(detectedSentence(found(most)), std::string("JSON, one record a line: 500 columns in 1 record."));
    const Detected detected = found(most + record(400, 1099) + record(1000, 999));
    QCOMPARE(detected.columns.size(), std::size_t{500});
    QCOMPARE(detected.columnsLeftOut, std::int64_t{1500});
    QCOMPARE(detectedSentence(detected),
             std::string("JSON, one record a line: the first 500 of 2000 columns in 3 records."));
}

void DetectTest::mixedValuesAreLenient()
{
    const Detected detected = found("{\"v\":1}\n{\"v\":\"x\"}\n{\"v\":2}\nno json\n");
    QCOMPARE(typesOf(detected), std::string("v:bigint?"));
    QCOMPARE(detected.badRecords, std::int64_t{1});
    QCOMPARE(sourceParams(detected),
             Json::parse(R"({"columns":[{"name":"v","type":"bigint","lenient":true}]})"));
}

// A column of numbers refuses an object; one of texts takes it.
void DetectTest::objectsAmongValuesAreCounted()
{
    std::string rows = "{\"v\":{\"a\":1}}\n";
    for (int i = 0; i < 100; ++i) rows += "{\"v\":" + std::to_string(i) + "}\n";
    const Detected numbers = found(rows + "{\"v\":{\"a\":2}}\n{\"v\":\"x\"}\n");
    const auto v = std::find_if(numbers.columns.begin(), numbers.columns.end(),
                                [](const DetectedColumn& column) { return column.name == "v"; });
    QVERIFY(v != numbers.columns.end() && v->type == "bigint" && !v->isLenient);
    QCOMPARE(v->misfits, std::int64_t{3});
    QCOMPARE(v->nulls, std::int64_t{0});
    QCOMPARE(numbers.badRecords, std::int64_t{3});
    QCOMPARE(found(rows).badRecords, std::int64_t{1});
    const Detected texts = found("{\"v\":{\"a\":1}}\n{\"v\":\"x\"}\n{\"v\":\"y\"}\n");
    QCOMPARE(typesOf(texts), std::string("a:bigint v:string"));
    QCOMPARE(texts.badRecords, std::int64_t{0});
}

void DetectTest::refusedRecordsAreCountedAsTheRunDoes_data()
{
    QTest::addColumn<QByteArray>("good");  // %1: a number
    QTest::addColumn<QByteArray>("bad");
    QTest::addColumn<int>("refused");
    QTest::addColumn<int>("misfits");  // of the last column
    QTest::newRow("a line and a value") << QByteArray("{\"id\":%1,\"v\":1.5}\n")
                                        << QByteArray("{broken\n{\"id\":1,\"v\":\"n/a\"}\n") << 2 << 1;
    QTest::newRow("two values of a record") << QByteArray("{\"id\":%1,\"v\":1}\n")
                                            << QByteArray("{\"id\":\"a\",\"v\":\"b\"}\n") << 1 << 1;
    QTest::newRow("inner values") << QByteArray("{\"a\":{\"v\":%1}}\n")
                                  << QByteArray("{\"a\":{\"v\":true}}\n{\"a\":{\"v\":\"b\"}}\n") << 2 << 2;
    QTest::newRow("a number among texts") << QByteArray("{\"v\":\"name %1\"}\n") << QByteArray("{\"v\":5}\n")
                                          << 1 << 1;
    QTest::newRow("a time among texts") << QByteArray("{\"v\":\"name %1\"}\n")
                                        << QByteArray("{\"v\":\"2026-03-02T08:00:00Z\"}\n") << 0 << 0;
    QTest::newRow("too large for a bigint") << QByteArray("{\"v\":%1}\n")
                                            << QByteArray("{\"v\":10000000000000000000}\n") << 0 << 0;
    QTest::newRow("no time") << QByteArray("{\"n\":1,\"ts\":\"2026-03-02T08:00:%1Z\"}\n")
                             << QByteArray("{\"n\":1}\n{\"n\":1,\"ts\":null}\n") << 2 << 0;
    QTest::newRow("csv") << QByteArray("%1,1.5\n") << QByteArray("1,2,3\n1,n/a\n") << 2 << 1;
    QTest::newRow("csv, a number among texts") << QByteArray("%1,name\n") << QByteArray("1,5\n") << 0 << 0;
    QTest::newRow("csv, no time") << QByteArray("1,2026-03-02T08:00:%1Z\n") << QByteArray("1,\n") << 1 << 0;
}

// The figures are those of runs with the columns that are suggested.
void DetectTest::refusedRecordsAreCountedAsTheRunDoes()
{
    QFETCH(QByteArray, good);
    QFETCH(QByteArray, bad);
    QFETCH(int, refused);
    QFETCH(int, misfits);
    QByteArray bytes = bad.startsWith('{') ? "" : "id,v\n";
    for (int i = 10; i < 60; ++i) bytes += QByteArray(good).replace("%1", QByteArray::number(i));
    const Detected detected = found((bytes + bad).toStdString());
    QCOMPARE(detected.badRecords, std::int64_t{refused});
    QCOMPARE(detected.columns.back().misfits, std::int64_t{misfits});
    const std::string tail = refused == 0 ? "" : refused == 1 ? "; 1 does not fit" : "; 2 do not fit";
    QVERIFY(detectedSentence(detected).ends_with(" records" + tail + "."));
}

void DetectTest::timesOfEveryKind_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("encoding");
    QTest::newRow("seconds") << "1700000000"
                             << "epoch_s";
    QTest::newRow("seconds with a fraction") << "1700000000.25"
                                             << "epoch_s";
    QTest::newRow("milliseconds") << "1700000000000"
                                  << "epoch_ms";
    QTest::newRow("microseconds") << "1700000000000000"
                                  << "epoch_us";
    QTest::newRow("iso") << "\"2024-05-01T12:00:00Z\""
                         << "iso8601";
    QTest::newRow("iso with an offset") << "\"2024-05-01T12:00:00.5+02:00\""
                                        << "iso8601";
    QTest::newRow("sql") << "\"2024-05-01 12:00:00\""
                         << "iso8601";
    QTest::newRow("iso without a zone") << "\"2024-05-01T12:00:00\""
                                        << "yyyy-MM-dd'T'HH:mm:ss";
    QTest::newRow("date") << "\"2024-05-01\""
                          << "yyyy-MM-dd";
    QTest::newRow("german") << "\"01.05.2024 12:00:00\""
                            << "dd.MM.yyyy HH:mm:ss";
}

void DetectTest::timesOfEveryKind()
{
    QFETCH(QString, value);
    QFETCH(QString, encoding);
    const std::string line = "{\"created_at\":" + value.toStdString() + "}\n";
    const Detected detected = found(line + line);
    QCOMPARE(detected.columns[0].type, std::string("timestamp"));
    QCOMPARE(QString::fromStdString(detected.columns[0].encoding), encoding);
    QCOMPARE(detected.timeColumn, std::string("created_at"));
}

void DetectTest::anIdIsNoTime()
{
    QCOMPARE(typesOf(found("{\"order\":1700000005}\n{\"order\":1700000001}\n")), std::string("order:bigint"));
    QCOMPARE(typesOf(found("{\"n\":1700000000009}\n{\"n\":1600000000000}\n{\"n\":1500000000000}\n")),
             std::string("n:bigint"));
    QCOMPARE(typesOf(found("{\"n\":1500000000000}\n{\"n\":1600000000000}\n{\"n\":1700000000000}\n")),
             std::string("n:timestamp/epoch_ms"));
}

void DetectTest::csv_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("delimiter");
    QTest::addColumn<bool>("header");
    QTest::addColumn<int>("columns");
    QTest::newRow("comma") << QByteArray("a,b\n1,2\n3,4\n") << "," << true << 2;
    QTest::newRow("semicolon") << QByteArray("a;b;c\n1,5;2;x\n3,5;4;y\n") << ";" << true << 3;
    QTest::newRow("tab") << QByteArray("a\tb\r\n1\t2\r\n") << "\t" << true << 2;
    QTest::newRow("bar") << QByteArray("1|2|3\n4|5|6\n") << "|" << false << 3;
    QTest::newRow("texts alone") << QByteArray("name,town\nAnn,Ulm\nBob,Bonn\n") << "," << true << 2;
    QTest::newRow("no header") << QByteArray("x,1\ny,2\n") << "," << false << 2;
    QTest::newRow("a name twice") << QByteArray("a,a\n1,2\n") << "," << false << 2;
    QTest::newRow("mark of UTF-8") << QByteArray("\xEF\xBB\xBF"
                                                 "a,b\n1,2\n")
                                   << "," << true << 2;
}

void DetectTest::csv()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, delimiter);
    QFETCH(bool, header);
    QFETCH(int, columns);
    const Detected detected = found(bytes.toStdString());
    QCOMPARE(detected.format, std::string("csv"));
    QCOMPARE(QString::fromStdString(detected.delimiter), delimiter);
    QCOMPARE(detected.hasHeader, header);
    QCOMPARE(static_cast<int>(detected.columns.size()), columns);
    QCOMPARE(detected.columns[0].name.rfind("column_", 0) == 0, !header);
}

void DetectTest::aNameThatIsThereTwiceIsSaid()
{
    const Detected twice = found("a,a,b\n1,2,3\n4,5,6\n");
    QVERIFY(!twice.hasHeader);
    QVERIFY2(twice.note.find("\"a\" is there twice") != std::string::npos, twice.note.c_str());
    QCOMPARE(typesOf(twice).substr(0, 8), std::string("column_1"));
    // Nothing is to be said where the first line is a record like the others, or names them.
    for (const char* plain : {"a,b,c\n1,2,3\n", "x,x,y\nx,z,z\nq,q,q\n", "1,1,2\n3,4,5\n", "a,a,b\n"})
        QCOMPARE(found(plain).note, std::string());
}

void DetectTest::csvTypes()
{
    const Detected detected = found("machine,pressure,parts,postcode,on,at\n"
                                    "press-1,5.87,,01067,true,2026-03-02T08:00:00Z\n"
                                    "press-2,5,22,80331,FALSE,2026-03-02T08:00:01Z\n");
    QCOMPARE(typesOf(detected),
             std::string("machine:string pressure:double parts:bigint postcode:string on:boolean "
                         "at:timestamp/iso8601"));
    QCOMPARE(detected.timeColumn, std::string("at"));
    std::string rows = "n,at\n";
    for (int i = 10; i < 60; ++i)
        rows += (i == 20 ? "bad" : std::to_string(i)) + ",2026-03-02T08:00:" + std::to_string(i) + "Z\n";
    QCOMPARE(typesOf(found(rows)), std::string("n:bigint at:timestamp/iso8601"));
    QCOMPARE(found(rows).columns[0].misfits, std::int64_t{1});
    QCOMPARE(typesOf(found("a,b\n1,x\ny,2\n")), std::string("a:string b:string"));
    QCOMPARE(detected.columns[2].nulls, std::int64_t{1});
}

void DetectTest::quotedFieldsHoldAnything()
{
    const Detected detected = found("name,n\n\"mill, \"\"big\"\"\nsecond line\",1\nsaw,2\n");
    QCOMPARE(detected.records, std::int64_t{2});
    QCOMPARE(detected.badRecords, std::int64_t{0});
    QCOMPARE(detected.samples[0][0], std::string("mill, \"big\"\nsecond line"));
}

void DetectTest::aCutRecordIsLeftOut()
{
    QCOMPARE(found("a,b\n1,2\n3,4\n\"5", false).records, std::int64_t{2});
    QCOMPARE(found("{\"a\":1}\n{\"a\":2}\n{\"a", false).records, std::int64_t{2});
    QCOMPARE(found("{\"a\":1}\n{\"a\":2}\n{\"a", false).badRecords, std::int64_t{0});
}

void DetectTest::text()
{
    const Detected lines = found("Jan 1 started\nJan 2 stopped\n");
    QCOMPARE(lines.format, std::string("text"));
    QCOMPARE(typesOf(lines), std::string("line:string"));
    QVERIFY(lines.note.empty());
    QVERIFY(!found("{\n  \"a\": 1,\n  \"b\": 2\n}\n").note.empty());
}

void DetectTest::refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("part");
    QTest::newRow("nothing") << QByteArray() << "empty";
    QTest::newRow("blank") << QByteArray(" \n\n") << "empty";
    QTest::newRow("binary") << QByteArray("a\0b", 3) << "binary";
    QTest::newRow("packed") << QByteArray("\x1F\x8B\x08") << "compressed";
    QTest::newRow("utf-16") << QByteArray("\xFF\xFE"
                                          "a",
                                          3)
                            << "UTF-16";
}

void DetectTest::refused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, part);
    const auto detected = detect(bytes.toStdString(), true);
    QVERIFY(!detected);
    QVERIFY2(QString::fromStdString(detected.error().message).contains(part),
             detected.error().message.c_str());
}

void DetectTest::files()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("a.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("a,b\n1,2\n");
    file.close();
    FileSystem& disk = systemFiles();
    const std::string base = folder.path().toStdString();
    QVERIFY(detectFile(disk, base + "/a.csv"));
    QVERIFY(detectFile(disk, base + "/*.csv"));
    for (const std::string& wrong : {std::string(), std::string("-"), base, base + "/none.csv"}) {
        const auto detected = detectFile(disk, wrong);
        QVERIFY(!detected);
        QVERIFY(detected.error().message.ends_with("."));
    }
}

// Whatever the bytes, there is an answer, and each sample has a text for each column.
void DetectTest::anyBytesAreJudged()
{
    std::uint64_t state = 1;
    const auto next = [&state](std::uint64_t bound) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        return (state >> 33) % bound;
    };
    const std::string alphabet = "{}[]\":,;\t|\n\r\\ab19.-\xC3\xA9";
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        for (std::uint64_t i = next(200); i > 0; --i) bytes += alphabet[next(alphabet.size())];
        const auto detected = detect(bytes, next(2) == 0);
        if (!detected) continue;
        QVERIFY(!detected->columns.empty());
        for (const auto& row : detected->samples) QCOMPARE(row.size(), detected->columns.size());
    }
}

STREAMWRIGHT_TEST(DetectTest)

}  // namespace tst_detect
#include "tst_detect.moc"
