// labels: asan
#include "base/env.h"
#include "catalog/component.h"
#include "data/utf8.h"
#include "formats/json/json_plan.h"
#include "formats/shared/line_framer.h"
#include "test_main.h"

#include <algorithm>

namespace engine {
void addJsonFormat(Catalog& catalog);
}

namespace tst_json_decoder {

using namespace engine;

namespace {

DecodeOptions sensorOptions()
{
    DecodeOptions options;
    options.columns = {{.name = "id", .type = DataType::String, .path = "", .encoding = "", .required = true},
                       {.name = "n", .type = DataType::Int64},
                       {.name = "x", .type = DataType::Float64},
                       {.name = "ok", .type = DataType::Bool},
                       {.name = "price", .type = DataType::Float64, .path = "items[1].price"},
                       {.name = "inner", .type = DataType::String, .path = "a.b"},
                       {.name = "ts", .type = DataType::Time, .path = "", .encoding = "epoch_ms"}};
    options.timeColumn = 6;
    std::vector<Field> fields;
    for (const DecodeColumn& column : options.columns) fields.push_back({column.name, column.type});
    options.schema = std::make_shared<const Schema>(fields, true);
    return options;
}

std::unique_ptr<Decoder> makeDecoder(const DecodeOptions& options)
{
    auto plan = makeJsonPlan(options);
    CHECK(plan);
    return makeJsonDecoder(options, std::move(*plan));
}

std::string cell(const Column& column, std::size_t row)
{
    if (column.isNull(row)) return "NULL";
    switch (column.type()) {
    case DataType::Bool: return column.flags()[row] ? "true" : "false";
    case DataType::Float64: return std::to_string(column.numbers()[row]);
    case DataType::String: return std::string(column.text(row));
    default: return std::to_string(column.integers()[row]);
    }
}

std::vector<std::string> rowsOf(const DecodedChunk& chunk)
{
    std::vector<std::string> rows;
    for (const RecordBatch& batch : chunk.batches)
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            std::string text;
            for (std::size_t i = 0; i < batch.columns(); ++i) text += cell(batch.column(i), row) + "|";
            text += std::to_string(batch.hidden().eventTime.size() ? batch.eventTimes()[row] : 0);
            rows.push_back(text);
        }
    return rows;
}

DecodedChunk decode(Decoder& decoder, std::string_view text)
{
    RawChunk chunk;
    chunk.bytes = Buffer::copyOf(text);
    DecodedChunk into;
    decoder.decode(chunk, into);
    return into;
}

struct Everything {
    std::vector<std::string> rows{};
    std::vector<std::pair<std::uint64_t, std::string>> rejects{};
    std::uint64_t records = 0, lines = 0;
};

void add(Everything& all, const DecodedChunk& chunk)
{
    for (std::string& row : rowsOf(chunk)) all.rows.push_back(std::move(row));
    for (const RecordReject& reject : chunk.rejects)
        all.rejects.emplace_back(all.lines + reject.line, reject.reason);
    all.records += chunk.records;
    all.lines += chunk.lines;
}

Everything decodeInChunks(std::string_view text, std::size_t chunkBytes)
{
    auto decoder = makeDecoder(sensorOptions());
    LineFramer framer;
    Everything all;
    std::size_t at = 0, want = chunkBytes;
    while (at < text.size()) {
        const std::string_view piece = text.substr(at, want);
        std::size_t end = framer.lastRecordEnd(piece, 0);
        if (end == 0 && at + want < text.size()) {
            want += chunkBytes;
            continue;
        }
        if (end == 0) end = piece.size();
        add(all, decode(*decoder, piece.substr(0, end)));
        at += end;
        want = chunkBytes;
    }
    return all;
}

std::string goodLine(Random& random, int index)
{
    static const char* ids[] = {"s-1", "gr\\u00fc\\u00df", "\xC3\xA9t\xC3\xA9", "quote\\\"d",
                                "",    "brace}{[]"};
    std::string line = "{\"id\":\"" + std::string(ids[random.below(6)]) + "\",\"n\":" + std::to_string(index);
    if (random.below(3)) line += ",\"x\":" + std::to_string(random.uniform() * 100);
    if (random.below(4) == 0) line += ", \"skipped\" : {\"deep\":[1,{\"z\":[]}]}";
    if (random.below(3) == 0) line += ",\"items\":[{\"price\":1},{\"price\":2.5}]";
    if (random.below(3) == 0) line += ",\"a\":{\"c\":null,\"b\":\"in\"}";
    line += ",\"ok\":" + std::string(random.below(2) ? "true" : "null") +
        ",\"ts\":" + std::to_string(1700000000000 + index) + "}";
    return line;
}

const std::vector<std::string>& badLines()
{
    static const std::vector<std::string> lines{
        "{",
        "}",
        "nonsense",
        "[1,2]",
        "42",
        "\"text\"",
        "{\"id\":\"a\",\"n\":1,\"ts\":1}}",
        "{\"id\":\"a\",\"n\":1,\"ts\":1}{\"id\":\"b\",\"n\":2,\"ts\":2}",
        "{\"id\":\"a\",\"n\":1,\"ts\":1} 5",
        "{\"id\":\"a\",\"n\":1,\"ts\":1},",
        "{\"id\":\"a\",\"n\":\"1\",\"ts\":1}",
        "{\"id\":\"a\",\"n\":1.5,\"ts\":1}",
        "{\"id\":\"a\",\"n\":99999999999999999999,\"ts\":1}",
        "{\"id\":\"a\",\"x\":1e999,\"ts\":1}",
        "{\"id\":7,\"n\":1,\"ts\":1}",
        "{\"n\":1,\"ts\":1}",
        "{\"id\":\"a\",\"n\":1}",
        "{\"id\":\"a\",\"n\":1,\"ts\":null}",
        "{\"id\":\"a\",\"n\":1,\"ts\":\"soon\"}",
        "{\"id\":\"a\",\"n\":1,\"ts\":99999999999999999}",
        "{\"id\":\"a\",\"n\":1,\"ts\":-9223372036854775}",  // with any delay before the beginning of time
        "{\"id\":\"a\",\"n\":1,\"ts\":5e15}",
        "{\"id\":\"a\",\"n\":1,\"ts\":1",
        "{\"id\":\"unclosed,\"n\":1,\"ts\":1}",
        "{\"id\":\"unclosed",
        "{\"id\":\"bad \\x escape\",\"n\":1,\"ts\":1}",
        "{\"id\":\"\xFF\xFE\",\"n\":1,\"ts\":1}",
        "{\"id\":\"tab\there\",\"n\":1,\"ts\":1}",
        "{\"id\":\"a\" \"n\":1,\"ts\":1}",
        "{\"id\":\"a\",\"ts\":1,\"z\":" + std::string(300, '[') + std::string(300, ']') + "}",
        std::string(5000, '[')};
    return lines;
}

}  // namespace

class TestJsonDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsValues();
    void readsNestedTextAndEscapedKeys();
    void rejectsEachBadLine_data();
    void rejectsEachBadLine();
    void saysWhatIsNoNumber_data();
    void saysWhatIsNoNumber();
    void badLinesCostTheirNeighboursNothing();
    void unneededColumnsAreNull();
    void lenientMakesNull();
    void checkAllRefusesDuplicates();
    void recordOverLinesIsRejected();
    void batchesAreBounded();
    void hostileRecords();
    void lazyRuleIsTheSameEverywhere();
};

void TestJsonDecoder::readsValues()
{
    auto decoder = makeDecoder(sensorOptions());
    const auto out =
        decode(*decoder,
               "\n {\"id\":\"a\\tb\",\"n\":-5,\"x\":2,\"ok\":false,\"items\":[1,{\"price\":0.5}],"
               "\"a\":{\"b\":\"c\"},\"ts\":1700000000123} \r\n\r\n{\"ts\":-1.5,\"id\":\"\"}");
    QVERIFY(out.rejects.empty());
    QCOMPARE(out.records, 2u);
    QCOMPARE(out.lines, 4u);
    const std::vector<std::string> expected{
        "a\tb|-5|2.000000|false|0.500000|c|1700000000123000|1700000000123000",
        "|NULL|NULL|NULL|NULL|NULL|-1500|-2000"};
    QCOMPARE(rowsOf(out), expected);
}

void TestJsonDecoder::readsNestedTextAndEscapedKeys()
{
    auto decoder = makeDecoder(sensorOptions());
    const auto out = decode(*decoder, "{\"\\u0069d\":\"k\",\"a\":{\"b\":{\"c\" : [1, 2]} },\"ts\":1}\n");
    const std::vector<std::string> expected{"k|NULL|NULL|NULL|NULL|{\"c\" : [1, 2]}|1000|1000"};
    QCOMPARE(rowsOf(out), expected);
}

void TestJsonDecoder::rejectsEachBadLine_data()
{
    QTest::addColumn<QByteArray>("line");
    int index = 0;
    for (const std::string& line : badLines())
        QTest::addRow("%d", index++) << QByteArray(line.data(), static_cast<qsizetype>(line.size()));
}

void TestJsonDecoder::rejectsEachBadLine()
{
    QFETCH(QByteArray, line);
    auto decoder = makeDecoder(sensorOptions());
    const std::string good = "{\"id\":\"g\",\"n\":1,\"ts\":1}\n";
    const auto out = decode(*decoder, good + "\n" + line.toStdString() + "\n" + good);
    QCOMPARE(out.rejects.size(), 1u);
    QCOMPARE(out.rejects[0].line, 2u);
    QVERIFY(!out.rejects[0].reason.empty() && out.rejects[0].reason.back() == '.');
    QCOMPARE(out.rejects[0].raw, utf8Preview(line.toStdString(), limits::kRejectPreviewBytes));
    QCOMPARE(rowsOf(out).size(), 2u);
    QCOMPARE(out.records, 3u);
    QCOMPARE(out.lines, 4u);
}

void TestJsonDecoder::saysWhatIsNoNumber_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("reason");
    for (const char* written : {"01", "-", "-01", "1.", "1e", "1.5e+"})
        for (const char* column : {"n", "x"})
            QTest::addRow("%s %s", column, written)
                << QByteArray("\"") + column + "\":" + written
                << QByteArray("Column \"") + column + "\": " + written + " is no number as JSON writes them.";
    QTest::newRow("large whole") << QByteArray(R"("n":99999999999999999999)")
                                 << QByteArray(
                                        R"(Column "n": the number 99999999999999999999 is out of range.)");
    QTest::newRow("large") << QByteArray(R"("x":-1.5E+999)")
                           << QByteArray(R"(Column "x": the number -1.5E+999 is out of range.)");
    QTest::newRow("a fraction")
        << QByteArray(R"("n":0.5)")
        << QByteArray(R"(Column "n" takes a whole number, but 0.5 was found.)");
}

void TestJsonDecoder::saysWhatIsNoNumber()
{
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, reason);
    auto decoder = makeDecoder(sensorOptions());
    const auto out = decode(*decoder, "{\"id\":\"a\",\"ts\":1," + member.toStdString() + "}\n");
    QCOMPARE(out.rejects.size(), 1u);
    QCOMPARE(QByteArray::fromStdString(out.rejects[0].reason), reason);
}

void TestJsonDecoder::badLinesCostTheirNeighboursNothing()
{
    Random random(7);
    for (int round = 0; round < 12; ++round) {
        std::string text;
        std::vector<std::uint64_t> badAt;
        const int lines = 60;
        for (int i = 0; i < lines; ++i) {
            const bool isBad =
                (round % 3 == 0 && i == 0) || (round % 3 == 1 && i == lines - 1) || random.below(8) == 0;
            if (isBad) badAt.push_back(static_cast<std::uint64_t>(i));
            text += isBad ? badLines()[random.below(badLines().size())] : goodLine(random, i);
            if (i + 1 < lines || round % 2) text += round % 4 == 0 ? "\r\n" : "\n";
        }
        const Everything whole = decodeInChunks(text, 1 << 20);
        QCOMPARE(whole.rows.size() + badAt.size(), static_cast<std::size_t>(lines));
        for (const std::size_t chunkBytes : {64u, 65u, 97u, 256u, 1000u, 4096u}) {
            const Everything parts = decodeInChunks(text, chunkBytes);
            QCOMPARE(parts.rows, whole.rows);
            QCOMPARE(parts.rejects, whole.rejects);
            QCOMPARE(parts.lines, whole.lines);
            QCOMPARE(parts.records, whole.records);
        }
        std::vector<std::uint64_t> found;
        for (const auto& reject : whole.rejects) found.push_back(reject.first);
        QCOMPARE(found, badAt);
    }
}

void TestJsonDecoder::unneededColumnsAreNull()
{
    DecodeOptions options = sensorOptions();
    options.needed = {true, false, false, false, false, false, false};
    auto decoder = makeDecoder(options);
    const auto out = decode(*decoder, "{\"id\":\"a\",\"n\":\"wrong, but nobody looks\",\"ts\":5}\n");
    const std::vector<std::string> expected{"a|NULL|NULL|NULL|NULL|NULL|5000|5000"};
    QCOMPARE(rowsOf(out), expected);
}

void TestJsonDecoder::lenientMakesNull()
{
    DecodeOptions options = sensorOptions();
    for (DecodeColumn& column : options.columns) column.lenient = !column.required;
    auto decoder = makeDecoder(options);
    const auto out =
        decode(*decoder,
               "{\"id\":\"a\",\"n\":\"1\",\"x\":[],\"ok\":3,\"items\":{},\"a\":{\"b\":false},\"ts\":5}\n"
               "{\"id\":\"b\",\"ts\":\"never\"}\n");
    const std::vector<std::string> expected{"a|NULL|NULL|NULL|NULL|NULL|5000|5000"};
    QCOMPARE(rowsOf(out), expected);
    QCOMPARE(out.rejects.size(), 1u);
}

void TestJsonDecoder::checkAllRefusesDuplicates()
{
    DecodeOptions options = sensorOptions();
    options.checkAll = true;
    auto decoder = makeDecoder(options);
    const auto out = decode(*decoder, "{\"id\":\"a\",\"ts\":5}\n{\"id\":\"a\",\"id\":\"b\",\"ts\":5}\n");
    QCOMPARE(rowsOf(out).size(), 1u);
    QCOMPARE(out.rejects.size(), 1u);
    QCOMPARE(out.rejects[0].column, std::string("id"));
    QCOMPARE(out.rejects[0].reason, std::string("Column \"id\" is in the record more than once."));
}

void TestJsonDecoder::recordOverLinesIsRejected()
{
    auto decoder = makeDecoder(sensorOptions());
    const auto out = decode(*decoder, "{\"id\":\"a\",\n\"ts\":5}\n{\"id\":\"b\",\"ts\":6}\n");
    QCOMPARE(rowsOf(out).size(), 1u);
    QCOMPARE(out.rejects.size(), 2u);
}

void TestJsonDecoder::batchesAreBounded()
{
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "{\"id\":\"a\",\"ts\":" + std::to_string(i) + "}\n";
    auto decoder = makeDecoder(sensorOptions());
    const auto out = decode(*decoder, text);
    QCOMPARE(out.batches.size(), 3u);
    QCOMPARE(out.batches[0].rows(), limits::kBatchRows);
    QCOMPARE(rowsOf(out).size(), 5000u);
}

// Mutated records: never a crash, every line is a row or a reject, and the chunk's cuts make no difference.
void TestJsonDecoder::hostileRecords()
{
    Random random(20240501);
    static const std::string pieces[] = {"{",    "}",   "[",    "]",    "\"", "\\", ":",    ",",
                                         "null", "1e9", "\xC3", "\x01", " ",  "-",  "\\u00"};
    for (int round = 0; round < 250; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) {
            std::string line = goodLine(random, i);
            for (std::uint64_t count = random.below(4); count > 0; --count) {
                const std::size_t at = random.below(line.size() + 1);
                switch (random.below(4)) {
                case 0: line.insert(at, pieces[random.below(std::size(pieces))]); break;
                case 1: line.erase(at, random.below(6)); break;
                case 2: line.resize(at); break;
                default:
                    if (at < line.size()) line[at] = static_cast<char>(random.below(256));
                }
            }
            std::replace(line.begin(), line.end(), '\n', ' ');
            text += line + "\n";
        }
        const Everything whole = decodeInChunks(text, 1 << 20);
        QCOMPARE(whole.rows.size() + whole.rejects.size(), static_cast<std::size_t>(whole.records));
        QCOMPARE(whole.lines, 40u);
        const Everything lines = decodeInChunks(text, 1);
        QCOMPARE(lines.rows, whole.rows);
        QCOMPARE(lines.rejects, whole.rejects);
    }
}

// Faults behind the last field that is read, in a good stream and alone: judged alike.
void TestJsonDecoder::lazyRuleIsTheSameEverywhere()
{
    const std::string good = "{\"id\":\"g\",\"n\":1,\"ts\":1}\n";
    for (const char* tail : {"\"z\":[}}", "\"z\":[1}]}", "\"z\":]}", "\"z\":{}]", "\"z\" 1 2}", "\"z\":}",
                             "z}", "\"z\":[{]}}"}) {
        const std::string line =
            std::string(
                "{\"id\":\"a\",\"n\":1,\"x\":1,\"ok\":true,\"items\":[],\"a\":{\"b\":\"\"},\"ts\":1,") +
            tail + "\n";
        const Everything alone = decodeInChunks(line, 1);
        const Everything within = decodeInChunks(good + line + good, 1 << 20);
        const Everything behindBad = decodeInChunks("bad\n" + line, 1 << 20);
        QCOMPARE(within.rows.size(), alone.rows.size() + 2);
        QCOMPARE(behindBad.rows, alone.rows);
    }
}

STREAMWRIGHT_TEST(TestJsonDecoder)

}  // namespace tst_json_decoder
#include "tst_json_decoder.moc"
