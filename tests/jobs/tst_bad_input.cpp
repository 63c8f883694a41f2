// labels: asan
// Whole jobs over bad records: each is rejected with its reason and place, and costs no other line anything.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/time_text.h"
#include "formats/csv/csv_framer.h"
#include "formats/shared/line_framer.h"
#include "runtime/chunk_assembler.h"
#include "spec/json.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <cstring>

namespace tst_bad_input {

using namespace engine;

class BadInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachIsRejectedWithItsReason_data();
    void eachIsRejectedWithItsReason();
    void theLastHundredAreKept();
    void badLinesCostNoOthers_data();
    void badLinesCostNoOthers();
    void mutatedRecords_data();
    void mutatedRecords();
};

namespace {

constexpr const char* kInput = "/in.txt";

// From the file into two files: the rows, and what was rejected.
std::string documentOf(const std::string& format, const std::string& chunkSize)
{
    return R"({"format": 1, "id": "2f0b7c1e-5a3d-4c8e-9b6f-7d1e0a4c5b21", "name": "Bad input",
  "settings": {"checkpoint_interval": "100ms", "chunk_size": ")" +
        chunkSize + R"("},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.txt", "format": ")" +
        format + R"(",
      "columns": [{"name": "n", "type": "bigint"}, {"name": "pad", "type": "string"},
                  {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "at"}},
    {"id": "good", "component": "file_sink",
      "params": {"path": "/good.ndjson", "format": "json", "if_exists": "replace"}},
    {"id": "bad", "component": "file_sink",
      "params": {"path": "/bad.ndjson", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "good.in"], ["input.rejected", "bad.in"]]})";
}

std::string lineOf(const std::string& format, std::int64_t n, const std::string& pad)
{
    const std::string at = std::to_string(1'700'000'000'000 + n);
    if (format == "csv") return std::to_string(n) + "," + pad + "," + at;
    return "{\"n\":" + std::to_string(n) + ",\"pad\":\"" + pad + "\",\"at\":" + at + "}";
}

std::string rowOf(std::int64_t n, const std::string& pad)
{
    std::string at;
    appendIso8601Millis(at, (1'700'000'000'000 + n) * kMillisecondUs);
    return R"({"n":)" + std::to_string(n) + R"(,"pad":")" + pad + R"(","at":")" + at + "\"}";
}

std::vector<std::string> badPlacesIn(const MemoryJob& memory)
{
    std::vector<std::string> places;
    for (const std::string& line : memory.linesOf("/bad.ndjson"))
        places.push_back(Json::parse(line).at("coordinates").get<std::string>());
    return places;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

// The lines that are the first of a chunk, as a source of that chunk size cuts them.
std::vector<std::size_t> firstLinesOfChunks(const std::string& format, const std::string& text,
                                            std::size_t chunkBytes)
{
    std::unique_ptr<Framer> framer = std::make_unique<LineFramer>();
    if (format == "csv") framer = std::make_unique<CsvFramer>(',', true);
    std::vector<std::size_t> lines;
    ChunkAssembler assembler(std::move(framer), chunkBytes, limits::kRecordBytes, [&](SourceChunk chunk) {
        const std::uint64_t offset = std::get<RawChunk>(chunk.content).firstOffset;
        lines.push_back(static_cast<std::size_t>(
            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n')));
    });
    assembler.begin(0, {});
    for (std::size_t at = 0; at < text.size();) {
        const auto space = assembler.space();
        const std::size_t count = std::min(space.size(), text.size() - at);
        std::memcpy(space.data(), text.data() + at, count);
        assembler.filled(count);
        at += count;
    }
    assembler.endSplit();
    return lines;
}

// The same line in the same number of bytes, but bad, so that chunks are cut where they were.
std::string spoiled(const std::string& format, std::string line, Random& random)
{
    if (format == "csv") {
        const std::size_t comma = line.find(',');
        switch (random.below(3)) {
        case 0: line[0] = 'x'; break;
        case 1: line[comma] = ';'; break;
        default: line[comma + 1] = '\xFF'; break;
        }
        return line;
    }
    const std::size_t pad = line.find("pad\":\"") + 6;
    switch (random.below(7)) {
    case 0: line.front() = 'x'; break;
    case 1: line.front() = '['; break;
    case 2: line.back() = ' '; break;
    case 3: line.back() = '{'; break;
    case 4: line[pad] = '\xFF'; break;
    case 5: line[line.find("\"n\":") + 4] = '"'; break;
    default: line[line.find("\",\"at\"") - 1] = '\\'; break;
    }
    return line;
}

std::string mutated(std::string line, bool isCsv, Random& random)
{
    static const std::string pieces[] = {"{", "}",   "[", "]",    "\"",   "\\",   ":",     ",",
                                         "-", "1e9", " ", "null", "\xC3", "\x01", "\\u00", "99999999999"};
    for (std::uint64_t count = 1 + random.below(3); count > 0; --count) {
        const std::size_t at = random.below(line.size() + 1);
        switch (random.below(4)) {
        case 0: line.insert(at, pieces[random.below(std::size(pieces))]); break;
        case 1: line.erase(at, random.below(8)); break;
        case 2: line.resize(at); break;
        default:
            if (at < line.size()) line[at] = static_cast<char>(random.below(256));
        }
    }
    for (char& c : line)
        if (c == '\n' || (isCsv && c == '"')) c = ' ';  // in CSV an opening quote may take lines along
    return line;
}

}  // namespace

void BadInputTest::eachIsRejectedWithItsReason_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("reason");
    QTest::newRow("not JSON") << 0 << "not a JSON object";
    QTest::newRow("wrong type") << 1 << "takes a whole number, but \"7\" was found";
    QTest::newRow("no time") << 2 << "no event time";
    QTest::newRow("invalid UTF-8") << 3 << "not valid UTF-8";
    QTest::newRow("100 MB") << 4 << "bytes long; max_record_bytes allows 16777216";
    QTest::newRow("nested a million deep") << 5 << "nested deeper than 256";
    QTest::newRow("longer than the preview") << 6 << "There is something behind the record";
}

void BadInputTest::eachIsRejectedWithItsReason()
{
    QFETCH(int, kind);
    QFETCH(QString, reason);
    const std::size_t million = 1'000'000;
    std::string longText;
    for (int i = 0; i < 2000; ++i) longText += "\xE2\x82\xAC";  // three bytes: none may be cut apart
    const std::string bad = kind == 0 ? "nonsense"
        : kind == 1                   ? R"({"n":"7","pad":"","at":1})"
        : kind == 2                   ? R"({"n":7,"pad":""})"
        : kind == 3                   ? "{\"n\":7,\"pad\":\"a\xFF\xC3\",\"at\":1}"
        : kind == 4 ? "{\"n\":7,\"pad\":\"" + std::string(100 * million, 'x') + "\",\"at\":1}"
        : kind == 5
        ? "{\"n\":7,\"pad\":" + std::string(million, '[') + std::string(million, ']') + ",\"at\":1}"
        : "{\"n\":7,\"at\":1,\"pad\":\"" + longText + "\"}}";
    MemoryJob memory(7);
    std::string text;
    for (int n = 0; n < 3; ++n) text += lineOf("json", n, "p") + "\n";
    text += bad + "\n";
    for (int n = 3; n < 5; ++n) text += lineOf("json", n, "p") + "\n";
    memory.files.put(kInput, std::move(text));
    QVERIFY(bool(memory.start(documentOf("json", "4KiB"))));
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    std::vector<std::string> expected;
    for (int n = 0; n < 5; ++n) expected.push_back(rowOf(n, "p"));
    QCOMPARE(memory.linesOf("/good.ndjson"), expected);

    const JobTelemetry telemetry = memory.telemetry();
    QCOMPARE(telemetry.nodes[0].rowsRejected, std::int64_t{1});
    QCOMPARE(telemetry.rejected.size(), std::size_t{1});
    const RejectedRow& kept = telemetry.rejected[0];
    QCOMPARE(kept.node.value, std::string("input"));
    QCOMPARE(kept.coordinates, std::string("/in.txt:4"));
    QVERIFY2(QString::fromStdString(kept.reason).contains(reason), kept.reason.c_str());
    QVERIFY(!kept.raw.empty() && kept.raw.size() <= limits::kRejectPreviewBytes);
    QCOMPARE(QString::fromStdString(kept.raw).toStdString(), kept.raw);  // is UTF-8

    const auto written = memory.linesOf("/bad.ndjson");
    QCOMPARE(written.size(), std::size_t{1});
    const Json record = Json::parse(written[0]);
    QCOMPARE(record.at("reason").get<std::string>(), kept.reason);
    QCOMPARE(record.at("coordinates").get<std::string>(), kept.coordinates);
    QCOMPARE(record.at("raw").get<std::string>(), kept.raw);
}

void BadInputTest::theLastHundredAreKept()
{
    MemoryJob memory(8);
    std::string text;
    for (int i = 0; i < 250; ++i) text += "bad " + std::to_string(i) + "\n";
    memory.files.put(kInput, text);
    QVERIFY(bool(memory.start(documentOf("json", "200B"))));
    QVERIFY(memory.runToEnd());
    const JobTelemetry telemetry = memory.telemetry();
    QCOMPARE(telemetry.nodes[0].rowsRejected, std::int64_t{250});
    QCOMPARE(telemetry.rejected.size(), std::size_t{100});
    QCOMPARE(telemetry.rejected.front().coordinates, std::string("/in.txt:151"));
    QCOMPARE(telemetry.rejected.back().coordinates, std::string("/in.txt:250"));
    QCOMPARE(badPlacesIn(memory).size(), std::size_t{250});
}

void BadInputTest::badLinesCostNoOthers_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("chunkSize");
    QTest::addColumn<int>("chunkBytes");
    for (const char* format : {"json", "csv"})
        for (const auto& [text, bytes] :
             {std::pair{"64B", 64}, {"100B", 100}, {"1KiB", 1024}, {"16KiB", 16384}})
            QTest::addRow("%s %s", format, text) << format << text << bytes;
}

// The first line, the last, and both sides of every place where chunks are cut, besides some others.
void BadInputTest::badLinesCostNoOthers()
{
    QFETCH(QString, format);
    QFETCH(QString, chunkSize);
    QFETCH(int, chunkBytes);
    const std::string kind = format.toStdString();
    for (std::uint64_t round = 0; round < 8; ++round) {
        Random random(round * 31 + static_cast<std::uint64_t>(chunkBytes));
        std::vector<std::string> lines, rows;
        if (kind == "csv") lines.push_back("n,pad,at");
        const std::size_t first = lines.size();
        for (int n = 0; n < 900; ++n) {
            const std::string pad(1 + random.below(25), static_cast<char>('a' + n % 26));
            lines.push_back(lineOf(kind, n, pad));
            rows.push_back(rowOf(n, pad));
        }
        std::set<std::size_t> bad{first, lines.size() - 1};
        std::size_t cuts = 0;
        for (const std::size_t line :
             firstLinesOfChunks(kind, joined(lines), static_cast<std::size_t>(chunkBytes))) {
            // In turn the line before the cut, the one behind it, and both.
            const std::uint64_t which = (cuts++ + round) % 3;
            if (which != 0 && line > first) bad.insert(line - 1);
            if (which != 1 && line >= first) bad.insert(line);
        }
        QVERIFY(cuts > 1);
        for (int i = 0; i < 40; ++i) bad.insert(first + random.below(lines.size() - first));
        std::vector<std::string> expected, places;
        for (std::size_t i = first; i < lines.size(); ++i)
            if (!bad.contains(i)) expected.push_back(rows[i - first]);
        for (const std::size_t line : bad) {
            lines[line] = spoiled(kind, lines[line], random);
            places.push_back("/in.txt:" + std::to_string(line + 1));
        }
        MemoryJob memory(round);
        memory.files.put(kInput, joined(lines));
        QVERIFY(bool(memory.start(documentOf(kind, chunkSize.toStdString()))));
        QVERIFY(memory.runToEnd());
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QCOMPARE(memory.linesOf("/good.ndjson"), expected);
        QCOMPARE(badPlacesIn(memory), places);
    }
}

void BadInputTest::mutatedRecords_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("records");
    QTest::newRow("json") << "json" << 10'000;
    QTest::newRow("csv") << "csv" << 10'000;
}

void BadInputTest::mutatedRecords()
{
    QFETCH(QString, format);
    QFETCH(int, records);
    const std::string kind = format.toStdString();
    Random random(20240501);
    constexpr std::int64_t kGood = 1'000'000'000;  // and more: untouched
    std::vector<std::string> lines;
    if (kind == "csv") lines.push_back("n,pad,at");
    std::vector<std::string> expected;
    std::set<std::string> goodPlaces;
    for (int i = 0; i < records; ++i) {
        lines.push_back(mutated(lineOf(kind, i, "pad"), kind == "csv", random));
        if (i % 4) continue;
        expected.push_back(rowOf(kGood + i, "good"));
        lines.push_back(lineOf(kind, kGood + i, "good"));
        goodPlaces.insert("/in.txt:" + std::to_string(lines.size()));
    }
    MemoryJob memory(3);
    memory.files.put(kInput, joined(lines));
    QVERIFY(bool(memory.start(documentOf(kind, "1KiB"))));
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    const JobTelemetry telemetry = memory.telemetry();
    std::vector<std::string> found = memory.linesOf("/good.ndjson");
    const auto rejected = badPlacesIn(memory);
    QCOMPARE(telemetry.nodes[0].rowsIn, static_cast<std::int64_t>(found.size() + rejected.size()));
    QCOMPARE(telemetry.nodes[0].rowsRejected, static_cast<std::int64_t>(rejected.size()));
    const auto aside =
        std::find_if(telemetry.edges.begin(), telemetry.edges.end(),
                     [](const EdgeTelemetry& edge) { return edge.edge.from.port == "rejected"; });
    QVERIFY(aside != telemetry.edges.end());
    QCOMPARE(aside->rows, static_cast<std::int64_t>(rejected.size()));
    QVERIFY(rejected.size() > static_cast<std::size_t>(records) / 4);
    std::int64_t before = 0;
    for (const std::string& place : rejected) {
        QVERIFY2(!goodPlaces.contains(place), place.c_str());
        const std::int64_t line = std::stoll(place.substr(place.find(':') + 1));
        QVERIFY2(line > before, place.c_str());
        before = line;
    }
    const std::set<std::string> wanted(expected.begin(), expected.end());
    std::erase_if(found, [&](const std::string& row) { return !wanted.contains(row); });
    QCOMPARE(found, expected);
}

STREAMWRIGHT_TEST(BadInputTest)

}  // namespace tst_bad_input
#include "tst_bad_input.moc"
