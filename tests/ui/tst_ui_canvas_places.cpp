#include "canvas_fixture.h"
#include "test_main.h"
#include "ui/graph/minimap.h"
#include "ui/palette/palette_model.h"

#include <QDropEvent>
#include <QMimeData>
#include <QTableView>

namespace tst_ui_canvas_places {

using namespace engine;
using namespace ui;

// Where things stand on the canvas: labels, nodes that are dropped, what the overview leaves free, and what
// each document comes back to.
class UiCanvasPlaces : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init() { begin(); }
    void cleanup() { end(); }
    void fitLeavesTheOverviewFree();
    void fitShowsAllOfAHugeDocument();
    void whatIsShownIsNotUnderTheOverview();
    void theOverviewComesWhereItHasRoom();
    void labelsLieOnNothing();
    void nodesDroppedOnNodesGoBelow();
    void droppedComponentsOverlapNothing();
    void spaceIsLetGoWithTheFocus();
    void documentsComeBackAsTheyWereLeft();
    void columnsAreOfTheirDocument();

private:
    QRect onView(const NodeItem* item)
    {
        return view().mapFromScene(item->card().translated(item->pos())).boundingRect();
    }
};

namespace {

PipelineSpec rows(int count)
{
    PipelineSpec spec;
    spec.name = "Rows";
    for (int i = 0; i < count; ++i) {
        const std::string id = "n" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode(id, "generator_source", "Node " + std::to_string(i)));
        spec.layout[id] = {double(i % 5) * 260, double(i / 5) * 120};
    }
    return spec;
}

}  // namespace

void UiCanvasPlaces::fitLeavesTheOverviewFree()
{
    open(rows(30));
    view().fit();
    QVERIFY(view().minimap().isVisible());
    for (const auto& [id, item] : scene().nodes()) {
        QVERIFY2(view().viewport()->rect().contains(onView(item)), id.value.c_str());
        QVERIFY2(!onView(item).intersects(view().minimap().geometry()), id.value.c_str());
    }
}

void UiCanvasPlaces::fitShowsAllOfAHugeDocument()
{
    PipelineSpec spec;
    for (int i = 0; i < 500; ++i) {
        const std::string id = "n" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode(id, i % 4 ? "filter" : "generator_source", id));
        if (i % 4) spec.edges.push_back(fake::link("n" + std::to_string(i - 1), id));
    }
    open(spec);
    view().fit();
    QVERIFY2(view().zoom() > 0.05, qPrintable(QString::number(view().zoom())));
    for (const auto& [id, item] : scene().nodes())
        QVERIFY2(view().viewport()->rect().contains(onView(item)), id.value.c_str());
    // Also of places that lead below what the wheel goes to; from there in again without a leap, out no
    // further.
    for (int i = 0; i < 500; ++i) spec.layout["n" + std::to_string(i)] = {i % 4 * 280.0, i / 4 * 128.0};
    open(spec);
    view().fit();
    QVERIFY(view().zoom() < 0.05);
    for (const auto& [id, item] : scene().nodes())
        QVERIFY2(view().viewport()->rect().contains(onView(item)), id.value.c_str());
    const double fitted = view().zoom();
    view().zoomBy(0.5);
    QTRY_COMPARE(view().zoom(), fitted);
    view().zoomBy(1.1);
    QTRY_VERIFY(qFuzzyCompare(view().zoom(), fitted * 1.1));
}

void UiCanvasPlaces::whatIsShownIsNotUnderTheOverview()
{
    open(rows(30));
    view().zoomFull();
    for (const auto& [id, item] : scene().nodes()) {
        m_window->selectNode(id);
        QVERIFY2(!onView(item).intersects(view().minimap().geometry()), id.value.c_str());
    }
}

void UiCanvasPlaces::theOverviewComesWhereItHasRoom()
{
    open({});
    for (int i = 0; i < 2; ++i) {
        view().signs().say({});
        key(Qt::Key_M);
        QVERIFY(!view().minimap().isVisible());
        QVERIFY(!view().signs().said().isEmpty());
    }
    open(rows(30));
    QVERIFY(view().minimap().isVisible());
    key(Qt::Key_M);
    QVERIFY(!view().minimap().isVisible());
    view().fit();
    key(Qt::Key_M);
    QVERIFY(view().minimap().isVisible());
    for (const auto& [id, item] : scene().nodes())
        QVERIFY2(!onView(item).intersects(view().minimap().geometry()), id.value.c_str());
    m_window->resize(m_window->minimumSize());
    QTRY_VERIFY(!view().minimap().isVisible());
    for (int i = 0; i < 2; ++i) {
        view().signs().say({});
        key(Qt::Key_M);
        QVERIFY(!view().minimap().isVisible());
        QVERIFY(!view().signs().said().isEmpty());
    }
    m_window->resize(1600, 1000);
    QTRY_VERIFY(view().minimap().isVisible());
}

void UiCanvasPlaces::labelsLieOnNothing()
{
    PipelineSpec spec;
    spec.name = "Split";
    spec.nodes = {fake::makeNode("a", "generator_source", "A")};
    spec.layout["a"] = {0, 200};
    for (int i = 0; i < 5; ++i) {
        const std::string id = "f" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode(id, "filter", id));
        spec.edges.push_back(fake::link("a", id));
        spec.layout[id] = {260, i * 96.0};
    }
    spec.nodes.push_back(fake::makeNode("below", "filter", "Below"));
    spec.edges.push_back(fake::link("f0", "below"));
    spec.layout["below"] = {260, 600};
    open(std::move(spec));
    std::vector<QRectF> labels;
    for (const auto& [edge, item] : scene().edges()) {
        for (const auto& [id, card] : scene().nodes())
            QVERIFY2(!item->label().adjusted(2, 2, -2, -2).intersects(card->card().translated(card->pos())),
                     qPrintable(QString::fromStdString(portText(edge.to))));
        for (const QRectF& other : labels) QVERIFY(!item->label().adjusted(2, 2, -2, -2).intersects(other));
        labels.push_back(item->label());
    }
}

void UiCanvasPlaces::nodesDroppedOnNodesGoBelow()
{
    open(rows(3));
    view().zoomFull();
    const QPointF to = middleOf(node("n1"));
    drag(middleOf(node("n0")), to + QPointF(8, 8));
    const QRectF moved = node("n0")->card().translated(node("n0")->pos());
    QVERIFY(!moved.intersects(node("n1")->card().translated(node("n1")->pos())));
    QVERIFY(moved.top() > node("n1")->pos().y());
    QCOMPARE(document().undoStack().count(), 1);
    // Alt leaves it where it is put.
    document().undoStack().undo();
    drag(middleOf(node("n0")), to + QPointF(8, 8), Qt::AltModifier);
    QVERIFY(node("n0")
                ->card()
                .translated(node("n0")->pos())
                .intersects(node("n1")->card().translated(node("n1")->pos())));
}

void UiCanvasPlaces::droppedComponentsOverlapNothing()
{
    open(rows(3));
    view().zoomFull();
    QMimeData mime;
    mime.setData(QLatin1String(kComponentMimeType), "filter");
    const QPointF where = at(middleOf(node("n1")));
    QDragEnterEvent enter(where.toPoint(), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &enter);
    QDropEvent drop(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view().viewport(), &drop);
    QCOMPARE(scene().nodes().size(), std::size_t{4});
    const NodeItem* added = scene().selectedNode();
    QVERIFY(added);
    for (const auto& [id, item] : scene().nodes())
        if (item != added)
            QVERIFY(!item->card().translated(item->pos()).intersects(added->card().translated(added->pos())));
}

void UiCanvasPlaces::spaceIsLetGoWithTheFocus()
{
    open(rows(3));
    QTest::keyPress(&view(), Qt::Key_Space);
    QCOMPARE(view().viewport()->cursor().shape(), Qt::OpenHandCursor);
    m_window->design().palette().focusSearch();
    QVERIFY(view().viewport()->cursor().shape() != Qt::OpenHandCursor);
    // A press selects again, instead of panning.
    view().zoomFull();
    press(middleOf(node("n0")));
    release(middleOf(node("n0")));
    QCOMPARE(scene().selectedNode(), node("n0"));
}

void UiCanvasPlaces::documentsComeBackAsTheyWereLeft()
{
    open(fake::hotMachines());
    OpenDocument* first = m_session->current();
    scene().select(node("hot"));
    view().zoomFull();
    QTRY_COMPARE(view().zoom(), 1.0);
    view().zoomBy(1.5);
    QTRY_COMPARE(view().zoom(), 1.5);
    view().lookAt(node("hot")->pos());
    const QPointF middle = view().mapToScene(view().viewport()->rect().center());
    m_window->dock().showTab(DockPanel::Rows);
    m_far->diagnostics = {{Diagnostic::Problem, NodeId{"n0"}, "", "nodes[0]", "It is wrong.", {}}};
    open(rows(3));
    QTRY_VERIFY(hasProblem(m_session->current()->problems()));
    m_window->dock().showTab(DockPanel::Problems);
    m_session->show(first);
    QCOMPARE(m_window->dock().tab(), DockPanel::Rows);
    QCOMPARE(scene().selectedNode(), node("hot"));
    QCOMPARE(view().zoom(), 1.5);
    const QPointF back = view().mapToScene(view().viewport()->rect().center());
    QVERIFY2((back - middle).manhattanLength() < 4, qPrintable(QString::number(back.x() - middle.x())));
}

void UiCanvasPlaces::columnsAreOfTheirDocument()
{
    open(fake::hotMachines());
    OpenDocument* first = m_session->current();
    QTRY_VERIFY(!first->analysis.schemas.empty());
    m_window->selectNode(NodeId{"hot"});
    auto* table = m_window->dock().findChild<QTableView*>();
    QCoreApplication::processEvents();
    const int fitted = table->columnWidth(1);
    open(fake::hotMachines());
    QTRY_VERIFY(!m_session->current()->analysis.schemas.empty());
    m_window->selectNode(NodeId{"hot"});
    table->setColumnWidth(1, fitted + 70);
    m_session->show(first);
    QCOMPARE(table->columnWidth(1), fitted);
}

STREAMWRIGHT_WINDOW_TEST(UiCanvasPlaces)

}  // namespace tst_ui_canvas_places
#include "tst_ui_canvas_places.moc"
