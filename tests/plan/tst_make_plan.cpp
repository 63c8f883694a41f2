// labels: asan
// How documents are cut into tasks and channels: lanes, merge, chains, instances, and the budget of queues.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#endif

#include "test_main.h"

namespace tst_make_plan {

using namespace engine;

class MakePlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void statelessOperatorsRunInTheLanes();
    void aWindowRightBehindIsAddedUpInTheLanes();
    void aUnionEndsTheLanesAndStartsAChain();
    void instancesAreJoinedByChannelsAcross();
    void aNodeWithTwoReadersIsNotFusedAway();
    void queuesAreCutToTheirBudget();
    void onlyColumnsThatAreReadAreNeeded();

private:
    Plan plan(const char* nodes, const char* edges, PlanOptions options = {});
    static std::vector<const TaskPlan*> tasksOf(const Plan& plan, TaskPlan::Kind kind)
    {
        std::vector<const TaskPlan*> found;
        for (const TaskPlan& task : plan.tasks)
            if (task.kind == kind) found.push_back(&task);
        return found;
    }
    static std::string namesOf(const TaskPlan& task)
    {
        std::string names;
        for (const NodeId& node : task.nodes) names += (names.empty() ? "" : " ") + node.value;
        return names;
    }
    Catalog m_catalog;
    std::unique_ptr<Analysis> m_analysis;
};

namespace {
constexpr const char* kInput = R"({"id": "input", "component": "generator_source", "params": {}})";
constexpr const char* kWarm =
    R"({"id": "warm", "component": "filter", "params": {"condition": "temperature > 20"}})";
constexpr const char* kWindow = R"({"id": "sums", "component": "window", "params": {"kind": "tumbling",
    "size": "1s", "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"}]}})";
constexpr const char* kOutput = R"({"id": "output", "component": "discard_sink", "params": {}})";

std::string listOf(std::initializer_list<const char*> nodes)
{
    std::string list;
    for (const char* node : nodes) list += (list.empty() ? "" : ",") + std::string(node);
    return list;
}
}  // namespace

Plan MakePlanTest::plan(const char* nodes, const char* edges, PlanOptions options)
{
    const std::string text =
        R"({"format": 1, "id": "9b0c7c52-1f0e-4c8a-8f3e-0d6a1b2c3d4e", "name": "Plan", "nodes": [)" +
        std::string(nodes) + R"(], "edges": [)" + edges + "]}";
    const PipelineSpec spec = parsePipeline(text).spec;
    m_analysis = std::make_unique<Analysis>(analyse(spec, m_catalog, {}));
    for (const Diagnostic& diagnostic : m_analysis->diagnostics) qWarning("%s", sentence(diagnostic).c_str());
    CHECK(m_analysis->runnable());
    return makePlan(spec, *m_analysis, options);
}

void MakePlanTest::statelessOperatorsRunInTheLanes()
{
    PlanOptions options;
    options.threads = 3;
    const Plan made = plan(listOf({kInput, kWarm, kOutput}).c_str(),
                           R"(["input.out", "warm.in"], ["warm.out", "output.in"])", options);
    const auto lanes = tasksOf(made, TaskPlan::Lane);
    QCOMPARE(lanes.size(), 3u);
    for (const TaskPlan* lane : lanes) QCOMPARE(namesOf(*lane), std::string("input warm"));
    QCOMPARE(tasksOf(made, TaskPlan::Source).size(), 1u);
    QCOMPARE(tasksOf(made, TaskPlan::Merge).size(), 1u);
    QVERIFY(tasksOf(made, TaskPlan::Chain).empty());
    QCOMPARE(made.channels.size(), 3u + 3u + 1u);
    for (std::size_t i = 0; i < made.tasks.size(); ++i) QCOMPARE(made.tasks[i].id.value, i);
}

void MakePlanTest::aWindowRightBehindIsAddedUpInTheLanes()
{
    const Plan made = plan(listOf({kInput, kWarm, kWindow, kOutput}).c_str(),
                           R"(["input.out", "warm.in"], ["warm.out", "sums.in"], ["sums.out", "output.in"])");
    QCOMPARE(tasksOf(made, TaskPlan::Lane)[0]->partial.value, std::string("sums"));
    const TaskPlan* merge = tasksOf(made, TaskPlan::Merge)[0];
    QCOMPARE(merge->partial.value, std::string("sums"));
    QCOMPARE(namesOf(*merge), std::string("sums"));
    QVERIFY(tasksOf(made, TaskPlan::Chain).empty());
}

void MakePlanTest::aUnionEndsTheLanesAndStartsAChain()
{
    const Plan made =
        plan(listOf({kInput, R"({"id": "other", "component": "generator_source", "params": {}})",
                     R"({"id": "both", "component": "union", "params": {}})", kWarm, kOutput})
                 .c_str(),
             R"(["input.out", "both.in"], ["other.out", "both.in"], ["both.out", "warm.in"],)"
             R"(["warm.out", "output.in"])");
    QCOMPARE(tasksOf(made, TaskPlan::Source).size(), 2u);
    QCOMPARE(tasksOf(made, TaskPlan::Merge).size(), 2u);
    const auto chains = tasksOf(made, TaskPlan::Chain);
    QCOMPARE(chains.size(), 1u);
    QCOMPARE(namesOf(*chains[0]), std::string("both warm"));
}

void MakePlanTest::instancesAreJoinedByChannelsAcross()
{
    PlanOptions options;
    options.parallelism = 4;
    const Plan made =
        plan(listOf({kInput, R"({"id": "other", "component": "generator_source", "params": {}})",
                     R"({"id": "both", "component": "union", "params": {}})", kWindow, kOutput})
                 .c_str(),
             R"(["input.out", "both.in"], ["other.out", "both.in"], ["both.out", "sums.in"],)"
             R"(["sums.out", "output.in"])",
             options);
    std::size_t windows = 0, into = 0, outOf = 0;
    for (const TaskPlan* chain : tasksOf(made, TaskPlan::Chain)) {
        if (namesOf(*chain) != "sums") continue;
        QCOMPARE(chain->instance, int(windows++));
        QCOMPARE(chain->instances, 4);
        for (const ChannelPlan& channel : made.channels) {
            into += channel.to == chain->id;
            outOf += channel.from == chain->id;
        }
    }
    QCOMPARE(windows, 4u);
    QCOMPARE(into, 4u);
    QCOMPARE(outOf, 4u);
}

void MakePlanTest::aNodeWithTwoReadersIsNotFusedAway()
{
    const Plan made =
        plan(listOf({kInput, kWarm, kOutput, R"({"id": "all", "component": "discard_sink", "params": {}})"})
                 .c_str(),
             R"(["input.out", "warm.in"], ["warm.out", "output.in"], ["input.out", "all.in"])");
    QCOMPARE(namesOf(*tasksOf(made, TaskPlan::Lane)[0]), std::string("input"));
    const auto chains = tasksOf(made, TaskPlan::Chain);
    QCOMPARE(chains.size(), 1u);
    QCOMPARE(namesOf(*chains[0]), std::string("warm"));
}

void MakePlanTest::queuesAreCutToTheirBudget()
{
    const std::string nodes = listOf({kInput, kWarm, kWindow, kOutput});
    const char* edges = R"(["input.out", "warm.in"], ["warm.out", "sums.in"], ["sums.out", "output.in"])";
    PlanOptions options;
    options.threads = 4;
    const Plan free = plan(nodes.c_str(), edges, options);
    options.queueBytesMax = free.queueBytes() / 4;
    const Plan cut = plan(nodes.c_str(), edges, options);
    QCOMPARE(cut.channels.size(), free.channels.size());
    QVERIFY(cut.queueBytes() <= options.queueBytesMax);
    QVERIFY(cut.queueBytes() > options.queueBytesMax / 2);
    options.queueBytesMax = 1;
    for (const ChannelPlan& channel : plan(nodes.c_str(), edges, options).channels)
        QCOMPARE(channel.bytesMax, std::size_t(4096));
}

void MakePlanTest::onlyColumnsThatAreReadAreNeeded()
{
    const Plan made = plan(listOf({kInput, kWarm, kWindow, kOutput}).c_str(),
                           R"(["input.out", "warm.in"], ["warm.out", "sums.in"], ["sums.out", "output.in"])");
    const Schema& schema = *m_analysis->schemas.at({{"input"}, "out"});
    const std::vector<bool>& needed = made.needed.at({"input"});
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const std::string& name = schema.field(i).name;
        QCOMPARE(bool(needed[i]), name == "sensor_id" || name == "temperature");
    }
}

STREAMWRIGHT_TEST(MakePlanTest)

}  // namespace tst_make_plan
#include "tst_make_plan.moc"
