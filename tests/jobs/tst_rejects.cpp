// labels: asan
// What is told of rejected rows, and when there are too many of them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "spec/json.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_rejects {

using namespace engine;

class RejectsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void recordsAreTooLongInChunksOfAnySize_data();
    void recordsAreTooLongInChunksOfAnySize();
    void aShareCountsAtTheEnd_data();
    void aShareCountsAtTheEnd();
    void tellWhereAndWhy();
    void areCountedOnceWhereRowsAreLate();
    void areCountedOnceWhenReadAgain_data();
    void areCountedOnceWhenReadAgain();
};

namespace {

std::string documentOf(const std::string& settings, const std::string& source, const std::string& nodes,
                       const std::string& edges)
{
    return R"({"format": 1, "id": "c2e6a0d4-39f7-4b15-a08c-4d5e6f708192", "name": "Rejects", "settings": {)" +
        settings + R"(}, "nodes": [{"id": "input", "component": "file_source", "params": {"path": "/in",)" +
        source + "}}," + nodes + R"(], "edges": [)" + edges + "]}";
}

std::string sink(const std::string& id)
{
    return R"({"id": ")" + id + R"(", "component": "file_sink", "params": {"path": "/)" + id +
        R"(.ndjson", "if_exists": "replace"}})";
}

std::vector<Json> recordsIn(const MemoryJob& memory, const std::string& path)
{
    std::vector<Json> records;
    for (const std::string& line : memory.linesOf(path)) records.push_back(Json::parse(line));
    return records;
}

}  // namespace

void RejectsTest::recordsAreTooLongInChunksOfAnySize_data()
{
    QTest::addColumn<QString>("format");
    for (const char* format : {"json", "csv", "text"}) QTest::newRow(format) << format;
}

// 128 bytes are allowed, and every other record has one more.
void RejectsTest::recordsAreTooLongInChunksOfAnySize()
{
    QFETCH(QString, format);
    const bool isJson = format == "json";
    const auto record = [&](std::size_t bytes) {
        return isJson ? R"({"line":")" + std::string(bytes - 11, 'x') + "\"}" : std::string(bytes, 'x');
    };
    std::string text = format == "csv" ? "line\n" : "";
    for (int i = 0; i < 20; ++i) text += record(128) + "\n" + record(i % 5 == 4 ? 5'000 : 129) + "\n";
    text += record(20) + "\n" + record(20) + "\n" + record(129);
    std::vector<Json> expected;
    for (const char* chunk : {"64B", "128B", "200B", "1KiB", "64KiB"}) {
        MemoryJob memory(21);
        memory.files.put("/in", text);
        const std::string document = documentOf(
            R"("chunk_size": ")" + std::string(chunk) + "\"",
            R"("format": ")" + format.toStdString() + R"(", "max_record_bytes": "128B")" +
                (format == "text" ? "" : R"(, "columns": [{"name": "line", "type": "string"}])"),
            sink("good") + "," + sink("bad"), R"(["input.out", "good.in"], ["input.rejected", "bad.in"])");
        QVERIFY(bool(memory.start(document)));
        QVERIFY(memory.runToEnd());
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QCOMPARE(memory.linesOf("/good.ndjson").size(), std::size_t{22});
        std::vector<Json> bad = recordsIn(memory, "/bad.ndjson");
        QCOMPARE(bad.size(), std::size_t{21});
        const std::string first = format == "csv" ? "/in:3" : "/in:2";
        QCOMPARE(bad[0]["coordinates"].get<std::string>(), first);
        QCOMPARE(bad[0]["reason"].get<std::string>(),
                 std::string("The record is 129 bytes long; max_record_bytes allows 128."));
        for (Json& each : bad) each.erase("at");
        if (expected.empty()) expected = bad;
        QVERIFY2(bad == expected, chunk);
    }
}

void RejectsTest::aShareCountsAtTheEnd_data()
{
    QTest::addColumn<QString>("limit");
    QTest::addColumn<int>("bad");
    QTest::addColumn<bool>("isTooMany");
    QTest::newRow("all of 50") << R"("1%")" << 50 << true;
    QTest::newRow("one of 50 at 1 %") << R"("1%")" << 1 << true;
    QTest::newRow("one of 50 at 2 %") << R"("2%")" << 1 << false;
    QTest::newRow("two of 50, one allowed") << "1" << 2 << true;
}

void RejectsTest::aShareCountsAtTheEnd()
{
    QFETCH(QString, limit);
    QFETCH(int, bad);
    QFETCH(bool, isTooMany);
    std::string text;
    for (int i = 0; i < 50; ++i) text += i < bad ? "bad\n" : "{\"v\":1}\n";
    MemoryJob memory(22);
    memory.files.put("/in", text);
    const std::string document =
        documentOf(R"("reject_limit": )" + limit.toStdString(),
                   R"("format": "json", "columns": [{"name": "v", "type": "bigint"}])", sink("good"),
                   R"(["input.out", "good.in"])");
    QVERIFY(bool(memory.start(document)));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == (isTooMany ? JobState::Failed : JobState::Finished));
    if (isTooMany) QCOMPARE(memory.job().status().failure->code, ErrorCode::BadData);
}

void RejectsTest::tellWhereAndWhy()
{
    MemoryJob memory(23);
    memory.files.put("/in",
                     R"({"k":"a","v":1,"ts":5000}
{"k":"a","v":0,"ts":6000}
{"k":"abc","v":2,"ts":7000}
{"k":")" + std::string(100, 'y') +
                         R"(","v":2,"ts":8000}
)");
    const std::string document = documentOf(
        R"("chunk_size": "64B")",
        R"("format": "json", "columns": [{"name": "k", "type": "string"}, {"name": "v", "type": "bigint"},
            {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "ts")",
        R"x({"id": "c", "component": "compute", "params": {"columns": [
            {"name": "x", "expression": "1 / v"},
            {"name": "y", "expression": "IF(v = 2, CAST(k AS BIGINT), 0)"}]}},)x" +
            sink("good") + "," + sink("bad"),
        R"(["input.out", "c.in"], ["c.out", "good.in"], ["c.rejected", "bad.in"])");
    QVERIFY(bool(memory.start(document)));
    QVERIFY(memory.runToEnd());
    const std::vector<Json> bad = recordsIn(memory, "/bad.ndjson");
    QCOMPARE(bad.size(), std::size_t{3});
    const auto is = [&](std::size_t row, const char* member, const std::string& text) {
        if (bad[row][member] != text) qWarning("%s", bad[row].dump().c_str());
        return bad[row][member] == text;
    };
    QVERIFY(is(0, "reason", "x: division by zero") && is(0, "column", "x") && is(0, "coordinates", "/in:2"));
    QVERIFY(is(0, "raw", R"({"k": "a", "v": 0, "ts": "1970-01-01T00:00:06.000Z"})"));
    QVERIFY(is(1, "reason", "y: text is no BIGINT: \"abc\"") && is(1, "column", "y"));
    QVERIFY(is(1, "coordinates", "/in:3"));
    QVERIFY(is(2, "reason", "y: text is no BIGINT: \"" + std::string(60, 'y') + "...\""));
    QVERIFY(is(2, "coordinates", "/in:4"));
}

// A chunk with a late row is decoded once more, which must not reject again.
void RejectsTest::areCountedOnceWhereRowsAreLate()
{
    MemoryJob memory(24);
    memory.files.put("/in", R"({"v":0,"ts":1000}
{"v":1,"ts":5000}
{"v":1,"ts":500}
{"v":0,"ts":5500}
{"v":1,"ts":5600}
)");
    const std::string document = documentOf(
        R"("chunk_size": "64KiB")",
        R"("format": "json", "columns": [{"name": "v", "type": "bigint"},
            {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "ts",
            "watermark_delay": "0s")",
        R"({"id": "w", "component": "window", "params": {"kind": "tumbling", "size": "1s", "keys": [],
            "aggregates": [{"function": "sum", "argument": "100 / v", "name": "s"}]}},)" +
            sink("good") + "," + sink("bad") + "," + sink("late"),
        R"(["input.out", "w.in"], ["w.out", "good.in"], ["w.rejected", "bad.in"], ["w.late", "late.in"])");
    QVERIFY(bool(memory.start(document)));
    QVERIFY(memory.runToEnd());
    QCOMPARE(memory.linesOf("/late.ndjson").size(), std::size_t{1});
    QCOMPARE(memory.linesOf("/bad.ndjson").size(), std::size_t{2});
    QCOMPARE(memory.telemetry().nodes[1].rowsRejected, std::int64_t{2});
}

void RejectsTest::areCountedOnceWhenReadAgain_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<bool>("isTooMany");
    QTest::newRow("all are allowed") << 8 << false;
    QTest::newRow("one too many") << 7 << true;
}

// Twice the disk is full before anything was decided, and all is read anew.
void RejectsTest::areCountedOnceWhenReadAgain()
{
    QFETCH(int, limit);
    QFETCH(bool, isTooMany);
    std::string text;
    for (int i = 0; i < 300; ++i) text += i < 8 ? "bad\n" : "{\"v\":1}\n";
    MemoryJob memory(25);
    memory.files.put("/in", text);
    const std::string document =
        documentOf(R"("chunk_size": "64B", "restart": {"initial": "10ms", "attempts": 5},
                      "reject_limit": )" +
                       std::to_string(limit),
                   R"("format": "json", "columns": [{"name": "v", "type": "bigint"}])", sink("good"),
                   R"(["input.out", "good.in"])");
    QVERIFY(bool(memory.start(document)));
    for (int times = 0; times < 2 && !isTooMany; ++times) {
        memory.files.setRoom(100);
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Restarting; }));
        memory.files.setRoom(std::size_t{1} << 40);
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Running; }));
    }
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == (isTooMany ? JobState::Failed : JobState::Finished), memory.failure().c_str());
    if (isTooMany) {
        QCOMPARE(memory.job().status().failure->code, ErrorCode::BadData);
        return;
    }
    const JobTelemetry telemetry = memory.telemetry();
    QCOMPARE(telemetry.status.restarts, 2);
    QCOMPARE(telemetry.nodes[0].rowsIn, std::int64_t{300});
    QCOMPARE(telemetry.nodes[0].rowsRejected, std::int64_t{8});
    QCOMPARE(telemetry.nodes[0].rowsOut, std::int64_t{292});
    QCOMPARE(telemetry.nodes[1].rowsIn, std::int64_t{292});
    QCOMPARE(telemetry.edges[0].rows, std::int64_t{292});
    std::vector<std::string> places, first;
    for (const RejectedRow& row : telemetry.rejected) places.push_back(row.coordinates);
    for (int line = 1; line <= 8; ++line) first.push_back("/in:" + std::to_string(line));
    QCOMPARE(places, first);
}

STREAMWRIGHT_TEST(RejectsTest)

}  // namespace tst_rejects
#include "tst_rejects.moc"
