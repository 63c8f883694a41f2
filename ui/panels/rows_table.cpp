#include "ui/panels/rows_table.h"

#include "ui/panels/column_fit.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QScopedValueRollback>

#include <algorithm>
#include <numeric>

namespace ui {

namespace {

constexpr int kLeastWidth = 48, kTextWidth = 96, kMostWidth = 280;
constexpr int kColumnsOfAScreen = 80;             // so many of the least width: none has room for more
constexpr int kPadding = 16, kTitlePadding = 24;  // as the theme has them, both sides
const QString kLongestNumber = QStringLiteral("-1234.567");  // of what formatValue() makes

}  // namespace

std::vector<int> fittedWidths(const std::vector<ColumnWish>& wishes, int room)
{
    const auto widths = [&](int most) {
        std::vector<int> all;
        for (const ColumnWish& wish : wishes)
            all.push_back(std::min(wish.wanted, std::max(wish.least, most)));
        return all;
    };
    const auto fits = [&](int most) {
        const std::vector<int> all = widths(most);
        return std::accumulate(all.begin(), all.end(), 0) <= room;
    };
    if (fits(kMostWidth) || !fits(0)) return widths(kMostWidth);
    int low = 0, high = kMostWidth;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return widths(low);
}

RowsTable::RowsTable(RowsModel& rows, QWidget* parent)
    : QTableView(parent),
      m_rows(rows),
      m_columnFit(new ColumnFit(*this, [this](int column) { return wishOf(column).wanted; }))
{
    setModel(&rows);
    setAccessibleName(tr("Last rows"));
    setShowGrid(false);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(24);
    verticalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setFixedHeight(28);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setTextElideMode(Qt::ElideRight);
    setFont(theme().mono(TypeSize::Small));
    horizontalHeader()->setFont(theme().mono(TypeSize::Small));
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
            [this] { m_areWidthsOwn = m_areWidthsOwn || !m_isFitting; });
}

void RowsTable::fitColumns()
{
    const bool hasRows = m_rows.rowCount() > 0;
    if (m_fittedColumns == m_rows.columnCount() && (m_hasRowsFitted || !hasRows)) return;
    m_fittedColumns = m_rows.columnCount();
    m_hasRowsFitted = hasRows;
    m_areWidthsOwn = false;
    m_wishes.clear();
    if (m_fittedColumns > kColumnsOfAScreen) return m_columnFit->start();
    m_columnFit->stop();
    for (int column = 0; column < m_fittedColumns; ++column) m_wishes.push_back(wishOf(column));
    applyWidths();
}

ColumnWish RowsTable::wishOf(int column) const
{
    const QString name = m_rows.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const QFontMetrics metrics = horizontalHeader()->fontMetrics();
    const int title = metrics.horizontalAdvance(name) + kTitlePadding;
    int content = sizeHintForColumn(column);
    if (m_rows.isFraction(column))
        content = std::max(content, metrics.horizontalAdvance(kLongestNumber) + kPadding);
    const int needed = std::clamp(std::max(title, content), kLeastWidth, kMostWidth);
    // What comes later may be a little longer.
    const int wanted = std::min(std::max(title, content + kPadding), kMostWidth);
    return {std::max(wanted, needed), m_rows.isText(column) ? std::min(needed, kTextWidth) : needed};
}

void RowsTable::forgetWidths()
{
    m_wishes.clear();
    m_columnFit->stop();
    m_fittedColumns = -1;
    m_hasRowsFitted = m_areWidthsOwn = false;
}

void RowsTable::applyWidths()
{
    const QScopedValueRollback<bool> fitting(m_isFitting, true);
    const std::vector<int> widths = fittedWidths(m_wishes, viewport()->width());
    for (std::size_t column = 0; column < widths.size(); ++column)
        setColumnWidth(static_cast<int>(column), widths[column]);
}

void RowsTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (!m_areWidthsOwn && static_cast<int>(m_wishes.size()) == m_rows.columnCount()) applyWidths();
}

}  // namespace ui
