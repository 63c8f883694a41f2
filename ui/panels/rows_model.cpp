#include "ui/panels/rows_model.h"

#include "ui/format.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <algorithm>

namespace ui {

namespace {

constexpr qsizetype kCellCharacters = 256;

bool isNumber(engine::DataType type)
{
    return type == engine::DataType::Int64 || type == engine::DataType::Float64;
}

}  // namespace

QString cellText(const engine::Column& column, std::uint32_t row, const TimeZone& zone)
{
    switch (column.type()) {
    case engine::DataType::Bool:
        return column.flags()[row] ? QStringLiteral("true") : QStringLiteral("false");
    case engine::DataType::Int64: return QString::number(column.integers()[row]);
    case engine::DataType::Float64: return formatValue(column.numbers()[row]);
    case engine::DataType::Time: return formatDateTime(zone.local(column.integers()[row]));
    case engine::DataType::String: break;
    }
    const std::string_view text = column.text(row);
    const auto bytes = static_cast<qsizetype>(std::min<std::size_t>(text.size(), kCellCharacters * 4));
    return plainLine(QString::fromUtf8(text.data(), bytes), kCellCharacters);
}

void RowsModel::setSchema(const engine::SchemaPtr& schema)
{
    if (schema == m_schema || (schema && m_schema && *schema == *m_schema)) return;
    beginResetModel();
    m_schema = schema;
    m_rows.clear();
    m_decimals.assign(schema ? schema->size() : 0, 0);
    endResetModel();
}

void RowsModel::setZone(const TimeZone& zone)
{
    if (zone == m_zone) return;
    m_zone = zone;
    if (!m_rows.empty() && columnCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

bool RowsModel::isText(int column) const
{
    return m_schema->field(static_cast<std::size_t>(column)).type == engine::DataType::String;
}

bool RowsModel::isFraction(int column) const
{
    return m_schema->field(static_cast<std::size_t>(column)).type == engine::DataType::Float64;
}

QString RowsModel::textOf(const Cell& cell, int column) const
{
    const bool isTime = m_schema->field(static_cast<std::size_t>(column)).type == engine::DataType::Time;
    if (isTime && !cell.isNull) return formatDateTime(m_zone.local(cell.timeUs));
    return cell.isNull ? cell.text : withDecimals(cell.text, m_decimals[static_cast<std::size_t>(column)]);
}

void RowsModel::clear()
{
    if (m_rows.empty()) return;
    beginRemoveRows({}, 0, static_cast<int>(m_rows.size()) - 1);
    m_rows.clear();
    endRemoveRows();
}

void RowsModel::append(const engine::TapRows& rows)
{
    if (!rows.schema) return;
    setSchema(rows.schema);
    const std::vector<int> decimals = m_decimals;
    // Only as many as are shown, taken from the back.
    std::vector<Row> taken;
    for (auto batch = rows.batches.rbegin(); batch != rows.batches.rend(); ++batch) {
        if (!*batch) continue;
        for (std::size_t i = batch->rows(); i-- > 0 && taken.size() < static_cast<std::size_t>(kRows);) {
            const std::uint32_t at = batch->physicalRow(i);
            Row row(batch->columns());
            for (std::size_t c = 0; c < row.size(); ++c) {
                row[c].isNull = batch->column(c).isNull(at);
                if (row[c].isNull)
                    row[c].text = QStringLiteral("NULL");
                else if (batch->column(c).type() == engine::DataType::Time)
                    row[c].timeUs = batch->column(c).integers()[at];
                else
                    row[c].text = cellText(batch->column(c), at);
                if (batch->column(c).type() == engine::DataType::Float64 && !row[c].isNull)
                    m_decimals[c] = std::max(m_decimals[c], decimalsOf(row[c].text));
            }
            taken.push_back(std::move(row));
        }
    }
    if (taken.empty()) return;
    if (m_decimals != decimals && !m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    beginInsertRows({}, 0, static_cast<int>(taken.size()) - 1);
    m_rows.insert(m_rows.begin(), std::make_move_iterator(taken.begin()),
                  std::make_move_iterator(taken.end()));
    endInsertRows();
    const int count = static_cast<int>(m_rows.size());
    if (count <= kRows) return;
    beginRemoveRows({}, kRows, count - 1);
    m_rows.resize(kRows);
    endRemoveRows();
}

int RowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_schema ? 0 : static_cast<int>(m_schema->size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const auto column = static_cast<std::size_t>(index.column());
    const Cell& cell = m_rows[static_cast<std::size_t>(index.row())][column];
    // The date is the same in nearly all rows; it is in the tool tip.
    const bool isTime = m_schema->field(column).type == engine::DataType::Time && !cell.isNull;
    if (role == Qt::DisplayRole) return textOf(cell, index.column()).mid(isTime ? 11 : 0);
    if (role == Qt::ToolTipRole)
        return plainToolTip(textOf(cell, index.column()) +
                            (isTime && !m_zone.isUtc() ? QLatin1Char(' ') + m_zone.name() : QString()));
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumber(m_schema->field(column).type) ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && cell.isNull) return theme().readable(Tone::TextFaint, Tone::Panel);
    return {};
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || !m_schema || section < 0 || section >= columnCount()) return {};
    const engine::Field& field = m_schema->field(static_cast<std::size_t>(section));
    if (role == Qt::DisplayRole) return plainLine(QString::fromStdString(field.name));
    if (role == Qt::ToolTipRole) return QString::fromStdString(std::string(engine::dataTypeName(field.type)));
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumber(field.type) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

}  // namespace ui
