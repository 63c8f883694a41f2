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
    void aFormulaMayBeWrittenOtherwise();
    void aParameterOfAFormulaCounts();
    void whatIsFollowedStaysInThePath_data();
    void whatIsFollowedStaysInThePath();
    void aRollingSinkKeepsItsName_data();
    void aRollingSinkKeepsItsName();
    void ofAChangedWindowIsRefusedWhileItRuns();
    void aGeneratorMakesTheSameRows_data();
    void aGeneratorMakesTheSameRows();
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
    explicit Stopped(const Json& document = documentOf()) : MemoryJob(11)
    {
        files.put("/in.ndjson", inputText());
        files.put("/in2.ndjson", inputText());
        CHECK(stopHalfway(document.dump()));
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
    QTest::newRow("of another formula") << "/nodes/2/params/aggregates/1/argument" << R"("x * 2")"
                                        << "under the name \"m\" was worked out of x, and the document says "
                                           "(x * 2) now";
    QTest::newRow("of some rows") << "/nodes/2/params/aggregates/1/filter" << R"("n > 3 AND x < 2.0")"
                                  << "It cannot go on from what was saved. What the saved "
                                     "windows hold under the name \"m\" was worked out of x, and the "
                                     "document says x where ((n > 3) AND (x < 2.0)) now";
    QTest::newRow("of values") << "/nodes/2/params/aggregates/0/argument" << R"("n")"
                               << "worked out of all rows, and the document says n now";
    QTest::newRow("another sink") << "/nodes/3"
                                  << R"({"id": "output", "component": "discard_sink", "params": {}})"
                                  << "It was a file_sink";
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

void SavedStateTest::aFormulaMayBeWrittenOtherwise()
{
    Json document = documentOf();
    Json& aggregate = document["nodes"][2]["params"]["aggregates"][1];
    aggregate["filter"] = "n > 3 and x < 2e0";
    Stopped memory(document);
    aggregate["filter"] = "((n > 3)\n AND \"x\" < 2.0) -- the few";
    QCOMPARE(memory.refusal(document), std::string());
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
}

void SavedStateTest::aParameterOfAFormulaCounts()
{
    Json document = documentOf();
    document["parameters"] = Json::parse(R"({"limit": {"type": "double", "default": 2}})");
    document["nodes"][2]["params"]["aggregates"][1]["filter"] = "x < ${limit}";
    Stopped memory(document);
    document["parameters"]["limit"]["default"] = 3;
    const std::string said = memory.refusal(document);
    QVERIFY2(holds(said, "was worked out of x where (x < 2.0), and the document says x where (x < 3.0) now"),
             said.c_str());
}

void SavedStateTest::whatIsFollowedStaysInThePath_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isFollowed");
    QTest::newRow("the same") << "/in.ndjson" << true;
    QTest::newRow("more files") << "/in*.ndjson" << true;
    QTest::newRow("another file") << "/in2.ndjson" << false;
    QTest::newRow("other files") << "/in[0-9].ndjson" << false;
}

void SavedStateTest::whatIsFollowedStaysInThePath()
{
    QFETCH(QString, path);
    QFETCH(bool, isFollowed);
    Json document = documentOf();
    Json& params = document["nodes"][0]["params"];
    params["follow"] = true;
    Stopped memory(document);
    const Epoch before = memory.job().status().lastCheckpoint;
    params["path"] = path.toStdString();
    // Of what is away for a moment the name decides.
    if (isFollowed) QVERIFY(bool(memory.files.remove("/in.ndjson")));
    QCOMPARE(memory.refusal(document), std::string());
    const bool goesOn =
        memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > before.value + 1; });
    QVERIFY2(goesOn == isFollowed, memory.failure().c_str());
    if (isFollowed) return;
    QCOMPARE(memory.failure(),
             "The file /in.ndjson was followed by the run before, and does not fit the path " +
                 path.toStdString() + " any more; put the old path back, or start with --fresh.");
}

void SavedStateTest::aRollingSinkKeepsItsName_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("the same") << "/out.ndjson" << "/out.ndjson" << true;
    QTest::newRow("another ending") << "/out.ndjson" << "/out.json" << false;
    QTest::newRow("the beginning of a name") << "/out-now.ndjson" << "/out.ndjson" << false;
    QTest::newRow("a name with a number") << "/out-7.ndjson" << "/out.ndjson" << false;
}

void SavedStateTest::aRollingSinkKeepsItsName()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(bool, goesOn);
    Json document = documentOf();
    document["edges"] = Json::parse(R"([["input.out", "slow.in"], ["slow.out", "output.in"],
        ["slow.out", "hours.in"]])");
    Json& params = document["nodes"][3]["params"];
    params["roll_size"] = "1KiB";
    params["path"] = before.toStdString();
    Stopped memory(document);
    params["path"] = after.toStdString();
    QCOMPARE(memory.refusal(document), std::string());
    QVERIFY(memory.runToEnd());
    QCOMPARE(memory.state() == JobState::Finished, goesOn);
    const std::string end = "ndjson, and path says " + after.toStdString() +
        " now, with new files by size or time; put the old parameters back, or start with --fresh.";
    QVERIFY2(goesOn || holds(memory.failure(), end), memory.failure().c_str());
}

void SavedStateTest::ofAChangedWindowIsRefusedWhileItRuns()
{
    MemoryJob memory(12);
    memory.files.put("/in.ndjson", inputText());
    Json document = documentOf();
    QVERIFY(bool(memory.start(document.dump())));
    for (const auto& [member, value] : {std::pair("function", "max"), std::pair("filter", "n > 3")}) {
        Json other = document;
        other["nodes"][2]["params"]["aggregates"][1][member] = value;
        const Status changed = memory.job().change(parsePipeline(other.dump()).spec, {});
        QVERIFY(!changed);
        QVERIFY2(holds(changed.error().message, "its state would mean something else"),
                 changed.error().message.c_str());
    }
}

void SavedStateTest::aGeneratorMakesTheSameRows_data()
{
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("refusal");
    QTest::newRow("the same, faster") << R"("preset": "sensors", "seed": 5, "rate": 0)" << "";
    QTest::newRow("another seed")
        << R"("preset": "sensors", "seed": 6, "rate": 10000)"
        << "The saved state is about rows of sensors, seed 5, and the generator now makes rows of "
           "sensors, seed 6, which are others; set both back, or start with --fresh.";
    QTest::newRow("another preset")
        << R"("preset": "logs", "seed": 5, "rate": 10000)"
        << "The saved state is about rows of sensors, seed 5, and the generator now makes rows of "
           "logs, seed 5, which are others; set both back, or start with --fresh.";
}

void SavedStateTest::aGeneratorMakesTheSameRows()
{
    QFETCH(QString, params);
    QFETCH(QString, refusal);
    const auto document = [](const QString& with) {
        return QString(R"({"format": 1, "id": "a0c4e8b2-17d5-4f93-8e6a-2b3c4d5e6f71", "name": "Generated",
  "settings": {"checkpoint_interval": "20ms"},
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rows": 20000, %1}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "output.in"]]})")
            .arg(with)
            .toStdString();
    };
    MemoryJob memory(17);
    QVERIFY(memory.stopHalfway(document(R"("preset": "sensors", "seed": 5, "rate": 10000)")));
    const Status started = memory.start(document(params), JobOptions::Resume);
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    QVERIFY(memory.runToEnd());
    QCOMPARE(memory.state(), refusal.isEmpty() ? JobState::Finished : JobState::Failed);
    QCOMPARE(QString::fromStdString(memory.failure()), refusal);
}

STREAMWRIGHT_TEST(SavedStateTest)

}  // namespace tst_saved_state
#include "tst_saved_state.moc"
