// labels: asan
#include "base/env.h"
#include "formats/csv/csv_decoder.h"
#include "formats/csv/csv_encoder.h"
#include "test_main.h"

namespace tst_csv {

using namespace engine;

namespace {

DecodeOptions options(bool hasHeader = true)
{
    DecodeOptions made;
    made.columns = {
        {.name = "name"}, {.name = "n", .type = DataType::Int64}, {.name = "x", .type = DataType::Float64}};
    made.hasHeader = hasHeader;
    made.schema = std::make_shared<const Schema>(
        std::vector<Field>{{"name", DataType::String}, {"n", DataType::Int64}, {"x", DataType::Float64}});
    return made;
}

struct Outcome {
    std::vector<std::string> rows{};
    std::vector<std::uint64_t> badLines{};
    std::uint64_t records = 0;
};

std::string shown(const Column& column, std::size_t row)
{
    if (column.isNull(row)) return "NULL";
    if (column.type() == DataType::String) return "<" + std::string(column.text(row)) + ">";
    if (column.type() == DataType::Int64) return std::to_string(column.integers()[row]);
    return std::to_string(column.numbers()[row]);
}

void add(Outcome& all, const DecodedChunk& chunk, std::uint64_t linesBefore)
{
    for (const RecordBatch& batch : chunk.batches)
        for (std::size_t row = 0; row < batch.rows(); ++row)
            all.rows.push_back(shown(batch.column(0), row) + shown(batch.column(1), row) +
                               shown(batch.column(2), row));
    for (const RecordReject& reject : chunk.rejects) all.badLines.push_back(linesBefore + reject.line);
    all.records += chunk.records;
}

// Cuts at record ends as soon as `chunkBytes` are there, with the framer asked about every growing piece.
Outcome decode(std::string_view text, std::size_t chunkBytes, const DecodeOptions& how = options())
{
    CsvFramer framer(',', how.hasHeader);
    CsvDecoder decoder(how, std::vector<TimeReader>(how.columns.size()));
    Outcome all;
    std::size_t at = framer.prologue(text, true).value_or(0), want = chunkBytes, scanned = 0;
    std::uint64_t lines =
        static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
    while (at < text.size()) {
        const std::string_view piece = text.substr(at, want);
        std::size_t end = framer.lastRecordEnd(piece, scanned);
        if (end == 0 && at + want < text.size()) {
            scanned = piece.size();
            want += chunkBytes;
            continue;
        }
        if (end == 0) end = piece.size();
        RawChunk chunk;
        chunk.bytes = Buffer::copyOf(piece.substr(0, end));
        chunk.header = framer.header();
        DecodedChunk into;
        decoder.decode(chunk, into);
        add(all, into, lines);
        lines += into.lines;
        at += end;
        want = chunkBytes;
        scanned = 0;
    }
    return all;
}

}  // namespace

class TestCsv : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsByRule();
    void headerMapsByName();
    void withoutHeaderByOrder();
    void missingHeaderColumnIsRejected();
    void wrongFieldCountsAndQuotesAreRejected();
    void countsFieldsInWords();
    void cutsMakeNoDifference();
    void skipsInsideQuotes();
    void headerSurvivesRestore();
    void writesWhatItReads();
    void oneColumnKeepsNullAndEmpty();
};

void TestCsv::readsByRule()
{
    const auto out = decode("\xEF\xBB\xBFname,n,x\r\n"
                            "plain,1,1.5\r\n"
                            "\"quoted, with comma\",2,\r\n"
                            "\"two \"\"quotes\"\"\",3,-1e3\n"
                            "\"line\nfeed\",4,0\r\n"
                            "mid\"quote,5,0\n"
                            ",6,\n"
                            "\"\", 7 ,\n"
                            "\n"
                            "last,8,2",
                            1 << 20);
    const std::vector<std::string> expected{"<plain>11.500000",
                                            "<quoted, with comma>2NULL",
                                            "<two \"quotes\">3-1000.000000",
                                            "<line\nfeed>40.000000",
                                            "<mid\"quote>50.000000",
                                            "NULL6NULL",
                                            "<>7NULL",
                                            "<last>82.000000"};
    QCOMPARE(out.rows, expected);
    QVERIFY(out.badLines.empty());
    QCOMPARE(out.records, 8u);
}

void TestCsv::headerMapsByName()
{
    const auto out = decode("x,other,name,n\n1,?,a,2\n", 100);
    QCOMPARE(out.rows, std::vector<std::string>{"<a>21.000000"});
}

void TestCsv::withoutHeaderByOrder()
{
    const auto out = decode("a,2,1\n", 100, options(false));
    QCOMPARE(out.rows, std::vector<std::string>{"<a>21.000000"});
}

void TestCsv::missingHeaderColumnIsRejected()
{
    const auto out = decode("name,n\na,2\n", 100);
    QVERIFY(out.rows.empty());
    QCOMPARE(out.badLines, std::vector<std::uint64_t>{1});
}

void TestCsv::wrongFieldCountsAndQuotesAreRejected()
{
    const auto out = decode(
        "name,n,x\na,1\nb,1,2,3\n\"c\"d,1,2\ne,one,2\nf,1,1e999\ng,99999999999999999999,1\n\xFF,1,1\nok,1,1\n"
        "\"open,1,1\n",
        1 << 20);
    QCOMPARE(out.rows, std::vector<std::string>{"<ok>11.000000"});
    const std::vector<std::uint64_t> expected{1, 2, 3, 4, 5, 6, 7, 9};
    QCOMPARE(out.badLines, expected);
}

void TestCsv::countsFieldsInWords()
{
    DecodeOptions one = options(false);
    one.columns.resize(1);
    one.schema = std::make_shared<const Schema>(std::vector<Field>{{"name", DataType::String}});
    const auto reasonOf = [](const DecodeOptions& how, std::string_view text) {
        RawChunk chunk;
        chunk.bytes = Buffer::copyOf(text);
        DecodedChunk into;
        CsvDecoder(how, std::vector<TimeReader>(how.columns.size())).decode(chunk, into);
        return into.rejects.empty() ? std::string() : into.rejects[0].reason;
    };
    QCOMPARE(reasonOf(options(false), "a\n"), std::string("The record has 1 field where 3 are expected."));
    QCOMPARE(reasonOf(one, "a,b\n"), std::string("The record has 2 fields where 1 is expected."));
}

void TestCsv::cutsMakeNoDifference()
{
    Random random(3);
    static const std::string pieces[] = {"a", "\"",       "\"\"",        ",",        "\n",  "\r\n",
                                         "1", "\"x\ny\"", "plain,1,2\n", "\xC3\xA9", "\xFF"};
    for (int round = 0; round < 150; ++round) {
        std::string text = "name,n,x\n";
        for (int i = 0; i < 60; ++i) text += pieces[random.below(std::size(pieces))];
        const auto whole = decode(text, 1 << 20);
        QCOMPARE(whole.rows.size() + whole.badLines.size(), static_cast<std::size_t>(whole.records));
        for (const std::size_t chunkBytes : {1u, 7u, 64u}) {
            const auto parts = decode(text, chunkBytes);
            QCOMPARE(parts.rows, whole.rows);
            QCOMPARE(parts.badLines, whole.badLines);
        }
    }
}

// A record that is too long is thrown away in pieces; the framer keeps in mind that it stands in a quoted
// field.
void TestCsv::skipsInsideQuotes()
{
    CsvFramer framer(',', false);
    QCOMPARE(framer.lastRecordEnd("\"long", 0), 0u);
    QCOMPARE(framer.firstRecordEnd("\"long", 5), 0u);
    QCOMPARE(framer.firstRecordEnd(" text\n goes on", 0), 0u);
    QCOMPARE(framer.firstRecordEnd("\",1\nnext,2\n", 0), 4u);
    QCOMPARE(framer.firstRecordEnd("next,2\n", 0), 7u);
}

void TestCsv::headerSurvivesRestore()
{
    CsvFramer before(',', true), after(',', true);
    QVERIFY(!before.prologue("name,", false));
    QCOMPARE(before.prologue("name,n,x\na", false).value_or(0), 9u);
    after.restore(before.save());
    QCOMPARE(*after.header(), std::string("name,n,x"));
}

void TestCsv::writesWhatItReads()
{
    const std::string text = "name,n,x\nplain,1,0.1\n\"a,\"\"b\"\"\nc\",-5,1e+300\n\"\",,\n,0,2.5\n";
    RawChunk chunk;
    chunk.bytes = Buffer::copyOf(std::string_view(text).substr(9));
    chunk.header = std::make_shared<const std::string>("name,n,x");
    CsvDecoder decoder(options(), std::vector<TimeReader>(3));
    DecodedChunk into;
    decoder.decode(chunk, into);
    EncodeOptions encode;
    encode.schema = options().schema;
    CsvEncoder encoder(encode);
    std::string written;
    encoder.header(written);
    QCOMPARE(into.batches.size(), 1u);
    encoder.encode(into.batches[0], written);
    QCOMPARE(written, text);
}

// With one field an empty line is a record: its NULL. An empty text is written as "".
void TestCsv::oneColumnKeepsNullAndEmpty()
{
    for (const bool hasHeader : {true, false}) {
        DecodeOptions how;
        how.columns = {{.name = "name"}};
        how.hasHeader = hasHeader;
        how.schema = std::make_shared<const Schema>(std::vector<Field>{{"name", DataType::String}});
        const std::string text = std::string(hasHeader ? "name\n" : "") + "a\n\n\"\"\n\n\nb\n";
        EncodeOptions encode;
        encode.schema = how.schema;
        encode.hasHeader = hasHeader;
        for (const std::size_t chunkBytes : {1u, 3u, 100u}) {
            CsvFramer framer(',', hasHeader);
            CsvDecoder decoder(how, std::vector<TimeReader>(1));
            CsvEncoder encoder(encode);
            std::string written;
            encoder.header(written);
            std::vector<std::string> rows;
            std::uint64_t lines = 0;
            for (std::size_t at = framer.prologue(text, true).value_or(0); at < text.size();) {
                std::size_t want = chunkBytes, end = 0;
                while ((end = framer.lastRecordEnd(std::string_view(text).substr(at, want), 0)) == 0) ++want;
                RawChunk chunk;
                chunk.bytes = Buffer::copyOf(std::string_view(text).substr(at, end));
                chunk.header = framer.header();
                DecodedChunk into;
                decoder.decode(chunk, into);
                QVERIFY(into.rejects.empty());
                for (const RecordBatch& batch : into.batches) {
                    encoder.encode(batch, written);
                    for (std::size_t row = 0; row < batch.rows(); ++row)
                        rows.push_back(shown(batch.column(0), row));
                }
                lines += into.lines;
                at += end;
            }
            QCOMPARE(rows, (std::vector<std::string>{"<a>", "NULL", "<>", "NULL", "NULL", "<b>"}));
            QCOMPARE(lines, std::uint64_t{6});
            QCOMPARE(written, text);
        }
    }
}

STREAMWRIGHT_TEST(TestCsv)

}  // namespace tst_csv
#include "tst_csv.moc"
