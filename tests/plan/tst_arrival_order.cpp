// labels: asan
// Whether a node is told that rows come in the order in which a source gave them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#endif

#include "test_main.h"

namespace tst_arrival_order {

using namespace engine;

// A top_n warns where its order is not total and the order of arrival is not certain.
class ArrivalOrderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void isKnownOfTheGraph_data();
    void isKnownOfTheGraph();

private:
    Catalog m_catalog;
};

void ArrivalOrderTest::isKnownOfTheGraph_data()
{
    QTest::addColumn<QString>("nodes");
    QTest::addColumn<QString>("edges");
    QTest::addColumn<bool>("isCertain");
    const QString filter =
        R"({"id": "a", "component": "filter", "params": {"condition": "temperature > 0"}})";
    const QString other =
        R"({"id": "b", "component": "filter", "params": {"condition": "temperature < 0"}})";
    QTest::newRow("directly on a source") << filter << R"(["in.out", "top.in"])" << true;
    QTest::newRow("behind a filter") << filter << R"(["in.out", "a.in"], ["a.out", "top.in"])" << true;
    QTest::newRow("behind a union")
        << filter + "," + other + R"(,{"id": "u", "component": "union"})"
        << R"(["in.out", "a.in"], ["in.out", "b.in"], ["a.out", "u.in"], ["b.out", "u.in"],
               ["u.out", "top.in"])"
        << false;
    QTest::newRow("behind a node that keeps rows")
        << filter +
            R"(,{"id": "d", "component": "deduplicate", "params": {"keys": ["sensor_id"], "ttl": "1s"}})"
        << R"(["in.out", "d.in"], ["d.out", "a.in"], ["a.out", "top.in"])" << false;
}

void ArrivalOrderTest::isKnownOfTheGraph()
{
    QFETCH(QString, nodes);
    QFETCH(QString, edges);
    QFETCH(bool, isCertain);
    const PipelineSpec spec = parsePipeline(QString(R"({"format": 1, "nodes": [
        {"id": "in", "component": "generator_source", "params": {"preset": "sensors"}},
        {"id": "top", "component": "top_n", "params": {"n": 1, "order_by": [{"column": "temperature"}],
            "window": {"size": "1s"}}}, %1,
        {"id": "end", "component": "discard_sink"}], "edges": [%2, ["top.out", "end.in"]]})")
                                                .arg(nodes, edges)
                                                .toStdString())
                                  .spec;
    int warnings = 0;
    for (const Diagnostic& each : analyse(spec, m_catalog, {}).diagnostics) {
        if (each.node.value != "top") continue;
        QCOMPARE(QString::fromStdString(each.param), QString("order_by"));
        ++warnings;
    }
    QCOMPARE(warnings, isCertain ? 0 : 1);
}

STREAMWRIGHT_TEST(ArrivalOrderTest)

}  // namespace tst_arrival_order
#include "tst_arrival_order.moc"
