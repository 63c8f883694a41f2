// labels: asan
// What a node does, said in a line for its card: of its parameters alone, whatever is wrong elsewhere.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

#include <QDir>
#include <QFile>

namespace tst_summaries {

using namespace engine;

class SummariesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void aMistakeElsewhereTakesNothing();
    void aMistakeOfItsOwnLeavesWhatItSays();
    void nothingIsSaidOfStandIns();
    void everyComponentCanBeAsked();

private:
    Analysis analysed(const PipelineSpec& spec) const
    {
        Overrides overrides;
        overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
        const Resolved resolved = resolve(spec, overrides);
        return analyse(resolved.spec, m_catalog, toConstants(resolved.parameters));
    }
    Analysis analysed(const std::string& text) const { return analysed(parsePipeline(text).spec); }
    QString said(const std::string& node, const std::string& nodes, const std::string& edges) const
    {
        const Analysis analysis =
            analysed(R"({"format": 1, "nodes": [)" + nodes + R"(], "edges": [)" + edges + "]}");
        const auto found = analysis.summaries.find(NodeId{node});
        return found == analysis.summaries.end() ? QString() : QString::fromStdString(found->second);
    }
    Catalog m_catalog;
};

void SummariesTest::aMistakeElsewhereTakesNothing()
{
    const QDir examples(QStringLiteral(SOURCE_DIR "/resources/examples"));
    const QStringList names = examples.entryList({QStringLiteral("*.pipeline.json")});
    QVERIFY(names.size() > 9);
    for (const QString& name : names) {
        QFile file(examples.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const PipelineSpec spec = parsePipeline(file.readAll().toStdString()).spec;
        const auto whole = analysed(spec).summaries;
        for (std::size_t broken = 0; broken < spec.nodes.size(); ++broken) {
            PipelineSpec other = spec;
            other.nodes[broken].component = "from_another_version";
            const Analysis analysis = analysed(other);
            QVERIFY(!analysis.runnable());
            for (const auto& [node, text] : whole) {
                const std::string& brokenId = spec.nodes[broken].id.value;
                if (node.value == brokenId || node.value.starts_with(brokenId + "/")) continue;
                const auto left = analysis.summaries.find(node);
                QVERIFY2(left != analysis.summaries.end() && !left->second.empty(), node.value.c_str());
                // Whether the input ends is part of what a file sink says.
                QVERIFY2(text.starts_with(left->second), left->second.c_str());
            }
        }
    }
}

void SummariesTest::aMistakeOfItsOwnLeavesWhatItSays()
{
    const std::string source =
        R"({"id": "made", "component": "generator_source", "params": {"preset": "sensors"}})";
    const auto ofNode = [&](const std::string& component, const std::string& params) {
        const std::string node =
            R"({"id": "it", "component": ")" + component + R"(", "params": )" + params + "}";
        return said("it", source + ", " + node, R"(["made.out", "it.in"])");
    };
    QCOMPARE(ofNode("filter", R"({"condition": "no_such_column > 1"})"),
             QStringLiteral("no_such_column > 1"));
    QCOMPARE(ofNode("window", R"({"size": "10s", "keys": ["nobody"], "aggregates": [
                {"function": "avg", "argument": "`nothing`"}, {"function": "max", "argument": "a + b"},
                {"function": "count", "name": "n"}]})"),
             QStringLiteral("tumbling 10s by nobody: avg_nothing, max, n"));
    QCOMPARE(ofNode("select", R"({"columns": [{"column": "ts"}, {"column": "gone", "as": "here"}]})"),
             QStringLiteral("ts, gone as here"));
}

// What is in the place of a parameter that is wrong is not what was meant.
void SummariesTest::nothingIsSaidOfStandIns()
{
    const auto ofWindow = [&](const std::string& params) {
        return said("it", R"({"id": "it", "component": "window", "params": )" + params + "}", "");
    };
    QCOMPARE(ofWindow(R"({"size": "10s"})"), QStringLiteral("tumbling 10s"));
    QCOMPARE(ofWindow(R"({"size": "ten"})"), QString());
    QCOMPARE(ofWindow(R"({"size": "10s", "kind": "hopping"})"), QString());
    // Nothing comes in, so there is nothing to count.
    QCOMPARE(said("it", R"({"id": "it", "component": "union"})", ""), QString());
}

void SummariesTest::everyComponentCanBeAsked()
{
    for (const ComponentInfo& info : m_catalog.infos())
        for (const char* params : {"{}", R"({"n": 1})", "[]", "null"}) {
            const Analysis analysis = analysed(R"({"format": 1, "nodes": [{"id": "it", "component": ")" +
                                               info.id + R"(", "params": )" + params + "}]}");
            QCOMPARE(analysis.order.size(), std::size_t{1});
        }
}

STREAMWRIGHT_TEST(SummariesTest)

}  // namespace tst_summaries
#include "tst_summaries.moc"
