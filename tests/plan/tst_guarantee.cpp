// labels: asan
// A sink that may repeat rows is a problem where the document promises exactly once, and mended by one
// change.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "plan/plan.h"
#include "spec/document_settings.h"
#include "spec/resolve.h"
#endif

#include "test_main.h"

namespace tst_guarantee {

using namespace engine;

class GuaranteeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void isAProblemWithAFix_data();
    void isAProblemWithAFix();

private:
    Catalog m_catalog;
};

void GuaranteeTest::isAProblemWithAFix_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("sink");
    QTest::addColumn<bool>("isProblem");
    const QString table = R"("component": "sqlite_sink", "params": {"path": "x.db", "table": "t"})";
    const QString discard = R"("component": "discard_sink")";
    QTest::newRow("default") << "{}" << table << true;
    QTest::newRow("written") << R"({"guarantee": "exactly_once"})" << table << true;
    QTest::newRow("at least once") << R"({"guarantee": "at_least_once"})" << table << false;
    const QString topic =
        R"("component": "kafka_sink", "params": {"bootstrap_servers": "x:1", "topic": "t"})";
    QTest::newRow("kafka, default") << "{}" << topic << false;
    QTest::newRow("kafka, exactly once") << R"({"guarantee": "exactly_once"})" << topic << false;
    QTest::newRow("kafka, at least once") << R"({"guarantee": "at_least_once"})" << topic << false;
    QTest::newRow("another sink") << "{}" << discard << false;
    QTest::newRow("with another mistake") << "{}"
                                          << R"("component": "sqlite_sink", "params": {"path": "x"})" << true;
}

void GuaranteeTest::isAProblemWithAFix()
{
    QFETCH(QString, settings);
    QFETCH(QString, sink);
    QFETCH(bool, isProblem);
    PipelineSpec spec = parsePipeline(QString(R"({"format": 1, "settings": %1, "nodes": [
        {"id": "in", "component": "generator_source"}, {"id": "end", %2}], "edges": [["in.out", "end.in"]]})")
                                          .arg(settings, sink)
                                          .toStdString())
                            .spec;
    const auto told = [&] {
        std::vector<Diagnostic> found;
        for (const Diagnostic& each : analyse(spec, m_catalog, {}).diagnostics)
            if (each.path == "settings.guarantee") found.push_back(each);
        return found;
    };
    const std::vector<Diagnostic> found = told();
    QCOMPARE(found.size(), std::size_t(isProblem ? 1 : 0));
    if (!isProblem) return;
    QCOMPARE(found[0].node.value, std::string("end"));
    QVERIFY(found[0].severity == Diagnostic::Problem);
    QCOMPARE(found[0].fixes.size(), std::size_t(1));
    QCOMPARE(found[0].fixes[0].param, std::string("settings.guarantee"));
    for (const SettingField& field : settingFields())
        if (field.name == "guarantee")
            QVERIFY(bool(field.read(spec.settings, Json(found[0].fixes[0].replacement))));
    QVERIFY(told().empty());
}

STREAMWRIGHT_TEST(GuaranteeTest)

}  // namespace tst_guarantee
#include "tst_guarantee.moc"
