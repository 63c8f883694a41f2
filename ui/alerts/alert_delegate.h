#pragma once

#include <QStyledItemDelegate>

namespace ui {

// Paints a row of the AlertsModel: severity with its shape; what nobody has seen stands out, what is over
// steps back.
class AlertDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace ui
