#include "ui/pages/jobs_page.h"

#include "ui/figures.h"
#include "ui/icons.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace ui {

namespace {

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
        if (isVisible()) refresh();
    });
    connect(&book, &JobBook::listChanged, this, &JobsPage::refresh);
    connect(&session, &Session::documentsChanged, this, &JobsPage::refresh);
    connect(m_view, &JobView::documentWanted, this, &JobsPage::documentWanted);
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
    header->setSectionResizeMode(JobsModel::Name, QHeaderView::Stretch);
    for (int column = 1; column < JobsModel::Columns; ++column) m_table->setColumnWidth(column, 136);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                m_view->show(m_model.job(index));
                refresh();
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
        if (open->job && open->job == m_view->job()) return Q_EMIT documentWanted(open.get());
}

void JobsPage::showEvent(QShowEvent*)
{
    refresh();
}

void JobsPage::refresh()
{
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 0 : 1);
    if (m_model.rowCount() > 0 && !m_table->currentIndex().isValid())
        m_table->setCurrentIndex(m_model.index(0, 0));
    const int active = m_book.active();
    m_count->setText(m_model.rowCount() == 0
                         ? QString()
                         : tr("%1 running, %2 over").arg(active).arg(m_model.rowCount() - active));
    m_view->refresh();
}

}  // namespace ui
