#include "ui/commands/command_palette.h"
#include "ui/graph/canvas_signs.h"
#include "ui/tray.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>

namespace tst_ui_commands {

using namespace engine;
using namespace ui;

// Every entry of every menu, in every state that a window can be in.
class UiCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { theme().setShade(Shade::Dark); }
    void everyCommandInEveryState_data();
    void everyCommandInEveryState();
    void canvasCommandsMeanWhatIsSeen();
    void helpIsLastAndKeysHaveOneName();

private:
    static void expectSensible(WindowFixture& fixture, QAction& action);
};

// Whatever was triggered: the document can be written and read, and what was done to it is one step that can
// be taken back.
void UiCommands::expectSensible(WindowFixture& fixture, QAction& action)
{
    OpenDocument* open = fixture.session->current();
    const auto before = open ? std::optional(open->document->state()) : std::nullopt;
    const int index = open ? open->document->undoStack().index() : 0;
    const QByteArray name = action.text().toUtf8(), id = action.objectName().toUtf8();
    action.trigger();  // with whatever it was enabled for
    QCoreApplication::processEvents();
    if (open && fixture.session->holds(open)) {
        QUndoStack& steps = open->document->undoStack();
        const QByteArray text =
            QByteArray::fromStdString(writePipeline(specFromState(open->document->state())));
        QVERIFY2(!readText(text).isReadOnly, name);
        QStringList done;
        for (int step = index; step < steps.index(); ++step) done << steps.text(step);
        QVERIFY2(done.size() <= 1, name + " did: " + done.join(QStringLiteral(", ")).toUtf8());
        if (steps.index() == index + 1) {
            QVERIFY2(!steps.undoText().isEmpty(), name);
            steps.undo();
            QVERIFY2(open->document->state() == *before, name);
        } else if (steps.index() == index) {
            QVERIFY2(open->document->state() == *before, name);
        }
    }
    fixture.window->commands().run(QString::fromUtf8(id));
    QCoreApplication::processEvents();
    if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
}

void UiCommands::everyCommandInEveryState_data()
{
    QTest::addColumn<QString>("state");
    for (const char* state :
         {"no document", "an empty one", "a running one", "a paused one", "one that is over"})
        QTest::newRow(state) << state;
}

void UiCommands::everyCommandInEveryState()
{
    QFETCH(QString, state);
    const bool isEmpty = state.contains(QLatin1String("empty"));
    const bool hasJob = state != QLatin1String("no document") && !isEmpty;
    const JobState wanted = state.contains(QLatin1String("paused")) ? JobState::Paused
        : state.contains(QLatin1String("over"))                     ? JobState::Finished
                                                                    : JobState::Running;
    QTemporaryDir folder;
    const QString recent = folder.filePath(QStringLiteral("recent.pipeline.json"));
    QVERIFY(WindowFixture::write(recent, QByteArray::fromStdString(writePipeline(fake::largeDocument(5)))));
    std::unique_ptr<WindowFixture> fixture;
    const auto isAsWanted = [&] {
        if (!fixture || !fixture->window->isVisible()) return false;
        const OpenDocument* open = fixture->session->current();
        if (fixture->session->documents().size() != (hasJob || isEmpty ? 1u : 0u)) return false;
        return !hasJob || (open->hasTelemetry && open->state() == wanted);
    };
    const auto prepare = [&] {
        fixture = std::make_unique<WindowFixture>();
        fixture->window->documents().recent().add(recent);
        if (isEmpty) fixture->window->documents().create();
        if (!hasJob) return;
        fixture->add(fake::hotMachines());
        fixture->session->run();
        QTRY_VERIFY(fixture->session->current()->hasTelemetry);
        if (wanted == JobState::Paused) fixture->session->act(JobAction::Pause);
        if (wanted == JobState::Finished) fixture->session->act(JobAction::Drain);
        QTRY_VERIFY(isAsWanted());
    };
    prepare();
    for (qsizetype i = 0; i < fixture->window->tray().menu().actions().size(); ++i) {
        if (!isAsWanted()) prepare();
        expectSensible(*fixture, *fixture->window->tray().menu().actions()[i]);
        if (QTest::currentTestFailed()) return;
        fixture->window->overlay().dismiss();
    }
    if (!isAsWanted()) prepare();
    const std::size_t count = fixture->window->commands().entries().size();
    QVERIFY(fixture->window->commands().action(QStringLiteral("file.recent_1")));
    for (std::size_t i = 0; i < count; ++i) {
        if (!isAsWanted()) prepare();
        QAction* action = fixture->window->commands().entries()[i].action;
        expectSensible(*fixture, *action);
        if (QTest::currentTestFailed()) return;
        for (QWidget* dialog : fixture->window->findChildren<QDialog*>()) dialog->close();
        fixture->key(Qt::Key_Escape);
        QCoreApplication::processEvents();
        fixture->window->overlay().dismiss();
    }
}

void UiCommands::canvasCommandsMeanWhatIsSeen()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    const auto& commands = fixture.window->commands();
    QAction* remove = commands.action(QStringLiteral("canvas.delete"));
    QVERIFY(!remove->isEnabled());
    fixture.window->selectNode(NodeId{"hot"});
    QVERIFY(remove->isEnabled());
    const std::size_t nodes = open->document->spec().nodes.size();
    fixture.key(Qt::Key_3, Qt::AltModifier);
    for (const CommandRegistry::Entry& entry : commands.entries())
        if (entry.category == QLatin1String("Canvas") || entry.category == QLatin1String("Chart"))
            QVERIFY2(!entry.action->isEnabled(), qPrintable(entry.action->text()));
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&fixture.window->commandPalette().input(), QStringLiteral("delete"));
    fixture.key(Qt::Key_Return);
    QCOMPARE(open->document->spec().nodes.size(), nodes);
    fixture.key(Qt::Key_Escape);
    fixture.key(Qt::Key_2, Qt::AltModifier);
    QVERIFY(remove->isEnabled());
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&fixture.window->commandPalette().input(), QStringLiteral("delete"));
    fixture.key(Qt::Key_Return);
    QCOMPARE(open->document->spec().nodes.size(), nodes - 1);
    // By its key it is never silent.
    fixture.window->scene().select(nullptr);
    fixture.window->view().setFocus();
    fixture.key(Qt::Key_Delete);
    QVERIFY(fixture.window->view().signs().said().contains(QStringLiteral("Select")));
}

void UiCommands::helpIsLastAndKeysHaveOneName()
{
    WindowFixture fixture;
    const auto& entries = fixture.window->commands().entries();
    QCOMPARE(entries.back().category, QStringLiteral("Help"));
    for (const CommandRegistry::Entry& entry : entries)
        QVERIFY2(!keysText(*entry.action).contains(QStringLiteral("Return")),
                 qPrintable(entry.action->text()));
}

STREAMWRIGHT_WINDOW_TEST(UiCommands)

}  // namespace tst_ui_commands
#include "tst_ui_commands.moc"
