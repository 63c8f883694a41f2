#pragma once

#include "ui/panels/rows_model.h"

#include <QTableView>

#include <vector>

namespace ui {

// How wide a column would be by its content, and how narrow it may become.
struct ColumnWish {
    int wanted = 0, least = 0;
};

// Widths that fit into `room`: the widest that may give way do. Where that does not do, all as they want to
// be: what is not seen can be scrolled to.
std::vector<int> fittedWidths(const std::vector<ColumnWish>& wishes, int room);

class ColumnFit;

// The table of the last rows: columns as wide as their content, where there is room for it, until the user
// sets a width. Where there are too many for any screen, each gets its width when it comes into sight. Owned
// by the dock, GUI thread.
class RowsTable : public QTableView {
    Q_OBJECT
public:
    explicit RowsTable(RowsModel& rows, QWidget* parent = nullptr);
    // Once when the columns are known and once when there are rows.
    void fitColumns();
    void forgetWidths();  // other columns are to come

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    ColumnWish wishOf(int column) const;
    void applyWidths();

    RowsModel& m_rows;
    ColumnFit* m_columnFit;
    std::vector<ColumnWish> m_wishes;
    int m_fittedColumns = -1;
    bool m_hasRowsFitted = false;
    bool m_isFitting = false, m_areWidthsOwn = false;  // the user's own
};

}  // namespace ui
