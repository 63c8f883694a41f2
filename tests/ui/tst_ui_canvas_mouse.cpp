#include "canvas_fixture.h"
#include "test_main.h"
#include "ui/graph/minimap.h"

#include <QSignalSpy>

#include <cmath>

namespace tst_ui_canvas_mouse {

using namespace engine;
using namespace ui;

// The mouse on the canvas: the overview, snapping, the search, wires that end nowhere.
class UiCanvasMouse : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup() { end(); }
    void theOverviewIsClickedAndDragged();
    void nodesSnapToTheGrid();
    void aDoubleClickSearchesThere();
    void wireReleasedOutsideIsGivenUp();

private:
    void showFull();
    QPointF middleOfView() { return view().mapToScene(view().viewport()->rect().center()); }
};

void UiCanvasMouse::init()
{
    begin();
    m_window->resize(1440, 900);
}

void UiCanvasMouse::showFull()
{
    view().setFocus();
    key(Qt::Key_1);
    QTRY_COMPARE(view().zoom(), 1.0);
}

void UiCanvasMouse::theOverviewIsClickedAndDragged()
{
    open(fake::largeDocument(100));
    showFull();
    auto* map = view().findChild<Minimap*>();
    QVERIFY(map && map->isVisible());
    const QRectF all = scene().contents();
    // Of a pixel of the map, and of one that the view scrolls by.
    const double reach =
        2 * std::max((all.width() + 160) / map->width(), (all.height() + 160) / map->height()) + 2;
    const auto isNear = [&](const QPointF& wanted) {
        return std::hypot(middleOfView().x() - wanted.x(), middleOfView().y() - wanted.y()) < reach;
    };
    const QPoint middle = map->rect().center();
    QTest::mouseClick(map, Qt::LeftButton, {}, middle);
    QVERIFY(isNear(all.center()));
    // A tenth of the map is a tenth of what it shows, along its tighter side.
    const QPoint above = middle - QPoint(0, map->height() / 4);
    QTest::mousePress(map, Qt::LeftButton, {}, above);
    const QPointF first = middleOfView();
    QVERIFY(first.y() < all.center().y() - reach);
    for (int step = 1; step <= 4; ++step) {
        const QPoint to = above + QPoint(0, map->height() / 8) * step;
        QMouseEvent move(QEvent::MouseMove, to, map->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(map, &move);
    }
    QTest::mouseRelease(map, Qt::LeftButton, {}, above + QPoint(0, map->height() / 2));
    const QPointF last = middleOfView();
    QVERIFY(last.y() > all.center().y() + reach);
    QVERIFY(std::abs((first.y() + last.y()) / 2 - all.center().y()) < reach);
    // Neither another button nor a move without one.
    QTest::mouseClick(map, Qt::RightButton, {}, middle);
    QMouseEvent idle(QEvent::MouseMove, middle, map->mapToGlobal(middle), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(map, &idle);
    QCOMPARE(middleOfView(), last);
    QCOMPARE(document().undoStack().count(), 0);
}

void UiCanvasMouse::nodesSnapToTheGrid()
{
    open(fake::hotMachines());
    showFull();
    view().centerOn(node("machines"));
    const auto drops = [&](const QPointF& by, Qt::KeyboardModifiers modifiers) {
        drag(middleOf(node("machines")), middleOf(node("machines")) + by, modifiers);
        return node("machines")->pos();
    };
    const QPointF begin = node("machines")->pos();
    QCOMPARE(onGrid(begin), begin);
    const QPointF snapped = drops({3, 131}, {});
    QVERIFY(snapped != begin);
    QCOMPARE(onGrid(snapped), snapped);
    QCOMPARE(document().layout().at(NodeId{"machines"}), snapped);
    // Held down, a key does without; so does the switch.
    QCOMPARE(drops({3, 13}, Qt::AltModifier), snapped + QPointF(3, 13));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(node("machines")->pos(), snapped);
    key(Qt::Key_S);
    QCOMPARE(drops({3, 13}, {}), snapped + QPointF(3, 13));
    key(Qt::Key_S);
    const QPointF again = drops({5, 50}, {});
    QCOMPARE(onGrid(again), again);
}

void UiCanvasMouse::aDoubleClickSearchesThere()
{
    open(fake::hotMachines());
    showFull();
    const QPointF empty = node("machines")->pos() + QPointF(20, 220);
    view().centerOn(empty + QPointF(0, 100));  // room for what opens below
    QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, at(empty));
    SearchPopup& popup = view().prompts().popup();
    QVERIFY(popup.isVisible());
    QVERIFY(popup.field().hasFocus());
    const QPoint shown = popup.mapTo(&view(), QPoint(0, 0)), clicked = at(empty);
    QVERIFY((shown - clicked).manhattanLength() < 40);
    type(QStringLiteral("filter"));
    key(Qt::Key_Return);
    QVERIFY(!popup.isVisible());
    QVERIFY(node("filter"));
    // What was clicked at is in the card.
    QVERIFY(node("filter")->card().translated(node("filter")->pos()).adjusted(-8, -8, 8, 8).contains(empty));
    QCOMPARE(document().undoStack().count(), 1);
    // Another button does not, and on a node its parameters are meant.
    QTest::mouseDClick(view().viewport(), Qt::RightButton, {}, at(empty + QPointF(0, 200)));
    QVERIFY(!popup.isVisible());
    QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, at(middleOf(node("machines"))));
    QVERIFY(!popup.isVisible());
    QVERIFY(m_window->design().inspector().isAncestorOf(QApplication::focusWidget()));
}

void UiCanvasMouse::wireReleasedOutsideIsGivenUp()
{
    open(fake::hotMachines());
    const auto items = scene().items().size();
    const QPoint outside(-200, -120);
    press(node("machines")->outputAt("out"));
    moveTo(middleOf(node("machines")) + QPointF(60, 60));
    for (const QPoint& to : {QPoint(5, 5), outside}) {
        QMouseEvent move(QEvent::MouseMove, to, view().viewport()->mapToGlobal(to), Qt::NoButton,
                         Qt::LeftButton, {});
        QApplication::sendEvent(view().viewport(), &move);
    }
    QVERIFY(scene().items().size() > items);  // the wire is drawn
    QTest::mouseRelease(view().viewport(), Qt::LeftButton, {}, outside);
    QVERIFY(!view().prompts().popup().isVisible());
    QCOMPARE(scene().items().size(), items);
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(view().signs().tip().isEmpty());
    // An edge that was taken by its end stays as well.
    press(node("hot")->inputAt("in"));
    moveTo(middleOf(node("machines")) + QPointF(60, 60));
    QTest::mouseRelease(view().viewport(), Qt::LeftButton, {}, outside);
    QVERIFY(has(fake::link("sensors", "hot")));
    QCOMPARE(document().undoStack().count(), 0);
}

STREAMWRIGHT_WINDOW_TEST(UiCanvasMouse)

}  // namespace tst_ui_canvas_mouse
#include "tst_ui_canvas_mouse.moc"
