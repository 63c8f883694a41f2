#include "catalog/component.h"
#include "control/server/local_client.h"
#include "test_main.h"
#include "ui/main_window.h"
#include "ui/properties/document_editor.h"
#include "ui/properties/records_field.h"

#include <QApplication>
#include <QLineEdit>
#include <QTemporaryDir>

namespace tst_ui_engine_parameters {

using namespace engine;
using namespace ui;

// A parameter of the document changed in the window while the engine itself runs the job.
class UiEngineParameters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aDefaultIsTakenWhileItRuns();
    void jobOfMillisecondsIsDrawn();
    void unconnectedNodesHaveTheirOutputs();

private:
    QTemporaryDir m_folder;
    Catalog m_catalog;
};

namespace {

const char* const kDocument = R"({"format":1,"id":"6d0f7a0e-8f0e-4a53-9d7e-0c5b7a0c9f77","name":"Limits",
"parameters":{"limit":{"type":"double","default":-1000},"keys":{"type":"bigint","default":10}},
"settings":{"checkpoint_interval":"200ms"},
"nodes":[
{"id":"sensors","component":"generator_source","params":{"preset":"sensors","rate":20000,"keys":"${keys}"}},
{"id":"hot","component":"filter","params":{"condition":"temperature > ${limit}"}},
{"id":"over","component":"compute",
 "params":{"columns":[{"name":"above","expression":"temperature - ${limit}"}]}},
{"id":"end","component":"discard_sink"}],
"edges":[["sensors.out","hot.in"],["hot.out","over.in"],["over.out","end.in"]]})";

// Over before anybody can ask for its rows.
const char* const kShort = R"({"format":1,"id":"0b8a8f3c-58f7-4a0c-a2bb-5d1f0a4e3d11","name":"Short",
"nodes":[
{"id":"sensors","component":"generator_source","params":{"preset":"sensors","rate":0,"rows":50,"keys":3}},
{"id":"end","component":"discard_sink"}],
"edges":[["sensors.out","end.in"]],
"views":[{"kind":"time_series","port":"sensors.out","x":"ts","y":["temperature"],"series":"sensor_id"}]})";

}  // namespace

void UiEngineParameters::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
}

// So that they can be wired before they are complete.
void UiEngineParameters::unconnectedNodesHaveTheirOutputs()
{
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session);
    session.add(std::make_unique<PipelineDocument>(readText(R"({"format":1,"nodes":[
{"id":"filter","component":"filter"},{"id":"compute","component":"compute"},
{"id":"throttle","component":"throttle"},{"id":"split","component":"split"},
{"id":"alert","component":"alert_rule"},{"id":"topic","component":"kafka_source"}]})")));
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    OpenDocument* open = session.current();
    QTRY_COMPARE(open->analysisTaken, open->analysisAsked);
    for (const NodeSpec& node : std::vector(open->document->spec().nodes)) {
        QVERIFY2(!window.scene().node(node.id)->face().outputs.empty(), node.id.value.c_str());
        window.selectNode(node.id);
        QTest::keyClick(&window.view(), Qt::Key_Tab);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("discard"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        const auto& edges = open->document->spec().edges;
        QVERIFY2(!edges.empty() && edges.back().from.node == node.id, node.id.value.c_str());
    }
}

void UiEngineParameters::aDefaultIsTakenWhileItRuns()
{
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session);
    session.add(std::make_unique<PipelineDocument>(readText(QByteArray(kDocument))));
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    OpenDocument* open = session.current();
    const auto rowsOut = [&](const char* node) {
        for (const NodeTelemetry& each : open->telemetry.nodes)
            if (each.node.value == node) return each.rowsOut;
        return std::int64_t{0};
    };
    QTRY_VERIFY(open->analysis.runnable);
    QTest::keyClick(&window, Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(rowsOut("hot") > 0, 20'000);
    const Timestamp since = open->telemetry.status.since;
    const ChartFeed& feed = window.dock().feed();
    QTRY_VERIFY_WITH_TIMEOUT(feed.points() > 100, 20'000);
    const auto newest = [&] {
        const ChartBuffer& line = feed.series().front()->points;
        return line.timeAt(line.size() - 1);
    };
    const std::int64_t changedAt = newest();

    DocumentEditor* editor = window.design().inspector().documentEditor();
    QVERIFY(editor);
    RecordsField& rows = editor->rows();
    const auto type = [&](int row, const char* field, const char* text) {
        rows.row(row).setOpen(true);
        auto* input = rows.row(row).form()->row(field)->editor().findChild<QLineEdit*>();
        input->setFocus();
        QTest::keyClick(input, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(input, QLatin1String(text));
        QTest::keyClick(input, Qt::Key_Return);
    };
    QStringList badges;
    connect(&session, &Session::changeTaken, this, [&] { badges += rows.row(0).badge(); });
    // A value that the source uses has to wait for the next start, and does not keep the limit from changing.
    type(1, "default_bigint", "20");
    type(0, "default_double", "1e9");
    QTRY_VERIFY_WITH_TIMEOUT(open->accepted && open->accepted->parameters[0].fallback == Json(1e9), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(!open->inForce, 20'000);
    QVERIFY2(open->changeRefused.empty(), open->changeRefused.c_str());
    QVERIFY(badges.contains(QStringLiteral("Applies at the next checkpoint")));
    QTRY_COMPARE(rows.row(0).badge(), QStringLiteral("In force"));
    QCOMPARE(rows.row(1).badge(), QStringLiteral("Counts from the next start on"));
    // No row passes any more, while the source goes on; nothing was started again.
    const std::int64_t passed = rowsOut("hot"), made = rowsOut("sensors");
    QTRY_VERIFY_WITH_TIMEOUT(rowsOut("sensors") > made + 20'000, 20'000);
    QVERIFY(rowsOut("hot") - passed < 20'000);
    const std::int64_t after = rowsOut("hot");
    const std::int64_t madeAfter = rowsOut("sensors");
    QTRY_VERIFY_WITH_TIMEOUT(rowsOut("sensors") > madeAfter + 20'000, 20'000);
    QCOMPARE(rowsOut("hot"), after);
    QCOMPARE(open->telemetry.status.restarts, 0);
    QCOMPARE(open->telemetry.status.since, since);
    // Undo takes it back in the job too.
    open->document->undoStack().undo();
    const std::size_t points = feed.points();
    QTRY_VERIFY_WITH_TIMEOUT(rowsOut("hot") > after, 20'000);
    // What was drawn before is still there.
    QTRY_VERIFY_WITH_TIMEOUT(feed.points() > points + 100, 20'000);
    QVERIFY(newest() > changedAt);
    QVERIFY(feed.series().front()->points.timeAt(0) < changedAt);
    session.act(JobAction::Stop);
    QTRY_VERIFY_WITH_TIMEOUT(!open->isActive(), 20'000);
}

void UiEngineParameters::jobOfMillisecondsIsDrawn()
{
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session);
    session.add(std::make_unique<PipelineDocument>(readText(QByteArray(kShort))));
    window.show();
    for (int i = 0; i < 2; ++i) {
        session.run();
        QTRY_VERIFY(session.current()->hasTelemetry && !session.current()->isActive());
        QTRY_COMPARE(window.dock().feed().points(), std::size_t{50});
        QTRY_COMPARE(window.dock().rows().rowCount(), 50);
        QCOMPARE(window.dock().feed().skipped(), 0);
    }
}

STREAMWRIGHT_WINDOW_TEST(UiEngineParameters)

}  // namespace tst_ui_engine_parameters
#include "tst_ui_engine_parameters.moc"
