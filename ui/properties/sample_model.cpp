#include "ui/properties/sample_model.h"

#include "ui/format.h"
#include "ui/panels/rows_model.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <algorithm>

namespace ui {

namespace {

// One place in the rows of a port.
struct SampleRow {
    const engine::RecordBatch* batch = nullptr;
    std::uint32_t row = 0;
};

std::vector<SampleRow> sampleRowsOf(const engine::PortRows& port)
{
    std::vector<SampleRow> rows;
    for (const engine::RecordBatch& batch : port.batches)
        for (std::size_t i = 0; i < batch.rows(); ++i) rows.push_back({&batch, batch.physicalRow(i)});
    return rows;
}

bool isSameCell(const engine::Column& a, std::uint32_t rowA, const engine::Column& b, std::uint32_t rowB)
{
    if (a.isNull(rowA) || b.isNull(rowB)) return a.isNull(rowA) == b.isNull(rowB);
    switch (a.type()) {
    case engine::DataType::Bool: return a.flags()[rowA] == b.flags()[rowB];
    case engine::DataType::Int64:
    case engine::DataType::Time: return a.integers()[rowA] == b.integers()[rowB];
    case engine::DataType::Float64: {
        const double one = a.numbers()[rowA], other = b.numbers()[rowB];
        return one == other || (one != one && other != other);
    }
    case engine::DataType::String: return a.text(rowA) == b.text(rowB);
    }
    return false;
}

bool isSameRow(const SampleRow& a, const SampleRow& b)
{
    for (std::size_t c = 0; c < a.batch->columns(); ++c)
        if (!isSameCell(a.batch->column(c), a.row, b.batch->column(c), b.row)) return false;
    return true;
}

bool isNumeric(engine::DataType type)
{
    return type == engine::DataType::Int64 || type == engine::DataType::Float64;
}

}  // namespace

std::optional<QStringList> passMarks(const engine::PreviewReply& reply)
{
    if (reply.inputs.empty() || reply.outputs.empty()) return {};
    std::vector<SampleRow> all;
    for (const engine::PortRows& input : reply.inputs)
        for (const SampleRow& row : sampleRowsOf(input)) all.push_back(row);
    QStringList marks(static_cast<qsizetype>(all.size()));
    for (const engine::PortRows& output : reply.outputs) {
        for (const engine::PortRows& input : reply.inputs)
            if (!output.schema || !input.schema || output.schema->fields() != input.schema->fields())
                return {};
        const std::vector<SampleRow> passed = sampleRowsOf(output);
        std::size_t next = 0;
        for (std::size_t i = 0; i < all.size() && next < passed.size(); ++i) {
            if (!isSameRow(all[i], passed[next])) continue;
            ++next;
            marks[static_cast<qsizetype>(i)] =
                reply.outputs.size() == 1 ? QStringLiteral("✓") : QString::fromStdString(output.port.port);
        }
        if (next < passed.size()) return {};
    }
    return marks;
}

void SampleModel::setRows(const std::vector<engine::PortRows>& ports, const engine::Schema* others,
                          const std::optional<QStringList>& marks, const TimeZone& zone)
{
    beginResetModel();
    m_heads.clear();
    m_rows.clear();
    m_marks = marks;
    const engine::SchemaPtr schema = ports.empty() ? nullptr : ports.front().schema;
    std::vector<std::size_t> order;
    if (schema) {
        for (const bool isFresh : {true, false})
            for (std::size_t c = 0; c < schema->size(); ++c)
                if ((others && !others->find(schema->field(c).name)) == isFresh) {
                    order.push_back(c);
                    m_heads.push_back({schema->field(c), isFresh, 0});
                }
        for (const engine::PortRows& port : ports)
            for (const SampleRow& row : sampleRowsOf(port)) {
                if (m_rows.size() >= kRows || row.batch->columns() != schema->size()) continue;
                std::vector<Cell> cells;
                for (const std::size_t c : order) {
                    const engine::Column& column = row.batch->column(c);
                    const bool isNull = column.isNull(row.row);
                    cells.push_back(
                        {isNull ? QStringLiteral("NULL") : cellText(column, row.row, zone), isNull});
                }
                for (std::size_t c = 0; c < cells.size(); ++c)
                    if (m_heads[c].field.type == engine::DataType::Float64 && !cells[c].isNull)
                        m_heads[c].decimals = std::max(m_heads[c].decimals, decimalsOf(cells[c].text));
                m_rows.push_back(std::move(cells));
            }
    }
    endResetModel();
}

int SampleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SampleModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_heads.size()) + (m_marks ? 1 : 0);
}

QVariant SampleModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const QString mark = m_marks ? m_marks->value(index.row()) : QString();
    // The mark stands first, where a narrow panel shows it.
    if (m_marks && index.column() == 0) {
        if (role == Qt::DisplayRole) return mark.isEmpty() ? QStringLiteral("–") : mark;
        if (role == Qt::ForegroundRole)
            return theme().readable(mark.isEmpty() ? Tone::TextFaint : Tone::Ok, Tone::Panel);
        return {};
    }
    const auto column = static_cast<std::size_t>(index.column() - (m_marks ? 1 : 0));
    const Cell& cell = m_rows[static_cast<std::size_t>(index.row())][column];
    const engine::DataType type = m_heads[column].field.type;
    const bool isTime = type == engine::DataType::Time && !cell.isNull;
    if (role == Qt::DisplayRole)
        return isTime         ? cell.text.mid(11)
            : cell.isNull ? cell.text
                          : withDecimals(cell.text, m_heads[column].decimals);
    if (role == Qt::ToolTipRole) return plainToolTip(cell.text);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumeric(type) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const bool isFaint = cell.isNull || (m_marks && mark.isEmpty());
    if (role == Qt::ForegroundRole && isFaint) return theme().readable(Tone::TextFaint, Tone::Panel);
    return {};
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    const int place = section - (m_marks ? 1 : 0);
    if (place < 0 || place >= static_cast<int>(m_heads.size())) return {};
    const Head& head = m_heads[static_cast<std::size_t>(place)];
    if (role == Qt::DisplayRole) return QString::fromStdString(head.field.name);
    if (role == Qt::ToolTipRole)
        return QString::fromStdString(std::string(engine::dataTypeName(head.field.type)));
    if (role == Qt::ForegroundRole && head.isFresh) return theme().readable(Tone::Accent, Tone::Panel);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumeric(head.field.type) ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

}  // namespace ui
