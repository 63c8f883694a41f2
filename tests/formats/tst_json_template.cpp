// labels: asan
// Records that are alike are read without a parser: the rows and rejects must be the same as if each had been
// read by the parser, which a decoder does with the first line it is given.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "formats/json/json_plan.h"
#endif

#include "formats/json/json_scan.h"
#include "test_main.h"

#include <cstring>

namespace tst_json_template {

using namespace engine;

class JsonTemplateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordsThatVary_data();
    void recordsThatVary();
    void mutatedRecords();
    void aLineWithoutItsEnd();
    void numbersOfEveryLength();
};

namespace {

DecodeOptions optionsOf(bool checkAll)
{
    DecodeOptions options;
    options.columns = {{.name = "id", .type = DataType::String},
                       {.name = "n", .type = DataType::Int64},
                       {.name = "x", .type = DataType::Float64},
                       {.name = "ok", .type = DataType::Bool},
                       {.name = "inner", .type = DataType::Float64, .path = "a.b"},
                       {.name = "when", .type = DataType::Time},
                       {.name = "easy", .type = DataType::Int64, .path = "", .encoding = "", .lenient = true},
                       {.name = "must",
                        .type = DataType::String,
                        .path = "",
                        .encoding = "",
                        .lenient = false,
                        .required = true},
                       {.name = "ts", .type = DataType::Time, .path = "", .encoding = "epoch_ms"}};
    options.timeColumn = 8;
    options.checkAll = checkAll;
    std::vector<Field> fields;
    for (const DecodeColumn& column : options.columns) fields.push_back({column.name, column.type});
    options.schema = std::make_shared<const Schema>(fields, true);
    return options;
}

// All bits of a row, so that -0.0 is not 0.0.
std::string exactRow(const RecordBatch& batch, std::size_t row)
{
    std::string text;
    const auto add = [&](std::uint64_t bits) { text += std::to_string(bits) + "|"; };
    for (std::size_t i = 0; i < batch.columns(); ++i) {
        const Column& column = batch.column(i);
        if (column.isNull(row)) {
            text += "NULL|";
            continue;
        }
        switch (column.type()) {
        case DataType::Bool: add(column.flags()[row]); break;
        case DataType::Float64: add(std::bit_cast<std::uint64_t>(column.numbers()[row])); break;
        case DataType::String: text += std::string(column.text(row)) + "|"; break;
        default: add(static_cast<std::uint64_t>(column.integers()[row]));
        }
    }
    add(static_cast<std::uint64_t>(batch.eventTimes()[row]));
    return text;
}

struct Decoded {
    std::vector<std::string> rows{}, rejects{};
    std::uint64_t records = 0, lines = 0;
    void add(const DecodedChunk& chunk, std::uint64_t firstLine)
    {
        for (const RecordBatch& batch : chunk.batches)
            for (std::size_t row = 0; row < batch.rows(); ++row) rows.push_back(exactRow(batch, row));
        for (const RecordReject& reject : chunk.rejects)
            rejects.push_back(std::to_string(firstLine + reject.line) + ": " + reject.column + ": " +
                              reject.reason + " " + reject.raw);
        records += chunk.records;
        lines += chunk.lines;
    }
    bool operator==(const Decoded&) const = default;
};

class Decoding {
public:
    explicit Decoding(bool checkAll) : m_options(optionsOf(checkAll))
    {
        auto plan = makeJsonPlan(m_options);
        CHECK(plan);
        m_plan = std::move(*plan);
    }
    std::unique_ptr<Decoder> decoder() const { return makeJsonDecoder(m_options, m_plan); }
    static DecodedChunk decode(Decoder& decoder, std::string_view text)
    {
        RawChunk chunk;
        chunk.bytes = Buffer::copyOf(text);
        DecodedChunk into;
        decoder.decode(chunk, into);
        return into;
    }
    Decoded together(const std::vector<std::string>& lines) const
    {
        std::string text;
        for (const std::string& line : lines) text += line + "\n";
        Decoded made;
        const auto all = decoder();
        made.add(decode(*all, text), 0);
        return made;
    }
    Decoded oneByOne(const std::vector<std::string>& lines) const
    {
        Decoded made;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto fresh = decoder();
            made.add(decode(*fresh, lines[i] + "\n"), i);
        }
        return made;
    }

private:
    DecodeOptions m_options;
    JsonStep m_plan;
};

const std::vector<std::string> kTexts{R"("abc")",
                                      R"("")",
                                      R"("\u00e9")",
                                      R"("q\"")",
                                      "\"\xc3\xa9\"",
                                      "\"\xff\"",
                                      "\"tab\t\"",
                                      R"("sixteen bytes it ")",
                                      R"("a \\ b")",
                                      "\"\xc3\"",
                                      "null",
                                      "12",
                                      R"({"a": 1})",
                                      R"(["x"])",
                                      "nul",
                                      "\"open",
                                      R"("000000000000000000000000000000000000000000000000000000000000000")"};
const std::vector<std::string> kNumbers{"0",
                                        "7",
                                        "-12",
                                        "12345678",
                                        "123456789012345678",
                                        "1.5",
                                        "-0",
                                        "-0.0",
                                        "1234567890123456789",
                                        "9223372036854775808",
                                        "1e3",
                                        "01",
                                        "1.",
                                        ".5",
                                        "1.2.3",
                                        "-",
                                        "--1",
                                        "+1",
                                        "0.1",
                                        "23.45",
                                        "9007199254740993",
                                        "0.12345678901234567",
                                        "123456789.123456789",
                                        "1E400",
                                        "\"12\"",
                                        "true",
                                        "null",
                                        "12a",
                                        "1700000000123",
                                        "-62135596800001",
                                        "NaN"};
const std::vector<std::string> kFlags{"true", "false", "null", "tru", "falsey", "1", "\"true\"", "True"};
const std::vector<std::string> kTimes{R"("2024-05-01T12:00:00Z")",
                                      R"("2024-05-01T12:00:00.123456+02:00")",
                                      "1700000000123",
                                      R"("yesterday")",
                                      "null",
                                      "1.5"};

struct Drawing {
    Random random;
    std::uint64_t wildness;  // one value in so many is drawn from all
    std::string value(const std::vector<std::string>& from, std::size_t tame)
    {
        return from[random.below(wildness) == 0 ? random.below(from.size()) : random.below(tame)];
    }
    std::string record()
    {
        const std::string gap = random.below(wildness * 4) == 0 ? " " : "";
        std::string text = "{\"id\":" + gap + value(kTexts, 2) + ",\"n\":" + value(kNumbers, 5) +
            ",\"x\":" + value(kNumbers, 8);
        if (random.below(wildness * 2) != 0) text += gap + ",\"ok\":" + value(kFlags, 3);
        text += ",\"other\":" +
            (random.below(wildness * 4) == 0 ? std::string("[1,{\"n\":2}]") : value(kTexts, 2));
        text += ",\"a\":{\"c\":" + value(kTexts, 2) + ",\"b\":" + value(kNumbers, 8) + "}";
        text += ",\"when\":" + value(kTimes, 3) + ",\"easy\":" + value(kNumbers, 5);
        text += ",\"must\":" + value(kTexts, 2);
        if (random.below(wildness * 4) == 0) text += ",\"n\":5";
        if (random.below(wildness * 4) == 0) text += ",\"\\u006e\":6";
        text += ",\"ts\":" + value({"1700000000123", "-5", "0", "\"x\"", "null", "1.5"}, 2) + "}";
        if (random.below(wildness * 4) == 0) text += random.below(2) ? "\r" : "}";
        if (random.below(wildness * 8) == 0) text.clear();
        return text;
    }
    // Some bytes of it are others, twice, or gone.
    void mutate(std::string& text)
    {
        for (std::uint64_t i = 1 + random.below(3); i > 0 && !text.empty(); --i) {
            const std::size_t at = random.below(text.size());
            const char byte = static_cast<char>(random.below(256));
            switch (random.below(3)) {
            case 0: text[at] = byte == '\n' ? ' ' : byte; break;
            case 1: text.erase(at, 1 + random.below(4)); break;
            default: text.insert(at, 1, "\"\\{}[],:0-.e"[random.below(12)]);
            }
        }
    }
};

}  // namespace

void JsonTemplateTest::recordsThatVary_data()
{
    QTest::addColumn<quint64>("wildness");
    QTest::addColumn<bool>("checkAll");
    for (const quint64 wildness : {2u, 10u, 100u, 1000u})
        for (const bool checkAll : {false, true})
            QTest::addRow("one in %llu, check %s", wildness, checkAll ? "all" : "what is needed")
                << wildness << checkAll;
}

void JsonTemplateTest::recordsThatVary()
{
    QFETCH(quint64, wildness);
    QFETCH(bool, checkAll);
    const Decoding decoding(checkAll);
    Drawing drawing{Random(wildness), wildness};
    std::vector<std::string> lines;
    for (int i = 0; i < 5000; ++i) lines.push_back(drawing.record());
    const Decoded expected = decoding.oneByOne(lines), found = decoding.together(lines);
    QVERIFY(!expected.rows.empty() && (wildness > 100 || !expected.rejects.empty()));
    for (std::size_t i = 0; i < std::min(expected.rows.size(), found.rows.size()); ++i)
        QCOMPARE(QByteArray::fromStdString(found.rows[i]), QByteArray::fromStdString(expected.rows[i]));
    for (std::size_t i = 0; i < std::min(expected.rejects.size(), found.rejects.size()); ++i)
        QCOMPARE(QByteArray::fromStdString(found.rejects[i]), QByteArray::fromStdString(expected.rejects[i]));
    QVERIFY(found == expected);
}

void JsonTemplateTest::mutatedRecords()
{
    const Decoding decoding(false);
    Drawing drawing{Random(77), 500};
    std::vector<std::string> lines;
    for (int i = 0; i < 20'000; ++i) {
        lines.push_back(drawing.record());
        if (i % 2) drawing.mutate(lines.back());
    }
    const Decoded expected = decoding.oneByOne(lines), found = decoding.together(lines);
    for (std::size_t i = 0; i < std::min(expected.rejects.size(), found.rejects.size()); ++i)
        QCOMPARE(QByteArray::fromStdString(found.rejects[i]), QByteArray::fromStdString(expected.rejects[i]));
    QVERIFY(found == expected);
    QVERIFY(expected.rejects.size() > 3000);
}

// The bytes behind the chunk belong to nobody.
void JsonTemplateTest::aLineWithoutItsEnd()
{
    const Decoding decoding(false);
    const std::string record = R"({"id":"a","n":1,"x":1.5,"must":"m","ts":1700000000000})";
    for (std::size_t cut = 0; cut <= record.size(); ++cut) {
        const std::string text = record + "\n" + record + "\n" + record.substr(0, cut);
        const auto decoder = decoding.decoder();
        const DecodedChunk chunk = Decoding::decode(*decoder, text);
        QCOMPARE(chunk.records, std::uint64_t{2} + (cut > 0));
        QCOMPARE(chunk.rejects.size(), std::size_t{cut > 0 && cut < record.size()});
    }
}

void JsonTemplateTest::numbersOfEveryLength()
{
    int taken = 0;
    for (std::size_t whole = 0; whole <= 20; ++whole)
        for (std::size_t fraction = 0; fraction <= 20; ++fraction)
            for (const char* const sign : {"", "-"})
                for (const char* const tail : {",", "}", " ", "e1,", "E1,", ".", "-", "a"}) {
                    const std::string digits = std::string("98765432109876543210").substr(0, whole);
                    std::string text = sign + digits;
                    if (fraction > 0) text += '.' + std::string("12345678901234567890").substr(0, fraction);
                    const std::size_t size = text.size();
                    text += tail;
                    text.append(20, '7').append("\n").append(64, ' ');
                    ScannedNumber number;
                    const char* end = scanNumber(text.data(), number);
                    const bool isNumber = whole > 0 && whole + fraction <= 18 &&
                        (tail[0] != '.' || fraction > 0) && tail[0] != 'e' && tail[0] != 'E';
                    QVERIFY2((end != nullptr) == isNumber, text.c_str());
                    if (!end) continue;
                    ++taken;
                    QCOMPARE(static_cast<std::size_t>(end - text.data()), size);
                    QCOMPARE(number.isWhole, fraction == 0);
                    double value = 0;
                    if (number.toDouble(value))
                        QCOMPARE(value, std::strtod(text.substr(0, size).c_str(), nullptr));
                    std::int64_t integer = 0;
                    if (number.toInteger(integer)) QCOMPARE(integer, std::stoll(text.substr(0, size)));
                }
    QVERIFY(taken > 1000);
    ScannedNumber number;
    QVERIFY(!scanNumber("012,                    ", number));
    QVERIFY(!scanNumber("00000000000000000000012,                    ", number));
}

STREAMWRIGHT_TEST(JsonTemplateTest)

}  // namespace tst_json_template
#include "tst_json_template.moc"
