#include "ui/panels/column_fit.h"

#include <QEvent>
#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>

namespace ui {

ColumnFit::ColumnFit(QTableView& table, std::function<int(int column)> widthOf)
    : QObject(&table),
      m_table(table),
      m_widthOf(std::move(widthOf))
{
    table.viewport()->installEventFilter(this);
    connect(table.horizontalScrollBar(), &QScrollBar::valueChanged, this, &ColumnFit::fitSeen);
}

void ColumnFit::start()
{
    m_isFitted.clear();
    m_isOn = true;
    fitSeen();
}

void ColumnFit::stop() { m_isOn = false; }

bool ColumnFit::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) fitSeen();
    return QObject::eventFilter(watched, event);
}

void ColumnFit::fitSeen()
{
    if (!m_isOn) return;
    const int count = m_table.horizontalHeader()->count();
    m_isFitted.resize(static_cast<std::size_t>(count), false);
    const int first = std::max(m_table.columnAt(0), 0), right = m_table.viewport()->width();
    for (int column = first; column < count && m_table.columnViewportPosition(column) <= right; ++column) {
        if (m_isFitted[static_cast<std::size_t>(column)]) continue;
        m_isFitted[static_cast<std::size_t>(column)] = true;
        m_table.setColumnWidth(column, m_widthOf(column));
    }
}

}  // namespace ui
