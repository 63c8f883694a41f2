#include "ui/figures.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/top_bar.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

namespace tst_ui_jobs_page {

using namespace engine;
using namespace ui;

class UiJobsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void modelsHold();
    void historyIsTold();
    void historyIsBounded();
    void emptyPageSaysWhatToDo();
    void jobIsSeenAndSteered();
    void opensItsPipeline();
    void aClosedDocumentIsOpenedFromItsFile();
    void byKeys();
    void aFailureIsSaidOnceAndInFull();
    void tableAndPillSayTheSame();
    void whatIsOverOffersToRunAgain();

private:
    static JobTelemetry told(std::uint64_t job, JobState state, int second)
    {
        JobTelemetry telemetry;
        telemetry.job = {job};
        telemetry.at = Timestamp(std::chrono::seconds(1'775'000'000 + second));
        telemetry.status = {.id = {job}, .name = "Job", .state = state, .since = telemetry.at};
        return telemetry;
    }
    static std::unique_ptr<EngineClient> makeClient()
    {
        return std::make_unique<EngineClient>(fake::catalog(), std::make_unique<fake::FakeTransport>());
    }
};

void UiJobsPage::modelsHold()
{
    const auto client = makeClient();
    JobBook book(*client);
    JobsModel jobs(book);
    JobEventsModel events;
    CheckpointsModel checkpoints;
    using Tester = QAbstractItemModelTester;
    Tester first(&jobs, Tester::FailureReportingMode::Fatal);
    Tester second(&events, Tester::FailureReportingMode::Fatal);
    Tester third(&checkpoints, Tester::FailureReportingMode::Fatal);
    for (std::uint64_t job = 1; job <= 3; ++job) {
        book.take(told(job, JobState::Starting, 0));
        JobTelemetry running = told(job, JobState::Running, 1);
        running.checkpoint = {job, running.at, 1000, 2000};
        book.take(running);
        events.show(book.find({job}));
        checkpoints.show(book.find({job}));
    }
    jobs.flush();
    QCOMPARE(jobs.rowCount(), 3);
    QCOMPARE(jobs.job(jobs.index(0, 0))->value, std::uint64_t{3});
    QCOMPARE(jobs.index(0, JobsModel::State).data().toString(), QStringLiteral("Running"));
    QCOMPARE(events.rowCount(), 2);
    QCOMPARE(checkpoints.rowCount(), 1);
    QCOMPARE(checkpoints.index(0, CheckpointsModel::Bytes).data().toString(), QStringLiteral("1000 B"));
    events.show(nullptr);
    checkpoints.show(nullptr);
    QCOMPARE(events.rowCount() + checkpoints.rowCount(), 0);
}

void UiJobsPage::historyIsTold()
{
    const auto client = makeClient();
    JobBook book(*client);
    book.take(told(1, JobState::Starting, 0));
    book.take(told(1, JobState::Running, 1));
    book.take(told(1, JobState::Running, 2));
    JobTelemetry broken = told(1, JobState::Restarting, 3);
    broken.status.restarts = 1;
    broken.status.failure = Error{ErrorCode::Io, "The disk is full.", "result"};
    book.take(broken);
    JobTelemetry again = told(1, JobState::Running, 4);
    again.status.restarts = 1;
    book.take(again);
    book.take(told(1, JobState::Finished, 9));
    QStringList texts;
    for (const JobEvent& event : book.find({1})->events) texts += event.text;
    QCOMPARE(texts,
             QStringList({"Starting", "Running", "Restarting: result: The disk is full.",
                          "Restart 1: result: The disk is full.", "Running", "Finished"}));
    QCOMPARE(book.active(), 0);
    QCOMPARE(book.find({1})->rates.size(), std::size_t{6});
}

// Its node says the same, and the events have one line each.
void UiJobsPage::aFailureIsSaidOnceAndInFull()
{
    Session session(makeClient());
    JobBook book(session.client());
    JobView view(session, book);
    view.resize(400, 600);
    view.setVisible(true);
    book.take(told(1, JobState::Running, 1));
    view.show(JobId{1});
    std::string message = "The state of this pipeline takes 19 MiB; the limit leaves less for it.";
    for (int i = 0; i < 3; ++i) message += " Use shorter windows or fewer keys, or raise the limit.";
    JobTelemetry failed = told(1, JobState::Failed, 2);
    failed.status.failure = Error{ErrorCode::Io, message, "windows"};
    failed.nodes.resize(2);
    failed.nodes[0].node = NodeId{"windows"};
    failed.nodes[0].problem = message;
    failed.nodes[1].node = NodeId{"result"};
    failed.nodes[1].problem = "The disk is full.";
    book.take(failed);
    view.refresh();
    QStringList texts;
    for (const JobEvent& event : book.find({1})->events) texts += event.text;
    const QString reason = QStringLiteral("windows: ") + QString::fromStdString(message);
    QCOMPARE(texts,
             QStringList({"Running", QStringLiteral("Failed: ") + reason, "result: The disk is full."}));
    const auto shown = [&]() -> const QLabel* {
        for (const QLabel* label : view.findChildren<QLabel*>())
            if (label->isVisible() && label->text() == reason) return label;
        return nullptr;
    };
    QTRY_VERIFY(shown() && shown()->height() >= 2 * shown()->fontMetrics().lineSpacing());
    book.take(told(1, JobState::Running, 3));
    view.refresh();
    QVERIFY(!shown());
}

void UiJobsPage::historyIsBounded()
{
    const auto client = makeClient();
    JobBook book(*client);
    JobsModel model(book);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (int second = 0; second < 1000; ++second) {
        JobTelemetry telemetry = told(1, second % 2 ? JobState::Running : JobState::Paused, second);
        telemetry.checkpoint.epoch = static_cast<std::uint64_t>(second + 1);
        book.take(telemetry);
    }
    const JobRecord& record = *book.find({1});
    QCOMPARE(record.events.size(), JobBook::kEvents);
    // With no checkpoint beside it the newest event is told all the same.
    QSignalSpy happened(&book, &JobBook::happened);
    JobTelemetry last = told(1, JobState::Paused, 1000);
    last.checkpoint.epoch = 1000;
    book.take(last);
    QCOMPARE(happened.count(), 1);
    QCOMPARE(record.checkpoints.size(), JobBook::kCheckpoints);
    QCOMPARE(record.rates.size(), JobBook::kRates);
    for (std::uint64_t job = 2; job < 300; ++job) book.take(told(job, JobState::Finished, 0));
    QCOMPARE(book.jobs().size(), JobBook::kJobs);
    QVERIFY(book.find({1}));  // it still runs
    QCOMPARE(model.rowCount(), static_cast<int>(JobBook::kJobs));
}

void UiJobsPage::emptyPageSaysWhatToDo()
{
    WindowFixture fixture;
    fixture.key(Qt::Key_3, Qt::AltModifier);
    QCOMPARE(fixture.window->page(), MainWindow::Jobs);
    QVERIFY(WindowFixture::click(fixture.window->jobs(), QStringLiteral("Show the examples")));
    QCOMPARE(fixture.window->page(), MainWindow::Home);
}

void UiJobsPage::jobIsSeenAndSteered()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.window->showPage(MainWindow::Jobs);
    JobsPage& page = fixture.window->jobs();
    QCOMPARE(page.model().rowCount(), 1);
    QCOMPARE(page.view().job(), open->job);
    QTRY_VERIFY(WindowFixture::click(page, QStringLiteral("Pause")));
    QTRY_COMPARE(open->state(), JobState::Paused);
    const auto isSaid = [&page](const QString& text) {
        const auto labels = page.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == text; });
    };
    QTRY_VERIFY(isSaid(QStringLiteral("0 running, 1 paused, 0 over")));
    QTRY_VERIFY(WindowFixture::click(page, QStringLiteral("Resume")));
    QTRY_COMPARE(open->state(), JobState::Running);
    QTRY_VERIFY(WindowFixture::click(page, QStringLiteral("Checkpoint")));
    QTRY_VERIFY(WindowFixture::click(page, QStringLiteral("Drain")));
    QTRY_COMPARE(open->state(), JobState::Finished);
    QTRY_COMPARE(page.model().index(0, JobsModel::State).data().toString(), QStringLiteral("Finished"));
    QTRY_VERIFY(!WindowFixture::click(page, QStringLiteral("Stop")));
}

void UiJobsPage::opensItsPipeline()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.add(fake::largeDocument(20));
    fixture.window->showPage(MainWindow::Jobs);
    QVERIFY(WindowFixture::click(fixture.window->jobs(), QStringLiteral("Open pipeline")));
    QCOMPARE(fixture.session->current(), open);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    // Its job is in the list when its document is not.
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    fixture.session->close(open);
    fixture.window->showPage(MainWindow::Jobs);
    QCOMPARE(fixture.window->jobs().model().rowCount(), 1);
    QVERIFY(!WindowFixture::click(fixture.window->jobs(), QStringLiteral("Open pipeline")));
}

void UiJobsPage::aClosedDocumentIsOpenedFromItsFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("hot.pipeline.json"));
    QVERIFY(WindowFixture::write(path, QByteArray::fromStdString(writePipeline(fake::hotMachines()))));
    WindowFixture fixture;
    OpenDocument* open = nullptr;
    fixture.window->openFile(path, [&](OpenDocument* opened) { open = opened; });
    QTRY_VERIFY(open);
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    fixture.session->close(open);
    fixture.window->showPage(MainWindow::Jobs);
    QTRY_VERIFY(WindowFixture::click(fixture.window->jobs(), QStringLiteral("Open pipeline")));
    QTRY_VERIFY(fixture.session->current());
    QCOMPARE(fixture.session->current()->document->path(), path);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
}

void UiJobsPage::byKeys()
{
    WindowFixture fixture;
    for (const char* id : {"0b8f1c8e-4f0e-4c55-9d0a-6b5f0c1d2e31", "0b8f1c8e-4f0e-4c55-9d0a-6b5f0c1d2e32"}) {
        PipelineSpec spec = fake::hotMachines();
        spec.id = id;
        fixture.add(std::move(spec));
        fixture.session->run();
        QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    }
    QTRY_COMPARE(fixture.window->jobs().model().rowCount(), 2);
    fixture.key(Qt::Key_3, Qt::AltModifier);
    QCOMPARE(fixture.window->jobs().view().job()->value, std::uint64_t{1});
    fixture.key(Qt::Key_Up);
    QCOMPARE(fixture.window->jobs().view().job()->value, std::uint64_t{2});
    fixture.key(Qt::Key_Down);
    QCOMPARE(fixture.window->jobs().view().job()->value, std::uint64_t{1});
    fixture.key(Qt::Key_Return);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    QCOMPARE(fixture.session->current(), fixture.session->documents().front().get());
}

void UiJobsPage::tableAndPillSayTheSame()
{
    Session session(makeClient());
    JobBook book(session.client());
    JobsPage page(session, book);
    page.show();
    book.take(told(1, JobState::Running, 0));
    const QModelIndex time = page.model().index(0, JobsModel::For);
    const auto isAtPill = [&](const QString& text) {
        const auto* pill = page.view().findChild<StatePill*>();
        return pill->accessibleName().endsWith(text) && time.data().toString() == text;
    };
    QVERIFY(isAtPill(QStringLiteral("00:00:00")));
    book.take(told(1, JobState::Running, 85));
    QVERIFY(isAtPill(QStringLiteral("00:00:00")));  // until both are shown anew
    QTRY_VERIFY(isAtPill(QStringLiteral("00:01:25")));
    book.take(told(1, JobState::Running, 86));
    page.choose({1});
    Q_EMIT session.documentsChanged();
    QVERIFY(isAtPill(QStringLiteral("00:01:26")));
}

void UiJobsPage::whatIsOverOffersToRunAgain()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.far->refusesStart = true;
    fixture.session->run();
    QTRY_VERIFY(open->refusedStart);
    fixture.window->showPage(MainWindow::Jobs);
    JobsPage& page = fixture.window->jobs();
    QTRY_COMPARE(page.view().job(), open->refusedStart);
    const auto offered = [&page] {
        QStringList texts;
        for (const QPushButton* button : page.view().findChildren<QPushButton*>())
            if (button->isVisible()) texts += button->text();
        texts.sort();
        return texts;
    };
    const QStringList over{QStringLiteral("Open pipeline"), QStringLiteral("Run again")};
    QCOMPARE(offered(), over);
    for (const FiguresLabel* figure : page.view().findChildren<FiguresLabel*>())
        QVERIFY(!figure->text().isEmpty());
    fixture.far->refusesStart = false;
    QVERIFY(WindowFixture::click(page.view(), QStringLiteral("Run again")));
    QTRY_VERIFY(open->job);
    // What runs is what is looked at.
    QTRY_COMPARE(page.view().job(), open->job);
    QTRY_COMPARE(offered(),
                 QStringList({QStringLiteral("Checkpoint"), QStringLiteral("Drain"),
                              QStringLiteral("Open pipeline"), QStringLiteral("Pause"),
                              QStringLiteral("Stop")}));
    QVERIFY(WindowFixture::click(page.view(), QStringLiteral("Drain")));
    QTRY_COMPARE(offered(), over);
    fixture.session->close(open);
    QTRY_COMPARE(offered(), QStringList());
}

STREAMWRIGHT_WINDOW_TEST(UiJobsPage)

}  // namespace tst_ui_jobs_page
#include "tst_ui_jobs_page.moc"
