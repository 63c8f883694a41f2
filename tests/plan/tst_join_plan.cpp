// labels: asan
// What a join asks of the plan: ports, keys by input, columns of both sides, and sources that wait for each
// other.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#endif

#include "test_main.h"

namespace tst_join_plan {

using namespace engine;

class JoinPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void sourcesThatMeetWaitForEachOther();
    void aSourceThatSaysHowItWaitsStaysAsItIs_data();
    void aSourceThatSaysHowItWaitsStaysAsItIs();
    void sourcesOfTwoJoinsAreOneGroup();
    void aUnionAlignsNobody();
    void oneSourceMayBeOnBothSides();
    void columnsOfBothSidesAreNeeded();
    void portsAreCheckedByName_data();
    void portsAreCheckedByName();

private:
    Analysis analysed(const std::string& nodes, const std::string& edges);
    static const SourceTraits& traits(const Analysis& analysis, const char* id)
    {
        return analysis.bindings.at(NodeId{id})->source;
    }
    Catalog m_catalog;
    PipelineSpec m_spec;
};

namespace {

constexpr const char* kJoin = R"({"id": "both", "component": "interval_join", "params":
    {"left_keys": ["sensor_id"], "right_keys": ["sensor_id"], "lower": "1s", "upper": "1s"}})";

std::string source(const std::string& id, const std::string& more = {})
{
    return R"({"id": ")" + id + R"(", "component": "file_source", "params": {"path": "/tmp/)" + id +
        R"(.ndjson", "format": "json", "columns": [{"name": "sensor_id", "type": "string"},
        {"name": "value", "type": "double"}, {"name": "other", "type": "string"},
        {"name": "ts", "type": "timestamp"}], "time_column": "ts")" +
        more + "}}";
}

constexpr const char* kEdges =
    R"(["a.out", "both.left"], ["b.out", "both.right"], ["both.out", "output.in"])";

}  // namespace

Analysis JoinPlanTest::analysed(const std::string& nodes, const std::string& edges)
{
    const std::string text =
        R"({"format": 1, "id": "9b0c7c52-1f0e-4c8a-8f3e-0d6a1b2c3d4e", "name": "Plan", "nodes": [)" + nodes +
        R"(, {"id": "output", "component": "discard_sink", "params": {}}], "edges": [)" + edges + "]}";
    m_spec = parsePipeline(text).spec;
    return analyse(m_spec, m_catalog, {});
}

void JoinPlanTest::sourcesThatMeetWaitForEachOther()
{
    const Analysis analysis = analysed(source("a") + "," + source("b") + "," + kJoin, kEdges);
    QVERIFY(analysis.runnable());
    for (const char* id : {"a", "b"}) {
        QCOMPARE(traits(analysis, id).maxDriftUs, 60'000'000);
        QCOMPARE(traits(analysis, id).alignmentGroup, std::string("sources that meet a"));
    }
}

void JoinPlanTest::aSourceThatSaysHowItWaitsStaysAsItIs_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<qint64>("driftUs");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("groupOfOther");
    QTest::newRow("its own drift") << R"(, "max_drift": "5s")" << qint64(5'000'000) << ""
                                   << "";
    QTest::newRow("a group") << R"(, "max_drift": "5s", "alignment_group": "halls")" << qint64(5'000'000)
                             << "halls"
                             << "halls";
    QTest::newRow("never") << R"(, "max_drift": "0s")" << qint64(0) << ""
                           << "sources that meet a";
}

void JoinPlanTest::aSourceThatSaysHowItWaitsStaysAsItIs()
{
    QFETCH(QString, said);
    QFETCH(qint64, driftUs);
    QFETCH(QString, group);
    QFETCH(QString, groupOfOther);
    const Analysis analysis =
        analysed(source("a") + "," + source("b", said.toStdString()) + "," + kJoin, kEdges);
    QCOMPARE(traits(analysis, "b").maxDriftUs, driftUs);
    QCOMPARE(traits(analysis, "b").alignmentGroup, group.toStdString());
    QCOMPARE(traits(analysis, "a").maxDriftUs, 60'000'000);
    QCOMPARE(traits(analysis, "a").alignmentGroup, groupOfOther.toStdString());
}

void JoinPlanTest::sourcesOfTwoJoinsAreOneGroup()
{
    std::string second = kJoin;
    second.replace(second.find("both"), 4, "more");
    const Analysis analysis =
        analysed(source("a") + "," + source("b") + "," + source("c") + "," + kJoin + "," + second,
                 std::string(kEdges) +
                     R"(, ["b.out", "more.left"], ["c.out", "more.right"], ["more.out", "output.in"])");
    for (const char* id : {"a", "b", "c"})
        QCOMPARE(traits(analysis, id).alignmentGroup, std::string("sources that meet a"));
}

void JoinPlanTest::aUnionAlignsNobody()
{
    const Analysis analysis =
        analysed(source("a") + "," + source("b") + R"(, {"id": "both", "component": "union", "params": {}})",
                 R"(["a.out", "both.in"], ["b.out", "both.in"], ["both.out", "output.in"])");
    QVERIFY(!traits(analysis, "a").isAligned());
}

void JoinPlanTest::oneSourceMayBeOnBothSides()
{
    const Analysis analysis =
        analysed(source("a") + "," + kJoin,
                 R"(["a.out", "both.left"], ["a.out", "both.right"], ["both.out", "output.in"])");
    QVERIFY(analysis.runnable());
    QVERIFY(!traits(analysis, "a").isAligned());
    PlanOptions options;
    options.parallelism = 3;
    const Plan plan = makePlan(m_spec, analysis, options);
    std::size_t into = 0, instances = 0;
    for (const TaskPlan& task : plan.tasks) {
        if (task.kind != TaskPlan::Chain) continue;
        ++instances;
        for (const ChannelPlan& channel : plan.channels) into += channel.to == task.id ? 1 : 0;
    }
    QCOMPARE(instances, 3u);
    QCOMPARE(into, 6u);
}

void JoinPlanTest::columnsOfBothSidesAreNeeded()
{
    const std::string chosen = R"({"id": "chosen", "component": "select", "params": {"columns":
        [{"column": "value_right"}]}})";
    const Analysis analysis =
        analysed(source("a") + "," + source("b") + "," + kJoin + "," + chosen,
                 R"(["a.out", "both.left"], ["b.out", "both.right"], ["both.out", "chosen.in"],
                    ["chosen.out", "output.in"])");
    QVERIFY(analysis.runnable());
    const auto needed = neededColumns(m_spec, analysis);
    // The sink uses all that is chosen: of the left side the key and the time alone.
    QCOMPARE(needed.at(NodeId{"a"}), (std::vector<bool>{true, false, false, true}));
    const auto ofRight = needed.at(NodeId{"b"});
    QCOMPARE(bool(ofRight[0]) && !ofRight[2] && ofRight[3], true);
}

void JoinPlanTest::portsAreCheckedByName_data()
{
    QTest::addColumn<QString>("edges");
    QTest::addColumn<QString>("message");
    QTest::newRow("a port that is not there") << R"(["a.out", "both.in"], ["b.out", "both.right"])"
                                              << R"(There is no input "in")";
    QTest::newRow("a side without an edge") << R"(["a.out", "both.left"])"
                                            << R"(Nothing is connected to the input "right".)";
    QTest::newRow("two edges into a side")
        << R"(["a.out", "both.left"], ["b.out", "both.left"], ["b.out", "both.right"])"
        << R"(The input "left" takes one edge)";
}

void JoinPlanTest::portsAreCheckedByName()
{
    QFETCH(QString, edges);
    QFETCH(QString, message);
    const Analysis analysis = analysed(source("a") + "," + source("b") + "," + kJoin,
                                       edges.toStdString() + R"(, ["both.out", "output.in"])");
    QString said;
    for (const Diagnostic& diagnostic : analysis.diagnostics)
        if (diagnostic.severity == Diagnostic::Problem)
            said += QString::fromStdString(sentence(diagnostic)) + '\n';
    QVERIFY2(said.contains(message), qPrintable(said));
}

STREAMWRIGHT_TEST(JoinPlanTest)

}  // namespace tst_join_plan
#include "tst_join_plan.moc"
