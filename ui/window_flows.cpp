#include "ui/closing_flow.h"
#include "ui/file_dialog.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/graph/inline_editor.h"
#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/pages/examples.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/rail_button.h"
#include "ui/plain_text.h"
#include "ui/run_flow.h"
#include "ui/tray.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>

// What the main window does with what comes to it: examples, drafts, files that are dropped, jobs that end.

namespace ui {

namespace {

QString fileNameFor(const QString& name)
{
    QString file;
    for (const QChar letter : name.left(60).toLower())
        file += letter.isLetterOrNumber() ? letter : QLatin1Char('_');
    return file + QStringLiteral(".pipeline.json");
}

// A file of rows, told by its name; anything else is taken for a pipeline.
bool isDataFile(const QString& path)
{
    static const QStringList kEnds{
        QStringLiteral(".csv"), QStringLiteral(".tsv"), QStringLiteral(".ndjson"), QStringLiteral(".jsonl"),
        QStringLiteral(".log"), QStringLiteral(".txt"), QStringLiteral(".gz")};
    return std::any_of(kEnds.begin(), kEnds.end(),
                       [&](const QString& end) { return path.endsWith(end, Qt::CaseInsensitive); });
}

}  // namespace

std::shared_ptr<ExamplePlace> MainWindow::examplePlace()
{
    const QString own = m_documents.storage().folder;
    const QString folder = own.isEmpty() ? QDir::tempPath() + QStringLiteral("/streamwright") : own;
    if (!m_examples) m_examples = std::make_shared<ExamplePlace>(folder + QStringLiteral("/examples"));
    return m_examples;
}

void MainWindow::runExample(const Example& example)
{
    const auto prepare = [place = examplePlace(), example] {
        place->prepare();
        return place->textOf(example, example.followsLog ? newestLog(usualLogs()) : QString());
    };
    m_documents.worker().ask(this, prepare, [this, file = example.file](const QByteArray& bytes) {
        m_documents.openExample(file, bytes, m_examples->folder(), [this](OpenDocument*) {
            showPage(Design);
            dock().showTab(DockPanel::ChartAndRows);
            m_session.run();
        });
    });
}

void MainWindow::offerLeftovers()
{
    QStringList names;
    for (const Draft& draft : m_documents.leftovers()) names += draft.name.simplified().left(40);
    const QString what = names.mid(0, 3).join(QStringLiteral(", ")) +
        (names.size() > 3 ? tr(" and %1 more").arg(names.size() - 3) : QString());
    const QString text = tr("Streamwright ended unexpectedly. Unsaved or running then: %1.").arg(what);
    m_notices->say(NoticeBar::Told, text,
                   {{tr("Restore"), [this] { m_documents.restoreLeftovers(); }},
                    {tr("Discard"), [this, what, text] {
                         offerLeftovers();  // stays until the question is answered
                         m_closing->askToDiscard(what, [this, text] {
                             m_notices->withdraw(text);
                             m_documents.discardLeftovers();
                         });
                     }}});
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QPoint at = view().mapFrom(this, event->position().toPoint());
    for (const QUrl& url : event->mimeData()->urls()) {
        if (!url.isLocalFile()) continue;
        const QString path = url.toLocalFile();
        if (!isDataFile(path)) {
            openFile(path);
            continue;
        }
        if (!m_session.current()) m_documents.create();
        showPage(Design);
        m_design->addFile(path, at);
        at += QPoint(0, 8);
    }
    event->acceptProposedAction();
}

// The files that were opened last as commands, so that menu and palette list them.
void MainWindow::listRecent()
{
    static constexpr std::array<const char*, RecentFiles::kFiles> kIds{
        "file.recent_1", "file.recent_2", "file.recent_3", "file.recent_4", "file.recent_5",
        "file.recent_6", "file.recent_7", "file.recent_8", "file.recent_9", "file.recent_10"};
    RecentFiles& recent = m_documents.recent();
    // Commands in an open menu stay while only what is missing has changed.
    if (recent.paths() == m_recentListed) return m_commands.refresh();
    m_recentListed = recent.paths();
    std::vector<Command> commands;
    for (const QString& path : m_recentListed) {
        QString text = plainLine(path);
        commands.push_back({kIds[commands.size()],
                            text.replace(QLatin1Char('&'), QLatin1String("&&")),
                            {},
                            {},
                            [&recent, path] { return !recent.isMissing(path); },
                            [this, path] { openFile(path); }});
    }
    m_commands.replace(tr("Recent files"), tr("File"), std::move(commands));
}

// What the run commands are about: the job chosen on the page of jobs, elsewhere the document that is shown.
MainWindow::RunTarget MainWindow::runTarget() const
{
    const auto chosen = page() == Jobs ? m_jobs->view().job() : std::nullopt;
    if (const JobRecord* record = chosen ? m_book.find(*chosen) : nullptr)
        return {m_jobs->view().document(), chosen, record->latest.status.state,
                !engine::isOver(record->latest.status.state)};
    OpenDocument* open = m_session.current();
    if (!open) return {};
    return {open, open->job, open->hasTelemetry ? open->state() : engine::JobState::Starting,
            open->isActive()};
}

void MainWindow::act(engine::JobAction action)
{
    if (page() == Jobs && m_jobs->view().job()) {
        finishTyping();
        return m_jobs->view().act(action);
    }
    OpenDocument* document = m_session.current();
    finishTyping(document, [this, document, action] {
        if (m_session.holds(document)) m_session.act(*document, action);
    });
}

void MainWindow::runAgain()
{
    OpenDocument* document = runTarget().document;
    finishTyping(document, [this, document] {
        if (m_session.holds(document)) m_runs->runAgain(document);
    });
}

void MainWindow::followJob(engine::JobId job, engine::JobState state)
{
    m_commands.refresh();
    const JobRecord* record = m_book.find(job);
    const bool isHidden = !isVisible() || isMinimized();
    if (!record || !isHidden || !engine::isOver(state)) return;
    const QString name = plainLine(QString::fromStdString(record->latest.status.name).simplified(), 60);
    const bool isTrouble = state == engine::JobState::Failed;
    const auto& failure = record->latest.status.failure;
    const QString why = failure ? plainLine(QString::fromStdString(failure->message)) : QString();
    const QString text = isTrouble            ? tr("“%1” failed: %2").arg(name, why)
        : state == engine::JobState::Finished ? tr("“%1” has finished.").arg(name)
                                              : tr("“%1” was stopped.").arg(name);
    m_tray->tell(text, isTrouble, m_book.active());
    // One that has failed is told with what can be done about it.
    if (!isTrouble) m_notices->say(NoticeBar::Told, text);
}

void MainWindow::askSavePath(OpenDocument* document, Documents::Then then)
{
    QFileDialog* dialog = makeFileDialog(this, tr("Save the pipeline"), pipelineFilter());
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    const QString path = document->document->path();
    if (!path.isEmpty()) dialog->setDirectory(QFileInfo(path).absolutePath());
    dialog->selectFile(fileNameFor(document->document->name()));
    connect(dialog, &QFileDialog::fileSelected, this, [this, document, then](const QString& given) {
        if (!m_session.holds(document)) return;
        if (given.endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
            return m_documents.saveAs(*document, given, then);
        const QString whole = given + QStringLiteral(".pipeline.json");
        if (!QFileInfo::exists(whole)) return m_documents.saveAs(*document, whole, then);
        // The dialog has asked about the name as it was typed.
        m_closing->askToReplace(
            whole,
            [this, document, whole, then] {
                if (m_session.holds(document)) m_documents.saveAs(*document, whole, then);
            },
            [this, document, then] {
                if (m_session.holds(document)) askSavePath(document, then);
            });
    });
    dialog->open();
}

void MainWindow::connectRuns()
{
    connect(m_runs, &RunFlow::problemsWanted, this, &MainWindow::showProblems);
    connect(m_design, &DesignPage::runAgainWanted, this, &MainWindow::runAgain);
    connect(m_runs, &RunFlow::jobWanted, this, [this](engine::JobId job) {
        showPage(Jobs);
        m_jobs->choose(job);
    });
    connect(m_runs, &RunFlow::unseenChanged, this,
            [this] { railButton(Jobs).setCount(m_runs->unseenFailures(), true); });
}

void MainWindow::showDock(DockPanel::Tab tab)
{
    showPage(Design);
    if (!m_design->isShown(DesignPage::Dock)) m_design->setShown(DesignPage::Dock, true);
    dock().showTab(tab);
}

// Where the first of them is, if it is at a node.
void MainWindow::showProblems(OpenDocument* document)
{
    dock().refresh();
    showDock(DockPanel::Problems);
    for (const engine::Diagnostic& problem : document->problems())
        if (problem.severity == engine::Diagnostic::Problem && !problem.node.value.empty())
            return selectNode(problem.node);
}

void MainWindow::finishTyping(OpenDocument* about, std::function<void()> then)
{
    m_design->inspector().finishTyping();
    if (InlineEditor& writer = view().prompts().writer(); writer.isVisible()) {
        writer.finish(true);
        view().setFocus();
    }
    if (m_top) m_top->finishTyping();
    m_design->text().whenRead(about, std::move(then));
}

bool MainWindow::isTyping() const
{
    return m_design->inspector().isTyping() || m_design->view().prompts().writer().isVisible() ||
        m_design->text().isTyping() || (m_top && m_top->isTyping());
}

std::vector<QObject*> MainWindow::typingSenders()
{
    return {&m_design->inspector(),
            &view().prompts().writer(),
            &m_design->text().editor(),
            &m_top->nameEdit(),
            &scene(),
            m_notices,
            &dock().chartPanel()};
}

// Whether there is something to save changes with it.
void MainWindow::connectTyping()
{
    CommandRegistry* commands = &m_commands;
    connect(&m_design->inspector(), &InspectorPanel::typingChanged, commands, &CommandRegistry::refresh);
    connect(&view().prompts().writer(), &QPlainTextEdit::textChanged, commands, &CommandRegistry::refresh);
    connect(&m_design->text().editor(), &QPlainTextEdit::textChanged, commands, &CommandRegistry::refresh);
    connect(&m_top->nameEdit(), &QLineEdit::textEdited, commands, &CommandRegistry::refresh);
    connect(&scene(), &QGraphicsScene::selectionChanged, commands, &CommandRegistry::refresh);
    connect(m_notices, &NoticeBar::changed, commands, &CommandRegistry::refresh);
    connect(m_notices, &NoticeBar::focusGivenUp, this, &MainWindow::focusPage);
}

}  // namespace ui
