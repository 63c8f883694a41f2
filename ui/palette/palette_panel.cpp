#include "ui/palette/palette_panel.h"

#include "ui/match_score.h"
#include "ui/panels/empty_hint.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

namespace ui {

namespace {

// A heading for a category, a coloured square and a name for a component.
class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        return {160, index.parent().isValid() ? 26 : 32};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QString text = index.data(Qt::DisplayRole).toString();
        const QRect rect(0, option.rect.top(), option.rect.right() + 1, option.rect.height());
        painter->save();
        if (!index.parent().isValid()) {
            painter->setPen(theme().readable(Tone::TextSoft, Tone::Panel));
            painter->setFont(theme().font(TypeSize::Small, QFont::DemiBold));
            painter->drawText(rect.adjusted(16, 8, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text.toUpper());
        } else {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
                painter->setBrush(theme().color(Tone::Raised));
                painter->drawRoundedRect(rect.adjusted(8, 1, -8, -1), 4, 4);
            }
            painter->setBrush(theme().color(static_cast<Tone>(index.data(PaletteModel::ToneRole).toInt())));
            painter->drawRoundedRect(QRectF(18, rect.center().y() - 3.5, 8, 8), 2, 2);
            painter->setPen(theme().color(Tone::Text));
            painter->setFont(theme().font(TypeSize::Body));
            painter->drawText(rect.adjusted(36, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
        }
        painter->restore();
    }
};

}  // namespace

PalettePanel::PalettePanel(const std::vector<engine::ComponentInfo>& catalog, QWidget* parent)
    : QWidget(parent),
      m_model(catalog),
      m_filter(new QSortFilterProxyModel(this)),
      m_search(new QLineEdit(this)),
      m_tree(new QTreeView(this)),
      m_help(new QLabel(this))
{
    setObjectName(QStringLiteral("palette"));
    setAttribute(Qt::WA_StyledBackground);
    m_filter->setSourceModel(&m_model);
    m_filter->setRecursiveFilteringEnabled(true);
    m_filter->setFilterRole(PaletteModel::SearchRole);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_search->setPlaceholderText(tr("Find a component"));
    m_search->setAccessibleName(tr("Find a component"));
    m_search->setClearButtonEnabled(true);
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new PaletteDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(0);
    m_tree->setItemsExpandable(false);
    m_tree->setMouseTracking(true);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setAccessibleName(tr("Components"));
    m_tree->expandAll();
    m_tree->setDragEnabled(true);
    m_tree->setDragDropMode(QAbstractItemView::DragOnly);
    m_help->setObjectName(QStringLiteral("soft"));
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setContentsMargins(16, 8, 16, 16);
    m_help->setVisible(false);

    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 12, 12, 4);
    head->addWidget(m_search);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 1, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_help);
    connect(m_search, &QLineEdit::textChanged, this, &PalettePanel::search);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &PalettePanel::showHelp);
    connect(m_tree, &QTreeView::activated, this, &PalettePanel::want);
    m_none = new EmptyHint(*m_tree);
    m_search->installEventFilter(this);
    m_tree->installEventFilter(this);
    connect(&theme(), &Theme::changed, m_tree->viewport(), qOverload<>(&QWidget::update));
}

void PalettePanel::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void PalettePanel::search(const QString& text)
{
    m_filter->setFilterFixedString(text.trimmed());
    m_tree->expandAll();
    m_none->say(tr("No component fits “%1”. Try another word.").arg(plainLine(text.trimmed(), 40)));
    // What Enter would add is marked while one types.
    m_tree->setCurrentIndex(text.trimmed().isEmpty() ? QModelIndex() : bestMatch());
}

QModelIndex PalettePanel::bestMatch() const
{
    QModelIndex best;
    int most = -1;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex category = m_filter->index(row, 0);
        for (int i = 0; i < m_filter->rowCount(category); ++i) {
            const QModelIndex index = m_filter->index(i, 0, category);
            const int score = matchScore(m_search->text().trimmed(), index.data().toString());
            if (score <= most) continue;
            most = score;
            best = index;
        }
    }
    return best;
}

void PalettePanel::want(const QModelIndex& index)
{
    if (const auto* info = m_model.component(m_filter->mapToSource(index))) Q_EMIT componentWanted(info->id);
}

// From the search down into the list and back up; Enter adds what is marked.
bool PalettePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const QModelIndex current = m_tree->currentIndex();
    if (watched == m_tree) {
        if (key != Qt::Key_Up || m_tree->indexAbove(m_tree->indexAbove(current)).isValid()) return false;
        focusSearch();
        return true;
    }
    if (key == Qt::Key_Down) {
        if (!m_model.component(m_filter->mapToSource(current))) m_tree->setCurrentIndex(bestMatch());
        m_tree->setFocus();
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (!m_search->text().trimmed().isEmpty()) want(current.isValid() ? current : bestMatch());
        return true;
    }
    if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    return false;
}

void PalettePanel::showHelp(const QModelIndex& index)
{
    const engine::ComponentInfo* info = m_model.component(m_filter->mapToSource(index));
    m_help->setVisible(info && !info->help.empty());
    if (info) m_help->setText(QString::fromStdString(info->help));
}

}  // namespace ui
