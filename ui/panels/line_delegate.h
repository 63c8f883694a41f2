#pragma once

#include <QStyledItemDelegate>

namespace ui {

// Paints a line of problems or log: mark, place, sentence. `placeWidth` in pixels; GUI thread.
class LineDelegate : public QStyledItemDelegate {
public:
    explicit LineDelegate(int placeWidth, QObject* parent);
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    int m_placeWidth;
};

}  // namespace ui
