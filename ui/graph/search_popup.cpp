#include "ui/graph/search_popup.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kPopupWidth = 360, kRowHeight = 30, kRowsShown = 9;

// A coloured square, a name, and the rest in a quieter tone on the right.
class ChoiceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {kPopupWidth - 24, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QRect rect = option.rect;
        const QString refusal = index.data(ChoiceModel::RefusalRole).toString();
        const bool isCurrent = option.state & QStyle::State_Selected;
        const Tone surface = isCurrent ? Tone::Raised : Tone::Card;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        if (isCurrent) {
            painter->setBrush(theme().color(Tone::Raised));
            painter->drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4);
        }
        const auto tone = static_cast<Tone>(index.data(ChoiceModel::ToneRole).toInt());
        painter->setBrush(theme().color(refusal.isEmpty() ? tone : Tone::Line));
        painter->drawRoundedRect(QRectF(rect.left() + 10, rect.center().y() - 3.5, 8, 8), 2, 2);
        const QRect inner = rect.adjusted(28, 0, -10, 0);
        painter->setFont(theme().font(TypeSize::Body));
        painter->setPen(theme().readable(refusal.isEmpty() ? Tone::Text : Tone::TextFaint, surface));
        const QString title = index.data().toString();
        const QFontMetrics metrics(painter->font());
        const int room = inner.width() * 3 / 5;
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
                          metrics.elidedText(title, Qt::ElideRight, room));
        const int used = std::min(metrics.horizontalAdvance(title), room) + 16;
        painter->setFont(theme().font(TypeSize::Small));
        painter->setPen(theme().readable(Tone::TextFaint, surface));
        const QString detail = refusal.isEmpty() ? index.data(ChoiceModel::DetailRole).toString() : refusal;
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignRight,
                          QFontMetrics(painter->font())
                              .elidedText(detail, Qt::ElideRight, std::max(0, inner.width() - used)));
        painter->restore();
    }
};

}  // namespace

SearchPopup::SearchPopup(QWidget* parent)
    : QFrame(parent),
      m_field(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_none(new QLabel(tr("Nothing fits. Try another word."), this))
{
    setObjectName(QStringLiteral("popup"));
    setAttribute(Qt::WA_StyledBackground);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_none->setObjectName(QStringLiteral("soft"));
    m_none->setContentsMargins(10, 4, 0, 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_field);
    column->addWidget(m_none);
    column->addWidget(m_list);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model.setTyped(text);
        m_list->setCurrentIndex(m_model.index(0));
        fitRows();
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        m_list->setCurrentIndex(index);
        take();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) { Q_EMIT highlighted(m_model.choiceAt(index.row())); });
    hide();
}

void SearchPopup::open(const QString& prompt, std::vector<Choice> choices, const QPoint& at)
{
    m_at = at;
    {
        const QSignalBlocker blocker(m_field);
        m_field->clear();
    }
    m_field->setPlaceholderText(prompt);
    m_field->setAccessibleName(prompt);
    m_list->setAccessibleName(prompt);
    m_model.setChoices(std::move(choices));
    setFixedWidth(kPopupWidth);
    fitRows();
    show();
    raise();
    m_field->setFocus();
    m_list->setCurrentIndex(m_model.index(0));
}

void SearchPopup::fitRows()
{
    const int rows = m_model.rowCount();
    m_none->setVisible(rows == 0);
    m_list->setVisible(rows > 0);
    m_list->setFixedHeight(std::clamp(rows, 1, kRowsShown) * kRowHeight + 2);
    layout()->activate();
    adjustSize();
    const QRect room = parentWidget()->rect().adjusted(8, 8, -8, -8);
    move(std::clamp(m_at.x(), room.left(), std::max(room.left(), room.right() - width())),
         std::clamp(m_at.y(), room.top(), std::max(room.top(), room.bottom() - height())));
}

void SearchPopup::dismiss()
{
    if (isHidden()) return;
    hide();
    Q_EMIT dismissed();
}

void SearchPopup::take()
{
    const QModelIndex index = m_list->currentIndex();
    const int choice = m_model.choiceAt(index.row());
    if (choice < 0 || !index.data(ChoiceModel::RefusalRole).toString().isEmpty()) return;
    hide();
    Q_EMIT chosen(choice);
}

void SearchPopup::step(int rows)
{
    const int count = m_model.rowCount();
    if (count == 0) return;
    const int row = m_list->currentIndex().row() + rows;
    m_list->setCurrentIndex(
        m_model.index(std::abs(rows) == 1 ? (row + count) % count : std::clamp(row, 0, count - 1)));
}

bool SearchPopup::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && !isHidden()) {
        const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason) dismiss();
    }
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape: dismiss(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: take(); return true;
    case Qt::Key_Tab:
        // Nothing was asked for yet: who goes round by Tab is not given a component.
        if (!m_field->text().isEmpty()) {
            take();
        } else {
            dismiss();
            Q_EMIT passedBy();
        }
        return true;
    case Qt::Key_Down: step(1); return true;
    case Qt::Key_Up: step(-1); return true;
    case Qt::Key_PageDown: step(kRowsShown); return true;
    case Qt::Key_PageUp: step(-kRowsShown); return true;
    default: return QFrame::eventFilter(watched, event);
    }
}

}  // namespace ui
