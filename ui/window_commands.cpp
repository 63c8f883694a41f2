#include "ui/closing_flow.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph_change.h"
#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/run_flow.h"

#include <QDesktopServices>
#include <QUrl>

namespace ui {

void MainWindow::makeFileCommands()
{
    const QString file = tr("File");
    const auto current = [this] { return m_session.current(); };
    const auto isOpen = [current] { return current() != nullptr; };
    const auto areMany = [this] { return m_session.documents().size() > 1; };
    const auto mayBeSaved = [current] { return current() && !current()->document->isReadOnly(); };
    m_commands.add(file, {"file.new", tr("New pipeline"), {QKeySequence::New}, {}, {}, [this] {
                              m_documents.create();
                              showPage(Design);
                          }});
    m_commands.add(file, {"file.open", tr("Open…"), {QKeySequence::Open}, {}, {}, [this] { open(); }});
    m_commands.add(file,
                   {"file.save",
                    tr("Save"),
                    {QKeySequence::Save},
                    {},
                    [this, current, mayBeSaved] {
                        return mayBeSaved() &&
                            (current()->document->isModified() || current()->document->path().isEmpty() ||
                             isTyping());
                    },
                    [this] { save(false); }});
    m_commands.add(
        file, {"file.save_as", tr("Save as…"), {Qt::CTRL | Qt::SHIFT | Qt::Key_S}, {}, mayBeSaved, [this] {
                   save(true);
               }});
    m_commands.add(file,
                   {"file.rename",
                    tr("Rename the pipeline"),
                    {Qt::SHIFT | Qt::Key_F2},
                    {},
                    [current] { return current() && !current()->document->isReadOnly(); },
                    [this] { m_top->rename(); }});
    m_commands.add(
        file, {"file.editor", tr("Open the file in an editor"), {}, {}, isOpen, [this] { openInEditor(); }});
    m_commands.add(
        file, {"file.close", tr("Close the tab"), {QKeySequence(Qt::CTRL | Qt::Key_W)}, {}, isOpen, [this] {
                   OpenDocument* document = m_session.current();
                   finishTyping(document, [this, document] { m_closing->closeDocument(document); });
               }});
    m_commands.add(file,
                   {"file.next",
                    tr("Next tab"),
                    {Qt::CTRL | Qt::Key_Tab, Qt::CTRL | Qt::Key_PageDown},
                    {},
                    areMany,
                    [this] { m_design->tabs().step(1); }});
    m_commands.add(file,
                   {"file.previous",
                    tr("Previous tab"),
                    {Qt::CTRL | Qt::SHIFT | Qt::Key_Tab, Qt::CTRL | Qt::Key_PageUp},
                    {},
                    areMany,
                    [this] { m_design->tabs().step(-1); }});
    m_commands.add(
        file, {"file.quit", tr("Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, {}, {}, [this] { close(); }});
}

void MainWindow::openInEditor()
{
    OpenDocument* document = m_session.current();
    const auto show = [this](OpenDocument* saved) {
        if (saved && !QDesktopServices::openUrl(QUrl::fromLocalFile(saved->document->path())))
            m_notices->say(NoticeBar::Trouble,
                           tr("No program was found for %1.").arg(saved->document->path()));
    };
    finishTyping(document, [this, document, show] {
        if (!m_session.holds(document)) return;
        if (document->document->path().isEmpty())
            askSavePath(document, show);
        else if (document->document->isModified())
            m_documents.save(*document, show);
        else
            show(document);
    });
}

void MainWindow::makeRunCommands()
{
    using engine::JobAction;
    using engine::JobState;
    const QString run = tr("Run");
    const auto isPaused = [this] {
        const RunTarget target = runTarget();
        return target.isActive && target.state == JobState::Paused;
    };
    m_commands.add(run,
                   {"run.run",
                    tr("Run or resume"),
                    {Qt::Key_F5},
                    {},
                    [this, isPaused] {
                        const RunTarget target = runTarget();
                        return isPaused() ||
                            (target.document && !target.document->document->isReadOnly() &&
                             (!target.isActive || isGraphOther(*target.document)));
                    },
                    [this, isPaused] {
                        if (isPaused()) return act(JobAction::Resume);
                        OpenDocument* document = runTarget().document;
                        finishTyping(document, [this, document] {
                            if (!m_session.holds(document)) return;
                            if (isGraphOther(*document)) return m_runs->tellOther(document);
                            m_session.run(*document);
                        });
                    }});
    m_commands.add(run,
                   {"run.again",
                    tr("Stop and run again"),
                    {Qt::CTRL | Qt::Key_F5},
                    {},
                    [this] {
                        const RunTarget target = runTarget();
                        return target.document && target.isActive && target.job &&
                            target.state != JobState::Stopping;
                    },
                    [this] { runAgain(); }});
    m_commands.add(run,
                   {"run.anew",
                    tr("Run from the beginning…"),
                    {},
                    {},
                    [this] {
                        const RunTarget target = runTarget();
                        return target.document && !target.isActive &&
                            !target.document->document->isReadOnly();
                    },
                    [this] {
                        OpenDocument* document = runTarget().document;
                        finishTyping(document, [this, document] {
                            if (m_session.holds(document)) m_runs->askToBeginAnew(document);
                        });
                    }});
    makeOrderCommands();
}

void MainWindow::makeOrderCommands()
{
    using engine::JobAction;
    using engine::JobState;
    const QString run = tr("Run");
    const auto isIn = [this](JobState state) {
        const RunTarget target = runTarget();
        return target.isActive && target.state == state;
    };
    const auto isRunning = [isIn] { return isIn(JobState::Running); };
    const auto isPaused = [isIn] { return isIn(JobState::Paused); };
    const auto order = [this](JobAction action) { return [this, action] { act(action); }; };
    m_commands.add(run, {"run.pause", tr("Pause"), {Qt::Key_F9}, {}, isRunning, order(JobAction::Pause)});
    m_commands.add(run, {"run.resume", tr("Resume"), {}, {}, isPaused, order(JobAction::Resume)});
    m_commands.add(
        run, {"run.checkpoint", tr("Checkpoint"), {Qt::Key_F7}, {}, isRunning, order(JobAction::Checkpoint)});
    m_commands.add(run,
                   {"run.drain",
                    tr("Drain"),
                    {Qt::Key_F8},
                    {},
                    [isRunning, isPaused] { return isRunning() || isPaused(); },
                    order(JobAction::Drain)});
    m_commands.add(run,
                   {"run.stop",
                    tr("Stop"),
                    {Qt::SHIFT | Qt::Key_F5},
                    {},
                    [this] {
                        const RunTarget target = runTarget();
                        return target.isActive && target.job && target.state != JobState::Stopping;
                    },
                    order(JobAction::Stop)});
}

void MainWindow::makeViewCommands()
{
    const QString show = tr("View");
    const auto isOpen = [this] { return m_session.current() != nullptr; };
    const auto isDesign = [this, isOpen] { return isOpen() && page() == Design; };
    const auto tab = [this](DockPanel::Tab which) {
        return [this, which] {
            showDock(which);
            dock().focusTab();
        };
    };
    m_commands.add(show,
                   {"view.home", tr("Home"), {Qt::ALT | Qt::Key_1}, {}, {}, [this] { showPage(Home); }});
    m_commands.add(
        show, {"view.design", tr("Design"), {Qt::ALT | Qt::Key_2}, {}, {}, [this] { showPage(Design); }});
    m_commands.add(show,
                   {"view.jobs", tr("Jobs"), {Qt::ALT | Qt::Key_3}, {}, {}, [this] { showPage(Jobs); }});
    m_commands.add(
        show, {"view.alerts", tr("Alerts"), {Qt::ALT | Qt::Key_4}, {}, {}, [this] { showPage(Alerts); }});
    m_commands.add(show,
                   {"view.text", tr("Text beside the canvas"), {Qt::CTRL | Qt::Key_T}, {}, isOpen, [this] {
                        showPage(Design);
                        m_design->showText(!m_design->isTextShown());
                    }});
    m_commands.add(show,
                   {"view.chart",
                    tr("Chart and rows"),
                    {Qt::CTRL | Qt::Key_1},
                    {},
                    isOpen,
                    tab(DockPanel::ChartAndRows)});
    m_commands.add(show, {"view.chart_alone", tr("Chart"), {}, {}, isOpen, tab(DockPanel::Chart)});
    m_commands.add(show, {"view.rows", tr("Rows"), {}, {}, isOpen, tab(DockPanel::Rows)});
    m_commands.add(
        show,
        {"view.problems", tr("Problems"), {Qt::CTRL | Qt::Key_2}, {}, isOpen, tab(DockPanel::Problems)});
    m_commands.add(show, {"view.log", tr("Log"), {Qt::CTRL | Qt::Key_3}, {}, isOpen, tab(DockPanel::Log)});
    const auto addPanel = [&](const char* id, const QString& text, int key, DesignPage::Panel panel) {
        m_commands.add(show, {id, text, {QKeySequence(Qt::CTRL | Qt::Key(key))}, {}, isOpen, [this, panel] {
                                  const bool wasSeen = page() == Design && m_design->isShown(panel);
                                  showPage(Design);
                                  m_design->setShown(panel, !wasSeen);
                              }});
    };
    addPanel("view.palette", tr("Show or hide the palette"), Qt::Key_B, DesignPage::Palette);
    addPanel("view.inspector", tr("Show or hide the inspector"), Qt::Key_I, DesignPage::Inspector);
    addPanel("view.dock", tr("Show or hide the dock"), Qt::Key_J, DesignPage::Dock);
    m_commands.add(show, {"view.find", tr("Find a component"), {QKeySequence::Find}, {}, {}, [this] {
                              showPage(Design);
                              m_design->setShown(DesignPage::Palette, true);
                              m_design->palette().focusSearch();
                          }});
    m_commands.add(show,
                   {"view.fit", tr("Fit"), {Qt::CTRL | Qt::Key_0}, {}, isDesign, [this] { view().fit(); }});
    m_commands.add(show,
                   {"view.zoom_in",
                    tr("Zoom in"),
                    {Qt::CTRL | Qt::Key_Equal, Qt::CTRL | Qt::Key_Plus},
                    {},
                    isDesign,
                    [this] { view().zoomBy(1.2); }});
    m_commands.add(show, {"view.zoom_out", tr("Zoom out"), {Qt::CTRL | Qt::Key_Minus}, {}, isDesign, [this] {
                              view().zoomBy(1 / 1.2);
                          }});
    makeLookCommands();
}

// What the canvas and the chart do, they do to what is seen; the chart comes into sight for it.
void MainWindow::adoptCommands()
{
    const auto isSeen = [this] { return page() == Design && m_session.current(); };
    m_commands.adopt(tr("Canvas"), view().canvasActions().all(), [this, isSeen](const QAction& action) {
        return isSeen() && CanvasActions::suits(action, scene());
    });
    ChartPanel* chart = &dock().chartPanel();
    m_commands.adopt(tr("Chart"), chart->actions(), [isSeen, chart](const QAction& action) {
        return isSeen() && (chart->isVisible() || !ChartPanel::needsSight(action));
    });
    connect(chart, &ChartPanel::sightWanted, this, [this] { showDock(DockPanel::ChartAndRows); });
    connect(chart, &ChartPanel::sightChanged, &m_commands, &CommandRegistry::refresh);
}

void MainWindow::makeHelpCommands()
{
    const QString help = tr("Help");
    m_commands.add(help,
                   {"help.commands",
                    tr("All commands"),
                    {Qt::CTRL | Qt::Key_K, Qt::CTRL | Qt::SHIFT | Qt::Key_P},
                    {},
                    {},
                    [this] { showCommands(); }});
    m_commands.add(help,
                   {"help.menu", tr("Main menu"), {Qt::Key_F10}, {}, {}, [this] { m_top->openMenu(); }});
    m_commands.add(help, {"help.keys", tr("Keys"), {Qt::Key_F1}, {}, {}, [this] { showKeys(); }});
}

}  // namespace ui
