#include "ui/main_window.h"

#include "ui/closing_flow.h"
#include "ui/commands/command_palette.h"
#include "ui/commands/key_sheet.h"
#include "ui/disk_flow.h"
#include "ui/file_dialog.h"
#include "ui/graph/canvas_actions.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pages/alerts_page.h"
#include "ui/pages/examples.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/rail_button.h"
#include "ui/run_flow.h"
#include "ui/tray.h"

#include <QButtonGroup>
#include <QCloseEvent>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kRefreshMs = 100;  // figures that change faster cannot be read
constexpr int kCommandsTop = 96;
constexpr QSize kLeastSize(800, 480);  // 1920 x 1080 at scale 2 less its title and task bars
const QString kGeometryKey = QStringLiteral("window/geometry");
const QString kFolderKey = QStringLiteral("window/folder");
const QString kPartsKey = QStringLiteral("window/parts");

// Why a document is shown only.
QString reasonOf(const PipelineDocument& document)
{
    for (const engine::Diagnostic& diagnostic : document.diagnostics())
        if (diagnostic.severity == engine::Diagnostic::Problem)
            return QString::fromStdString(diagnostic.message);
    return {};
}

}  // namespace

MainWindow::MainWindow(Session& session, const Storage& storage, QWidget* parent)
    : QMainWindow(parent),
      m_session(session),
      m_documents(session, storage),
      m_book(session.client()),
      m_alertBook(session.client()),
      m_herald(m_alertBook),
      m_commands(*this),
      m_design(new DesignPage(session, m_documents.worker())),
      m_gallery(new GalleryPage(session.client(), m_documents.recent())),
      m_jobs(new JobsPage(session, m_book)),
      m_alerts(new AlertsPage(session, m_alertBook)),
      m_status(new StatusStrip(session)),
      m_notices(new NoticeBar),
      m_pages(new QStackedWidget)
{
    resize(1600, 1000);
    setMinimumSize(kLeastSize);
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/icons/streamwright.svg")));
    makeFileCommands();
    makeRunCommands();
    makeViewCommands();
    makeWayCommands();
    makeAlertCommands();
    adoptCommands();
    makeHelpCommands();
    makeBody();
    connectPages();
    connectDocuments();
    connectRuns();
    connectTyping();
    connectAlerts();
    changeDocument();
    showPage(session.current() ? Design : Home);
}

MainWindow::~MainWindow()
{
    // Nobody is to ask any more what can be done.
    for (QObject* sender : typingSenders()) sender->disconnect(&m_commands);
    // The pages look at what is made before them and is taken down before them as a member.
    delete takeCentralWidget();
}

void MainWindow::makeBody()
{
    m_top = new TopBar(m_session, m_commands, m_documents.recent());
    auto* central = new QWidget(this);
    central->setObjectName(QStringLiteral("central"));
    for (QWidget* page : std::initializer_list<QWidget*>{m_gallery, m_design, m_jobs, m_alerts})
        m_pages->addWidget(page);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_notices);
    right->addWidget(m_pages, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(makeRail());
    row->addLayout(right, 1);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(central);
    m_overlay = new Overlay(this);
    m_commandPalette = new CommandPalette(m_commands, m_overlay);
    m_commandPalette->hide();
    m_closing = new ClosingFlow(m_session, m_documents, *m_overlay);
    m_closing->setParent(this);
    m_disk = new DiskFlow(m_session, m_documents, *m_overlay, *m_notices);
    m_disk->setParent(this);
    installEventFilter(m_disk);
    m_runs = new RunFlow(m_session, m_documents, m_book, *m_overlay, *m_notices, [this](engine::JobId job) {
        const OpenDocument* open = m_session.current();
        const bool isShown = isVisible() && !isMinimized();
        return isShown && (page() == Jobs || (page() == Design && open && open->job == job));
    });
    m_runs->setParent(this);
    m_tray = new Tray(*this);
}

QWidget* MainWindow::makeRail()
{
    auto* rail = new QWidget(this);
    rail->setObjectName(QStringLiteral("rail"));
    rail->setAttribute(Qt::WA_StyledBackground);
    rail->setFixedWidth(56);
    auto* column = new QVBoxLayout(rail);
    column->setContentsMargins(0, 8, 1, 8);
    column->setSpacing(4);
    m_rail = new QButtonGroup(this);
    const std::tuple<Page, const char*, QString> items[]{{Home, "home", tr("Home")},
                                                         {Design, "design", tr("Design")},
                                                         {Jobs, "jobs", tr("Jobs")},
                                                         {Alerts, "bell", tr("Alerts")}};
    for (const auto& [page, icon, text] : items) {
        auto* item = new RailButton(QString::fromLatin1(icon), text, rail);
        item->setToolTip(tr("%1 (Alt+%2)").arg(text).arg(page + 1));
        m_rail->addButton(item, page);
        column->addWidget(item);
    }
    connect(m_rail, &QButtonGroup::idClicked, this, [this](int page) { showPage(static_cast<Page>(page)); });
    column->addStretch();
    return rail;
}

void MainWindow::connectPages()
{
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &MainWindow::refresh);
    connect(&m_session, &Session::telemetry, this, [this] {
        if (!m_refresh.isActive()) m_refresh.start();
    });
    connect(&m_session, &Session::currentAboutToChange, this, [this] { finishTyping(); });
    connect(&m_session, &Session::currentChanged, this, &MainWindow::changeDocument);
    connect(&m_session, &Session::documentChanged, this, [this] {
        nameWindow();
        m_top->refresh();
    });
    connect(&m_session, &Session::runChanged, this, &MainWindow::refresh);
    connect(&m_session, &Session::analysed, &m_commands, &CommandRegistry::refresh);
    connect(m_design, &DesignPage::newWanted, this, [this] { m_commands.run(QStringLiteral("file.new")); });
    connect(m_design, &DesignPage::openWanted, this, &MainWindow::open);
    connect(m_design, &DesignPage::examplesWanted, this, [this] { showPage(Home); });
    connect(&m_design->view(), &GraphView::zoomChanged, m_status, &StatusStrip::setZoom);
    connect(&m_design->tabs(), &DocumentTabs::closeWanted, this, [this](OpenDocument* document) {
        finishTyping(document, [this, document] { m_closing->closeDocument(document); });
    });
    connect(m_gallery, &GalleryPage::newWanted, this, [this] { m_commands.run(QStringLiteral("file.new")); });
    connect(m_gallery, &GalleryPage::openWanted, this, &MainWindow::open);
    connect(m_gallery, &GalleryPage::fileWanted, this, [this](const QString& path) { openFile(path); });
    connect(m_gallery, &GalleryPage::exampleWanted, this, &MainWindow::runExample);
    connect(m_jobs, &JobsPage::examplesWanted, this, [this] { showPage(Home); });
    connect(m_jobs, &JobsPage::documentWanted, this, [this](OpenDocument* document) {
        m_session.show(document);
        showPage(Design);
    });
    connect(m_jobs, &JobsPage::fileWanted, this, [this](const QString& path) {
        openFile(path, [this](OpenDocument* opened) {
            if (opened) showPage(Design);
        });
    });
    connect(&m_session, &Session::jobChanged, this, [this](OpenDocument* open) {
        if (open->job) m_book.setFile(*open->job, open->document->path());
    });
    connect(m_top, &TopBar::renamed, this, [this] { showPage(page()); });
    connect(&m_design->tabs(), &DocumentTabs::renameWanted, m_top, &TopBar::rename);
    connect(m_jobs, &JobsPage::chosenChanged, &m_commands, &CommandRegistry::refresh);
    connect(m_status, &StatusStrip::problemsWanted, this, [this] {
        if (m_session.current()) showDock(DockPanel::Problems);
    });
    connect(m_status, &StatusStrip::fitWanted, &m_design->view(), &GraphView::fit);
    connect(m_commandPalette, &CommandPalette::chosen, this, [this](QAction* action) {
        m_overlay->dismiss();
        action->trigger();
    });
}

void MainWindow::connectDocuments()
{
    connect(&m_documents, &Documents::failed, this,
            [this](const QString& sentence) { m_notices->say(NoticeBar::Trouble, sentence); });
    connect(&m_documents, &Documents::leftoversFound, this, &MainWindow::offerLeftovers);
    connect(&m_documents, &Documents::draftsChanged, m_status,
            [this] { m_status->setDraftMissing(m_documents.isDraftMissing()); });
    connect(&m_documents, &Documents::saved, this, &MainWindow::changeDocument);
    connect(&m_documents, &Documents::modifiedChanged, this, &MainWindow::changeDocument);
    connect(m_closing, &ClosingFlow::textWanted, this, [this](OpenDocument* document) {
        m_session.show(document);
        showPage(Design);
        m_design->showText(true);
    });
    connect(m_closing, &ClosingFlow::saveAsWanted, this, &MainWindow::askSavePath);
    connect(m_disk, &DiskFlow::saveAsWanted, this, &MainWindow::askSavePath);
    connect(m_closing, &ClosingFlow::backgroundWanted, m_tray, &Tray::takeOver);
    connect(&m_documents.recent(), &RecentFiles::changed, this, &MainWindow::listRecent);
    listRecent();
    connect(&m_session, &Session::changeInForce, &m_book, &JobBook::add);
    connect(&m_book, &JobBook::noted, &dock(), &DockPanel::log);
    connect(&m_book, &JobBook::began, this, &MainWindow::followJob);
    // Queued: the question may have been answered inside the event that asked it.
    connect(
        m_closing, &ClosingFlow::mayClose, this,
        [this] {
            m_mayClose = true;
            close();
        },
        Qt::QueuedConnection);
}

void MainWindow::restore()
{
    const QString& file = m_documents.storage().settingsFile;
    if (!file.isEmpty()) {
        QSettings settings(file, QSettings::IniFormat);
        if (!restoreGeometry(settings.value(kGeometryKey).toByteArray())) fitToScreen();
        if (const QByteArray parts = settings.value(kPartsKey).toByteArray(); !parts.isEmpty())
            m_design->setArrangement(parts);
        setLastFolder(settings.value(kFolderKey).toString());
        restoreShade(settings);
    } else {
        fitToScreen();
    }
    m_documents.findLeftovers();
    // An example that comes back goes on where it wrote before: no other window is to take that place.
    m_documents.worker().run([place = examplePlace()] { place->prepare(); });
}

void MainWindow::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    m_rail->button(page)->setChecked(true);
    m_top->setRunShown(page != Jobs);  // its page steers the job that is chosen there
    focusPage();
    m_runs->look();
    m_commands.refresh();
}

void MainWindow::focusPage()
{
    QWidget* shown = m_pages->currentWidget();
    if (page() == Design)
        view().setFocus();
    else
        (shown->focusProxy() ? shown->focusProxy() : shown)->setFocus();
}

MainWindow::Page MainWindow::page() const { return static_cast<Page>(m_pages->currentIndex()); }

void MainWindow::open()
{
    QFileDialog* dialog = makeFileDialog(this, tr("Open a pipeline"), pipelineFilter());
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& paths) {
        for (const QString& path : paths) openFile(path);
    });
    dialog->open();
}

void MainWindow::openFile(const QString& path, Documents::Then then)
{
    m_documents.open(path, [this, then = std::move(then)](OpenDocument* document) {
        if (document) {
            showPage(Design);
            if (document->document->isReadOnly()) {
                m_design->showText(document->document->spec().nodes.empty());
                m_notices->say(NoticeBar::Told,
                               tr("%1 is shown only, since saving it here would lose something: %2")
                                   .arg(briefName(*document), reasonOf(*document->document)));
            }
        }
        if (then) then(document);
    });
}

void MainWindow::save(bool asCopy)
{
    OpenDocument* document = m_session.current();
    finishTyping(document, [this, document, asCopy] {
        if (!m_session.holds(document)) return;
        if (const QString& why = document->unreadWhy; !document->unreadText.isEmpty())
            m_notices->say(NoticeBar::Trouble,
                           tr("The text has a mistake, so what you typed last is not in the file%1")
                               .arg(why.isEmpty() ? QStringLiteral(".") : QStringLiteral(": ") + why));
        if (asCopy || document->document->path().isEmpty())
            askSavePath(document, {});
        else
            m_documents.save(*document);
    });
}

void MainWindow::showCommands()
{
    m_commandPalette->begin();
    m_overlay->show(m_commandPalette, kCommandsTop);
}

void MainWindow::showKeys()
{
    auto* sheet = new KeySheet(m_commands, m_overlay);
    connect(m_overlay, &Overlay::dismissed, sheet, &QObject::deleteLater);
    m_overlay->show(sheet);
}

void MainWindow::nameWindow()
{
    const OpenDocument* open = m_session.current();
    setWindowTitle(open ? briefName(*open) + QStringLiteral(" – Streamwright")
                        : QStringLiteral("Streamwright"));
}

void MainWindow::changeDocument()
{
    OpenDocument* open = m_session.current();
    nameWindow();
    if (open && page() == Home) showPage(Design);
    m_runs->look();
    m_top->refresh();
    m_commands.refresh();
}

void MainWindow::refresh()
{
    m_design->refresh();
    m_top->refresh();
    m_status->refresh();
    m_commands.refresh();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_mayClose) {
        event->ignore();
        finishTyping();
        m_design->text().whenAllRead([this] { m_closing->closeWindow(); });
        return;
    }
    if (const QString& file = m_documents.storage().settingsFile; !file.isEmpty()) {
        QSettings settings(file, QSettings::IniFormat);
        settings.setValue(kGeometryKey, saveGeometry());
        settings.setValue(kPartsKey, m_design->arrangement());
        settings.setValue(kFolderKey, lastFolder());
    }
    event->accept();
    Q_EMIT closed();
}

}  // namespace ui
