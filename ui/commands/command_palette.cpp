#include "ui/commands/command_palette.h"

#include "ui/panels/empty_hint.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kRowHeight = 32;

class CommandDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {320, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme().color(Tone::Raised));
            painter->drawRoundedRect(QRectF(option.rect).adjusted(8, 1, -8, -1), 6, 6);
        }
        const bool isEnabled = index.data(CommandModel::EnabledRole).toBool();
        QRect rect = option.rect.adjusted(20, 0, -20, 0);
        painter->setFont(theme().mono(TypeSize::Small));
        painter->setPen(theme().readable(Tone::TextSoft, Tone::Raised));
        const QString keys = index.data(CommandModel::KeysRole).toString();
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, keys);
        rect.setRight(rect.right() - painter->fontMetrics().horizontalAdvance(keys) - 16);
        painter->setFont(theme().font(TypeSize::Small));
        painter->drawText(QRect(rect.left(), rect.top(), 88, rect.height()), Qt::AlignVCenter,
                          index.data(CommandModel::CategoryRole).toString());
        rect.setLeft(rect.left() + 96);
        painter->setFont(theme().font(TypeSize::Body));
        painter->setPen(isEnabled ? theme().color(Tone::Text)
                                  : theme().readable(Tone::TextFaint, Tone::Raised));
        const QString text = index.data(Qt::DisplayRole).toString();
        painter->drawText(rect, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
        if (!isEnabled) {
            const int width = painter->fontMetrics().horizontalAdvance(text) + 8;
            painter->setFont(theme().font(TypeSize::Small));
            painter->drawText(rect.adjusted(width, 0, 0, 0), Qt::AlignVCenter, CommandPalette::tr("not now"));
        }
        painter->restore();
    }
};

}  // namespace

CommandPalette::CommandPalette(CommandRegistry& registry, QWidget* parent)
    : QFrame(parent),
      m_registry(registry),
      m_model(registry),
      m_input(new QLineEdit(this)),
      m_list(new QListView(this))
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(tr("Commands"));
    setFixedSize(640, 440);
    m_input->setPlaceholderText(tr("Type what you want to do"));
    m_input->setAccessibleName(tr("Command"));
    m_input->installEventFilter(this);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_none = new EmptyHint(*m_list);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 12, 1, 8);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->addWidget(m_input);
    column->addLayout(head);
    column->addWidget(m_list, 1);
    setFocusProxy(m_input);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListView::entered, m_list, &QListView::setCurrentIndex);
    connect(m_list, &QListView::clicked, this, &CommandPalette::choose);
}

void CommandPalette::begin()
{
    m_registry.refresh();
    m_input->clear();
    search({});
}

void CommandPalette::search(const QString& typed)
{
    m_model.search(typed);
    m_none->say(tr("No command fits “%1”. Try another word.").arg(plainLine(typed.trimmed(), 40)));
    m_list->setCurrentIndex(m_model.index(0));
    m_list->scrollToTop();
}

void CommandPalette::step(int by)
{
    if (m_model.rowCount() == 0) return;
    const int row = std::clamp(m_list->currentIndex().row() + by, 0, m_model.rowCount() - 1);
    m_list->setCurrentIndex(m_model.index(row));
}

void CommandPalette::choose(const QModelIndex& index)
{
    QAction* action = m_model.action(index);
    if (action && action->isEnabled()) Q_EMIT chosen(action);
}

bool CommandPalette::eventFilter(QObject*, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return false;
    const int page = m_list->height() / kRowHeight;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up: step(-1); return true;
    case Qt::Key_Down: step(1); return true;
    case Qt::Key_PageUp: step(-page); return true;
    case Qt::Key_PageDown: step(page); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(m_list->currentIndex()); return true;
    default: return false;
    }
}

}  // namespace ui
