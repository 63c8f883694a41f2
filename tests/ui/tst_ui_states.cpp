#include "test_main.h"
#include "ui/commands/command_palette.h"
#include "ui/format.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/empty_hint.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/inspector_panel.h"
#include "ui/properties/node_editor.h"
#include "ui/tray.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDropEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTreeView>

namespace tst_ui_states {

using namespace engine;
using namespace ui;

// What the window says when there is little room, nothing to show, or nothing runs any more.
class UiStates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void narrowWindow_data();
    void narrowWindow();
    void textLeavesRoomForTheCanvas();
    void nothingMovesAfterTheEnd();
    void whatIsUnreadIsShown();
    void emptyListsSayWhy();
    void logTellsOfJobs();
    void newPipelineIsNoMistake();
    void changeInForceIsTold();
    void columnsAreThoseOfThePort();
    void droppedDataIsRead();
    void hiddenWindowTellsOfTheEnd();
    void timesAreOfTheDocumentsZone();

private:
    static OpenDocument* runs(WindowFixture& fixture, PipelineSpec spec = fake::hotMachines())
    {
        OpenDocument* open = fixture.add(std::move(spec));
        fixture.session->run();
        const auto isThere = [open] { return open->hasTelemetry && !open->analysis.schemas.empty(); };
        return QTest::qWaitFor(isThere, 30'000) ? open : nullptr;
    }
    static QString hintOf(const QWidget& view)
    {
        const auto* hint = view.findChild<EmptyHint*>();
        return hint && hint->isVisible() ? hint->text() : QString();
    }
    static QStringList linesOf(const QAbstractItemModel& model)
    {
        QStringList lines;
        for (int row = 0; row < model.rowCount(); ++row) lines += model.index(row, 0).data().toString();
        return lines;
    }
    static void picture(WindowFixture& fixture, const QString& name)
    {
        for (const Shade shade : {Shade::Light, Shade::Dark}) {
            theme().setShade(shade);
            QCoreApplication::sendPostedEvents();
            QVERIFY(QDir().mkpath(QStringLiteral(BINARY_DIR "/pictures")));
            QVERIFY(fixture.window->grab().save(
                QStringLiteral(BINARY_DIR "/pictures/states-%1-%2.png")
                    .arg(name, shade == Shade::Dark ? QStringLiteral("dark") : QStringLiteral("light"))));
        }
    }
};

void UiStates::narrowWindow_data()
{
    QTest::addColumn<int>("width");
    for (const int width : {800, 1024, 1280, 1600}) QTest::addRow("%d", width) << width;
}

void UiStates::narrowWindow()
{
    QFETCH(int, width);
    WindowFixture fixture;
    PipelineSpec spec = fake::hotMachines();
    spec.name = "Hot machines of the second plant, by line";
    QVERIFY(runs(fixture, spec));
    fixture.window->resize(width, 640);
    QCoreApplication::sendPostedEvents();
    fixture.window->topBar().refresh();
    QCoreApplication::sendPostedEvents();
    picture(fixture, QStringLiteral("narrow-%1").arg(width));
    QCOMPARE(fixture.window->width(), width);
    const TopBar& bar = fixture.window->topBar();
    QList<QWidget*> parts;
    for (QWidget* part : bar.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (part->isVisible() && !part->isWindow()) parts += part;
    for (const QWidget* part : parts) {
        QVERIFY2(bar.rect().contains(part->geometry()), qPrintable(part->accessibleName()));
        for (const QWidget* other : parts)
            QVERIFY2(part == other || !part->geometry().intersects(other->geometry()),
                     qPrintable(part->accessibleName() + u' ' + other->accessibleName()));
    }
    QVERIFY(bar.findChild<QLabel*>(QStringLiteral("title"))->width() >= 60);
    fixture.window->showPage(MainWindow::Jobs);
    QCoreApplication::sendPostedEvents();
    picture(fixture, QStringLiteral("jobs-%1").arg(width));
    const QTableView& table = fixture.window->jobs().table();
    QVERIFY(table.columnWidth(JobsModel::Name) >= 200);
    if (width >= 1024) QVERIFY(table.horizontalHeader()->length() <= table.viewport()->width());
}

void UiStates::textLeavesRoomForTheCanvas()
{
    WindowFixture fixture;
    QVERIFY(runs(fixture));
    fixture.window->resize(1280, 800);
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    QCoreApplication::sendPostedEvents();
    QTRY_VERIFY(!fixture.window->design().text().editor().toPlainText().isEmpty());
    picture(fixture, QStringLiteral("text"));
    QVERIFY2(fixture.window->view().width() >= 1280 * 3 / 10,
             qPrintable(QString::number(fixture.window->view().width())));
    QVERIFY(fixture.window->design().text().width() >= 320);
    // A component can still be found, and all is as before without the text.
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(fixture.window->design().palette().input().hasFocus());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    QVERIFY(!fixture.window->design().isTextShown());
    QVERIFY(fixture.window->design().palette().isVisible());
}

// What lies in topics and was not read yet: in the line at the bottom, with the jobs, and at its node.
void UiStates::whatIsUnreadIsShown()
{
    WindowFixture fixture;
    fixture.far->unread = 6'500;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    fixture.window->status().refresh();
    const QString both = formatShort(13'000);  // of two sources
    QVERIFY2(fixture.window->status().accessibleName().contains(both + QStringLiteral(" unread")),
             qPrintable(fixture.window->status().accessibleName()));
    const JobsModel& jobs = fixture.window->jobs().model();
    QTRY_COMPARE(jobs.index(0, JobsModel::Unread).data().toString(), both);
    fixture.window->design().inspector().showNode(NodeId{"sensors"});
    const auto isAtTheNode = [&] {
        for (const QLabel* label : fixture.window->design().inspector().findChildren<QLabel*>())
            if (label->text() == formatCount(6'500)) return true;
        return false;
    };
    QTRY_VERIFY(isAtTheNode());
    fixture.window->design().inspector().showNode(NodeId{"per_second"});
    QVERIFY(!isAtTheNode());
    fixture.key(Qt::Key_F8);
    QTRY_VERIFY(!open->isActive());
    fixture.window->status().refresh();
    QVERIFY(!fixture.window->status().accessibleName().contains(QStringLiteral("unread")));
    QTRY_COMPARE(jobs.index(0, JobsModel::Unread).data().toString(), QStringLiteral("–"));
}

void UiStates::nothingMovesAfterTheEnd()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    QVERIFY(fixture.window->status().accessibleName().contains(QStringLiteral("rows/s in")));
    fixture.key(Qt::Key_F8);
    QTRY_VERIFY(!open->isActive());
    fixture.window->status().refresh();
    const QString said = fixture.window->status().accessibleName();
    QVERIFY2(!said.contains(QStringLiteral("/s")) && !said.contains(QStringLiteral("now")) &&
                 !said.contains(QStringLiteral("ago")) && !said.contains(QStringLiteral("lag")),
             qPrintable(said));
    QVERIFY2(said.contains(QStringLiteral("ended ")), qPrintable(said));
    fixture.window->dock().refresh();
    for (const QLabel* label : fixture.window->dock().findChildren<QLabel*>())
        QVERIFY2(!label->text().contains(QStringLiteral("rows/s")), qPrintable(label->text()));
    picture(fixture, QStringLiteral("over"));
    const JobsModel& jobs = fixture.window->jobs().model();
    QTRY_COMPARE(jobs.index(0, JobsModel::In).data().toString(), QStringLiteral("–"));
    const QString checkpoint = jobs.index(0, JobsModel::Checkpoint).data().toString();
    QCOMPARE(checkpoint.size(), qsizetype{8});  // a time of day
    fixture.window->showPage(MainWindow::Jobs);
    bool isCounted = false;
    for (const QLabel* label : fixture.window->jobs().findChildren<QLabel*>())
        isCounted = isCounted || label->text() == QStringLiteral("0 running, 1 over");
    QVERIFY(isCounted);
}

void UiStates::emptyListsSayWhy()
{
    WindowFixture fixture;
    fixture.far->rowsPerTick = 0;
    OpenDocument* open = fixture.add(fake::hotMachines());
    QTRY_VERIFY(!open->analysis.schemas.empty());
    DockPanel& dock = fixture.window->dock();
    auto* rows = dock.findChild<QTableView*>();
    QVERIFY(rows && dock.rows().columnCount() > 0);
    QVERIFY2(hintOf(*rows).contains(QStringLiteral("Press Run")), qPrintable(hintOf(*rows)));
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    // What the title counts came by before anybody looked.
    QTRY_VERIFY(hintOf(*rows).startsWith(QStringLiteral("Waiting for the next rows.")));
    picture(fixture, QStringLiteral("no-rows"));
    fixture.session->act(JobAction::Drain);
    QTRY_VERIFY(hintOf(*rows).startsWith(QStringLiteral("The run is over.")));
    for (const QListView* list : dock.findChildren<QListView*>()) {
        const bool isLog = list->accessibleName() == QStringLiteral("Log");
        if (!isLog && list->accessibleName() != QStringLiteral("Problems")) continue;
        dock.showTab(isLog ? DockPanel::Log : DockPanel::Problems);
        if (list->model()->rowCount() == 0) QVERIFY(!hintOf(*list).isEmpty());
        if (list->model()->rowCount() > 0) QVERIFY(hintOf(*list).isEmpty());
        QVERIFY(list->findChild<EmptyHint*>());
    }
    PalettePanel& palette = fixture.window->design().palette();
    QCOMPARE(hintOf(palette.tree()), QString());
    QTest::keyClicks(&palette.input(), QStringLiteral("quux"));
    QVERIFY(hintOf(palette.tree()).contains(QStringLiteral("quux")));
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    CommandPalette& commands = fixture.window->commandPalette();
    QCOMPARE(hintOf(commands.list()), QString());
    QTest::keyClicks(&commands.input(), QStringLiteral("quux"));
    QVERIFY(hintOf(commands.list()).contains(QStringLiteral("quux")));
    picture(fixture, QStringLiteral("no-match"));
}

void UiStates::logTellsOfJobs()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    for (const int key : {Qt::Key_F9, Qt::Key_F5, Qt::Key_F8}) {
        QTRY_VERIFY(fixture.window->commands().action(QStringLiteral("run.stop"))->isEnabled());
        const JobState before = open->state();
        fixture.key(key);
        QTRY_VERIFY(open->state() != before);
    }
    QStringList told = linesOf(fixture.window->dock().logLines()).filter(QStringLiteral("Hot machines"));
    QCOMPARE(told,
             QStringList({"Hot machines: Running", "Hot machines: Paused", "Hot machines: Running",
                          "Hot machines: Finished"}));
}

void UiStates::newPipelineIsNoMistake()
{
    WindowFixture fixture;
    fixture.far->diagnostics = {{Diagnostic::Problem, {}, {}, "nodes", "The pipeline has no nodes.", {}}};
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    OpenDocument* open = fixture.session->current();
    QTRY_VERIFY(open && !open->analysis.diagnostics.empty());
    fixture.window->status().refresh();
    fixture.window->dock().refresh();
    picture(fixture, QStringLiteral("new"));
    const auto problems = open->problems();
    QCOMPARE(problems.size(), std::size_t{1});
    QCOMPARE(problems[0].severity, Diagnostic::Hint);
    fixture.key(Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(fixture.window->dock().title(), QStringLiteral("Problems"));
    // With a node in it the engine's word counts again.
    open->document->edit({}, [](DocumentState& state) { state.spec.nodes = fake::hotMachines().nodes; });
    QVERIFY(hasProblem(open->problems()));
}

void UiStates::changeInForceIsTold()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    fixture.far->isChangeWaiting = true;
    open->document->setParam(NodeId{"hot"}, "condition", "temperature > 90");
    QTRY_VERIFY(open->inForce.has_value());
    fixture.far->isChangeWaiting = false;
    QTRY_VERIFY(!open->inForce.has_value());
    const QString wanted = QStringLiteral(
        "Keep rows where: temperature > 80 AND humidity < 60 → temperature > 90, in force from checkpoint");
    const QStringList told = linesOf(fixture.window->dock().logLines()).filter(wanted);
    QCOMPARE(told.size(), qsizetype{1});
    fixture.window->showPage(MainWindow::Jobs);
    bool isListed = false;
    for (const QListView* list : fixture.window->jobs().findChildren<QListView*>())
        isListed = isListed || !linesOf(*list->model()).filter(QStringLiteral("Hot: ") + wanted).isEmpty();
    QVERIFY(isListed);
}

void UiStates::columnsAreThoseOfThePort()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    QTRY_VERIFY(!open->analysis.schemas.empty());
    MainWindow& window = *fixture.window;
    window.scene().select(window.scene().edge(fake::link("per_second", "too_hot")));
    QCOMPARE(window.dock().rows().headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("line"));
    open->analysis.schemas.erase(PortRef{NodeId{"sensors"}, "out"});
    window.scene().select(window.scene().edge(fake::link("sensors", "hot")));
    QCOMPARE(window.dock().title(), QStringLiteral("Sensors → out"));
    QCOMPARE(window.dock().rows().columnCount(), 0);
}

void UiStates::droppedDataIsRead()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("readings.csv"));
    QVERIFY(WindowFixture::write(path, "a,b\n1,2\n"));
    WindowFixture fixture;
    Detected detected;
    detected.format = "csv";
    detected.columns = {{.name = "a"}, {.name = "b"}};
    fixture.far->detected = detected;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    const auto drop = [&] {
        const QPoint at = fixture.window->rect().center();
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(fixture.window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(fixture.window.get(), &event);
    };
    drop();
    OpenDocument* open = fixture.session->current();
    QVERIFY(open);
    QCOMPARE(open->document->spec().nodes.size(), std::size_t{1});
    const NodeSpec& node = open->document->spec().nodes.front();
    QCOMPARE(node.component, std::string("file_source"));
    QVERIFY(QString::fromStdString(node.params->at("path").get<std::string>())
                .endsWith(QStringLiteral("readings.csv")));
    NodeEditor* editor = fixture.window->design().inspector().editor();
    QVERIFY(editor && editor->detectCard());
    QTRY_VERIFY(editor->detectCard()->sentence().contains(QStringLiteral("CSV")));
    QVERIFY(WindowFixture::click(*editor->detectCard(), QStringLiteral("Use these columns")));
    drop();
    picture(fixture, QStringLiteral("dropped"));
    QCOMPARE(open->document->spec().nodes.size(), std::size_t{2});
    open->document->undoStack().undo();
    QCOMPARE(open->document->spec().nodes.size(), std::size_t{1});
    open->document->undoStack().undo();
    open->document->undoStack().undo();
    QVERIFY(open->document->spec().nodes.empty());
    QVERIFY(fixture.window->notices().text().isEmpty());
}

void UiStates::hiddenWindowTellsOfTheEnd()
{
    WindowFixture fixture;
    QVERIFY(runs(fixture));
    fixture.window->showMinimized();
    QTRY_VERIFY(fixture.window->isMinimized());
    fixture.session->act(JobAction::Drain);
    QTRY_VERIFY2(fixture.window->tray().toolTip().contains(QStringLiteral("“Hot machines” has finished.")),
                 qPrintable(fixture.window->tray().toolTip()));
    QVERIFY(fixture.window->notices().text().contains(QStringLiteral("has finished")));
    fixture.window->showNormal();
    QVERIFY(fixture.answerNotice(QStringLiteral("Dismiss")));
    // Seen, it needs no notice.
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->isActive() && fixture.session->current()->hasTelemetry);
    fixture.session->act(JobAction::Drain);
    QTRY_VERIFY(!fixture.session->current()->isActive());
    QVERIFY(fixture.window->notices().text().isEmpty());
}

// An edit of the setting counts at once, for what was there before it too.
void UiStates::timesAreOfTheDocumentsZone()
{
    WindowFixture fixture;
    OpenDocument* open = runs(fixture);
    QVERIFY(open);
    MainWindow& window = *fixture.window;
    QTRY_VERIFY(window.dock().rows().rowCount() > 0);
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!open->isActive());
    const RowsModel& rows = window.dock().rows();
    const auto windowEnd = [&] { return rows.index(rows.rowCount() - 1, 2); };
    const auto shown = [&] { return windowEnd().data().toString(); };
    const auto status = [&] { return window.status().accessibleName(); };
    const QTime before = QTime::fromString(shown(), QStringLiteral("HH:mm:ss.zzz"));
    QVERIFY(before.isValid() && window.dock().chart().zone().isUtc());
    const QString ended = status();
    open->document->edit(QStringLiteral("Zone"),
                         [](DocumentState& state) { state.spec.settings.timeZone = "Asia/Kolkata"; });
    QCOMPARE(shown(), before.addSecs(19'800).toString(QStringLiteral("HH:mm:ss.zzz")));
    QVERIFY(windowEnd().data(Qt::ToolTipRole).toString().contains(QStringLiteral("Asia/Kolkata")));
    QCOMPARE(window.dock().chart().zone(), TimeZone("Asia/Kolkata"));
    window.status().refresh();
    QVERIFY2(status() != ended, qPrintable(status()));
    open->document->undoStack().undo();
    QCOMPARE(shown(), before.toString(QStringLiteral("HH:mm:ss.zzz")));
}

STREAMWRIGHT_WINDOW_TEST(UiStates)

}  // namespace tst_ui_states
#include "tst_ui_states.moc"
