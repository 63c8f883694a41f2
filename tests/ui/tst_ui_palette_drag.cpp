// A component dragged out of the palette by a mouse of the X server, with Qt's own drag.
#include "canvas_fixture.h"
#include "real_hand.h"
#include "test_main.h"
#include "ui/palette/palette_panel.h"
#include "x_server.h"

#include <QDrag>
#include <QTreeView>

#include <cstdio>

namespace tst_ui_palette_drag {

using namespace engine;
using namespace ui;

class UiPaletteDrag : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup();
    void aDropAdds();
    void aDropOnAWireGoesIntoIt();
    void releasedOutsideNothingHappens();
    void escapeEndsIt();
    void aHeadingIsNotDragged();

private:
    QTreeView& tree();
    QPoint rowOf(const QString& title);
    QPoint onScreen(const QPointF& point) { return view().viewport()->mapToGlobal(at(point)); }
    QPointF freePlace();
    bool isDragging() { return tree().findChild<QDrag*>() != nullptr; }
    bool isShown(const QString& title);
    void pressRow(const QString& title);
    void take(const QString& title);
    void finish();
    void dropsWhereItMay();
    std::unique_ptr<RealHand> m_hand;
    QByteArray m_before;  // the document
};

constexpr QRect kWindow(120, 60, 1400, 860);

QByteArray bytesOf(PipelineDocument& document)
{
    return QByteArray::fromStdString(writePipeline(document.spec()));
}

// There is room beside the window to let go in.
void UiPaletteDrag::init()
{
    begin();
    m_window->resize(kWindow.size());
    m_window->move(kWindow.topLeft());
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    open(fake::hotMachines());
    QTRY_COMPARE(m_window->geometry(), kWindow);
    QVERIFY(tree().isVisible());
    view().fit();
    QCoreApplication::processEvents();
    m_before = bytesOf(document());
    m_hand = std::make_unique<RealHand>();
}

void UiPaletteDrag::cleanup()
{
    m_hand.reset();
    end();
}

QTreeView& UiPaletteDrag::tree() { return m_window->findChild<PalettePanel*>()->tree(); }

// On the screen.
QPoint UiPaletteDrag::rowOf(const QString& title)
{
    const QModelIndexList found = tree().model()->match(tree().model()->index(0, 0), Qt::DisplayRole, title,
                                                        1, Qt::MatchExactly | Qt::MatchRecursive);
    const QRect row = found.isEmpty() ? QRect() : tree().visualRect(found.front());
    return row.isEmpty() ? QPoint() : tree().viewport()->mapToGlobal(row.center());
}

// Below all nodes, where the card of one more finds room.
QPointF UiPaletteDrag::freePlace()
{
    const QRectF seen = view().mapToScene(view().viewport()->rect()).boundingRect();
    QRectF nodes;
    for (const auto& [id, item] : scene().nodes()) nodes |= item->sceneBoundingRect();
    return {nodes.center().x(), (nodes.bottom() + seen.bottom()) / 2};
}

// As what would be dropped; the nodes are items of another kind.
bool UiPaletteDrag::isShown(const QString& title)
{
    const auto items = scene().items();
    return std::any_of(items.begin(), items.end(), [&](const QGraphicsItem* item) {
        const auto* text = qgraphicsitem_cast<const QGraphicsSimpleTextItem*>(item);
        return text && text->text() == title;
    });
}

void UiPaletteDrag::pressRow(const QString& title)
{
    const QPoint row = rowOf(title);
    QVERIFY(!row.isNull());
    m_hand->moveTo(row);
    m_hand->press([row] { return QCursor::pos() == row; });
    m_hand->look([] { return QApplication::mouseButtons() == Qt::LeftButton; });
}

// The drag begins where the pointer has gone far enough.
void UiPaletteDrag::take(const QString& title)
{
    pressRow(title);
    m_hand->waver(rowOf(title), [this] { return isDragging(); });
}

void UiPaletteDrag::finish()
{
    m_hand->look([this] { return !isDragging() && QApplication::mouseButtons() == Qt::NoButton; });
    QTRY_VERIFY_WITH_TIMEOUT(m_hand->isDone(), 300'000);
    QCOMPARE(m_hand->gaveUpAt(), -1);
}

// The window is as good as before a drag that came to nothing.
void UiPaletteDrag::dropsWhereItMay()
{
    QCOMPARE(bytesOf(document()), m_before);
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(!isShown(QStringLiteral("Sample")));
    QVERIFY(view().signs().tip().isEmpty());
    take(QStringLiteral("Sample"));
    m_hand->moveTo(onScreen(freePlace()));
    m_hand->release([this] { return isShown(QStringLiteral("Sample")); });
    finish();
    QCOMPARE(document().undoStack().count(), 1);
}

void UiPaletteDrag::aDropAdds()
{
    const QPointF place = freePlace();
    const QPoint there = onScreen(place);
    QVERIFY(view().viewport()->rect().contains(at(place)));
    const std::size_t nodes = document().spec().nodes.size();
    take(QStringLiteral("Sample"));
    m_hand->moveTo(there);
    m_hand->release([this] { return isShown(QStringLiteral("Sample")); });
    finish();

    QCOMPARE(document().spec().nodes.size(), nodes + 1);
    const NodeSpec& added = document().spec().nodes.back();
    QCOMPARE(added.component, std::string("sample"));
    QCOMPARE(scene().selectedNodes(), std::set<NodeId>{added.id});
    const NodeItem* item = scene().node(added.id);
    QVERIFY(item);
    const QPointF away = item->sceneBoundingRect().center() - place;
    QVERIFY2(std::abs(away.x()) < 24 && std::abs(away.y()) < 24,
             qPrintable(QStringLiteral("%1, %2 away").arg(away.x()).arg(away.y())));
    QVERIFY(!isShown(QStringLiteral("Sample")));
    QVERIFY(view().hasFocus());
    QCOMPARE(document().undoStack().count(), 1);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(bytesOf(document()), m_before);
}

void UiPaletteDrag::aDropOnAWireGoesIntoIt()
{
    const EdgeSpec wire = fake::link("all", "per_second");
    const QPoint there = onScreen(scene().edge(wire)->middle());
    take(QStringLiteral("Sample"));
    m_hand->moveTo(there);
    m_hand->release(
        [this] { return view().signs().tip().contains(QStringLiteral("Sample goes into this wire")); });
    finish();

    const NodeId added = document().spec().nodes.back().id;
    QVERIFY(!has(wire));
    QVERIFY(has(fake::link("all", added.value)) && has(fake::link(added.value, "per_second")));
    QCOMPARE(scene().selectedNodes(), std::set<NodeId>{added});
    QCOMPARE(document().undoStack().count(), 1);
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(has(wire));
    QCOMPARE(bytesOf(document()), m_before);
}

void UiPaletteDrag::releasedOutsideNothingHappens()
{
    // Beside the window, where the canvas has been crossed.
    take(QStringLiteral("Sample"));
    m_hand->moveTo(onScreen(freePlace()));
    m_hand->moveTo({60, 400}, [this] { return isShown(QStringLiteral("Sample")); });
    m_hand->release([this] { return !isShown(QStringLiteral("Sample")); });
    finish();
    QCOMPARE(bytesOf(document()), m_before);
    // In the window, where nothing takes it.
    take(QStringLiteral("Sample"));
    const QPoint bar = m_window->mapToGlobal(QPoint(m_window->width() / 2, 20));
    m_hand->moveTo(bar);
    m_hand->release([bar] { return QCursor::pos() == bar; });
    finish();
    dropsWhereItMay();
}

// Also where it would have been taken, and the button is let go after.
void UiPaletteDrag::escapeEndsIt()
{
    take(QStringLiteral("Sample"));
    m_hand->moveTo(onScreen(freePlace()));
    m_hand->escape([this] { return isShown(QStringLiteral("Sample")); });
    m_hand->release([this] { return !isDragging() && !isShown(QStringLiteral("Sample")); });
    finish();
    dropsWhereItMay();
}

void UiPaletteDrag::aHeadingIsNotDragged()
{
    pressRow(QStringLiteral("Rows"));
    int moves = 0;
    m_hand->waver(rowOf(QStringLiteral("Rows")), [&] { return ++moves > 20; });
    const QPoint there = onScreen(freePlace());
    m_hand->moveTo(there);
    m_hand->release([this, there] { return QCursor::pos() == there && !isDragging(); });
    finish();
    dropsWhereItMay();
}

int runInServer(int argc, char** argv)
{
    XServer server(QStringLiteral("1600x1000x24"));
    if (!server.isUp()) {
        std::fputs("Xvfb cannot be started. Install the package xvfb.\n", stderr);
        return 1;
    }
    return runTest<UiPaletteDrag, QApplication>(argc, argv);
}

STREAMWRIGHT_TEST_RUN(runInServer)

}  // namespace tst_ui_palette_drag
#include "tst_ui_palette_drag.moc"
