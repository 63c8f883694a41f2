#include "ui/pages/jobs_page.h"

#include "ui/figures.h"
#include "ui/icons.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace ui {

namespace {

constexpr int kNarrow = 1240;  // pixels, below which the figures come closer together
constexpr int kNameLeast = 200;
constexpr int kFiguresPadding = 32;
// What goes first where there is no room for all; the page below says it too.
constexpr std::array<JobsModel::Column, 5> kDispensableColumns{
    JobsModel::Restarts, JobsModel::Unread, JobsModel::Lag, JobsModel::For, JobsModel::In};

// The state with its sign, names in the text colour, figures that do not tremble.
class JobDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool isSelected = option.state & QStyle::State_Selected;
        const Tone surface = isSelected ? Tone::Raised : Tone::Panel;
        if (isSelected) painter->fillRect(option.rect, theme().color(Tone::Raised));
        painter->fillRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1,
                          theme().color(Tone::Raised));
        QRect rect = option.rect.adjusted(16, 0, -16, 0);
        painter->save();
        const QString text = index.data(Qt::DisplayRole).toString();
        const auto tone = static_cast<Tone>(index.data(JobsModel::ToneRole).toInt());
        if (index.column() == JobsModel::State) {
            const QColor color = theme().readable(tone, surface);
            painter->drawPixmap(QRect(rect.left(), rect.center().y() - 7, 14, 14),
                                iconPixmap(index.data(JobsModel::IconRole).toString(), 14, color,
                                           painter->device()->devicePixelRatioF()));
            rect.setLeft(rect.left() + 22);
            painter->setPen(color);
        } else {
            painter->setPen(theme().color(Tone::Text));
        }
        const QFont font =
            theme().font(TypeSize::Body, index.column() == JobsModel::Name ? QFont::Medium : QFont::Normal);
        if (index.column() > JobsModel::State) {
            drawFigures(*painter, rect, Qt::AlignRight, font, text);
        } else {
            painter->setFont(font);
            painter->drawText(rect, Qt::AlignVCenter,
                              painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
        }
        painter->restore();
    }
};

QString countText(int running, int paused, int over)
{
    QStringList parts{JobsPage::tr("%1 running").arg(running)};
    if (paused) parts += JobsPage::tr("%1 paused").arg(paused);
    parts += JobsPage::tr("%1 over").arg(over);
    return parts.join(QStringLiteral(", "));
}

}  // namespace

JobsPage::JobsPage(Session& session, const JobBook& book, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_book(book),
      m_model(book),
      m_table(new QTableView),
      m_view(new JobView(session, book)),
      m_count(new QLabel(this)),
      m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("jobsPage"));
    setFocusProxy(m_table);
    makeTable();
    auto* split = new QSplitter(Qt::Vertical, m_stack);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(m_view);
    split->setSizes({220, 640});
    split->setStretchFactor(1, 1);
    m_stack->addWidget(split);
    m_stack->addWidget(makeEmptyPage());
    auto* title = new QLabel(tr("Jobs"), this);
    title->setObjectName(QStringLiteral("emptyTitle"));
    m_count->setObjectName(QStringLiteral("soft"));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 16, 16, 12);
    head->setSpacing(12);
    head->addWidget(title);
    head->addWidget(m_count, 1, Qt::AlignBottom);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_stack, 1);

    connect(&m_model, &QAbstractItemModel::dataChanged, this, [this] {
        if (isVisible()) showNow();
    });
    connect(&book, &JobBook::listChanged, this, &JobsPage::refresh);
    connect(&session, &Session::documentsChanged, this, &JobsPage::refresh);
    connect(m_view, &JobView::documentWanted, this, &JobsPage::documentWanted);
    connect(m_view, &JobView::fileWanted, this, &JobsPage::fileWanted);
    connect(m_view, &JobView::runWanted, this, [this](OpenDocument* open) {
        m_session.run(*open);
        m_runAgain = open->document.get();  // not before: a refusal may be told inside run()
        refresh();
    });
    connect(&theme(), &Theme::changed, m_table->viewport(), qOverload<>(&QWidget::update));
    refresh();
}

void JobsPage::makeTable()
{
    m_table->setObjectName(QStringLiteral("jobsTable"));
    m_table->setModel(&m_model);
    m_table->setItemDelegate(new JobDelegate(m_table));
    m_table->setAccessibleName(tr("Jobs"));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setMinimumHeight(120);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    QHeaderView* header = m_table->horizontalHeader();
    header->setFixedHeight(28);
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Fixed);
    m_table->viewport()->installEventFilter(this);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                m_view->show(m_model.job(index));
                refresh();
                Q_EMIT chosenChanged();
            });
    connect(m_table, &QTableView::doubleClicked, this, &JobsPage::openCurrent);
    connect(m_table, &QTableView::activated, this, &JobsPage::openCurrent);
}

QWidget* JobsPage::makeEmptyPage()
{
    auto* page = new QWidget(m_stack);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(16);
    auto* title = new QLabel(tr("No job has run yet"), page);
    title->setObjectName(QStringLiteral("title"));
    auto* text = new QLabel(tr("Run the open pipeline (F5), or pick an example."), page);
    text->setObjectName(QStringLiteral("empty"));
    auto* button = new QPushButton(tr("Show the examples"), page);
    button->setObjectName(QStringLiteral("run"));
    connect(button, &QPushButton::clicked, this, &JobsPage::examplesWanted);
    column->addStretch();
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addWidget(text, 0, Qt::AlignHCenter);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch();
    return page;
}

void JobsPage::choose(engine::JobId job) { m_table->setCurrentIndex(m_model.indexOf(job)); }

void JobsPage::openCurrent()
{
    for (const auto& open : m_session.documents())
        if (open.get() == m_view->document()) return Q_EMIT documentWanted(open.get());
}

// The name has what the figures leave, and never so little that it cannot be read.
void JobsPage::fitColumns()
{
    const int room = m_table->viewport()->width();
    const bool isNarrow = room < kNarrow;
    const QFont font = theme().font(TypeSize::Body);
    std::array<int, JobsModel::Columns> widths{};
    int used = kNameLeast;
    for (int column = JobsModel::State; column < JobsModel::Columns; ++column) {
        const QString head = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        double text = figuresWidth(theme().font(TypeSize::Small), head);
        for (int row = 0; row < m_model.rowCount(); ++row)
            text = std::max(text, figuresWidth(font, m_model.index(row, column).data().toString()));
        const int needed = static_cast<int>(text) + kFiguresPadding + (column == JobsModel::State ? 24 : 2);
        widths[static_cast<std::size_t>(column)] = std::max(needed, isNarrow ? 64 : 136);
        used += widths[static_cast<std::size_t>(column)];
    }
    for (int column = JobsModel::State; column < JobsModel::Columns; ++column)
        m_table->setColumnHidden(column, false);
    for (const JobsModel::Column column : kDispensableColumns) {
        if (used <= room) break;
        used -= widths[column];
        m_table->setColumnHidden(column, true);
    }
    for (int column = JobsModel::State; column < JobsModel::Columns; ++column)
        m_table->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
    m_table->setColumnWidth(JobsModel::Name, std::max(kNameLeast, room - used + kNameLeast));
}

bool JobsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) fitColumns();
    return QWidget::eventFilter(watched, event);
}

void JobsPage::showEvent(QShowEvent*) { refresh(); }

// The table and what stands below it say the same.
void JobsPage::refresh()
{
    m_model.flush();
    showNow();
}

void JobsPage::chooseRunAgain()
{
    for (const auto& open : m_session.documents()) {
        if (!m_runAgain || open->document.get() != m_runAgain) continue;
        const auto job = open->refusedStart ? open->refusedStart : open->job;
        if (!job || !m_model.indexOf(*job).isValid()) return;
        m_runAgain = nullptr;
        choose(*job);
    }
}

void JobsPage::showNow()
{
    chooseRunAgain();
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 0 : 1);
    if (m_model.rowCount() > 0 && isVisible()) fitColumns();
    if (m_model.rowCount() > 0 && !m_table->currentIndex().isValid())
        m_table->setCurrentIndex(m_model.index(0, 0));
    const int active = m_book.active();
    m_count->setText(m_model.rowCount() == 0
                         ? QString()
                         : countText(active - m_book.paused(), m_book.paused(), m_model.rowCount() - active));
    m_view->refresh();
}

}  // namespace ui
