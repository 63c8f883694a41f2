// What is kept in the tray, with a real one, which an X server without a screen has not by itself.
#ifndef Q_MOC_RUN
#include "control/server/local_client.h"
#endif
#include "catalog/component.h"
#include "test_main.h"
#include "ui/tray.h"
#include "window_fixture.h"
#include "x_server_with_tray.h"

#include <QApplication>
#include <QMenu>
#include <QSignalSpy>

#include <cstdio>

namespace tst_ui_tray {

using namespace engine;
using namespace ui;

class UiTray : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void aJobGoesOnThere();
    void quitStopsAndTheNextStartGoesOn();
    void theEndOfAJobIsToldThere();
    void withoutOneTheWindowIsMadeSmall();

private:
    void open();
    void run(std::int64_t rows = 0);
    void keepInTray();
    std::int64_t rows() const { return m_session->current()->telemetry.nodes.front().rowsOut; }
    static QWidget* icon();
    void choose(const QString& text);
    QTemporaryDir m_folder;
    Catalog m_catalog;
    std::unique_ptr<TrayHost> m_host;
    int m_made = 10;  // pipelines, each with a state of its own
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void UiTray::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
    QVERIFY(!Tray::isThere());
    m_host = std::make_unique<TrayHost>();
    QTRY_VERIFY(Tray::isThere());
}

void UiTray::cleanup()
{
    m_window.reset();
    m_session.reset();
}

void UiTray::open()
{
    m_window.reset();
    m_session = std::make_unique<Session>(makeLocalClient(m_catalog));
    const QString own = m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()));
    m_window = std::make_unique<MainWindow>(*m_session, Storage{own, own + QStringLiteral("/window.ini")});
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

// Endlessly, unless the rows are counted.
void UiTray::run(std::int64_t rows)
{
    PipelineSpec spec;
    spec.id = "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d" + std::to_string(++m_made);
    spec.name = "Night shift";
    Json params{{"preset", "sensors"}, {"rate", 500}};
    if (rows > 0) params["rows"] = rows;
    spec.nodes = {fake::makeNode("sensors", "generator_source", "Sensors", params),
                  fake::makeNode("end", "discard_sink", "End")};
    spec.edges = {fake::link("sensors", "end")};
    m_session->add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    QTRY_VERIFY(m_session->current()->analysis.runnable);
    QTest::keyClick(m_window->windowHandle(), Qt::Key_F5);
    QTRY_VERIFY(m_session->current()->hasTelemetry);
    QTRY_COMPARE(m_session->current()->state(), JobState::Running);
}

void UiTray::keepInTray()
{
    m_window->close();
    QVERIFY(m_window->isVisible());
    QVERIFY(WindowFixture::click(m_window->overlay(), QStringLiteral("Keep in the tray")));
    QVERIFY(!m_window->isVisible());
    QTRY_COMPARE(m_host->icons(), 1);
    QVERIFY(icon());
}

// The window that the tray has taken in.
QWidget* UiTray::icon()
{
    for (QWidget* each : QApplication::topLevelWidgets())
        if (each->inherits("QSystemTrayIconSys") && each->isVisible()) return each;
    return nullptr;
}

void UiTray::choose(const QString& text)
{
    QTest::mouseClick(icon(), Qt::RightButton);
    QMenu& menu = m_window->tray().menu();
    QTRY_VERIFY(menu.isVisible());
    QCoreApplication::processEvents();
    QVERIFY(!m_window->isVisible());
    for (QAction* action : menu.actions())
        if (action->text() == text)
            return QTest::mouseClick(&menu, Qt::LeftButton, {}, menu.actionGeometry(action).center());
    QFAIL(qPrintable(text));
}

void UiTray::aJobGoesOnThere()
{
    open();
    run();
    keepInTray();
    QVERIFY(m_window->tray().toolTip().contains(QStringLiteral("jobs are running")));
    const std::int64_t before = rows();
    QTRY_VERIFY(rows() > before + 200);
    QCOMPARE(m_session->current()->state(), JobState::Running);

    QTest::mouseClick(icon(), Qt::LeftButton);
    QTRY_VERIFY(m_window->isVisible());
    QTRY_COMPARE(m_host->icons(), 0);
    QCOMPARE(m_session->current()->state(), JobState::Running);

    keepInTray();
    choose(QStringLiteral("Show Streamwright"));
    QTRY_VERIFY(m_window->isVisible());
    QTRY_COMPARE(m_host->icons(), 0);
    const std::int64_t then = rows();
    QTRY_VERIFY(rows() > then);
}

void UiTray::quitStopsAndTheNextStartGoesOn()
{
    open();
    run();
    QTRY_VERIFY(m_session->current()->telemetry.checkpoint.epoch > 0);
    keepInTray();
    QSignalSpy closed(m_window.get(), &MainWindow::closed);
    choose(QStringLiteral("Quit…"));
    QTRY_VERIFY(m_window->isVisible());
    QCOMPARE(closed.count(), 0);
    QVERIFY(WindowFixture::click(m_window->overlay(), QStringLiteral("Stop it and quit")));
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(m_session->current()->state(), JobState::Stopped);
    const std::int64_t stoppedAt = rows();
    QVERIFY(stoppedAt > 0);
    QCOMPARE(m_host->icons(), 0);

    open();
    m_window->restore();
    QTRY_VERIFY(m_session->current() && m_session->current()->isActive());
    QCOMPARE(m_session->current()->document->name(), QStringLiteral("Night shift"));
    QTRY_VERIFY(m_session->current()->hasTelemetry && rows() > stoppedAt);
}

void UiTray::theEndOfAJobIsToldThere()
{
    open();
    run(1'500);
    keepInTray();
    QTRY_COMPARE(m_session->current()->state(), JobState::Finished);
    QTRY_VERIFY(m_window->tray().toolTip().contains(QStringLiteral("Night shift")));
    QVERIFY(!m_window->isVisible());
    QCOMPARE(m_host->icons(), 1);
    QTest::mouseClick(icon(), Qt::LeftButton);
    QTRY_VERIFY(m_window->isVisible());
}

// As the tray goes, so does the word for it.
void UiTray::withoutOneTheWindowIsMadeSmall()
{
    open();
    run();
    m_host.reset();
    QTRY_VERIFY(!Tray::isThere());
    m_window->close();
    QVERIFY(WindowFixture::click(m_window->overlay(), QStringLiteral("Keep running, minimised")));
    QVERIFY(m_window->isMinimized());
    QVERIFY(m_session->current()->isActive());
}

static int runInServer(int argc, char** argv)
{
    XServer server;
    if (!server.isUp()) {
        std::fputs("Xvfb cannot be started. Install the package xvfb.\n", stderr);
        return 1;
    }
    return runTest<UiTray, QApplication>(argc, argv);
}

STREAMWRIGHT_TEST_RUN(runInServer)

}  // namespace tst_ui_tray
#include "tst_ui_tray.moc"
