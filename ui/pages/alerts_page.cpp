#include "ui/pages/alerts_page.h"

#include "ui/alerts/alert_delegate.h"
#include "ui/alerts/alert_measure.h"
#include "ui/panels/empty_hint.h"
#include "ui/plain_text.h"

#include <QAction>
#include <QButtonGroup>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kAlertCardWidth = 440;
constexpr int kAlertRowHeight = 36;
// What the columns need, and below which width of the list the less needed ones go, the first first.
constexpr std::array<int, AlertsModel::Columns> kColumnWidths{104, 108, 120, 100, 140, 184, 92, 88, 96, 76};
constexpr std::array<AlertsModel::Column, 4> kDispensable{AlertsModel::Changed, AlertsModel::Seen,
                                                          AlertsModel::Job, AlertsModel::Threshold};

}  // namespace

AlertsPage::AlertsPage(Session& session, AlertBook& book, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_book(book),
      m_model(
          book, [this](const engine::AlertEpisode& alert) { return titleOf(alert); },
          [this](const engine::AlertEpisode& alert) { return unitOf(alert); }),
      m_table(new QTableView),
      m_card(new AlertCard(
          book, [this](const engine::AlertEpisode& alert) { return titleOf(alert); },
          [this](const engine::AlertEpisode& alert) { return placeOf(alert); },
          [this](const engine::AlertEpisode& alert) { return unitOf(alert); })),
      m_search(new QLineEdit(this)),
      m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("alertsPage"));
    setFocusProxy(m_table);
    makeActions();
    makeTable();
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("alertCardArea"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_card);
    scroll->setMinimumWidth(360);
    auto* split = new QSplitter(Qt::Horizontal, m_stack);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(scroll);
    split->setSizes({1100, kAlertCardWidth});
    split->setStretchFactor(0, 1);
    m_stack->addWidget(split);
    m_stack->addWidget(makeEmptyPage());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(m_stack, 1);

    connect(&m_model, &QAbstractItemModel::modelReset, this, &AlertsPage::refresh);
    const auto refreshSeen = [this] {
        if (isVisible()) refresh();
    };
    connect(&m_book, &AlertBook::told, this, refreshSeen);
    connect(&m_book, &AlertBook::dropped, this, refreshSeen);
    connect(&session, &Session::documentsChanged, &m_model, &AlertsModel::retitle);
    connect(&session, &Session::documentsChanged, m_card, &AlertCard::refresh);
    connect(&session, &Session::jobChanged, m_card, &AlertCard::refresh);
    connect(m_card, &AlertCard::nodeWanted, this, &AlertsPage::nodeWanted);
    connect(m_card, &AlertCard::left, this, [this] { m_table->setFocus(); });
    connect(&theme(), &Theme::changed, m_table->viewport(), qOverload<>(&QWidget::update));
    refresh();
}

QWidget* AlertsPage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 16, 16, 12);
    row->setSpacing(4);
    auto* title = new QLabel(tr("Alerts"), head);
    title->setObjectName(QStringLiteral("emptyTitle"));
    row->addWidget(title);
    row->addSpacing(16);
    auto* group = new QButtonGroup(this);
    for (int filter = 0; filter < AlertsModel::Filters; ++filter) {
        auto* button = new QToolButton(head);
        button->setObjectName(QStringLiteral("tab"));
        button->setCheckable(true);
        button->setChecked(filter == AlertsModel::All);
        button->setFocusPolicy(Qt::TabFocus);
        group->addButton(button, filter);
        row->addWidget(button);
        m_filters[static_cast<std::size_t>(filter)] = button;
    }
    connect(group, &QButtonGroup::idClicked, this,
            [this](int filter) { setFilter(static_cast<AlertsModel::Filter>(filter)); });
    row->addStretch();
    m_search->setPlaceholderText(tr("Search  /"));
    m_search->setAccessibleName(tr("Search the alerts"));
    m_search->setClearButtonEnabled(true);
    m_search->setFixedWidth(240);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, &m_model, &AlertsModel::setSearch);
    row->addWidget(m_search);
    return head;
}

void AlertsPage::makeActions()
{
    const auto make = [this](const char* id, const QString& text, Qt::Key key, auto run) {
        auto* action = new QAction(text, this);
        action->setObjectName(QLatin1String(id));
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        action->setEnabled(false);
        connect(action, &QAction::triggered, this, run);
        m_table->addAction(action);
        m_actions += action;
    };
    make("alerts.acknowledge", tr("Acknowledge the alert"), Qt::Key_A, [this] { m_card->acknowledge(); });
    make("alerts.note", tr("Acknowledge with a note"), Qt::Key_N, [this] { m_card->note().setFocus(); });
    make("alerts.jump", tr("Jump to the alert's node"), Qt::Key_J, [this] {
        if (m_card->key()) Q_EMIT nodeWanted(*m_card->key());
    });
    make("alerts.search", tr("Search the alerts"), Qt::Key_Slash, [this] { m_search->setFocus(); });
}

void AlertsPage::makeTable()
{
    m_table->setObjectName(QStringLiteral("alertsTable"));
    m_table->setModel(&m_model);
    m_table->setItemDelegate(new AlertDelegate(m_table));
    m_table->setAccessibleName(tr("Alerts"));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setMinimumWidth(360);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kAlertRowHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setFixedHeight(28);
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Fixed);
    m_table->viewport()->installEventFilter(this);
    new EmptyHint(*m_table, tr("No alert is like that. Choose “All”, or search for something else."));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                m_isOwnChoice = true;
                if (const auto key = m_model.key(index)) m_chosen = key;
                m_card->show(m_model.key(index));
            });
    const auto open = [this] {
        QLineEdit& note = m_card->note();
        note.isVisible() ? note.setFocus() : m_card->setFocus();
    };
    connect(m_table, &QTableView::activated, this, open);
}

QWidget* AlertsPage::makeEmptyPage()
{
    auto* page = new QWidget(m_stack);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(16);
    auto* title = new QLabel(tr("No alert has fired yet"), page);
    title->setObjectName(QStringLiteral("title"));
    auto* text =
        new QLabel(tr("An alert rule on the canvas watches a condition and tells of it here. Put one "
                      "behind a node, or run the example “Slow drift, with alerts”."),
                   page);
    text->setObjectName(QStringLiteral("empty"));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    text->setMaximumWidth(480);
    // No alignment of its own, since that would give a text of several lines the height of one.
    auto* wide = new QHBoxLayout;
    wide->addStretch(1);
    wide->addWidget(text, 1000);
    wide->addStretch(1);
    auto* button = new QPushButton(tr("Show the examples"), page);
    button->setObjectName(QStringLiteral("run"));
    connect(button, &QPushButton::clicked, this, &AlertsPage::examplesWanted);
    column->addStretch();
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addLayout(wide);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch();
    return page;
}

// Null where it is not open; of several that one whose job runs.
const OpenDocument* AlertsPage::documentOf(const engine::AlertEpisode& alert) const
{
    const OpenDocument* found = nullptr;
    for (const auto& open : m_session.documents())
        if (open->document->spec().id == alert.last.pipeline && (!found || open->isActive()))
            found = open.get();
    return found;
}

// The title of the rule's node where its document is open, else the node's name.
QString AlertsPage::titleOf(const engine::AlertEpisode& alert) const
{
    const OpenDocument* open = documentOf(alert);
    const engine::NodeSpec* node = open ? open->document->spec().find(alert.last.rule) : nullptr;
    return QString::fromStdString(node && !node->title.empty() ? node->title : alert.last.rule.value);
}

QString AlertsPage::unitOf(const engine::AlertEpisode& alert) const
{
    const OpenDocument* open = documentOf(alert);
    return open ? ui::unitOf(open->document->spec(), alert.last.rule) : QString();
}

QString AlertsPage::placeOf(const engine::AlertEpisode& alert) const
{
    const OpenDocument* open = documentOf(alert);
    const QString rule = plainLine(titleOf(alert), 120);
    const QString job = plainLine(QString::fromStdString(alert.last.pipelineName).simplified(), 120);
    const bool isStill = alert.isOpen && open && !open->isActive();
    return isStill ? tr("%1 in “%2”, which does not run now").arg(rule, job)
                   : tr("%1 in “%2”").arg(rule, job);
}

void AlertsPage::setFilter(AlertsModel::Filter filter)
{
    m_filters[static_cast<std::size_t>(filter)]->setChecked(true);
    m_model.setFilter(filter);
}

void AlertsPage::choose(const AlertKey& key)
{
    if (!m_model.indexOf(key).isValid()) {
        setFilter(AlertsModel::All);
        m_search->clear();
    }
    if (const QModelIndex index = m_model.indexOf(key); index.isValid()) {
        m_table->setCurrentIndex(index);
        m_table->scrollTo(index);
        m_isOwnChoice = true;
    }
}

// Those that are needed least give their room to the names where the window is narrow.
void AlertsPage::fitColumns()
{
    const int room = m_table->viewport()->width();
    int needed = 0;
    for (int column = 0; column < AlertsModel::Columns; ++column) {
        m_table->setColumnHidden(column, false);
        needed += kColumnWidths[static_cast<std::size_t>(column)];
    }
    for (const AlertsModel::Column column : kDispensable) {
        if (needed <= room) break;
        m_table->setColumnHidden(column, true);
        needed -= kColumnWidths[column];
    }
    const bool hasJob = !m_table->isColumnHidden(AlertsModel::Job);
    const int left = std::max(0, room - needed);
    for (int column = 0; column < AlertsModel::Columns; ++column) {
        int width = kColumnWidths[static_cast<std::size_t>(column)];
        if (column == AlertsModel::Labels) width += left / (hasJob ? 4 : 2);
        if (column == AlertsModel::Job) width += left / 4;
        if (column == AlertsModel::Rule) width += left - left / (hasJob ? 4 : 2) - (hasJob ? left / 4 : 0);
        m_table->setColumnWidth(column, width);
    }
}

bool AlertsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize) fitColumns();
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
        if (key == Qt::Key_Escape || key == Qt::Key_Down || key == Qt::Key_Return) {
            m_table->setFocus();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void AlertsPage::showEvent(QShowEvent*)
{
    for (QAction* action : m_actions) action->setEnabled(true);
    refresh();
}

// The palette offers nothing about an alert that is not seen.
void AlertsPage::hideEvent(QHideEvent*)
{
    for (QAction* action : m_actions) action->setEnabled(false);
}

void AlertsPage::refresh()
{
    m_stack->setCurrentIndex(m_book.alerts().empty() ? 1 : 0);
    m_search->setVisible(!m_book.alerts().empty());
    const std::array<QString, AlertsModel::Filters> names{tr("All"), tr("Firing"), tr("Acknowledged"),
                                                          tr("Over")};
    for (std::size_t filter = 0; filter < names.size(); ++filter) {
        m_filters[filter]->setVisible(!m_book.alerts().empty());
        m_filters[filter]->setText(QStringLiteral("%1 %2")
                                       .arg(names[filter])
                                       .arg(m_model.count(static_cast<AlertsModel::Filter>(filter))));
    }
    chooseAgain();
}

// After a filter the same one, if it is still there; else the first. Where nobody has chosen, what has ended
// makes room for what fires.
void AlertsPage::chooseAgain()
{
    const QModelIndex current = m_table->currentIndex();
    const bool isOver = current.isValid() &&
        current.data(AlertsModel::StageRole).toInt() == static_cast<int>(AlertStage::Over);
    const bool makesRoom = !m_isOwnChoice && isOver && current.row() > 0;
    if (current.isValid() && !makesRoom) return;
    const QModelIndex same = m_chosen && !makesRoom ? m_model.indexOf(*m_chosen) : QModelIndex();
    const bool isOwn = same.isValid() && m_isOwnChoice;
    if (same.isValid())
        m_table->setCurrentIndex(same);
    else if (m_model.rowCount() > 0 && isVisible())
        m_table->setCurrentIndex(m_model.index(0, 0));
    else if (m_model.rowCount() == 0)
        m_card->show({});
    m_isOwnChoice = isOwn;
}

}  // namespace ui
