// labels: asan
// What an edge that is only thought of would do to the node it leads to.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

namespace tst_edge_check {

using namespace engine;

class EdgeCheckTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void rowsAreChecked();
    void aSinkWantsOneKindOfRows();
    void whatIsWrongAlreadyDoesNotCount();
    void whatIsNotKnownIsNoProblem();
    void bothSidesOfAJoinAreChecked();
    void aLatePortHasNoNameTwice();

private:
    QString check(const char* from, const char* to, const char* port = "in") const;
    Catalog m_catalog;
    PipelineSpec m_spec;
    Analysis m_analysis;
    Constants m_constants;
};

void EdgeCheckTest::initTestCase()
{
    addBuiltinComponents(m_catalog);
    const Parsed parsed = parsePipeline(R"({"format": 1, "nodes": [
        {"id": "sensors", "component": "generator_source", "params": {"preset": "sensors"}},
        {"id": "counted", "component": "window",
         "params": {"size": "1s", "aggregates": [{"function": "count", "name": "n"}]}},
        {"id": "hot", "component": "filter", "params": {"condition": "temperature > 80"}},
        {"id": "new", "component": "filter"},
        {"id": "odd", "component": "from_the_future"},
        {"id": "both", "component": "union"},
        {"id": "joined", "component": "interval_join", "params": {"left_keys": ["sensor_id"],
         "right_keys": ["n"], "lower": "1s", "upper": "1s"}},
        {"id": "half", "component": "interval_join", "params": {"left_keys": ["sensor_id"],
         "right_keys": ["n"], "lower": "1s", "upper": "1s"}},
        {"id": "end", "component": "discard_sink"}],
      "edges": [["sensors.out", "counted.in"], ["sensors.out", "hot.in"], ["sensors.out", "end.in"],
        ["counted.out", "joined.right"]]})");
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    const Resolved resolved = resolve(parsed.spec, overrides);
    m_spec = resolved.spec;
    m_constants = toConstants(resolved.parameters);
    m_analysis = analyse(m_spec, m_catalog, m_constants);
}

QString EdgeCheckTest::check(const char* from, const char* to, const char* port) const
{
    return QString::fromStdString(problemOfEdge(m_spec, m_analysis, m_catalog, m_constants,
                                                {{NodeId{from}, "out"}, {NodeId{to}, port}}));
}

// The edge takes the place of the one that is there.
void EdgeCheckTest::rowsAreChecked()
{
    QCOMPARE(check("sensors", "hot"), QString());
    QVERIFY2(check("counted", "hot").contains("temperature"), qPrintable(check("counted", "hot")));
    QCOMPARE(check("counted", "both"), QString());
}

void EdgeCheckTest::aSinkWantsOneKindOfRows()
{
    QCOMPARE(check("hot", "end"), QString());
    QVERIFY2(check("counted", "end").contains("different columns"), qPrintable(check("counted", "end")));
}

void EdgeCheckTest::whatIsWrongAlreadyDoesNotCount()
{
    QVERIFY(hasProblem(m_analysis.diagnostics));
    QCOMPARE(check("sensors", "new"), QString());
}

void EdgeCheckTest::whatIsNotKnownIsNoProblem()
{
    QCOMPARE(check("sensors", "odd"), QString());
    QCOMPARE(check("odd", "hot"), QString());
    QCOMPARE(check("sensors", "nowhere"), QString());
    QCOMPARE(check("nowhere", "hot"), QString());
}

void EdgeCheckTest::bothSidesOfAJoinAreChecked()
{
    QVERIFY2(check("sensors", "joined", "left").contains("Key 1 has two types"),
             qPrintable(check("sensors", "joined", "left")));
    QVERIFY2(check("counted", "joined", "left").contains("There is no column \"sensor_id\""),
             qPrintable(check("counted", "joined", "left")));
    // Of the other side nothing is known yet.
    QCOMPARE(check("sensors", "half", "left"), QString());
    QVERIFY2(check("sensors", "half", "right").contains("There is no column \"n\""),
             qPrintable(check("sensors", "half", "right")));
}

void EdgeCheckTest::aLatePortHasNoNameTwice()
{
    const Parsed parsed = parsePipeline(R"({"format": 1, "nodes": [
        {"id": "sensors", "component": "generator_source", "params": {"preset": "sensors"}},
        {"id": "first", "component": "window", "params": {"size": "1s"}},
        {"id": "second", "component": "window", "params": {"size": "5s"}},
        {"id": "third", "component": "window", "params": {"size": "5s"}}],
      "edges": [["sensors.out", "first.in"], ["first.out", "second.in"], ["second.late", "third.in"]]})");
    const Analysis analysis = analyse(parsed.spec, m_catalog, m_constants);
    const auto late = [&](const char* node) {
        QStringList names;
        for (const Field& field : analysis.schemas.at({NodeId{node}, "late"})->fields())
            names += QString::fromStdString(field.name);
        return names;
    };
    QCOMPARE(late("second"), (QStringList{"window_start", "window_end", "late_by_ms", "window_end_late"}));
    QCOMPARE(late("third").mid(4), (QStringList{"late_by_ms_late", "window_end_late_late"}));
}

STREAMWRIGHT_TEST(EdgeCheckTest)

}  // namespace tst_edge_check
#include "tst_edge_check.moc"
