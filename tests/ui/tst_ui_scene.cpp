#include "fake_transport.h"
#include "ui/graph/graph_scene.h"
#include "ui/graph/graph_view.h"
#include "test_main.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPainter>
#include <QWheelEvent>

namespace tst_ui_scene {

using namespace engine;
using namespace ui;

class UiScene : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup();
    void followsTheDocument();
    void arrowsMoveInSpace();
    void zoomKeepsThePointUnderTheCursor();
    void telemetryTouchesOnlyWhatChanges();
    void anEdgeShowsItsQueueAndItsLag();
    void problemsAreMarked();
    void theRateIsLegibleWhenItIsSmall();

private:
    void show(PipelineSpec spec);
    void compare();
    std::unique_ptr<Session> m_session;
    fake::FakeTransport* m_far = nullptr;
    std::unique_ptr<GraphScene> m_scene;
    std::unique_ptr<GraphView> m_view;
};

void UiScene::init()
{
    auto transport = std::make_unique<fake::FakeTransport>(100'000);
    m_far = transport.get();
    m_session =
        std::make_unique<Session>(std::make_unique<EngineClient>(fake::catalog(), std::move(transport)));
    m_scene = std::make_unique<GraphScene>(*m_session);
    m_view = std::make_unique<GraphView>(*m_scene);
    m_view->resize(800, 600);
}

void UiScene::cleanup()
{
    m_view.reset();
    m_scene.reset();
    m_session.reset();
}

void UiScene::show(PipelineSpec spec)
{
    m_session->add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    m_view->fit();
}

void UiScene::compare()
{
    const PipelineDocument& document = *m_session->current()->document;
    QCOMPARE(m_scene->nodes().size(), document.spec().nodes.size());
    QCOMPARE(m_scene->edges().size(), document.spec().edges.size());
    QCOMPARE(static_cast<std::size_t>(m_scene->items().size()),
             document.spec().nodes.size() + document.spec().edges.size());
    for (const NodeSpec& node : document.spec().nodes) {
        const NodeItem* item = m_scene->node(node.id);
        QVERIFY(item);
        QCOMPARE(item->face().title.toStdString(), node.title.empty() ? node.id.value : node.title);
    }
    for (const EdgeSpec& edge : document.spec().edges) QVERIFY(m_scene->edge(edge));
}

void UiScene::followsTheDocument()
{
    show(fake::hotMachines());
    compare();
    PipelineDocument& document = *m_session->current()->document;
    document.edit(QStringLiteral("Change"), [](DocumentState& state) {
        auto& nodes = state.spec.nodes;
        nodes.erase(nodes.begin() + 2);
        std::erase_if(state.spec.edges, [](const EdgeSpec& edge) {
            return edge.from.node.value == "hot" || edge.to.node.value == "hot";
        });
        nodes.push_back(fake::makeNode("warm", "filter", "Warm"));
        state.spec.edges.push_back(fake::link("sensors", "warm"));
        nodes[0].title = "Renamed";
    });
    compare();
    document.undoStack().undo();
    compare();
    document.edit(QStringLiteral("Move"), [](DocumentState& state) {
        state.layout[NodeId{"hot"}] = {1000, 500};
    });
    QCOMPARE(m_scene->node(NodeId{"hot"})->pos(), QPointF(1000, 500));
    document.undoStack().redo();
    compare();
}

void UiScene::arrowsMoveInSpace()
{
    show(fake::hotMachines());
    m_view->show();
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_scene->selectedNode());
    m_scene->select(m_scene->node(NodeId{"sensors"}));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(m_scene->selectedNode()->id().value, std::string("hot"));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_scene->selectedNode()->id().value, std::string("known"));
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_scene->selectedNode()->id().value, std::string("machines"));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(!m_scene->selectedNode());
}

void UiScene::zoomKeepsThePointUnderTheCursor()
{
    show(fake::hotMachines());
    const QPoint cursor(300, 200);
    const QPointF under = m_view->mapToScene(cursor);
    for (const int delta : {120, 240, -60}) {
        QWheelEvent wheel(cursor, m_view->mapToGlobal(cursor), {}, {0, delta}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &wheel);
        const QPointF moved = m_view->mapFromScene(under) - QPointF(cursor);
        QVERIFY2(moved.manhattanLength() <= 4, qPrintable(QString::number(moved.manhattanLength())));
    }
    QVERIFY(m_view->zoom() > 0);
}

void UiScene::telemetryTouchesOnlyWhatChanges()
{
    show(fake::hotMachines());
    m_session->run();
    QTRY_VERIFY(m_session->current()->job.has_value());
    m_far->tick();
    m_scene->takeTelemetry();
    m_scene->takeTelemetry();
    QCOMPARE(m_scene->changedByTelemetry(), 0);
    m_session->current()->telemetry.nodes[0].rowsOutRate *= 2;
    m_scene->takeTelemetry();
    QCOMPARE(m_scene->changedByTelemetry(), 1);
}

void UiScene::anEdgeShowsItsQueueAndItsLag()
{
    show(fake::hotMachines());
    m_session->run();
    QTRY_VERIFY(m_session->current()->job.has_value());
    m_far->tick();
    JobTelemetry& telemetry = m_session->current()->telemetry;
    const auto figures = [&](std::size_t at) {
        m_scene->takeTelemetry();
        for (QGraphicsItem* item : m_scene->items())
            if (const auto* edge = qgraphicsitem_cast<EdgeItem*>(item);
                edge && edge->edge() == telemetry.edges[at].edge)
                return edge->figures();
        return EdgeFigures();
    };
    for (const auto& [fill, pixels, isFull] :
         {std::tuple{0.0, 0, false}, {0.5, 20, false}, {1.0, 40, true}}) {
        telemetry.edges[1].fill = fill;
        QCOMPARE(figures(1).fillPixels, pixels);
        QCOMPARE(figures(1).isFull, isFull);
    }
    QCOMPARE(figures(1).lag, QStringLiteral("lag 0.5 s"));
    QVERIFY(!figures(1).isLate);
    telemetry.edges[1].watermarkUs -= 90'000'000;
    QVERIFY2(figures(1).lag.startsWith(QStringLiteral("lag 1 min")), qPrintable(figures(1).lag));
    QVERIFY(figures(1).isLate);
    QCOMPARE(figures(0).lag, QStringLiteral("lag 0.5 s"));
}

void UiScene::problemsAreMarked()
{
    m_far->diagnostics = {
        {Diagnostic::Problem, NodeId{"hot"}, "condition", "", "There is no column \"temprature\".", {}}};
    show(fake::hotMachines());
    QTRY_COMPARE(m_session->current()->analysis.diagnostics.size(), std::size_t{1});
    QCOMPARE(m_session->current()->problems().size(), std::size_t{1});
}

// As high on the screen as any other text, inside the card and clear of the title.
void UiScene::theRateIsLegibleWhenItIsSmall()
{
    show(fake::hotMachines());
    NodeItem* item = m_scene->node(NodeId{"sensors"});
    const auto painted = [&](double scale, const QString& rate) {
        NodeFigures figures;
        figures.rate = rate;
        figures.isLive = true;
        item->setFigures(figures);
        QImage image((item->card().size() * scale).toSize(), QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        painter.scale(scale, scale);
        item->paint(&painter, nullptr, nullptr);
        return image;
    };
    for (const double scale : {0.45, 0.5, 0.6, 0.67}) {
        const QImage with = painted(scale, QStringLiteral("1.24 M/s")), without = painted(scale, {});
        QRect ink;
        for (int y = 0; y < with.height(); ++y)
            for (int x = 0; x < with.width(); ++x)
                if (with.pixel(x, y) != without.pixel(x, y)) ink |= QRect(x, y, 1, 1);
        QVERIFY2(ink.height() >= 8 && ink.width() >= 38, qPrintable(QString::number(scale)));
        QVERIFY(ink.top() > with.height() * 2 / 5 && ink.right() < with.width() - 3);
        QVERIFY(ink.left() > 3 && ink.bottom() < with.height() - 2);
    }
    QVERIFY(painted(0.4, QStringLiteral("1.24 M/s")) == painted(0.4, {}));
}

STREAMWRIGHT_WINDOW_TEST(UiScene)

}  // namespace tst_ui_scene
#include "tst_ui_scene.moc"
