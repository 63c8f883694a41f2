#include "ui/alerts/alert_delegate.h"

#include "ui/alerts/alerts_model.h"
#include "ui/figures.h"
#include "ui/theme.h"

#include <QPainter>

namespace ui {

namespace {

void drawElided(QPainter& painter, const QRect& rect, Qt::Alignment side, const QString& text)
{
    painter.drawText(rect, static_cast<int>(Qt::AlignVCenter | side),
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
}

}  // namespace

void AlertDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    const bool isSelected = option.state & QStyle::State_Selected;
    const Tone surface = isSelected ? Tone::Raised : Tone::Panel;
    if (isSelected) painter->fillRect(option.rect, theme().color(Tone::Raised));
    const bool hasFocus = isSelected && option.widget && option.widget->hasFocus();
    if (hasFocus && index.column() == 0)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                          theme().color(Tone::Accent));
    painter->fillRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1,
                      theme().color(Tone::Raised));
    const auto stage = static_cast<AlertStage>(index.data(AlertsModel::StageRole).toInt());
    const auto severity = static_cast<Severity>(index.data(AlertsModel::SeverityRole).toInt());
    const bool isOver = stage == AlertStage::Over;
    const QString text = index.data(Qt::DisplayRole).toString();
    const QColor soft = theme().readable(Tone::TextSoft, surface);
    const QColor grave = isOver ? soft : theme().readable(severityTone(severity), surface);
    QRect rect = option.rect.adjusted(8, 0, -8, 0);
    painter->save();
    painter->setPen(isOver ? soft : theme().color(Tone::Text));
    QFont font = theme().font(TypeSize::Body);
    if (index.column() == AlertsModel::Level) {
        rect.setLeft(rect.left() + 8);
        paintSeverity(*painter, QRectF(rect.left(), rect.center().y() - 6, 14, 14), severity, grave,
                      stage == AlertStage::Firing);
        rect.setLeft(rect.left() + 22);
        painter->setPen(grave);
    } else if (index.column() == AlertsModel::Rule || index.column() == AlertsModel::Value) {
        font =
            theme().font(TypeSize::Body, stage == AlertStage::Firing ? QFont::DemiBold : QFont::Normal);
        if (index.column() == AlertsModel::Value) painter->setPen(grave);
    } else if (index.column() != AlertsModel::State && index.column() != AlertsModel::Labels) {
        painter->setPen(soft);
    }
    if (index.column() >= AlertsModel::Value && index.column() <= AlertsModel::Changed) {
        drawFigures(*painter, rect, Qt::AlignRight, font, text);
        rect.setRight(rect.right() - static_cast<int>(figuresWidth(font, text)) - 8);
        painter->setFont(theme().font(TypeSize::Small));
        painter->setPen(soft);
        drawElided(*painter, rect, Qt::AlignRight, index.data(AlertsModel::MeasureRole).toString());
    } else {
        painter->setFont(font);
        drawElided(*painter, rect, Qt::AlignLeft, text);
    }
    painter->restore();
}

}  // namespace ui
