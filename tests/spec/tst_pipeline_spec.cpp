// labels: asan
#ifndef Q_MOC_RUN  // moc cannot read what these include
#include "sample_document.h"
#include "spec/job_status.h"

#include <random>
#endif

#include "test_main.h"

namespace tst_pipeline_spec {

using namespace engine;

class TestPipelineSpec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void listsEveryMistake();
    void keepsWrongMembers();
    void opensHigherFormatReadOnly();
    void refusesUnknownMembersHeadless();
    void survivesMutations();
    void diffs();
    void describesDifferences();
    void hashesMeaning();
    void knowsJobStates();
    void checksTimeZones();
};

void TestPipelineSpec::readsEverything()
{
    const PipelineSpec spec = parsePipeline(sampleDocument()).spec;
    QCOMPARE(spec.name, std::string("Line 3 temperatures"));
    QCOMPARE(spec.parameters.size(), std::size_t(2));
    QCOMPARE(spec.parameters[1].unit, std::string("°C"));
    QVERIFY(spec.settings.checkpointInterval == std::chrono::seconds(1));
    QCOMPARE(spec.settings.memoryLimitBytes, std::int64_t(512) << 20);
    QCOMPARE(spec.nodes.size(), std::size_t(4));
    QVERIFY(spec.nodes[1].rejectLimit == (RejectLimit{{}, 0.01}));
    QCOMPARE(spec.nodes[3].parallelism, 2);
    QCOMPARE(portText(spec.edges[1].to), std::string("clean.in"));
    QCOMPARE(spec.groups[0].nodes[1].value, std::string("result"));
    QCOMPARE(portText(spec.subpipelines[0].inputs[0].second), std::string("keep.in"));
    const Parsed more = parsePipeline(
        R"({"format":1,"settings":{"restart":{"attempts":3,"maximum":"1min"},"chunk_size":"64KiB",
          "reject_limit":"5%"}})");
    QVERIFY(more.diagnostics.empty());
    QCOMPARE(more.spec.settings.restart.attempts, 3);
    QVERIFY(more.spec.settings.restart.greatest == std::chrono::minutes(1));
    QCOMPARE(more.spec.settings.chunkBytes, std::int64_t(64) << 10);
    QVERIFY(more.spec.settings.rejectLimit == (RejectLimit{{}, 0.05}));
}

void TestPipelineSpec::listsEveryMistake()
{
    const Parsed parsed = parsePipeline(R"({
        "id": "not-a-uuid", "name": 7,
        "parameters": { "9x": { "type": "strnig" }, "n": { "type": "bigint", "default": "5" } },
        "settings": { "guarantee": "twice", "checkpoint_interval": 5, "threads": -1, "memory_limit": "64" },
        "nodes": [ { "id": "Bad", "component": "filter" },
                   { "id": "hot", "component": "filter", "params": [] },
                   { "id": "hot", "parallelism": 9999 }, 5,
                   { "id": "s", "component": "subpipeline:none", "disabled": 1 } ],
        "edges": [ ["hot.out", "htt.in"], ["hot.out"], ["hot", "s.in"], ["hot.out", "s.in"],
                   ["hot.out", "s.in"] ],
        "groups": [ { "id": "hot", "nodes": ["htt"], "ports": { "in": "htt.in" } } ] })");
    const auto at = [&](const char* path) { return messageAt(parsed.diagnostics, path); };
    const std::vector<std::pair<const char*, const char*>> expected{
        {"format", "\"format\": 1"},
        {"id", "not-a-uuid"},
        {"name", "A text is expected"},
        {"parameters.9x", "no name of a parameter"},
        {"parameters.9x.type", "did you mean \"string\""},
        {"parameters.n.default", "write 5 without the quotes"},
        {"settings.guarantee", "at_least_once"},
        {"settings.checkpoint_interval", "\"5s\" for seconds"},
        {"settings.threads", "between 0 and 64"},
        {"settings.memory_limit", "has no unit"},
        {"nodes[0].id", "\"Bad\" is no id"},
        {"nodes[1].params", "An object of parameters is expected"},
        {"nodes[2].id", "already that of nodes[1]"},
        {"nodes[2].component", "does not say its component"},
        {"nodes[2].parallelism", "between 0 and 128"},
        {"nodes[3]", "A node is an object"},
        {"nodes[4].component", "no subpipeline \"none\""},
        {"nodes[4].disabled", "true or false"},
        {"edges[0][1]", "did you mean \"hot\""},
        {"edges[1]", "two ports"},
        {"edges[2][0]", "names no port"},
        {"edges[4]", "already there as edges[3]"},
        {"groups[0].id", "already that of a node"},
        {"groups[0].nodes[0]", "no node \"htt\""},
        {"groups[0].ports.in", "no node \"htt\""}};
    for (const auto& [path, part] : expected)
        QVERIFY2(contains(at(path), part), (path + (": " + at(path))).c_str());
    QCOMPARE(parsed.diagnostics.size(), expected.size());
    QVERIFY(parsed.readOnly);
}

void TestPipelineSpec::keepsWrongMembers()
{
    const std::string text = R"({
  "format": 1,
  "name": 7,
  "settings": { "threads": "many" },
  "nodes": [
    { "id": "A", "component": "c", "params": [1], "disabled": "yes", "reject_limit": "some" }
  ],
  "layout": null
}
)";
    const Parsed parsed = parsePipeline(text);
    QCOMPARE(parsed.diagnostics.size(), std::size_t(6));
    QVERIFY(!parsed.readOnly);
    QCOMPARE(QString::fromStdString(writePipeline(parsed.spec)), QString::fromStdString(text));
}

void TestPipelineSpec::opensHigherFormatReadOnly()
{
    const Parsed parsed = parsePipeline(replaced(sampleDocument(), "\"format\": 1", "\"format\": 2"));
    QVERIFY(parsed.readOnly);
    QVERIFY(contains(messageAt(parsed.diagnostics, "format"), "newer"));
    QCOMPARE(parsed.spec.nodes.size(), std::size_t(4));
}

void TestPipelineSpec::refusesUnknownMembersHeadless()
{
    const Parsed parsed = parsePipeline(
        R"({"format":1,"nodez":[],"x_mine":1,"settings":{"thread":1},
          "nodes":[{"id":"a","component":"c","tittle":"A","x_k":1}]})");
    const std::vector<std::string> expected{"settings.thread", "nodes[0].tittle", "nodez"};
    QCOMPARE(parsed.unknownMembers, expected);
    QVERIFY(parsed.diagnostics.empty());
    QVERIFY(!parsed.runnable());
    const auto problems = unknownMemberProblems(parsed);
    QVERIFY(contains(messageAt(problems, "nodez"), "did you mean \"nodes\""));
    QVERIFY(contains(messageAt(problems, "nodes[0].tittle"), "did you mean \"title\""));
}

void TestPipelineSpec::survivesMutations()
{
    const std::string good = sampleDocument();
    std::mt19937 random(20240501);
    const std::vector<std::string> pieces{"{",    "}",  "[",     "]",    "\"", ",",     ":",
                                          "null", "-1", "1e308", "\xFF", "${", "\\u00", "true"};
    int refused = 0;
    for (int round = 0; round < 200; ++round) {
        std::string text = good;
        const int edits = 1 + static_cast<int>(random() % 3);
        for (int i = 0; i < edits; ++i) {
            const std::size_t at = random() % text.size();
            const std::size_t length = random() % 12;
            switch (random() % 4) {
            case 0: text.erase(at, length); break;
            case 1: text.insert(at, pieces[random() % pieces.size()]); break;
            case 2: text[at] = static_cast<char>(random()); break;
            default: text.insert(random() % text.size(), text.substr(at, 40)); break;
            }
        }
        const Parsed parsed = parsePipeline(text);
        refused += parsed.runnable() ? 0 : 1;
        if (!parsed.readOnly) {
            const std::string written = writePipeline(parsed.spec);
            const Parsed again = parsePipeline(written);
            QCOMPARE(writePipeline(again.spec), written);
            QCOMPARE(again.diagnostics.size(), parsed.diagnostics.size());
        }
    }
    QVERIFY(refused > 100);
}

void TestPipelineSpec::diffs()
{
    const PipelineSpec before = parsePipeline(sampleDocument()).spec;
    QVERIFY(diff(before, before).empty());
    PipelineSpec after = before;
    after.nodes[1].params.set("condition", "temperature > 5");
    after.nodes.erase(after.nodes.begin() + 3);
    after.nodes.push_back({.id = {"tap"}, .component = "discard_sink"});
    after.edges.back().to = {{"tap"}, "in"};
    const SpecDiff changes = diff(before, after);
    QCOMPARE(changes.added, std::vector<NodeId>{{"tap"}});
    QCOMPARE(changes.removed, std::vector<NodeId>{{"result"}});
    QCOMPARE(changes.changed, std::vector<NodeId>{{"hot"}});
    QCOMPARE(changes.linked.size(), std::size_t(1));
    QCOMPARE(portText(changes.unlinked.at(0).to), std::string("result.in"));
    QVERIFY(!changes.settings && !changes.parameters && !changes.definitions && !changes.editor);
}

void TestPipelineSpec::describesDifferences()
{
    const PipelineSpec before = parsePipeline(sampleDocument()).spec;
    QVERIFY(describeDiff(before, before).empty());
    PipelineSpec after = before;
    after.nodes[1].params.set("condition", "temperature > 5");
    after.settings.threads = 2;
    after.parameters[1].fallback = 90;
    const std::vector<std::string> expected{
        "Node \"hot\": condition changed from \"temperature > ${limit}\" to \"temperature > 5\".",
        "Setting threads changed from 0 to 2.", "Parameter limit changed from 80 to 90."};
    QCOMPARE(describeDiff(before, after), expected);
    PipelineSpec moved = before;
    moved.layout["hot"] = Json::array({1, 2});
    moved.nodes[0].title = "All sensors";
    QCOMPARE(
        describeDiff(before, moved),
        std::vector<std::string>{"Only for the eye: titles, layout; nothing that runs changed by this."});
}

void TestPipelineSpec::hashesMeaning()
{
    const PipelineSpec before = parsePipeline(sampleDocument()).spec;
    const std::uint64_t hash = semanticHash(before);
    PipelineSpec same = before;
    same.layout = nullptr;
    same.notes = nullptr;
    same.name = "other";
    same.nodes[0].title = "other";
    std::swap(same.nodes[0], same.nodes[2]);
    same.nodes[1].params = Json::object();
    same.nodes[1].params.set("condition", before.nodes[1].params->at("condition"));
    QCOMPARE(semanticHash(same), hash);
    const std::vector<void (*)(PipelineSpec&)> changes{
        [](PipelineSpec& spec) { spec.nodes[1].params.set("condition", "x"); },
        [](PipelineSpec& spec) { spec.nodes[1].disabled = true; },
        [](PipelineSpec& spec) { spec.edges.pop_back(); },
        [](PipelineSpec& spec) { spec.settings.parallelism = 3; },
        [](PipelineSpec& spec) { spec.parameters[1].fallback = 81; },
        [](PipelineSpec& spec) { spec.subpipelines[0].nodes[0].component = "select"; }};
    for (const auto change : changes) {
        PipelineSpec other = before;
        change(other);
        QVERIFY(semanticHash(other) != hash);
    }
}

void TestPipelineSpec::knowsJobStates()
{
    int allowed = 0;
    for (const JobState from : allJobStates()) {
        QVERIFY(jobStateFromName(jobStateName(from)) == from);
        QVERIFY(!mayFollow(from, from));
        for (const JobState to : allJobStates()) {
            allowed += mayFollow(from, to) ? 1 : 0;
            if (isOver(from)) QCOMPARE(mayFollow(from, to), to == JobState::Starting);
        }
        if (!isOver(from)) QVERIFY(mayFollow(from, JobState::Failed));
    }
    QCOMPARE(allowed, 29);
    for (const JobAction action : allJobActions())
        QVERIFY(jobActionFromName(jobActionName(action)) == action);
    QVERIFY(!jobStateFromName("asleep"));
    QVERIFY(!mayFollow(JobState::Stopping, JobState::Running));
    QVERIFY(!mayFollow(JobState::Draining, JobState::Paused));
    QVERIFY(mayFollow(JobState::Draining, JobState::Stopped));  // given up
}

void TestPipelineSpec::checksTimeZones()
{
    const auto messageFor = [](const std::string& zone) {
        const Parsed parsed = parsePipeline(R"({"format":1,"settings":{"time_zone":")" + zone + "\"}}");
        return messageAt(parsed.diagnostics, "settings.time_zone");
    };
    for (const char* zone : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta",
                             "EST5EDT"})
        QVERIFY2(messageFor(zone).empty(), zone);
    QVERIFY(contains(messageFor("Europe/Berln"), "did you mean \"Europe/Berlin\"?"));
    QVERIFY(contains(messageFor("utc"), "did you mean \"UTC\"?"));
    QVERIFY(contains(messageFor("Middle-earth/Shire"), "There is no time zone"));
    QVERIFY(!messageFor("").empty());
}

STREAMWRIGHT_TEST(TestPipelineSpec)

}  // namespace tst_pipeline_spec
#include "tst_pipeline_spec.moc"
