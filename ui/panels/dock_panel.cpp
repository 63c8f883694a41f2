#include "ui/panels/dock_panel.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/panels/column_fit.h"
#include "ui/panels/elided_label.h"
#include "ui/panels/empty_hint.h"
#include "ui/panels/line_delegate.h"
#include "ui/panels/no_rows.h"
#include "ui/plain_text.h"
#include "ui/theme.h"
#include "ui/wording.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kRowsRefreshMs = 100;
constexpr std::size_t kPendingBatches = 64;

QListView* makeList(QAbstractItemModel& model, int placeWidth, QWidget* parent)
{
    auto* list = new QListView(parent);
    list->setModel(&model);
    list->setItemDelegate(new LineDelegate(placeWidth, list));
    list->setUniformItemSizes(true);
    list->setMouseTracking(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

QString portTitle(const PipelineDocument& document, const engine::PortRef& port)
{
    return plainLine(nodeTitle(document.spec(), port.node), 80) + QStringLiteral(" → ") +
        plainLine(QString::fromStdString(port.port), 40);
}

}  // namespace

DockPanel::DockPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_rowsTap(session.client())
{
    setObjectName(QStringLiteral("dock"));
    setAttribute(Qt::WA_StyledBackground);
    makeHeader();
    makeBody();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 1, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_stack, 1);

    m_rowsTimer.setSingleShot(true);
    m_rowsTimer.setInterval(kRowsRefreshMs);
    connect(&m_rowsTimer, &QTimer::timeout, this, &DockPanel::flushRows);
    connect(&m_rowsTap, &TapReader::rows, this, &DockPanel::takeRows);
    connect(&session, &Session::currentChanged, this, &DockPanel::changeDocument);
    connect(&session, &Session::analysed, m_chart, &ChartPanel::chooseView);
    connect(&session, &Session::documentChanged, this, &DockPanel::refresh);
    connect(m_chart, &ChartPanel::viewChanged, this, [this] {
        watch();
        refresh();
    });
    connect(&session, &Session::runChanged, this, &DockPanel::watch);
    connect(&session, &Session::logged, this, &DockPanel::log);
    showTab(ChartAndRows);
    changeDocument();
}

void DockPanel::makeHeader()
{
    m_header = new QWidget(this);
    m_header->setObjectName(QStringLiteral("dockHeader"));
    m_header->setAttribute(Qt::WA_StyledBackground);
    m_header->setFixedHeight(40);
    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(16, 0, 12, 0);
    row->setSpacing(4);
    m_title = new ElidedLabel(400, m_header);
    m_title->setFont(theme().font(TypeSize::Body, QFont::DemiBold));
    m_detail = new FiguresLabel(m_header);
    m_detail->setObjectName(QStringLiteral("soft"));
    row->addWidget(m_title);
    row->addSpacing(8);
    row->addWidget(m_detail);
    row->addStretch();
    m_tabs = new QButtonGroup(this);
    const std::pair<Tab, QString> tabs[]{{Chart, tr("Chart")},
                                         {ChartAndRows, tr("Chart + rows")},
                                         {Rows, tr("Rows")},
                                         {Problems, tr("Problems")},
                                         {Log, tr("Log")}};
    for (const auto& [tab, text] : tabs) {
        auto* button = new QToolButton(m_header);
        button->setObjectName(QStringLiteral("tab"));
        button->setText(text);
        button->setCheckable(true);
        m_tabs->addButton(button, tab);
        row->addWidget(button);
    }
    connect(m_tabs, &QButtonGroup::idClicked, this, [this](int tab) { showTab(static_cast<Tab>(tab)); });
}

void DockPanel::makeBody()
{
    m_stack = new QStackedWidget(this);
    m_dataSplit = new QSplitter(Qt::Horizontal, m_stack);
    m_dataSplit->setHandleWidth(1);
    m_dataSplit->setChildrenCollapsible(false);
    m_chart = new ChartPanel(m_session, m_dataSplit);
    m_table = new QTableView(m_dataSplit);
    m_table->setModel(&m_rows);
    m_table->setAccessibleName(tr("Last rows"));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->verticalHeader()->setMinimumSectionSize(24);
    m_table->horizontalHeader()->setFixedHeight(28);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setFont(theme().mono(TypeSize::Small));
    m_table->horizontalHeader()->setFont(theme().mono(TypeSize::Small));
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_columnFit = new ColumnFit(*m_table, [this](int column) { return columnWidth(column); });
    m_tableEmpty = new QLabel(m_dataSplit);
    m_tableEmpty->setObjectName(QStringLiteral("empty"));
    m_tableEmpty->setTextFormat(Qt::PlainText);
    m_tableEmpty->setAlignment(Qt::AlignCenter);
    m_tableEmpty->setWordWrap(true);
    m_tableEmpty->setContentsMargins(24, 0, 24, 0);
    m_tableStack = new QStackedWidget(m_dataSplit);
    m_tableStack->addWidget(m_table);
    m_tableStack->addWidget(m_tableEmpty);
    m_noRows = new EmptyHint(*m_table);
    m_dataSplit->addWidget(m_chart);
    m_dataSplit->addWidget(m_tableStack);
    m_dataSplit->setSizes({600, 500});
    m_problemsList = makeList(m_problems, 160, m_stack);
    m_problemsList->setAccessibleName(tr("Problems"));
    m_logList = makeList(m_log, 200, m_stack);
    m_logList->setAccessibleName(tr("Log"));
    new EmptyHint(*m_problemsList, tr("No problems. A mistake would be listed here with its place."));
    new EmptyHint(*m_logList,
                  tr("Nothing has happened yet. Starts, stops, changes and what an engine says stand here."));
    m_stack->addWidget(m_dataSplit);
    m_stack->addWidget(m_problemsList);
    m_stack->addWidget(m_logList);
    const auto jump = [this](const QModelIndex& index) {
        Q_EMIT jumpWanted(m_problems.problem(index.row()).node);
    };
    connect(m_problemsList, &QListView::clicked, this, jump);
    connect(m_problemsList, &QListView::activated, this, jump);
}

void DockPanel::showTab(Tab tab)
{
    m_tabs->button(tab)->setChecked(true);
    m_stack->setCurrentIndex(tab == Problems ? 1 : tab == Log ? 2 : 0);
    m_chart->setVisible(tab != Rows);
    m_tableStack->setVisible(tab != Chart);
    if (tab == Log) m_logList->scrollToBottom();
    watch();
}

DockPanel::Tab DockPanel::tab() const { return static_cast<Tab>(m_tabs->checkedId()); }

QByteArray DockPanel::arrangement() const { return m_dataSplit->saveState(); }

void DockPanel::setArrangement(const QByteArray& bytes) { m_dataSplit->restoreState(bytes); }

// Tabs and title come before the figures.
void DockPanel::fitHeader()
{
    int tabs = 0;
    for (const QAbstractButton* button : m_tabs->buttons()) tabs += button->sizeHint().width() + 4;
    const int room = width() - tabs - m_title->sizeHint().width() - 48;
    m_detail->setVisible(m_detail->sizeHint().width() <= room);
}

void DockPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitHeader();
}

void DockPanel::focusTab()
{
    const int tab = m_tabs->checkedId();
    QAbstractItemView* view = m_table;
    if (tab == Problems) view = m_problemsList;
    if (tab == Log) view = m_logList;
    QAbstractItemModel* model = view->model();
    if (!view->isVisible() || model->rowCount() == 0) return;
    if (!view->currentIndex().isValid())
        view->setCurrentIndex(model->index(tab == Log ? model->rowCount() - 1 : 0, 0));
    view->setFocus(Qt::ShortcutFocusReason);
}

void DockPanel::log(const engine::LogLine& line)
{
    QScrollBar* bar = m_logList->verticalScrollBar();
    const bool isAtEnd = bar->value() == bar->maximum();
    engine::LogLine said = line;
    said.text = windowWords(QString::fromStdString(line.text)).toStdString();
    said.node.value = titleOf(line.node).toStdString();
    m_log.append(said);
    if (isAtEnd) m_logList->scrollToBottom();
}

// A line does not say whose node it is about: that of the document that is shown, else of any that has it.
QString DockPanel::titleOf(const engine::NodeId& node) const
{
    const OpenDocument* current = m_session.current();
    if (current && current->document->spec().find(node)) return nodeTitle(current->document->spec(), node);
    for (const auto& open : m_session.documents())
        if (open->document->spec().find(node)) return nodeTitle(open->document->spec(), node);
    return QString::fromStdString(node.value);
}

QString DockPanel::title() const { return m_title->text(); }

void DockPanel::changeDocument()
{
    m_rowsTap.close();
    m_edge.reset();
    m_job.reset();
    forgetRows();
    m_chart->changeDocument();
}

std::optional<engine::PortRef> DockPanel::rowsPort() const
{
    if (m_edge) return m_edge->from;
    if (m_chart->view()) return m_chart->view()->port;
    const OpenDocument* open = m_session.current();
    if (!open || open->document->spec().edges.empty()) return {};
    return open->document->spec().edges.back().from;
}

void DockPanel::showPort(std::optional<engine::EdgeSpec> edge)
{
    if (edge == m_edge) return;
    m_edge = std::move(edge);
    m_chart->setPort(m_edge ? std::optional(m_edge->from) : std::nullopt);
    watch();
    refresh();
}

void DockPanel::forgetRows()
{
    m_rows.setSchema({});
    m_pending = {};
    m_skipped = 0;
    m_fittedColumns = -1;
    m_hasRowsFitted = false;
}

// Opens the tap of the rows while they are seen.
void DockPanel::watch()
{
    const OpenDocument* open = m_session.current();
    const std::optional<engine::JobId> job = open ? open->job : std::nullopt;
    if (job && job != m_job) {
        m_rows.clear();
        m_skipped = 0;
    }
    m_job = job;
    const int tab = m_tabs->checkedId();
    const bool isChart = tab == Chart || tab == ChartAndRows, isRows = tab == Rows || tab == ChartAndRows;
    m_chart->updateTexts();
    const auto port = rowsPort();
    if (port != m_rowsOf) {
        m_rowsOf = port;
        forgetRows();
    }
    std::vector<engine::PortRef> watched;
    if (isChart && m_chart->view()) watched.push_back(m_chart->view()->port);
    if (isRows && port) watched.push_back(*port);
    m_session.setWatched(std::move(watched));
    if (open && isRows && port && open->hasRowsOf(*port, m_rows.rowCount() > 0))
        m_rowsTap.watch(*job, *port);
    else
        m_rowsTap.close();
    m_rows.setZone(zoneOf(open));
    if (open && port)
        if (const auto schema = open->analysis.schemas.find(*port); schema != open->analysis.schemas.end())
            if (m_rows.rowCount() == 0) m_rows.setSchema(schema->second);
    fitColumns();
    updateTitle();
}

void DockPanel::takeRows(const engine::TapRows& rows)
{
    if (m_pending.schema != rows.schema) m_pending.batches.clear();
    m_pending.schema = rows.schema;
    m_skipped = rows.skipped;
    for (const engine::RecordBatch& batch : rows.batches) m_pending.batches.push_back(batch);
    if (m_pending.batches.size() > kPendingBatches)
        m_pending.batches.erase(m_pending.batches.begin(), m_pending.batches.end() - kPendingBatches);
    if (!m_rowsTimer.isActive()) m_rowsTimer.start();
    if (!m_session.current()->isActive()) m_rowsTap.close();
}

void DockPanel::flushRows()
{
    m_rows.append(m_pending);
    m_pending.batches.clear();
    fitColumns();
    updateTitle();
}

// Once when the columns are known and once when there are rows; afterwards the widths are the user's.
void DockPanel::fitColumns()
{
    const bool hasRows = m_rows.rowCount() > 0;
    if (m_fittedColumns == m_rows.columnCount() && (m_hasRowsFitted || !hasRows)) return;
    m_fittedColumns = m_rows.columnCount();
    m_hasRowsFitted = hasRows;
    m_columnFit->start();
}

// At least so wide that what comes later is not cut where it is a little longer.
int DockPanel::columnWidth(int column) const
{
    const QString name = m_rows.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const int width = std::max(static_cast<QAbstractItemView*>(m_table)->sizeHintForColumn(column) + 16,
                               m_table->horizontalHeader()->fontMetrics().horizontalAdvance(name) + 24);
    return std::clamp(width, 96, 280);
}

void DockPanel::updateTitle()
{
    const OpenDocument* open = m_session.current();
    const int tab = m_tabs->checkedId();
    const bool isAboutRows = tab != Problems && tab != Log;
    const auto& view = m_chart->view();
    const auto port = tab == Chart && view ? std::optional(view->port) : rowsPort();
    m_title->setText(!isAboutRows       ? m_tabs->checkedButton()->text()
                         : open && port ? portTitle(*open->document, *port)
                                        : QString());
    const bool isRunning = open && open->isActive();
    bool hasPassed = false;
    QString detail;
    if (open && port && open->hasTelemetry && isAboutRows)
        for (const engine::EdgeTelemetry& edge : open->telemetry.edges)
            if (edge.edge.from == *port) {
                hasPassed = edge.rows > 0;
                const QString rows = formatShort(static_cast<double>(edge.rows));
                detail = isRunning ? tr("%1 rows/s, %2 rows").arg(formatShort(edge.rowsRate), rows)
                                   : tr("%1 rows in all").arg(rows);
                if (m_skipped > 0)
                    detail += tr(", %1 not shown").arg(formatShort(static_cast<double>(m_skipped)));
                break;
            }
    m_detail->setFigures(detail);
    fitHeader();
    m_tableStack->setCurrentIndex(m_rows.columnCount() > 0 ? 0 : 1);
    const QString noRows = noRowsText(open, port, hasPassed);
    m_tableEmpty->setText(noRows);
    m_noRows->say(noRows);
}

void DockPanel::refresh()
{
    const OpenDocument* open = m_session.current();
    m_rows.setZone(zoneOf(open));
    auto problems = open ? open->problems() : std::vector<engine::Diagnostic>{};
    const auto isCounted = [](const auto& each) { return each.severity != engine::Diagnostic::Hint; };
    const auto count = std::count_if(problems.begin(), problems.end(), isCounted);
    QStringList places;
    for (const engine::Diagnostic& problem : problems) places += placeText(problem, *open);
    m_problems.setProblems(std::move(problems), places);
    m_tabs->button(Problems)->setText(count ? tr("Problems %1").arg(count) : tr("Problems"));
    updateTitle();
}

}  // namespace ui
