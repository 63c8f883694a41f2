#include "test_main.h"
#include "ui/charts/chart_widget.h"
#include "ui/document/edits.h"
#include "ui/figures.h"
#include "ui/graph_change.h"
#include "ui/panels/graph_change_bar.h"
#include "ui/panels/no_rows.h"
#include "window_fixture.h"

#include <QApplication>
#include <QPainter>
#include <QRegularExpression>

namespace tst_ui_graph_change {

using namespace engine;
using namespace ui;

// A running job and a document whose graph was changed since: what is shown is not what runs, and is said so.
class UiGraphChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void whatIsNotInTheRunIsSaid();
    void aWireThatIsNotInTheRunSaysSo();
    void theInspectorIsNotLiveOfIt();
    void itIsRunAgain();
    void theRunKeySaysWhatItNeeds();

private:
    static OpenDocument* runs(WindowFixture& fixture)
    {
        OpenDocument* open = fixture.add(fake::hotMachines());
        fixture.session->run();
        const bool isRunning = QTest::qWaitFor([open] { return open->hasTelemetry && open->accepted; });
        return isRunning ? open : nullptr;
    }
    // A filter on the wire from "hot" to "all", and "too_hot" disabled.
    static void change(OpenDocument& open)
    {
        open.document->edit(QStringLiteral("Change"), [](DocumentState& state) {
            state.spec.nodes.push_back(fake::makeNode("extra", "filter", "Extra", {{"condition", "true"}}));
            std::erase(state.spec.edges, fake::link("hot", "all"));
            state.spec.edges.push_back(fake::link("hot", "extra"));
            state.spec.edges.push_back(fake::link("extra", "all"));
            for (NodeSpec& node : state.spec.nodes) node.disabled |= node.id == NodeId{"too_hot"};
        });
    }
    static GraphChangeBar& bar(WindowFixture& fixture)
    {
        return *fixture.window->findChild<GraphChangeBar*>();
    }
    static QStringList liveTexts(WindowFixture& fixture)
    {
        fixture.window->design().refresh();
        QStringList all;
        for (const FiguresLabel* label : fixture.window->design().inspector().findChildren<FiguresLabel*>())
            if (label->isVisible()) all += label->text();
        return all;
    }
};

void UiGraphChange::whatIsNotInTheRunIsSaid()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open && !bar(fixture).isVisible() && !isGraphOther(*open));
    const auto inRun = [&](const char* id) { return fixture.window->scene().node(NodeId{id})->face().inRun; };
    change(*open);
    QVERIFY(bar(fixture).isVisible());
    QCOMPARE(inRun("extra"), QStringLiteral("not in this run"));
    QCOMPARE(inRun("too_hot"), QStringLiteral("still in this run"));
    QCOMPARE(inRun("all"), QStringLiteral("otherwise in this run"));
    QCOMPARE(inRun("hot"), QString());
    QVERIFY(fixture.window->scene().node(NodeId{"extra"})->toolTip().contains(inRun("extra")));
    // Quietly back when it is taken back.
    open->document->undoStack().undo();
    QVERIFY(!bar(fixture).isVisible());
    QCOMPARE(inRun("all"), QString());
    // Something deleted has no node to say it at.
    open->document->edit({},
                         [](DocumentState& state) { edits::removeNodes(state, {NodeId{"screen"}}, false); });
    QVERIFY(bar(fixture).isVisible());
    open->document->undoStack().undo();
    // Parameters, titles and another order are no other graph.
    open->document->edit({}, [](DocumentState& state) {
        state.spec.nodes[2].title = "Warm";
        std::swap(state.spec.nodes[0], state.spec.nodes[1]);
    });
    QVERIFY(!bar(fixture).isVisible());
    change(*open);
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    QVERIFY(!bar(fixture).isVisible());
    QCOMPARE(inRun("extra"), QString());
}

// Both its ends run; the wire between them does not.
void UiGraphChange::aWireThatIsNotInTheRunSaysSo()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    const auto tip = [&](const EdgeSpec& edge) { return fixture.window->scene().edge(edge)->toolTip(); };
    const EdgeSpec added = fake::link("machines", "all"), ran = fake::link("sensors", "hot");
    open->document->edit({}, [&](DocumentState& state) { state.spec.edges.push_back(added); });
    QVERIFY(tip(added).contains(QStringLiteral("not in this run")));
    QVERIFY(!tip(ran).contains(QStringLiteral("run")));
    fixture.far->tick();
    QTRY_VERIFY(!fixture.window->scene().edge(ran)->figures().rate.isEmpty());
    QVERIFY(fixture.window->scene().edge(added)->figures().rate.isEmpty());
    // Drawn otherwise too, so that it is seen without pointing at it.
    const auto painted = [&] {
        EdgeItem* item = fixture.window->scene().edge(added);
        QImage image(item->boundingRect().size().toSize(), QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        painter.translate(-item->boundingRect().topLeft());
        item->paint(&painter, nullptr, nullptr);
        return image;
    };
    const QImage absent = painted();
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    QVERIFY(!tip(added).contains(QStringLiteral("run")));
    QVERIFY(painted() != absent);
    // One of a disabled node is in no run, and nothing is to be said of that.
    open->document->edit({}, [&](DocumentState& state) {
        for (NodeSpec& node : state.spec.nodes) node.disabled |= node.id == NodeId{"machines"};
    });
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry && open->accepted && open->state() == JobState::Running);
    QVERIFY(!tip(added).contains(QStringLiteral("run")));
}

void UiGraphChange::theInspectorIsNotLiveOfIt()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    change(*open);
    const auto isLive = [&] {
        return !liveTexts(fixture).filter(QRegularExpression(QStringLiteral("^live at "))).isEmpty();
    };
    fixture.window->selectNode(NodeId{"hot"});
    QVERIFY(isLive());
    fixture.window->selectNode(NodeId{"extra"});
    QVERIFY(!isLive());
    QVERIFY(liveTexts(fixture).contains(QStringLiteral("not in this run")));
    fixture.window->scene().select(fixture.window->scene().edge(fake::link("hot", "extra")));
    QVERIFY(!isLive());
    fixture.window->scene().select(fixture.window->scene().edge(fake::link("sensors", "hot")));
    QVERIFY(isLive());
    fixture.window->scene().select(nullptr);
    QVERIFY(isLive());
    QVERIFY(noRowsText(open, PortRef{NodeId{"extra"}, "out"}, false).contains(QStringLiteral("not in this")));
    QVERIFY(!noRowsText(open, PortRef{NodeId{"hot"}, "out"}, false).contains(QStringLiteral("not in this")));
}

void UiGraphChange::itIsRunAgain()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    change(*open);
    fixture.far->stopsSlowly = true;
    QVERIFY(WindowFixture::click(bar(fixture), QStringLiteral("Stop and run again")));
    QCOMPARE(fixture.far->orders.back().second, JobAction::Stop);
    QVERIFY(!fixture.far->started().find(NodeId{"extra"}));
    fixture.far->finishStop();
    QTRY_VERIFY(fixture.far->started().find(NodeId{"extra"}));
    QCOMPARE(fixture.far->startedFrom, StartFrom::SavedState);
    QTRY_VERIFY(open->hasTelemetry && open->state() == JobState::Running);
    QVERIFY(!bar(fixture).isVisible());
    // Once: what is stopped afterwards stays so.
    fixture.far->stopsSlowly = false;
    const auto job = open->job;
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    QCoreApplication::processEvents();
    QVERIFY(open->job == job && !open->isStarting);
}

void UiGraphChange::theRunKeySaysWhatItNeeds()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    change(*open);
    fixture.window->commands().refresh();
    fixture.key(Qt::Key_F5);
    QVERIFY(fixture.window->notices().text().contains(QStringLiteral("runs already")));
    QVERIFY(fixture.answerNotice(QStringLiteral("Stop and run again")));
    QTRY_VERIFY(fixture.far->started().find(NodeId{"extra"}));
}

STREAMWRIGHT_WINDOW_TEST(UiGraphChange)

}  // namespace tst_ui_graph_change
#include "tst_ui_graph_change.moc"
