// labels: asan
// Rows that replace earlier ones lead only into nodes that say they take them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#endif

#include "test_main.h"

namespace tst_change_mode {

using namespace engine;

namespace {

struct NoParams { };

// A source whose rows replace earlier ones of the same key. Only analysed, never run.
Component corrections()
{
    ComponentInfo info;
    info.id = "corrections";
    info.kind = ComponentKind::Source;
    info.inputs = {};
    info.outputs = {{"out", "Totals that may be corrected."}};
    return component(std::move(info), Params<NoParams>(),
                     [](const NoParams&, const BindContext&) -> std::optional<Binding> {
                         Binding binding;
                         const std::vector<Field> fields{{"key", DataType::String}, {"n", DataType::Int64}};
                         binding.outputs = {{"out",
                                             std::make_shared<const Schema>(fields, true, ChangeMode::Upsert,
                                                                            std::vector<std::size_t>{0})}};
                         binding.make = Factory<Source>([]() -> std::unique_ptr<Source> { return {}; });
                         return binding;
                     });
}

}  // namespace

class ChangeModeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        addBuiltinComponents(m_catalog);
        m_catalog.add(corrections());
    }
    void whoTakesCorrections_data();
    void whoTakesCorrections();
    void anEdgeIsCheckedBeforeItIsDrawn();

private:
    Catalog m_catalog;
};

void ChangeModeTest::whoTakesCorrections_data()
{
    QTest::addColumn<QByteArray>("node");
    QTest::addColumn<bool>("takes");
    QTest::newRow("discard_sink") << QByteArray(R"("component": "discard_sink")") << true;
    QTest::newRow("union") << QByteArray(R"("component": "union")") << true;
    QTest::newRow("console_sink") << QByteArray(R"("component": "console_sink")") << false;
    QTest::newRow("file_sink")
        << QByteArray(R"("component": "file_sink", "params": {"path": "/tmp/x", "format": "json"})") << false;
    QTest::newRow("filter") << QByteArray(R"("component": "filter", "params": {"condition": "n > 1"})")
                            << false;
    QTest::newRow("compute")
        << QByteArray(
               R"("component": "compute", "params": {"columns": [{"name": "m", "expression": "n + 1"}]})")
        << false;
    QTest::newRow("window")
        << QByteArray(
               R"("component": "window", "params": {"size": "1s",
                   "aggregates": [{"function": "count", "name": "c"}]})")
        << false;
}

void ChangeModeTest::whoTakesCorrections()
{
    QFETCH(QByteArray, node);
    QFETCH(bool, takes);
    const Parsed parsed = parsePipeline(R"({"format": 1, "nodes": [
        {"id": "totals", "component": "corrections"}, {"id": "next", )" +
                                        node.toStdString() + R"(}], "edges": [["totals.out", "next.in"]]})");
    const Analysis analysis = analyse(parsed.spec, m_catalog, {});
    std::string said;
    for (const Diagnostic& diagnostic : analysis.diagnostics)
        if (diagnostic.severity == Diagnostic::Problem) {
            QCOMPARE(diagnostic.node.value, std::string("next"));
            said += diagnostic.message;
        }
    QCOMPARE(said.empty(), takes);
    if (!takes) QVERIFY2(said.starts_with("What comes in replaces earlier rows (by key)"), said.c_str());
}

void ChangeModeTest::anEdgeIsCheckedBeforeItIsDrawn()
{
    const Parsed parsed = parsePipeline(R"({"format": 1, "nodes": [
        {"id": "totals", "component": "corrections"}, {"id": "show", "component": "console_sink"},
        {"id": "end", "component": "discard_sink"}]})");
    const Analysis analysis = analyse(parsed.spec, m_catalog, {});
    const auto check = [&](const char* to) {
        return problemOfEdge(parsed.spec, analysis, m_catalog, {},
                             {{NodeId{"totals"}, "out"}, {NodeId{to}, "in"}});
    };
    QVERIFY(check("show").starts_with("What comes in replaces earlier rows"));
    QCOMPARE(check("end"), std::string());
}

STREAMWRIGHT_TEST(ChangeModeTest)

}  // namespace tst_change_mode
#include "tst_change_mode.moc"
