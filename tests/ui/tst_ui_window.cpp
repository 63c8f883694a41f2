#include "fake_transport.h"
#include "ui/overlay/notice_bar.h"
#include "ui/screenshot.h"
#include "test_main.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <ctime>

namespace tst_ui_window {

using namespace engine;
using namespace ui;

class UiWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup();
    void runsPausesAndStops();
    void refusedStartIsSaid();
    void clickedEdgeShowsItsRows();
    void problemJumps();
    void runsByKeys();
    void brokenFileIsSaid();
    void largeDocumentStaysFast();
    void picture();

private:
    void add(PipelineSpec spec);
    void run();
    std::unique_ptr<Session> m_session;
    fake::FakeTransport* m_far = nullptr;
    std::unique_ptr<MainWindow> m_window;
};

void UiWindow::init()
{
    auto transport = std::make_unique<fake::FakeTransport>();
    m_far = transport.get();
    m_session =
        std::make_unique<Session>(std::make_unique<EngineClient>(fake::catalog(), std::move(transport)));
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->show();
}

void UiWindow::cleanup()
{
    m_window.reset();
    m_session.reset();
}

void UiWindow::add(PipelineSpec spec)
{
    m_session->add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    QTRY_VERIFY(!m_session->current()->analysis.schemas.empty());
}

void UiWindow::run()
{
    m_session->run();
    QTRY_VERIFY(m_session->current()->hasTelemetry);
}

void UiWindow::runsPausesAndStops()
{
    add(fake::hotMachines());
    QVERIFY(!m_session->current()->isActive());
    run();
    QCOMPARE(m_session->current()->state(), JobState::Running);
    QTRY_VERIFY(m_window->dock().feed().points() > 20);
    QTRY_VERIFY(m_window->dock().rows().rowCount() > 5);
    QCOMPARE(m_far->openTaps(), std::size_t{2});
    m_session->act(JobAction::Pause);
    QTRY_COMPARE(m_session->current()->state(), JobState::Paused);
    m_session->run();
    QTRY_COMPARE(m_session->current()->state(), JobState::Running);
    m_window->dock().showTab(DockPanel::Log);
    QTRY_COMPARE(m_far->openTaps(), std::size_t{1});  // the chart's goes on
    m_window->dock().showTab(DockPanel::ChartAndRows);
    QTRY_COMPARE(m_far->openTaps(), std::size_t{2});
    m_session->act(JobAction::Stop);
    QTRY_VERIFY(!m_session->current()->isActive());
    QTRY_COMPARE(m_far->openTaps(), std::size_t{0});
    run();
    QVERIFY(m_session->current()->isActive());
}

void UiWindow::refusedStartIsSaid()
{
    m_far->refusesStart = true;
    add(fake::hotMachines());
    m_session->run();
    QTRY_VERIFY(m_session->current()->failure.has_value());
    QVERIFY(!m_session->current()->isActive());
    QTRY_COMPARE(m_window->dock().problems().rowCount(), 1);
}

void UiWindow::clickedEdgeShowsItsRows()
{
    add(fake::hotMachines());
    run();
    EdgeItem* edge = m_window->scene().edge(fake::link("sensors", "hot"));
    QVERIFY(edge);
    m_window->scene().select(edge);
    QTRY_VERIFY(m_window->dock().rows().rowCount() > 0);
    QCOMPARE(m_window->dock().rows().headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("sensor_id"));
    m_window->scene().select(nullptr);
    QTRY_COMPARE(m_window->dock().rows().headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("line"));
}

void UiWindow::problemJumps()
{
    m_far->diagnostics = {
        {Diagnostic::Problem, NodeId{"known"}, "condition", "", "There is no column \"statu\".", {}}};
    add(fake::hotMachines());
    QTRY_COMPARE(m_window->dock().problems().rowCount(), 1);
    Q_EMIT m_window->dock().jumpWanted(m_window->dock().problems().problem(0).node);
    QVERIFY(m_window->scene().selectedNode());
    QCOMPARE(m_window->scene().selectedNode()->id().value, std::string("known"));
}

void UiWindow::runsByKeys()
{
    add(fake::hotMachines());
    m_window->activateWindow();
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QTRY_VERIFY(m_session->current()->hasTelemetry);
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ShiftModifier);
    QTRY_VERIFY(!m_session->current()->isActive());
    const double before = m_window->view().zoom();
    QTest::keyClick(m_window.get(), Qt::Key_Minus, Qt::ControlModifier);
    QTRY_VERIFY(m_window->view().zoom() < before);
    QTest::keyClick(m_window.get(), Qt::Key_0, Qt::ControlModifier);
    QTRY_COMPARE(m_window->view().zoom(), before);
}

void UiWindow::brokenFileIsSaid()
{
    m_window->openFile(QStringLiteral("/nowhere/x.pipeline.json"));
    QTRY_VERIFY(m_window->notices().text().contains(QStringLiteral("cannot be read")));
    QVERIFY(m_window->notices().isVisible());
    QVERIFY(!m_session->current());
}

// What one frame costs when every figure changes and rows come flat out: the canvas of 500 nodes, chart,
// table, panels.
void UiWindow::largeDocumentStaysFast()
{
    QElapsedTimer timer;
    timer.start();
    add(fake::largeDocument(500));
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    m_far->rowsPerTick = 2000;
    run();
    QTRY_VERIFY(m_window->dock().feed().points() > 10'000);
    for (const double zoom : {0.2, 0.5, 1.0}) {
        m_window->view().zoomBy(zoom / m_window->view().zoom());
        QTest::qWait(200);
        constexpr int kFrames = 30;
        const std::clock_t begin = std::clock();
        for (int i = 0; i < kFrames; ++i) {
            m_far->tick();
            m_window->scene().takeTelemetry();
            m_window->view().viewport()->repaint();
            m_window->dock().chart().repaint();
        }
        // The processor's time, so that other programs do not count.
        const double frameMs = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kFrames;
        qInfo("zoom %.2f: %.1f ms a frame, the chart %.2f ms of it", m_window->view().zoom(), frameMs,
              m_window->dock().chart().paintMs() / m_window->dock().chart().paints());
        QVERIFY2(frameMs < 100, qPrintable(QStringLiteral("%1 ms a frame").arg(frameMs)));
    }
}

void UiWindow::picture()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("window.png"));
    add(fake::hotMachines());
    Screenshot screenshot(*m_session, *m_window, file, 50, QStringLiteral("hot"));
    QSignalSpy taken(&screenshot, &Screenshot::taken);
    m_session->run();
    QVERIFY(taken.wait(20'000));
    QVERIFY(taken.front().front().toBool());
    QCOMPARE(QImage(file).size(), m_window->size() * m_window->devicePixelRatio());
    QCOMPARE(m_window->scene().selectedNode()->id().value, std::string("hot"));
}

STREAMWRIGHT_WINDOW_TEST(UiWindow)

}  // namespace tst_ui_window
#include "tst_ui_window.moc"
