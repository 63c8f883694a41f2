#include "test_main.h"
#include "ui/panels/graph_change_bar.h"
#include "window_fixture.h"

#include <QApplication>
#include <QLabel>
#include <QSignalSpy>

namespace tst_ui_run_again {

using namespace engine;
using namespace ui;

// "Stop and run again" of a job that takes its time to stop, while something else is ordered: no run is lost,
// and none begins that nobody wants any more.
class UiRunAgain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void theBarSaysWhatIsToCome();
    void aStopBehindItCounts();
    void aTabThatIsClosedDoesNotRunAgain();
    void theWindowEndsAndTheNextOneRunsIt_data();
    void theWindowEndsAndTheNextOneRunsIt();
    void itRunsAgainBehindTheQuestion();
    void aWindowInTheTrayRunsItAgain();
    void oneThatFailsIsNotRunAgain();

private:
    // Runs, has another graph than its job, and is being stopped to be run again.
    static OpenDocument* waits(WindowFixture& fixture, const QString& path = {})
    {
        OpenDocument* open = fixture.add(fake::hotMachines());
        if (!path.isEmpty()) fixture.window->documents().saveAs(*open, path);
        if (!QTest::qWaitFor([&] { return path.isEmpty() || !open->document->path().isEmpty(); })) return {};
        fixture.session->run();
        if (!QTest::qWaitFor([&] { return open->hasTelemetry && open->accepted; })) return {};
        open->document->edit(QStringLiteral("Add"), [](DocumentState& state) {
            state.spec.nodes.push_back(fake::makeNode("extra", "filter", "Extra", {{"condition", "true"}}));
            state.spec.edges.push_back(fake::link("hot", "extra"));
        });
        fixture.far->stopsSlowly = true;
        if (!fixture.click(bar(fixture), QStringLiteral("Stop and run again"))) return {};
        const auto isStopping = [&] { return open->state() == JobState::Stopping; };
        return QTest::qWaitFor(isStopping) ? open : nullptr;
    }
    static GraphChangeBar& bar(WindowFixture& fixture)
    {
        return *fixture.window->findChild<GraphChangeBar*>();
    }
    static bool hasRunAgain(const WindowFixture& fixture)
    {
        return fixture.far->started().find(NodeId{"extra"}) != nullptr;
    }
    static void settle()
    {
        for (int i = 0; i < 20; ++i) QCoreApplication::processEvents();
    }
};

void UiRunAgain::theBarSaysWhatIsToCome()
{
    WindowFixture fixture;
    OpenDocument* open = waits(fixture);
    QVERIFY(open && bar(fixture).isVisible());
    const auto* text = bar(fixture).findChild<QLabel*>();
    QVERIFY2(text->text().contains(QStringLiteral("being stopped")), qPrintable(text->text()));
    QVERIFY(!fixture.click(bar(fixture), QStringLiteral("Stop and run again")));
    fixture.far->finishStop();
    QTRY_VERIFY(hasRunAgain(fixture));
    QTRY_VERIFY(!bar(fixture).isVisible());
}

void UiRunAgain::aStopBehindItCounts()
{
    WindowFixture fixture;
    OpenDocument* open = waits(fixture);
    QVERIFY(open);
    QVERIFY(fixture.click(bar(fixture), QStringLiteral("Stop only")));
    QVERIFY(!open->isToRunAgain);
    fixture.far->finishStop();
    QTRY_VERIFY(!open->isActive());
    settle();
    QVERIFY(!open->isStarting && !hasRunAgain(fixture));
}

void UiRunAgain::aTabThatIsClosedDoesNotRunAgain()
{
    WindowFixture fixture;
    OpenDocument* open = waits(fixture);
    QVERIFY(open);
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(fixture.answer(QStringLiteral("Stop and close")));
    fixture.far->finishStop();
    QTRY_VERIFY(!open->isActive());
    settle();
    QVERIFY(!open->isStarting && !hasRunAgain(fixture));
    QVERIFY(fixture.answer(QStringLiteral("Do not save")));
    QTRY_VERIFY(fixture.session->documents().empty());
    settle();
    QVERIFY(!hasRunAgain(fixture));
}

void UiRunAgain::theWindowEndsAndTheNextOneRunsIt_data()
{
    QTest::addColumn<bool>("hasFile");
    QTest::addColumn<QString>("unsaved");
    QTest::addColumn<bool>("waits");
    QTest::newRow("kept as a draft") << false << QStringLiteral("Keep as drafts") << true;
    QTest::newRow("edits given up") << true << QStringLiteral("Do not save") << true;
    QTest::newRow("without waiting") << false << QStringLiteral("Keep as drafts") << false;
}

void UiRunAgain::theWindowEndsAndTheNextOneRunsIt()
{
    QFETCH(const bool, hasFile);
    QFETCH(const QString, unsaved);
    QFETCH(const bool, waits);
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        QVERIFY(this->waits(fixture, hasFile ? folder.filePath(QStringLiteral("hot.json")) : QString()));
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        fixture.window->close();
        QVERIFY(fixture.answer(unsaved));
        QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
        settle();
        QCOMPARE(closed.count(), 0);
        if (waits)
            fixture.far->finishStop();
        else
            QVERIFY(fixture.answer(QStringLiteral("Close without waiting")));
        QTRY_COMPARE(closed.count(), 1);
        settle();
        QVERIFY(!hasRunAgain(fixture));
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current() && fixture.session->current()->accepted);
    QVERIFY(hasRunAgain(fixture));
}

// The question is answered after the job has stopped and begun anew: that is the one that is stopped.
void UiRunAgain::itRunsAgainBehindTheQuestion()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = waits(fixture);
        QVERIFY(open);
        const auto first = open->job;
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        fixture.window->close();
        QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
        fixture.far->finishStop();
        QTRY_VERIFY(hasRunAgain(fixture) && open->job && open->job != first);
        QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
        QCOMPARE(fixture.far->orders.back(), std::pair(*open->job, JobAction::Stop));
        fixture.far->finishStop();
        QTRY_COMPARE(closed.count(), 1);
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current() && fixture.session->current()->accepted);
    QVERIFY(hasRunAgain(fixture));
}

void UiRunAgain::aWindowInTheTrayRunsItAgain()
{
    WindowFixture fixture;
    QVERIFY(waits(fixture));
    fixture.window->close();
    QVERIFY(fixture.answer(QStringLiteral("Do not save")));
    QVERIFY(fixture.answer(QStringLiteral("Keep running, minimised")));
    fixture.far->finishStop();
    QTRY_VERIFY(hasRunAgain(fixture));
}

void UiRunAgain::oneThatFailsIsNotRunAgain()
{
    WindowFixture fixture;
    OpenDocument* open = waits(fixture);
    QVERIFY(open);
    fixture.far->failure = Error{ErrorCode::Io, "The disk is gone.", {}};
    fixture.far->finishStop();
    QTRY_COMPARE(open->state(), JobState::Failed);
    settle();
    QVERIFY(!open->isToRunAgain && !open->isStarting && !hasRunAgain(fixture));
}

STREAMWRIGHT_WINDOW_TEST(UiRunAgain)

}  // namespace tst_ui_run_again
#include "tst_ui_run_again.moc"
