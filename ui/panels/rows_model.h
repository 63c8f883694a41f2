#pragma once

#include "spec/messages.h"
#include "ui/time_zone.h"

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
    void setZone(const TimeZone& zone);    // by whose clock times are shown, those there are too
    void append(const engine::TapRows& rows);
    void clear();
    bool isText(int column) const;  // of any length
    bool isFraction(int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Cell {
        QString text{};
        bool isNull = false;
        std::int64_t timeUs = 0;  // of a time, which has no text until it is shown
    };
    using Row = std::vector<Cell>;
    QString textOf(const Cell& cell, int column) const;
    engine::SchemaPtr m_schema;
    TimeZone m_zone;
    std::deque<Row> m_rows;
    std::vector<int> m_decimals;  // of each column, the most so far, so that no point moves back
};

QString cellText(const engine::Column& column, std::uint32_t row,
                 const TimeZone& zone = {});  // of a value that is not NULL

}  // namespace ui
