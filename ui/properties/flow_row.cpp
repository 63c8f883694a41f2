#include "ui/properties/flow_row.h"

#include <QWidget>

#include <algorithm>

namespace ui {

namespace {

constexpr int kWidthLeast = 80;  // a wider item is cut off rather than making everything wider

}  // namespace

FlowRow::FlowRow(QWidget* parent, int gap) : QLayout(parent), m_gap(gap) { setContentsMargins(0, 0, 0, 0); }

FlowRow::~FlowRow() { qDeleteAll(m_items); }

QLayoutItem* FlowRow::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

void FlowRow::clear()
{
    for (QLayoutItem* item : std::as_const(m_items)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    m_items.clear();
    invalidate();
}

void FlowRow::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

QSize FlowRow::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : m_items) size = size.expandedTo(item->minimumSize());
    return {std::min(size.width(), kWidthLeast), size.height()};
}

int FlowRow::place(const QRect& rect, bool isReal) const
{
    int x = rect.x(), y = rect.y(), lineHeight = 0;
    for (QLayoutItem* item : m_items) {
        const QSize wanted = item->sizeHint();
        const int width = std::min(wanted.width(), rect.width());
        if (x > rect.x() && x + width > rect.x() + rect.width()) {
            x = rect.x();
            y += lineHeight + m_gap;
            lineHeight = 0;
        }
        if (isReal) item->setGeometry({x, y, width, wanted.height()});
        x += width + m_gap;
        lineHeight = std::max(lineHeight, wanted.height());
    }
    return y + lineHeight - rect.y();
}

}  // namespace ui
