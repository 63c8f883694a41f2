#include "ui/pages/design_page.h"

#include "ui/graph/canvas_actions.h"
#include "ui/graph/canvas_editor.h"
#include "ui/panels/graph_change_bar.h"
#include "ui/properties/node_editor.h"

#include <QApplication>
#include <QDataStream>
#include <QDir>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kRoomForAll = 1560;  // pixels, for palette, canvas, text and inspector beside each other
constexpr int kRoomForPalette = 1140, kRoomForInspector = 840;
constexpr int kTextWidth = 480;

// A component that reads a file and can be told which columns its records have; null: there is none.
const engine::ComponentInfo* fileReader(const std::vector<engine::ComponentInfo>& catalog)
{
    for (const engine::ComponentInfo& info : catalog) {
        const auto has = [&](engine::ParamType type) {
            return std::any_of(info.params.begin(), info.params.end(),
                               [&](const engine::ParamField& field) { return field.type == type; });
        };
        if (info.kind == engine::ComponentKind::Source && has(engine::ParamType::Path) &&
            has(engine::ParamType::Records))
            return &info;
    }
    return nullptr;
}

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

DesignPage::DesignPage(Session& session, FileWorker& worker, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_scene(new GraphScene(session, this)),
      m_view(new GraphView(*m_scene)),
      m_palette(new PalettePanel(session.client().catalog())),
      m_inspector(new InspectorPanel(session)),
      m_dock(new DockPanel(session)),
      m_tabs(new DocumentTabs(session)),
      m_text(new TextView(session, worker)),
      m_pages(new QStackedWidget)
{
    m_palette->setMinimumWidth(160);
    m_inspector->setMinimumWidth(320);
    m_dock->setMinimumHeight(160);
    m_text->setMinimumWidth(280);
    m_text->hide();
    arrange();
    QList<QAction*> actions;
    for (const char* name : {"disable", "duplicate", "copy", "frame", "tidy", "align_left", "align_top",
                             "delete_reconnect", "delete"})
        actions += m_view->canvasActions().action(QStringLiteral("canvas.") + QLatin1String(name));
    m_inspector->setNodeActions(actions);
    connect(&session, &Session::currentChanged, this, &DesignPage::changeDocument);
    connect(m_scene, &GraphScene::aboutToChange, this, &DesignPage::leaveDocument);
    connect(&session, &Session::documentsChanged, this, [this] {
        std::erase_if(m_stays, [this](const auto& stay) { return !m_session.holds(stay.first); });
    });
    connect(&session, &Session::analysed, this, [this] { m_dock->refresh(); });
    connect(m_scene, &QGraphicsScene::selectionChanged, this, &DesignPage::changeSelection);
    connect(m_palette, &PalettePanel::componentWanted, m_view, &GraphView::addComponent);
    connect(m_view, &GraphView::activated, this, [this] {
        if (!isShown(Inspector)) setShown(Inspector, true);
        m_inspector->setFocus();
    });
    connect(m_dock, &DockPanel::jumpWanted, this, &DesignPage::selectNode);
    changeDocument();
}

void DesignPage::arrange()
{
    m_pages->addWidget(m_view);
    m_pages->addWidget(makeEmptyPage());
    m_canvasSplit = makeSplit(Qt::Horizontal, {m_pages, m_text}, {600, kTextWidth}, 0);
    m_upperSplit = makeSplit(Qt::Horizontal, {m_canvasSplit, m_inspector}, {1000, 408}, 0);
    m_lowerSplit = makeSplit(Qt::Vertical, {m_upperSplit, m_dock}, {640, 284}, 0);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QWidget;
    head->setObjectName(QStringLiteral("tabsBar"));
    head->setAttribute(Qt::WA_StyledBackground);
    auto* tabs = new QHBoxLayout(head);
    tabs->setContentsMargins(0, 0, 0, 1);
    tabs->addWidget(m_tabs);
    head->setFixedHeight(36);
    column->addWidget(head);
    auto* change = new GraphChangeBar(m_session);
    connect(change, &GraphChangeBar::runAgainWanted, this, &DesignPage::runAgainWanted);
    connect(change, &GraphChangeBar::stopWanted, this, [this] { m_session.act(engine::JobAction::Stop); });
    column->addWidget(change);
    column->addWidget(m_lowerSplit, 1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_paletteSplit = makeSplit(Qt::Horizontal, {m_palette, right}, {216, 1328}, 1);
    row->addWidget(m_paletteSplit);
    connect(&m_session, &Session::documentsChanged, head,
            [this, head] { head->setVisible(!m_session.documents().empty()); });
    head->setVisible(!m_session.documents().empty());
}

QWidget* DesignPage::makeEmptyPage()
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setSpacing(16);
    auto* title = new QLabel(tr("No pipeline is open"), page);
    title->setObjectName(QStringLiteral("emptyTitle"));
    title->setAlignment(Qt::AlignCenter);
    auto* text = new QLabel(
        tr("Begin a new one, open a .pipeline.json file or drop it here, or look at an example."), page);
    text->setObjectName(QStringLiteral("empty"));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto* create = new QPushButton(tr("New pipeline"), page);
    create->setObjectName(QStringLiteral("run"));
    auto* open = new QPushButton(tr("Open…"), page);
    auto* examples = new QPushButton(tr("Examples"), page);
    connect(create, &QPushButton::clicked, this, &DesignPage::newWanted);
    connect(open, &QPushButton::clicked, this, &DesignPage::openWanted);
    connect(examples, &QPushButton::clicked, this, &DesignPage::examplesWanted);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch();
    for (QPushButton* button : {create, open, examples}) row->addWidget(button);
    row->addStretch();
    column->addStretch();
    column->addWidget(title);
    column->addWidget(text);
    column->addLayout(row);
    column->addStretch();
    return page;
}

void DesignPage::showText(bool isShown)
{
    m_text->setVisible(isShown && m_session.current());
    makeRoomForText();
    if (m_text->isVisible()) m_text->editor().setFocus();
}

void DesignPage::makeRoomForText()
{
    fitPanels();
    if (!isTextShown()) return;
    int beside = isShown(Inspector) ? m_inspector->width() : 0;
    if (isShown(Palette)) beside += m_palette->width();
    const int text = std::clamp((width() - beside) * 45 / 100, m_text->minimumWidth(), kTextWidth);
    m_canvasSplit->setSizes({width() - beside - text, text});
}

QWidget* DesignPage::widgetOf(Panel panel) const
{
    if (panel == Palette) return m_palette;
    if (panel == Inspector) return m_inspector;
    return m_dock;
}

// The palette first, so that the canvas is seen: what it offers is found by Tab too.
bool DesignPage::isShown(Panel panel) const
{
    if (panel != Palette && !m_session.current()) return false;
    if (m_wished[panel]) return *m_wished[panel];
    if (panel == Palette) return width() >= (isTextShown() ? kRoomForAll : kRoomForPalette);
    return panel == Dock || width() >= kRoomForInspector;
}

void DesignPage::setShown(Panel panel, bool isShown)
{
    m_wished[panel] = isShown;
    const bool hadFocus = widgetOf(panel)->isAncestorOf(QApplication::focusWidget());
    makeRoomForText();
    if (!isShown && hadFocus) m_view->setFocus();
}

void DesignPage::fitPanels()
{
    for (const Panel panel : {Palette, Inspector, Dock}) widgetOf(panel)->setVisible(isShown(panel));
}

QByteArray DesignPage::arrangement() const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    for (const auto& wish : m_wished) stream << static_cast<qint8>(wish ? *wish : -1);
    for (const QSplitter* split : {m_upperSplit, m_lowerSplit, m_paletteSplit}) stream << split->saveState();
    stream << m_dock->arrangement();
    return bytes;
}

void DesignPage::setArrangement(const QByteArray& bytes)
{
    QDataStream stream(bytes);
    for (auto& wish : m_wished) {
        qint8 value = -1;
        stream >> value;
        wish = value < 0 ? std::nullopt : std::optional(value > 0);
    }
    QByteArray sizes;
    for (QSplitter* split : {m_upperSplit, m_lowerSplit, m_paletteSplit}) {
        stream >> sizes;
        split->restoreState(sizes);
    }
    stream >> sizes;
    m_dock->setArrangement(sizes);
    fitPanels();
}

void DesignPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) makeRoomForText();
}

// Whatever has no use for it itself gives the keys back to the canvas.
void DesignPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_session.current()) return m_view->setFocus();
    QWidget::keyPressEvent(event);
}

void DesignPage::addFile(const QString& path, const QPoint& at)
{
    const engine::ComponentInfo* reader = fileReader(m_session.client().catalog());
    if (!reader || !m_session.current()) return;
    const auto field = std::find_if(reader->params.begin(), reader->params.end(),
                                    [](const auto& each) { return each.type == engine::ParamType::Path; });
    // Inside the document's folder a relative path lets both be moved together.
    const QString relative =
        QDir(QString::fromStdString(m_session.current()->document->directory())).relativeFilePath(path);
    engine::Json params = engine::Json::object();
    params[field->name] = (relative.startsWith(QLatin1String("..")) ? path : relative).toStdString();
    const bool isOnCanvas = m_view->rect().contains(at);
    const QPointF place = m_view->mapToScene(isOnCanvas ? at : m_view->rect().center());
    m_scene->select(nullptr);
    if (!m_view->editor().add(reader->id, m_view->editor().freeSpot(place), {}, params)) return;
    if (NodeEditor* editor = m_inspector->editor()) editor->detect();
}

void DesignPage::selectNode(const engine::NodeId& node)
{
    NodeItem* item = m_scene->node(node);
    if (!item) return;
    m_scene->select(item);
    m_view->reveal(item);
    m_view->setFocus();
}

void DesignPage::changeDocument()
{
    OpenDocument* open = m_session.current();
    m_pages->setCurrentIndex(open ? 0 : 1);
    if (!open) m_text->hide();
    fitPanels();
    m_shown = open;
    if (open) enterDocument(*open);
    m_view->setFocus();
}

// The scene still has what is being left.
void DesignPage::leaveDocument()
{
    if (!m_shown || m_shown == m_session.current() || !m_session.holds(m_shown)) return;
    Stay& stay = m_stays[m_shown];
    stay.place = m_view->place();
    stay.nodes = m_scene->selectedNodes();
    const EdgeItem* edge = m_scene->selectedEdge();
    stay.edge = edge ? std::optional(edge->edge()) : std::nullopt;
    stay.tab = m_dock->tab();
}

// As it was left. One that is new shows its problems if it has some, else what the one before did.
void DesignPage::enterDocument(OpenDocument& open)
{
    const auto found = m_stays.find(&open);
    if (found == m_stays.end()) {
        m_view->fit();
        if (engine::hasProblem(open.problems()))
            m_dock->showTab(DockPanel::Problems);
        else if (m_dock->tab() == DockPanel::Problems)
            m_dock->showTab(DockPanel::ChartAndRows);
        return;
    }
    const Stay& stay = found->second;
    QList<QGraphicsItem*> items;
    for (const engine::NodeId& id : stay.nodes)
        if (NodeItem* item = m_scene->node(id)) items += item;
    if (EdgeItem* item = stay.edge ? m_scene->edge(*stay.edge) : nullptr) items += item;
    if (!items.isEmpty()) m_scene->select(items);
    m_view->setPlace(stay.place);
    m_dock->showTab(stay.tab);
}

void DesignPage::changeSelection()
{
    if (const NodeItem* node = m_scene->selectedNode()) {
        m_inspector->showNode(node->id());
        // A node's rows are those that leave it; a sink's those that reach it.
        std::optional<engine::EdgeSpec> edge;
        for (const auto& [spec, item] : m_scene->edges()) {
            const bool isSide = spec.from.port == "rejected" || spec.from.port == "late";
            if (spec.from.node == node->id() && (!isSide || !edge))
                edge = spec;
            else if (!edge && spec.to.node == node->id())
                edge = spec;
        }
        m_dock->showPort(edge);
    } else if (const EdgeItem* edge = m_scene->selectedEdge()) {
        m_inspector->showEdge(edge->edge());
        m_dock->showPort(edge->edge());
    } else if (const auto nodes = m_scene->selectedNodes(); nodes.size() > 1) {
        m_inspector->showNodes(nodes);
        m_dock->showPort({});
    } else {
        m_inspector->showPipeline();
        m_dock->showPort({});
    }
}

void DesignPage::refresh()
{
    m_scene->takeTelemetry();
    m_inspector->refresh();
    m_dock->refresh();
}

}  // namespace ui
