#include "ui/main_window.h"

#include "ui/icons.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kRefreshMs = 100;  // figures that change faster cannot be read

QSplitter* makeSplit(Qt::Orientation orientation, std::initializer_list<QWidget*> parts,
                     const QList<int>& sizes, int stretched)
{
    auto* split = new QSplitter(orientation);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    for (QWidget* part : parts) split->addWidget(part);
    split->setSizes(sizes);
    for (int i = 0; i < split->count(); ++i) split->setStretchFactor(i, i == stretched ? 1 : 0);
    return split;
}

}  // namespace

MainWindow::MainWindow(Session& session, QWidget* parent)
    : QMainWindow(parent),
      m_session(session),
      m_scene(new GraphScene(session, this)),
      m_view(new GraphView(*m_scene)),
      m_top(new TopBar(session)),
      m_palette(new PalettePanel(session.client().catalog())),
      m_inspector(new InspectorPanel(session)),
      m_dock(new DockPanel(session)),
      m_status(new StatusStrip(session)),
      m_pages(new QStackedWidget)
{
    resize(1600, 1000);
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/icons/streamwright.svg")));
    m_palette->setMinimumWidth(160);
    m_inspector->setMinimumWidth(320);
    m_dock->setMinimumHeight(160);
    m_pages->addWidget(m_view);
    m_pages->addWidget(makeEmpty());

    auto* upper = makeSplit(Qt::Horizontal, {m_pages, m_inspector}, {1000, 360}, 0);
    auto* right = makeSplit(Qt::Vertical, {upper, m_dock}, {640, 284}, 0);
    auto* middle = makeSplit(Qt::Horizontal, {m_palette, right}, {216, 1328}, 1);
    auto* central = new QWidget(this);
    central->setObjectName(QStringLiteral("central"));
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(makeRail());
    row->addWidget(middle, 1);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(central);
    makeActions();

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &MainWindow::refresh);
    connect(&session, &Session::telemetry, this, [this] {
        if (!m_refresh.isActive()) m_refresh.start();
    });
    connect(&session, &Session::currentChanged, this, &MainWindow::changeDocument);
    connect(&session, &Session::analysed, this, [this] { m_dock->refresh(); });
    connect(&session, &Session::runChanged, this, &MainWindow::refresh);
    connect(m_scene, &QGraphicsScene::selectionChanged, this, &MainWindow::changeSelection);
    connect(m_view, &GraphView::zoomChanged, m_status, &StatusStrip::setZoom);
    connect(m_palette, &PalettePanel::componentWanted, m_view, &GraphView::addComponent);
    connect(m_view, &GraphView::activated, this, [this] { m_inspector->setFocus(); });
    connect(m_top, &TopBar::openWanted, this, &MainWindow::open);
    connect(m_top, &TopBar::themeWanted, this,
            [] { theme().setShade(theme().shade() == Shade::Dark ? Shade::Light : Shade::Dark); });
    connect(m_dock, &DockPanel::jumpWanted, this, &MainWindow::selectNode);
    connect(m_status, &StatusStrip::problemsWanted, this, [this] { m_dock->showTab(DockPanel::Problems); });
    connect(m_status, &StatusStrip::fitWanted, m_view, &GraphView::fit);
    changeDocument();
}

QWidget* MainWindow::makeRail()
{
    auto* rail = new QWidget(this);
    rail->setObjectName(QStringLiteral("rail"));
    rail->setAttribute(Qt::WA_StyledBackground);
    rail->setFixedWidth(56);
    auto* column = new QVBoxLayout(rail);
    column->setContentsMargins(0, 8, 1, 8);
    auto* design = new QToolButton(rail);
    design->setObjectName(QStringLiteral("railItem"));
    design->setText(tr("Design"));
    design->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    design->setIconSize({20, 20});
    design->setCheckable(true);
    design->setChecked(true);
    design->setAutoExclusive(true);
    const auto retheme = [design] { design->setIcon(themedIcon(QStringLiteral("design"), Tone::Accent)); };
    connect(&theme(), &Theme::changed, design, retheme);
    retheme();
    column->addWidget(design);
    column->addStretch();
    return rail;
}

QWidget* MainWindow::makeEmpty()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(16);
    auto* title = new QLabel(tr("Open a pipeline"), page);
    title->setObjectName(QStringLiteral("emptyTitle"));
    title->setAlignment(Qt::AlignCenter);
    m_emptyText = new QLabel(page);
    m_emptyText->setObjectName(QStringLiteral("empty"));
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    auto* button = new QPushButton(tr("Open…"), page);
    button->setObjectName(QStringLiteral("run"));
    connect(button, &QPushButton::clicked, this, &MainWindow::open);
    column->addStretch();
    column->addWidget(title);
    column->addWidget(m_emptyText);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch();
    return page;
}

void MainWindow::addAction(const QString& text, const QList<QKeySequence>& keys, std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    QMainWindow::addAction(action);
}

void MainWindow::makeActions()
{
    addAction(tr("Open"), {QKeySequence::Open}, [this] { open(); });
    addAction(tr("Run"), {Qt::Key_F5}, [this] { m_session.run(); });
    addAction(tr("Stop"), {Qt::SHIFT | Qt::Key_F5}, [this] { m_session.act(engine::JobAction::Stop); });
    addAction(tr("Fit"), {Qt::CTRL | Qt::Key_0}, [this] { m_view->fit(); });
    addAction(tr("Zoom in"), {Qt::CTRL | Qt::Key_Equal, Qt::CTRL | Qt::Key_Plus},
              [this] { m_view->zoomBy(1.2); });
    addAction(tr("Zoom out"), {Qt::CTRL | Qt::Key_Minus}, [this] { m_view->zoomBy(1 / 1.2); });
    addAction(tr("Find a component"), {QKeySequence::Find}, [this] { m_palette->focusSearch(); });
    addAction(tr("Chart and rows"), {Qt::CTRL | Qt::Key_1},
              [this] { m_dock->showTab(DockPanel::ChartAndRows); });
    addAction(tr("Problems"), {Qt::CTRL | Qt::Key_2}, [this] { m_dock->showTab(DockPanel::Problems); });
    addAction(tr("Log"), {Qt::CTRL | Qt::Key_3}, [this] { m_dock->showTab(DockPanel::Log); });
    addAction(tr("Quit"), {QKeySequence::Quit}, [this] { close(); });
}

void MainWindow::open()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a pipeline"), {}, tr("Pipelines (*.pipeline.json *.json);;All files (*)"));
    if (!path.isEmpty()) openFile(path);
}

void MainWindow::openFile(const QString& path)
{
    const engine::Status status = m_session.open(path);
    m_openFailure = status
        ? QString()
        : QStringLiteral("%1: %2").arg(path, QString::fromStdString(status.error().message));
    if (!status && m_session.current()) {
        m_session.current()->failure = engine::Error{status.error().code, m_openFailure.toStdString(), {}};
        m_dock->refresh();
        m_dock->showTab(DockPanel::Problems);
    }
    changeDocument();
}

void MainWindow::selectNode(const engine::NodeId& node)
{
    NodeItem* item = m_scene->node(node);
    if (!item) return;
    m_scene->select(item);
    m_view->reveal(item);
    m_view->setFocus();
}

void MainWindow::changeDocument()
{
    OpenDocument* open = m_session.current();
    m_pages->setCurrentIndex(open ? 0 : 1);
    m_inspector->setVisible(open != nullptr);
    m_dock->setVisible(open != nullptr);
    setWindowTitle(open ? open->document->name() + QStringLiteral(" – Streamwright")
                        : QStringLiteral("Streamwright"));
    m_emptyText->setText(m_openFailure.isEmpty()
                             ? tr("Choose a .pipeline.json file, or drop one here. Press F5 to run it.")
                             : m_openFailure);
    if (open) m_view->fit();
    if (open && engine::hasProblem(open->problems())) m_dock->showTab(DockPanel::Problems);
    m_view->setFocus();
}

void MainWindow::changeSelection()
{
    if (const NodeItem* node = m_scene->selectedNode()) {
        m_inspector->showNode(node->id());
        // A node's rows are those that leave it; a sink's those that reach it.
        std::optional<engine::EdgeSpec> edge;
        for (const auto& [spec, item] : m_scene->edges())
            if (spec.from.node == node->id() || (!edge && spec.to.node == node->id())) edge = spec;
        m_dock->showPort(edge);
    } else if (const EdgeItem* edge = m_scene->selectedEdge()) {
        m_inspector->showEdge(edge->edge());
        m_dock->showPort(edge->edge());
    } else {
        m_inspector->showPipeline();
        m_dock->showPort({});
    }
}

void MainWindow::refresh()
{
    m_scene->takeTelemetry();
    m_top->refresh();
    m_inspector->refresh();
    m_dock->refresh();
    m_status->refresh();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) openFile(url.toLocalFile());
}

}  // namespace ui
