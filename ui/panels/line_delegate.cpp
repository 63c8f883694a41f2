#include "ui/panels/line_delegate.h"

#include "ui/icons.h"
#include "ui/panels/lines_model.h"

#include <QPainter>

namespace ui {

LineDelegate::LineDelegate(int placeWidth, QObject* parent)
    : QStyledItemDelegate(parent),
      m_placeWidth(placeWidth)
{
}

QSize LineDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {320, 28}; }

void LineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    const auto mark = static_cast<Mark>(index.data(ProblemsModel::MarkRole).toInt());
    const Tone tone = mark == Mark::Problem ? Tone::Error
        : mark == Mark::Warning             ? Tone::Warning
                                            : Tone::Info;
    const QString icon = mark == Mark::Problem ? QStringLiteral("error")
        : mark == Mark::Warning                ? QStringLiteral("warning")
                                               : QStringLiteral("info");
    painter->save();
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, theme().color(Tone::Raised));
    const QRect rect = option.rect.adjusted(16, 0, -16, 0);
    const double ratio = painter->device()->devicePixelRatioF();
    painter->drawPixmap(QRect(rect.left(), rect.center().y() - 7, 16, 16),
                        iconPixmap(icon, 16, theme().color(tone), ratio));
    painter->setFont(theme().mono(TypeSize::Small));
    painter->setPen(theme().readable(Tone::TextSoft, Tone::Raised));
    const QRect place = rect.adjusted(28, 0, 0, 0);
    const QString where = option.fontMetrics.elidedText(index.data(ProblemsModel::PlaceRole).toString(),
                                                        Qt::ElideRight, m_placeWidth);
    painter->drawText(QRect(place.left(), place.top(), m_placeWidth, place.height()), Qt::AlignVCenter,
                      where);
    painter->setFont(theme().font(TypeSize::Body));
    painter->setPen(theme().color(Tone::Text));
    const QRect text = place.adjusted(m_placeWidth + 16, 0, 0, 0);
    painter->drawText(text, Qt::AlignVCenter,
                      QFontMetrics(painter->font())
                          .elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, text.width()));
    painter->restore();
}

}  // namespace ui
