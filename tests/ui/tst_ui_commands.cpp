#include "ui/commands/command_palette.h"
#include "ui/commands/command_model.h"
#include "ui/commands/key_sheet.h"
#include "ui/document/edits.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/search_popup.h"
#include "ui/tray.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QStyle>

namespace tst_ui_commands {

using namespace engine;
using namespace ui;

// Every entry of every menu, in every state that a window can be in.
class UiCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { theme().isAnimated = true, theme().setShade(Shade::Dark); }
    void everyCommandInEveryState_data();
    void everyCommandInEveryState();
    void canvasCommandsMeanWhatIsSeen();
    void whatIsEnabledDoesSomething();
    void helpIsLastAndKeysHaveOneName();
    void animationCanBeOff();
    void coloursGoBackToTheDesktops();
    void keySheetHasALineForEachAndTheChartsKeys();

private:
    static void expectSensible(WindowFixture& fixture, QAction& action);
    static void select(WindowFixture& fixture, const QString& what);
    static bool suits(const QAction& action, const QString& state);
    static QStringList seen(WindowFixture& fixture, const QAction& action);
    static QList<QAction*> leavesOf(const QMenu& menu);
};

void UiCommands::select(WindowFixture& fixture, const QString& what)
{
    fixture.session->current()->document->undoStack().setIndex(0);
    GraphScene& scene = fixture.window->scene();
    QList<QGraphicsItem*> items;
    if (what.startsWith(QLatin1String("a node"))) items = {scene.node(NodeId{"hot"})};
    if (what.startsWith(QLatin1String("several")))
        items = {scene.node(NodeId{"hot"}), scene.node(NodeId{"known"}), scene.node(NodeId{"all"})};
    if (what.startsWith(QLatin1String("an edge"))) items = {scene.edge(fake::link("hot", "all"))};
    if (what.startsWith(QLatin1String("a note"))) items = {scene.remarks().begin()->second};
    QVERIFY(!items.isEmpty() && !items.contains(nullptr));
    scene.select(items);
}

bool UiCommands::suits(const QAction& action, const QString& state)
{
    return !state.startsWith(QLatin1String("an edge")) ||
        action.objectName() != QLatin1String("canvas.rename");
}

// All that a command of the canvas can do to it, or tell.
QStringList UiCommands::seen(WindowFixture& fixture, const QAction& action)
{
    GraphView& view = fixture.window->view();
    const GraphView::Place place = view.place();
    QStringList all{view.signs().said(),
                    QString::number(fixture.session->current()->document->undoStack().index()),
                    QStringLiteral("%1 %2 %3").arg(place.zoom).arg(place.middle.x()).arg(place.middle.y()),
                    QString::number(view.prompts().popup().isVisible()),
                    QString::number(QApplication::activePopupWidget() != nullptr),
                    QString::number(action.isChecked()),
                    QGuiApplication::clipboard()->text(),
                    QString::number(view.hasFocus())};
    for (const QGraphicsItem* item : fixture.window->scene().selectedItems())
        all += QString::number(reinterpret_cast<quintptr>(item));
    return all;
}

QList<QAction*> UiCommands::leavesOf(const QMenu& menu)
{
    QList<QAction*> leaves;
    for (QAction* action : menu.actions()) {
        if (action->isSeparator()) continue;
        if (action->menu())
            leaves += leavesOf(*action->menu());
        else
            leaves += action;
    }
    return leaves;
}

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
    for (const char* state : {"no document", "an empty one", "a running one", "a paused one",
                              "one that is over", "a node selected", "several nodes selected",
                              "an edge selected", "a note selected"})
        QTest::newRow(state) << state;
}

namespace {

// A window in one of the states by its words, made anew when a command has led out of it.
class TriedWindow {
public:
    TriedWindow(const QString& state, const QString& recent)
        : m_isEmpty(state.contains(QLatin1String("empty"))),
          m_isSelected(state.endsWith(QLatin1String("selected"))),
          m_hasJob(state != QLatin1String("no document") && !m_isEmpty && !m_isSelected),
          m_wanted(state.contains(QLatin1String("paused"))     ? JobState::Paused
                       : state.contains(QLatin1String("over")) ? JobState::Finished
                                                               : JobState::Running),
          m_recent(recent)
    {
    }
    WindowFixture& fixture() { return *m_fixture; }
    bool isSelected() const { return m_isSelected; }
    void makeReady()
    {
        if (!isAsWanted()) prepare();
    }
    void comeBack()
    {
        for (QWidget* dialog : m_fixture->window->findChildren<QDialog*>()) dialog->close();
        m_fixture->key(Qt::Key_Escape);
        QCoreApplication::processEvents();
        m_fixture->window->overlay().dismiss();
    }

private:
    bool isAsWanted() const
    {
        if (!m_fixture || !m_fixture->window->isVisible()) return false;
        const OpenDocument* open = m_fixture->session->current();
        const bool hasDocument = m_hasJob || m_isEmpty || m_isSelected;
        if (m_fixture->session->documents().size() != (hasDocument ? 1u : 0u)) return false;
        if (m_isSelected) return !open->isActive() && m_fixture->window->page() == MainWindow::Design;
        return !m_hasJob || (open->hasTelemetry && open->state() == m_wanted);
    }
    void prepare()
    {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->window->documents().recent().add(m_recent);
        if (m_isEmpty) m_fixture->window->documents().create();
        if (m_isSelected) {
            DocumentState noted = stateFromSpec(fake::hotMachines());
            (void)edits::addRemark(noted, RemarkKind::Note, {"A note", {0, 600, 240, 80}});
            m_fixture->session->add(std::make_unique<PipelineDocument>(std::move(noted)));
            m_fixture->window->showPage(MainWindow::Design);
        }
        if (!m_hasJob) return;
        m_fixture->add(fake::hotMachines());
        m_fixture->session->run();
        QTRY_VERIFY(m_fixture->session->current()->hasTelemetry);
        if (m_wanted == JobState::Paused) m_fixture->session->act(JobAction::Pause);
        if (m_wanted == JobState::Finished) m_fixture->session->act(JobAction::Drain);
        QTRY_VERIFY(isAsWanted());
    }
    const bool m_isEmpty, m_isSelected, m_hasJob;
    const JobState m_wanted;
    const QString m_recent;
    std::unique_ptr<WindowFixture> m_fixture;
};

}  // namespace

void UiCommands::everyCommandInEveryState()
{
    QFETCH(QString, state);
    QTemporaryDir folder;
    const QString recent = folder.filePath(QStringLiteral("recent.pipeline.json"));
    QVERIFY(WindowFixture::write(recent, QByteArray::fromStdString(writePipeline(fake::largeDocument(5)))));
    TriedWindow tried(state, recent);
    const auto ready = [&]() -> WindowFixture& {
        tried.makeReady();
        if (tried.isSelected()) select(tried.fixture(), state);
        return tried.fixture();
    };
    tried.makeReady();
    for (qsizetype i = 0; i < tried.fixture().window->tray().menu().actions().size(); ++i) {
        tried.makeReady();
        expectSensible(tried.fixture(), *tried.fixture().window->tray().menu().actions()[i]);
        if (QTest::currentTestFailed()) return;
        tried.fixture().window->overlay().dismiss();
    }
    const std::size_t count = ready().window->commands().entries().size();
    QVERIFY(tried.fixture().window->commands().action(QStringLiteral("file.recent_1")));
    for (std::size_t i = 0; i < count; ++i) {
        WindowFixture& fixture = ready();
        fixture.window->commands().refresh();
        QAction* action = fixture.window->commands().entries()[i].action;
        if (tried.isSelected() && action->objectName().startsWith(QLatin1String("canvas.")))
            QVERIFY2(action->isEnabled() == suits(*action, state), qPrintable(action->text()));
        expectSensible(fixture, *action);
        if (QTest::currentTestFailed()) return;
        tried.comeBack();
    }
    for (qsizetype i = 0;; ++i) {
        WindowFixture& fixture = ready();
        QMenu menu;
        fixture.window->dock().chartPanel().fillMenu(menu);
        const QList<QAction*> all = leavesOf(menu);
        if (i >= all.size()) break;
        expectSensible(fixture, *all[i]);
        if (QTest::currentTestFailed()) return;
        tried.comeBack();
    }
}

// With an edge selected, which is the least that most of them can do with.
void UiCommands::whatIsEnabledDoesSomething()
{
    const QString state = QStringLiteral("an edge selected");
    TriedWindow tried(state, {});
    tried.makeReady();
    int done = 0;
    for (qsizetype i = 0; i < tried.fixture().window->view().canvasActions().all().size(); ++i) {
        tried.makeReady();
        WindowFixture& fixture = tried.fixture();
        select(fixture, state);
        GraphView& view = fixture.window->view();
        QAction* action = view.canvasActions().all()[i];
        fixture.window->commands().refresh();
        if (!action->isEnabled()) continue;
        view.setFocus();
        view.setPlace({0.5, {100, 100}, false});
        view.signs().say({});
        QGuiApplication::clipboard()->clear();
        const QStringList before = seen(fixture, *action);
        action->trigger();
        QTRY_VERIFY2(seen(fixture, *action) != before, qPrintable(action->text()));
        ++done;
        if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
        tried.comeBack();
    }
    QVERIFY(done > 40);
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

void UiCommands::animationCanBeOff()
{
    QTemporaryDir folder;
    const auto zoomsAtOnce = [](WindowFixture& fixture) {
        fixture.add(fake::hotMachines());
        fixture.window->showPage(MainWindow::Design);
        GraphView& view = fixture.window->view();
        const double wanted = view.zoom() / 2;
        view.zoomBy(0.5);
        return qFuzzyCompare(view.zoom(), wanted);
    };
    const auto text = [](WindowFixture& fixture) {
        return fixture.window->commands().action(QStringLiteral("view.animation"))->text();
    };
    {
        WindowFixture fixture(folder.path());
        QVERIFY(!zoomsAtOnce(fixture));
        QVERIFY(QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0);
        QCOMPARE(text(fixture), QStringLiteral("Turn animation off"));
        fixture.window->commands().run(QStringLiteral("view.animation"));
        QCOMPARE(text(fixture), QStringLiteral("Turn animation on"));
        QVERIFY(zoomsAtOnce(fixture));
        QCOMPARE(QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration), 0);
        fixture.window->documents().worker().finish();
    }
    theme().isAnimated = true;
    WindowFixture next(folder.path());
    QVERIFY(zoomsAtOnce(next));
    next.window->commands().run(QStringLiteral("view.animation"));
    QVERIFY(!zoomsAtOnce(next));
}

void UiCommands::coloursGoBackToTheDesktops()
{
    QTemporaryDir folder;
    const QString key = QStringLiteral("window/theme");
    const auto saved = [&](WindowFixture& fixture) {
        fixture.window->documents().worker().finish();
        return QSettings(folder.path() + QStringLiteral("/window.ini"), QSettings::IniFormat).value(key);
    };
    WindowFixture fixture(folder.path());
    QCOMPARE(theme().shade(), Shade::Dark);
    for (int i = 0; i < 2; ++i) fixture.window->commands().run(QStringLiteral("view.theme"));
    QCOMPARE(saved(fixture).toString(), QStringLiteral("dark"));
    fixture.window->commands().run(QStringLiteral("view.desktop"));
    QVERIFY(theme().followsDesktop());
    QCOMPARE(theme().shade(), Shade::Light);  // as the desktop is here
    QVERIFY(!saved(fixture).isValid());
    // Which is what the next window comes back to.
    fixture.window->restore();
    QVERIFY(theme().followsDesktop());
    fixture.window->commands().run(QStringLiteral("view.theme"));
    QVERIFY(!theme().followsDesktop());
}

void UiCommands::keySheetHasALineForEachAndTheChartsKeys()
{
    WindowFixture fixture;
    KeySheet sheet(fixture.window->commands());
    QMap<QString, QString> keys;
    const QList<QLabel*> labels = sheet.findChildren<QLabel*>();
    for (qsizetype i = 0; i + 1 < labels.size(); ++i) {
        if (labels[i + 1]->objectName() != QLatin1String("soft")) continue;
        QVERIFY2(!keys.contains(labels[i]->text()), qPrintable(labels[i]->text()));
        keys[labels[i]->text()] = labels[i + 1]->text();
    }
    QCOMPARE(keys[QStringLiteral("Fit")], QStringLiteral("Ctrl+0  0"));
    QVERIFY(keys[QStringLiteral("Zoom in")].contains(QStringLiteral("Ctrl+=")));
    QVERIFY(keys[QStringLiteral("Zoom in")].endsWith(QLatin1Char('=')));
    QCOMPARE(keys[QStringLiteral("Add threshold…")], QStringLiteral("Ins  T"));
    QCOMPARE(keys[QStringLiteral("Move threshold up")], QStringLiteral("Up"));
    // And in the palette, beside what they do.
    CommandModel model(fixture.window->commands());
    model.search(QStringLiteral("next threshold"));
    QCOMPARE(model.index(0).data(CommandModel::KeysRole).toString(), QStringLiteral("Right"));
}

STREAMWRIGHT_WINDOW_TEST(UiCommands)

}  // namespace tst_ui_commands
#include "tst_ui_commands.moc"
