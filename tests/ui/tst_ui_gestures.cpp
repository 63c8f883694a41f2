#include "canvas_fixture.h"
#include "test_main.h"
#include "ui/palette/palette_model.h"

#include <QDropEvent>
#include <QMimeData>

#include <ctime>

namespace tst_ui_gestures {

using namespace engine;
using namespace ui;

// What the mouse does on the canvas.
class UiGestures : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init() { begin(); }
    void cleanup() { end(); }
    void wireConnects();
    void wireIsRefusedWithAReason();
    void wireSaysWhatDoesNotFit();
    void sidePortsAreDragged();
    void wireOnNothingAddsANode();
    void wireIsTakenByItsEnd();
    void nodeIsMovedInOneStep();
    void nodeGoesIntoAnEdge();
    void paletteDropAdds();
    void bandSelects();
    void escapeLeavesEverything();
    void largeDocumentIsEditedSmoothly();
};

void UiGestures::wireConnects()
{
    open(fake::hotMachines());
    const EdgeSpec wanted = fake::link("too_hot", "hot_sensors");
    press(node("too_hot")->outputAt("out"));
    // Anywhere on the node will do.
    moveTo(middleOf(node("hot_sensors")));
    QVERIFY(view().signs().tip().isEmpty());
    release(middleOf(node("hot_sensors")));
    QVERIFY(has(wanted));
    QVERIFY(has(fake::link("per_second", "hot_sensors")));  // a sink takes many
    QCOMPARE(document().undoStack().undoText(), QStringLiteral("Connect"));
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!has(wanted));
    // A filter takes one: the new edge stands in for the old one, and says so.
    press(node("machines")->outputAt("out"));
    moveTo(node("hot")->inputAt("in") + QPointF(-10, 6));
    QVERIFY2(view().signs().tip().contains(QStringLiteral("takes the place"), Qt::CaseInsensitive),
             qPrintable(view().signs().tip()));
    release(node("hot")->inputAt("in") + QPointF(-10, 6));
    QVERIFY(has(fake::link("machines", "hot")) && !has(fake::link("sensors", "hot")));
}

void UiGestures::wireIsRefusedWithAReason()
{
    open(fake::hotMachines());
    press(node("too_hot")->outputAt("out"));
    moveTo(middleOf(node("hot")));
    QVERIFY2(view().signs().tip().contains(QStringLiteral("lead back")), qPrintable(view().signs().tip()));
    moveTo(middleOf(node("sensors")));
    QVERIFY2(view().signs().tip().contains(QStringLiteral("no input")), qPrintable(view().signs().tip()));
    release(middleOf(node("hot")));
    QCOMPARE(document().undoStack().count(), 0);
    press(node("too_hot")->outputAt("out"));
    moveTo(middleOf(node("hot")));
    release(middleOf(node("hot")));
    QVERIFY(view().signs().said().contains(QStringLiteral("lead back")));
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(view().signs().tip().isEmpty());
}

void UiGestures::wireSaysWhatDoesNotFit()
{
    const EdgeSpec edge = fake::link("too_hot", "hot_sensors");
    m_far->edgeProblems[edge] = "There is no column \"temperature\".";
    open(fake::hotMachines());
    press(node("too_hot")->outputAt("out"));
    moveTo(middleOf(node("hot_sensors")));
    QTRY_VERIFY2(view().signs().tip().contains(QStringLiteral("no column \"temperature\"")),
                 qPrintable(view().signs().tip()));
    release(middleOf(node("hot_sensors")));
    QVERIFY(has(edge));
}

void UiGestures::sidePortsAreDragged()
{
    open(fake::hotMachines());
    const QPointF rejected = node("machines")->outputAt("rejected");
    QVERIFY(!node("machines")->portNear(rejected, false, NodeItem::kPortReach));
    QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(middleOf(node("machines"))));
    QVERIFY(node("machines")->isSelected());
    QCOMPARE(node("machines")->portNear(rejected, false, NodeItem::kPortReach), std::string("rejected"));
    drag(rejected, middleOf(node("screen")));
    QVERIFY(has(fake::link("machines", "screen", "rejected")));
    QVERIFY(has(fake::link("machines", "known")));
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!has(fake::link("machines", "screen", "rejected")));
    // A sink refuses nothing, and a port that is wired stands among the others.
    QVERIFY(node("screen")->face().sides.empty());
    key(Qt::Key_Y, Qt::ControlModifier);
    QVERIFY(node("machines")->face().sides.empty());
}

void UiGestures::wireOnNothingAddsANode()
{
    open(fake::hotMachines());
    const QPointF empty = node("machines")->pos() + QPointF(40, 200);
    drag(node("machines")->outputAt("out"), empty);
    QVERIFY(view().prompts().popup().isVisible());
    type(QStringLiteral("generator"));
    QCOMPARE(view().prompts().popup().model().rowCount(), 0);  // a source has no input
    view().prompts().popup().field().clear();
    type(QStringLiteral("co"));
    QCOMPARE(view().prompts().popup().model().rowCount(), 2);  // Compute and Console, not whose help has it
    view().prompts().popup().field().clear();
    type(QStringLiteral("count rows"));
    key(Qt::Key_Return);
    QVERIFY(has(fake::link("machines", "discard")));
    QCOMPARE(document().undoStack().count(), 1);
    // Given up, nothing stays.
    const auto items = scene().items().size();
    drag(node("machines")->outputAt("out"), empty + QPointF(0, 120));
    key(Qt::Key_Escape);
    QCOMPARE(scene().items().size(), items);
    QCOMPARE(document().undoStack().count(), 1);
}

void UiGestures::wireIsTakenByItsEnd()
{
    open(fake::hotMachines());
    drag(node("screen")->inputAt("in"), node("hot_sensors")->inputAt("in"));
    QVERIFY(has(fake::link("too_hot", "hot_sensors")) && !has(fake::link("too_hot", "screen")));
    QCOMPARE(document().undoStack().count(), 1);
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(has(fake::link("too_hot", "screen")));
    drag(node("screen")->inputAt("in"), node("screen")->inputAt("in") + QPointF(0, 160));
    QVERIFY(!has(fake::link("too_hot", "screen")));
    // Let go outside: nothing happens.
    key(Qt::Key_Z, Qt::ControlModifier);
    const int steps = document().undoStack().index();
    press(node("screen")->inputAt("in"));
    moveTo(view().mapToScene(QPoint(-300, -300)));
    release(view().mapToScene(QPoint(-300, -300)));
    QVERIFY(has(fake::link("too_hot", "screen")));
    QCOMPARE(document().undoStack().index(), steps);
}

void UiGestures::nodeIsMovedInOneStep()
{
    open(fake::hotMachines());
    const QPointF before = node("hot")->pos(), other = node("known")->pos();
    drag(middleOf(node("hot")), middleOf(node("hot")) + QPointF(83, 245));
    const QPointF moved = node("hot")->pos();
    QVERIFY(moved != before);
    QCOMPARE(document().undoStack().count(), 1);
    QCOMPARE(document().layout().at(NodeId{"hot"}), moved);
    QCOMPARE(node("known")->pos(), other);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(node("hot")->pos(), before);
    // By keys: steps of the grid, one undo step for a row of them.
    scene().select(node("hot"));
    for (int i = 0; i < 3; ++i) key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(node("hot")->pos(), before + QPointF(24, 0));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(node("hot")->pos(), before);
    // There and back is no step, though the document says no places yet.
    QVERIFY(document().layout().empty());
    const int steps = document().undoStack().index();
    for (const int way : {Qt::Key_Right, Qt::Key_Left}) key(way, Qt::ShiftModifier);
    QCOMPARE(node("hot")->pos(), before);
    QCOMPARE(document().undoStack().index(), steps);
    QVERIFY(!document().isModified());
}

void UiGestures::nodeGoesIntoAnEdge()
{
    open(fake::hotMachines());
    (void)view().editor().add("sample", node("machines")->pos() + QPointF(0, 240));
    view().fit();
    const QPointF target = scene().edge(fake::link("all", "per_second"))->middle();
    drag(node("sample")->pos() + QPointF(100, 40), target);
    QVERIFY(has(fake::link("all", "sample")) && has(fake::link("sample", "per_second")));
    QCOMPARE(document().undoStack().count(), 2);
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(has(fake::link("all", "per_second")));
    // With Alt held it only lies there.
    drag(node("sample")->pos() + QPointF(100, 40), target, Qt::AltModifier);
    QVERIFY(has(fake::link("all", "per_second")));
}

void UiGestures::paletteDropAdds()
{
    open(fake::hotMachines());
    QMimeData data;
    data.setData(QLatin1String(kComponentMimeType), "sample");
    const QPoint where = at(scene().edge(fake::link("too_hot", "screen"))->middle());
    QDragEnterEvent enter(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &move);
    // It says what it is.
    const auto isNamed = [this] {
        const auto items = scene().items();
        return std::any_of(items.begin(), items.end(), [](const QGraphicsItem* item) {
            const auto* text = qgraphicsitem_cast<const QGraphicsSimpleTextItem*>(item);
            return text && text->text() == QLatin1String("Sample");
        });
    };
    QVERIFY(isNamed());
    QDragLeaveEvent leave;
    QApplication::sendEvent(view().viewport(), &leave);
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(!isNamed());
    QApplication::sendEvent(view().viewport(), &enter);
    QDropEvent drop(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &drop);
    QVERIFY(has(fake::link("too_hot", "sample")) && has(fake::link("sample", "screen")));
    QCOMPARE(document().undoStack().count(), 1);
    // With Alt held it lies there and in no wire.
    key(Qt::Key_Z, Qt::ControlModifier);
    QDropEvent loose(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::AltModifier);
    QApplication::sendEvent(view().viewport(), &enter);
    QApplication::sendEvent(view().viewport(), &loose);
    QVERIFY(has(fake::link("too_hot", "screen")));
    QCOMPARE(document().spec().nodes.back().component, std::string("sample"));
    QCOMPARE(document().undoStack().count(), 1);
    data.setData(QLatin1String(kComponentMimeType), "none_such");
    QApplication::sendEvent(view().viewport(), &enter);
    QApplication::sendEvent(view().viewport(), &drop);
    QMimeData text;
    text.setText(QStringLiteral("hello"));
    QDragEnterEvent foreign(where, Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &foreign);
    QVERIFY(!foreign.isAccepted());
    QCOMPARE(document().undoStack().count(), 1);
}

void UiGestures::bandSelects()
{
    open(fake::hotMachines());
    const QRectF both = node("sensors")->sceneBoundingRect() | node("machines")->sceneBoundingRect();
    drag(both.topLeft() - QPointF(10, 10), both.bottomRight() + QPointF(10, 10));
    QCOMPARE(scene().selectedNodes(), (std::set<NodeId>{NodeId{"sensors"}, NodeId{"machines"}}));
    QTest::mouseClick(view().viewport(), Qt::LeftButton, Qt::ControlModifier, at(middleOf(node("hot"))));
    QCOMPARE(scene().selectedNodes().size(), std::size_t{3});
    QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(middleOf(node("hot"))));
    QCOMPARE(scene().selectedNodes(), std::set<NodeId>{NodeId{"hot"}});
    key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(scene().selectedNodes().size(), document().spec().nodes.size());
    key(Qt::Key_Escape);
    QVERIFY(scene().selectedNodes().empty());
    key(Qt::Key_N);
    QCOMPARE(scene().selectedNode(), node("sensors"));
    key(Qt::Key_N);
    QCOMPARE(scene().selectedNode(), node("machines"));
    QCOMPARE(document().undoStack().count(), 0);
}

void UiGestures::escapeLeavesEverything()
{
    open(fake::hotMachines());
    const QPointF before = node("hot")->pos();
    const auto items = scene().items().size();
    press(middleOf(node("hot")));
    moveTo(middleOf(node("hot")) + QPointF(60, 60));
    moveTo(middleOf(node("hot")) + QPointF(120, 160));
    QVERIFY(node("hot")->pos() != before);
    key(Qt::Key_Escape);
    QCOMPARE(node("hot")->pos(), before);
    release(middleOf(node("hot")));
    QCOMPARE(document().undoStack().count(), 0);
    QCOMPARE(scene().items().size(), items);
    // A document that changes under a gesture ends it.
    press(node("machines")->outputAt("out"));
    moveTo(middleOf(node("hot")));
    document().edit(QStringLiteral("Remove"),
                    [](DocumentState& state) { edits::removeNodes(state, {NodeId{"machines"}}, false); });
    release(middleOf(node("hot")));
    QCOMPARE(document().undoStack().count(), 1);
    QCoreApplication::processEvents();
}

// The processor's time, so that other programs do not count.
void UiGestures::largeDocumentIsEditedSmoothly()
{
    open(fake::largeDocument(2000));
    const auto since = [](std::clock_t begin) {
        return 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    view().zoomFull();
    QTRY_COMPARE(view().zoom(), 1.0);
    view().lookAt(node("n1003")->pos());
    view().viewport()->repaint();
    const QPointF from = middleOf(node("n1003"));
    press(from);
    moveTo(from + QPointF(40, 0));
    constexpr int kMoves = 50;
    std::clock_t begin = std::clock();
    for (int i = 0; i < kMoves; ++i) {
        moveTo(from + QPointF(40 + 3 * i, 2 * i));
        view().viewport()->repaint();
    }
    const double moveMs = since(begin) / kMoves;
    begin = std::clock();
    release(from + QPointF(200, 100));
    const double commitMs = since(begin);
    scene().select(node("n1003"));
    begin = std::clock();
    key(Qt::Key_Delete, Qt::ControlModifier);
    const double deleteMs = since(begin);
    begin = std::clock();
    key(Qt::Key_L);
    const double tidyMs = since(begin);
    press(node("n1004")->outputAt("out"));
    moveTo(node("n1004")->outputAt("out") + QPointF(30, 30));
    begin = std::clock();
    for (int i = 0; i < kMoves; ++i) {
        moveTo(node("n1004")->outputAt("out") + QPointF(30 + i, 30));
        view().viewport()->repaint();
    }
    const double wireMs = since(begin) / kMoves;
    key(Qt::Key_Escape);
    qInfo("2,000 nodes: a move %.1f ms, a wire's move %.1f ms, commit %.0f ms, delete %.0f ms, tidy %.0f ms",
          moveMs, wireMs, commitMs, deleteMs, tidyMs);
    QVERIFY2(moveMs < 16.6, qPrintable(QString::number(moveMs)));
    QVERIFY2(wireMs < 16.6, qPrintable(QString::number(wireMs)));
    QVERIFY2(commitMs + deleteMs < 1000, qPrintable(QString::number(commitMs + deleteMs)));
    QVERIFY2(tidyMs < 800, qPrintable(QString::number(tidyMs)));
}

STREAMWRIGHT_WINDOW_TEST(UiGestures)

}  // namespace tst_ui_gestures
#include "tst_ui_gestures.moc"
