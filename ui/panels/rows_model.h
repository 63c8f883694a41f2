#pragma once

#include "spec/messages.h"

#include <QAbstractTableModel>

#include <deque>
#include <vector>

namespace ui {

// The newest rows of a tapped port, newest first. Owned by the dock, GUI thread. Keeps texts, not batches, so
// that no engine memory is held by what is only looked at.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kRows = 200;
    using QAbstractTableModel::QAbstractTableModel;

    void setSchema(
        const engine::SchemaPtr& schema);  // the columns before the first row; other columns forget the rows
    void append(const engine::TapRows& rows);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Cell {
        QString text{};
        bool isNull = false;
    };
    using Row = std::vector<Cell>;
    engine::SchemaPtr m_schema;
    std::deque<Row> m_rows;
};

QString cellText(const engine::Column& column, std::uint32_t row);  // of a value that is not NULL

}  // namespace ui
