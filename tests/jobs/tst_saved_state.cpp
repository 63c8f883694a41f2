// labels: asan
// What a run may go on from: state of its own pipeline, of nodes that are still what they were.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "spec/json.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_saved_state {

using namespace engine;

class SavedStateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ofAnotherPipelineIsRefused();
    void ofAnotherFormatIsRefused();
    void aNodeThatIsGoneIsTold();
    void changesThatDoNotFit_data();
    void changesThatDoNotFit();
    void anAggregateMayComeAndGo();
    void ofAChangedWindowIsRefusedWhileItRuns();
};

namespace {

constexpr const char* kId = "a0c4e8b2-17d5-4f93-8e6a-2b3c4d5e6f70";

// Rows of an hour's window, of which none fires.
Json documentOf(const std::string& id = kId)
{
    return Json::parse(R"({"format": 1, "id": ")" + id + R"(", "name": "Saved",
  "settings": {"checkpoint_interval": "20ms", "chunk_size": "64B"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}, {"name": "x", "type": "double"},
                  {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "at"}},
    {"id": "slow", "component": "throttle", "params": {"rate": 10000}},
    {"id": "hours", "component": "window", "params": {"kind": "tumbling", "size": "1h", "keys": ["n"],
      "aggregates": [{"function": "count", "name": "c"}, {"function": "min", "argument": "x", "name": "m"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.ndjson", "if_exists": "replace"}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "hours.in"], ["hours.out", "output.in"]]})");
}

std::string inputText()
{
    std::string text;
    for (int n = 0; n < 20'000; ++n)
        text += R"({"n":)" + std::to_string(n % 5) + R"(,"x":1.5,"at":)" +
            std::to_string(1'700'000'000'000 + n) + "}\n";
    return text;
}

// A job that was stopped on its way.
struct Stopped : MemoryJob {
    Stopped() : MemoryJob(11)
    {
        files.put("/in.ndjson", inputText());
        files.put("/in2.ndjson", inputText());
        CHECK(stopHalfway(documentOf().dump()));
    }
    std::string refusal(const Json& document)
    {
        const Status status = start(document.dump(), JobOptions::Resume);
        return status ? std::string() : status.error().message;
    }
    std::string newestManifest()
    {
        std::string newest;
        for (const auto& [name, content] : files.names())
            if (name.starts_with("/state/manifest-")) newest = name;
        return newest;
    }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

void SavedStateTest::ofAnotherPipelineIsRefused()
{
    Stopped memory;
    const Json other = documentOf("b1d5f9c3-28e6-4a04-9f7b-3c4d5e6f7081");
    QCOMPARE(memory.refusal(other),
             "The state in /state belongs to pipeline " + std::string(kId) +
                 " (\"Saved\"); use another --state, or --fresh to move it aside.");
    QVERIFY(bool(memory.start(documentOf().dump(), JobOptions::Resume)));
    QVERIFY(bool(memory.start(other.dump(), JobOptions::Fresh)));
}

void SavedStateTest::ofAnotherFormatIsRefused()
{
    Stopped memory;
    const std::string path = memory.newestManifest();
    std::string text = memory.files.bytesOf(path);
    text.erase(text.find('\n') + 1);
    const std::string format = "\"format\":1";
    QVERIFY(holds(text, format));
    text.replace(text.find(format), format.size(), "\"format\":7");
    memory.files.put(path, text + std::to_string(stableHash(text)) + "\n");
    const std::string said = memory.refusal(documentOf());
    QVERIFY2(holds(said, "is of format 7, and this program knows format 1"), said.c_str());
}

void SavedStateTest::aNodeThatIsGoneIsTold()
{
    Stopped memory;
    Json document = documentOf();
    document["nodes"][2]["id"] = "renamed";
    document["edges"] = Json::parse(R"([["input.out", "slow.in"], ["slow.out", "renamed.in"],
        ["renamed.out", "output.in"]])");
    QVERIFY(bool(memory.start(document.dump(), JobOptions::Resume)));
    const std::vector<LogLine> log = memory.job().takeLog();
    QCOMPARE(log.size(), std::size_t{1});
    QCOMPARE(log[0].level, 2);
    QVERIFY2(holds(log[0].text, "has 5 rows of node \"hours\""), log[0].text.c_str());
}

void SavedStateTest::changesThatDoNotFit_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("said");
    QTest::newRow("the path of a sink") << "/nodes/3/params/path" << R"("/other.ndjson")"
                                        << "was writing /out.ndjson, and path says /other.ndjson now";
    QTest::newRow("the path of a source") << "/nodes/0/params/path" << R"("/in2.ndjson")"
                                          << "The file /in.ndjson was not read to its end";
    QTest::newRow("another function") << "/nodes/2/params/aggregates/1/function" << R"("max")"
                                      << "under the name \"m\"";
    QTest::newRow("of another type") << "/nodes/2/params/aggregates/1/argument" << R"("n")"
                                     << "under the name \"m\"";
    QTest::newRow("another sink") << "/nodes/3"
                                  << R"({"id": "output", "component": "discard_sink", "params": {}})"
                                  << "Node \"output\" was a file_sink";
}

void SavedStateTest::changesThatDoNotFit()
{
    QFETCH(QString, place);
    QFETCH(QString, value);
    QFETCH(QString, said);
    Stopped memory;
    Json document = documentOf();
    document[Json::json_pointer(place.toStdString())] = Json::parse(value.toStdString());
    std::string refusal = memory.refusal(document);
    if (refusal.empty()) {  // a sink or a source opens when the tasks run
        memory.runUntil([&] { return isOver(memory.state()); });
        QVERIFY(memory.state() == JobState::Failed);
        QCOMPARE(memory.job().status().failure->code, ErrorCode::Refused);
        refusal = memory.failure();
    }
    QVERIFY2(holds(refusal, said.toStdString()), refusal.c_str());
    QVERIFY(bool(memory.start(documentOf().dump(), JobOptions::Resume)));
    QVERIFY(memory.runToEnd());
    QCOMPARE(memory.linesOf("/out.ndjson").size(), std::size_t{5});
}

void SavedStateTest::anAggregateMayComeAndGo()
{
    Stopped memory;
    Json document = documentOf();
    document["nodes"][2]["params"]["aggregates"][1] =
        Json::parse(R"({"function": "max", "argument": "x", "name": "other"})");
    QCOMPARE(memory.refusal(document), std::string());
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    for (const std::string& line : memory.linesOf("/out.ndjson"))
        QCOMPARE(Json::parse(line)["c"].get<int>(), 4'000);
}

void SavedStateTest::ofAChangedWindowIsRefusedWhileItRuns()
{
    MemoryJob memory(12);
    memory.files.put("/in.ndjson", inputText());
    Json document = documentOf();
    QVERIFY(bool(memory.start(document.dump())));
    document["nodes"][2]["params"]["aggregates"][1]["function"] = "max";
    const Status changed = memory.job().change(parsePipeline(document.dump()).spec, {});
    QVERIFY(!changed);
    QVERIFY2(holds(changed.error().message, "its state would mean something else"),
             changed.error().message.c_str());
}

STREAMWRIGHT_TEST(SavedStateTest)

}  // namespace tst_saved_state
#include "tst_saved_state.moc"
