#include "control/server/local_client.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/rail_button.h"
#include "window_fixture.h"
#include "test_main.h"

#ifndef Q_MOC_RUN
#include "catalog/component.h"
#endif

#include <QApplication>
#include <QLabel>

#include <algorithm>
#include <tuple>

namespace tst_ui_runs {

using namespace engine;
using namespace ui;

// What is said of runs: one that was not started, one that fails elsewhere, one of a copy, one from the
// beginning.
class UiRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void refusedStartIsToldEverywhere();
    void refusedOrderIsForgottenByTheNext();
    void stateThatDoesNotFitIsSetAside();
    void failureInAnotherTabIsTold();
    void pausedTabsHaveAShapeOfTheirOwn();
    void copyOfARunningOneGetsAnId();
    void problemsAreSaidAsTheFormDoes();
    void whatWasOvercomeIsNoProblem();

private:
    static bool says(QWidget& where, const QString& text)
    {
        for (const QLabel* label : where.findChildren<QLabel*>())
            if (label->text().contains(text)) return true;
        return false;
    }
    static QString placeOf(const ProblemsModel& problems, int row)
    {
        return problems.index(row).data(ProblemsModel::PlaceRole).toString();
    }
    QTemporaryDir m_folder;
    Catalog m_catalog;
};

void UiRuns::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
}

void UiRuns::refusedStartIsToldEverywhere()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.far->refusesStart = true;
    fixture.far->startRefusal = {ErrorCode::InvalidSpec,
                                 "The saved windows were made with other keys; start with --fresh, or go "
                                 "back to the former parameters.",
                                 "per_second"};
    QTRY_VERIFY(!open->analysis.schemas.empty());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(open->failure.has_value());
    const QString said = fixture.window->notices().text();
    const QString wanted = QStringLiteral(
        "Per second: The saved windows were made with other keys; run from the beginning, or go back");
    QVERIFY2(said.contains(wanted), qPrintable(said));
    QVERIFY(!says(*fixture.window, QStringLiteral("--fresh")));
    DockPanel& dock = fixture.window->dock();
    QVERIFY(dock.title().startsWith(QStringLiteral("Problems")));
    QCOMPARE(dock.problems().rowCount(), 1);
    QCOMPARE(placeOf(dock.problems(), 0), QStringLiteral("Per second"));
    QVERIFY(fixture.window->scene().selectedNode());
    QCOMPARE(fixture.window->scene().selectedNode()->id().value, std::string("per_second"));
    dock.showTab(DockPanel::ChartAndRows);
    QVERIFY(!says(dock, QStringLiteral("Press Run")) && says(dock, QStringLiteral("was not started")));
    const LogModel& log = dock.logLines();
    QVERIFY(log.index(log.rowCount() - 1).data().toString().contains(QStringLiteral("Not started")));
    fixture.key(Qt::Key_3, Qt::AltModifier);
    QCOMPARE(fixture.window->jobs().model().rowCount(), 1);
    QCOMPARE(fixture.window->jobs().view().document(), open);
    fixture.key(Qt::Key_2, Qt::AltModifier);

    QVERIFY(fixture.answerNotice(QStringLiteral("Run from the beginning…")));
    QVERIFY(fixture.answer(QStringLiteral("Cancel")));
    QVERIFY(!open->isActive());
    QVERIFY(WindowFixture::click(fixture.window->topBar(), QStringLiteral("From the beginning…")));
    QVERIFY(fixture.answer(QStringLiteral("Run from the beginning")));
    QTRY_VERIFY(open->hasTelemetry);
    QCOMPARE(fixture.far->startedFrom, StartFrom::Beginning);
    QVERIFY(!open->failure);
}

void UiRuns::refusedOrderIsForgottenByTheNext()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.far->orderRefusal = "The job cannot do that now: it is not running.";
    fixture.session->act(JobAction::Pause);
    QTRY_VERIFY(open->failure.has_value());
    fixture.far->orderRefusal.clear();
    fixture.session->act(JobAction::Pause);
    QTRY_COMPARE(open->state(), JobState::Paused);
    QTRY_VERIFY(!open->failure);
}

// In the engine itself.
void UiRuns::stateThatDoesNotFitIsSetAside()
{
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session);
    session.add(std::make_unique<PipelineDocument>(readText(R"({"format":1,
"id":"2f5cfb7c-6c1d-4b8e-9f27-5a4d1c0b8e11","name":"Windows",
"nodes":[
{"id":"sensors","component":"generator_source","params":{"preset":"sensors","rate":20000}},
{"id":"each","component":"window","title":"Each","params":{"kind":"tumbling","size":"1h","keys":["sensor_id"],
 "aggregates":[{"function":"count","name":"n"}]}},
{"id":"end","component":"discard_sink"}],
"edges":[["sensors.out","each.in"],["each.out","end.in"]]})")));
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    OpenDocument* open = session.current();
    const auto rowsIn = [&] { return open->telemetry.nodes.empty() ? 0 : open->telemetry.nodes[0].rowsOut; };
    QTest::keyClick(&window, Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(rowsIn() > 0, 20'000);
    QTest::keyClick(&window, Qt::Key_F5, Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!open->isActive(), 20'000);
    open->document->setParam(NodeId{"each"}, "keys", Json::array({"temperature"}));
    QTest::keyClick(&window, Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(open->failure || (open->hasTelemetry && isOver(open->state())), 20'000);
    QVERIFY(open->canBeginAnew());
    QTRY_VERIFY(!window.notices().text().isEmpty());
    QVERIFY2(window.notices().text().contains(QStringLiteral("run from the beginning")),
             qPrintable(window.notices().text()));
    QVERIFY(WindowFixture::click(window.notices(), QStringLiteral("Run from the beginning…")));
    QVERIFY(WindowFixture::click(window.overlay(), QStringLiteral("Run from the beginning")));
    QTRY_VERIFY_WITH_TIMEOUT(rowsIn() > 0 && open->state() == JobState::Running, 20'000);
}

// Whoever sees no colours tells a job that runs from one that is paused.
void UiRuns::pausedTabsHaveAShapeOfTheirOwn()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(open->hasTelemetry && open->state() == JobState::Running);
    const auto shape = [&] {
        const QIcon icon = fixture.window->design().tabs().tabIcon(0);
        return icon.pixmap(12).toImage().convertToFormat(QImage::Format_Alpha8);
    };
    QTRY_VERIFY(!shape().isNull());
    const QImage running = shape();
    fixture.session->act(JobAction::Pause);
    QTRY_COMPARE(open->state(), JobState::Paused);
    QTRY_VERIFY(!shape().isNull() && shape() != running);
}

void UiRuns::failureInAnotherTabIsTold()
{
    WindowFixture fixture;
    OpenDocument* first = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(first->hasTelemetry && first->job);
    fixture.add(fake::largeDocument(5));
    RailButton& jobs = fixture.window->railButton(MainWindow::Jobs);
    const DocumentTabs& tabs = fixture.window->design().tabs();
    const auto picture = [&tabs](int tab) { return tabs.tabIcon(tab).pixmap(12).toImage(); };
    const QImage running = picture(0);
    QCOMPARE(jobs.count(), 0);
    fixture.far->failure = Error{ErrorCode::Io, "The disk has gone.", "/data/hot.ndjson"};
    fixture.far->failedNode = NodeId{"hot_sensors"};
    fixture.far->tick();
    QTRY_COMPARE(jobs.count(), 1);
    QVERIFY(!tabs.tabIcon(0).isNull() && picture(0) != running);
    QVERIFY(tabs.tabIcon(1).isNull());
    const QString said = fixture.window->notices().text();
    QVERIFY2(said.contains(QStringLiteral("failed: hot_sensors: The disk has gone.")), qPrintable(said));
    QVERIFY(fixture.answerNotice(QStringLiteral("Show")));
    QCOMPARE(fixture.session->current(), first);
    QCOMPARE(jobs.count(), 0);
    const ProblemsModel& problems = fixture.window->dock().problems();
    QCOMPARE(placeOf(problems, 0), QStringLiteral("hot_sensors"));
    QCOMPARE(problems.problem(0).node.value, std::string("hot_sensors"));
    QCOMPARE(fixture.window->scene().selectedNode()->id().value, std::string("hot_sensors"));
}

void UiRuns::copyOfARunningOneGetsAnId()
{
    WindowFixture fixture;
    OpenDocument* first = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(first->hasTelemetry && first->job);
    OpenDocument* copy = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_F5);
    QVERIFY(!copy->isActive());
    const QString said = fixture.window->notices().text();
    QVERIFY2(said.contains(QStringLiteral("runs in a tab of its own")), qPrintable(said));
    QVERIFY(!said.contains(QStringLiteral("process")));
    const auto* pill = fixture.window->topBar().findChild<StatePill*>();
    QVERIFY(!pill->accessibleName().contains(QStringLiteral("Failed")));
    QVERIFY(fixture.answerNotice(QStringLiteral("Give this copy an id of its own")));
    QVERIFY(copy->document->spec().id != first->document->spec().id);
    QVERIFY(copy->document->isModified());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(copy->hasTelemetry);
}

void UiRuns::problemsAreSaidAsTheFormDoes()
{
    WindowFixture fixture;
    fixture.far->diagnostics = {{Diagnostic::Problem, NodeId{"machines"}, "path", "",
                                 "\"path\" is missing; it must be given.", {}},
                                {Diagnostic::Warning, {}, {}, "settings.time_zone", "It is odd.", {}}};
    fixture.add(fake::hotMachines());
    const ProblemsModel& problems = fixture.window->dock().problems();
    QTRY_COMPARE(problems.rowCount(), 2);
    QCOMPARE(placeOf(problems, 0), QStringLiteral("Machines · File"));
    QCOMPARE(problems.index(0).data().toString(), QStringLiteral("“File” is missing; it must be given."));
    QVERIFY(placeOf(problems, 1).startsWith(QStringLiteral("Settings · ")));
}

// A job that runs again after a failure has it in its figures, not among what is wrong.
void UiRuns::whatWasOvercomeIsNoProblem()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    open->hasTelemetry = true;
    JobStatus& status = open->telemetry.status;
    status.failure = Error{ErrorCode::Io, "The disk was gone.", {}};
    const auto isListed = [&] {
        const auto problems = open->problems();
        return std::any_of(problems.begin(), problems.end(),
                           [](const Diagnostic& each) { return each.message == "The disk was gone."; });
    };
    for (const auto& [state, isFailing, isProblem] : {std::tuple{JobState::Restarting, true, true},
                                                      {JobState::Failed, false, true},
                                                      {JobState::Running, false, false},
                                                      {JobState::Stopped, true, true}}) {
        status.state = state;
        status.isFailing = isFailing;
        QCOMPARE(isListed(), isProblem);
    }
}

STREAMWRIGHT_WINDOW_TEST(UiRuns)

}  // namespace tst_ui_runs
#include "tst_ui_runs.moc"
