#include "grouping/joined_rows.h"

namespace engine {

JoinedRows::JoinedRows(JoinLayoutPtr layout, const RowForm& left, const RowForm& right)
    : m_layout(std::move(layout)),
      m_forms{&left, &right},
      m_eventTime(DataType::Time)
{
    for (const Field& field : m_layout->output->fields()) m_builders.emplace_back(field.type);
}

void JoinedRows::add(const char* left, const char* right, std::int64_t timeUs)
{
    m_before.begin(m_times.size());
    m_rows[kLeft].push_back(left);
    m_rows[kRight].push_back(right);
    m_times.push_back(timeUs);
    countTexts(kLeft, left);
    countTexts(kRight, right);
}

void JoinedRows::add(std::size_t side, std::uint32_t physicalRow, const char* other, std::int64_t timeUs)
{
    m_before.begin(m_times.size());
    m_batchRows.push_back(physicalRow);
    m_rows[1 - side].push_back(other);
    m_times.push_back(timeUs);
    countTexts(1 - side, other);
}

void JoinedRows::addInWindow(const char* left, const char* right, std::int64_t startUs, std::int64_t endUs)
{
    add(left, right, endUs - kMillisecondUs);
    m_starts.push_back(startUs);
}

RecordBatch JoinedRows::finish(const RecordBatch* batch, std::size_t side)
{
    std::vector<Column> columns;
    columns.reserve(m_builders.size());
    for (const std::size_t each : {kLeft, kRight})
        for (const std::size_t column : m_layout->columns[each]) {
            ColumnBuilder& builder = m_builders[columns.size()];
            if (batch && each == side) {
                columns.push_back(batch->column(column).take(m_batchRows));
                continue;
            }
            m_forms[each]->putColumn(m_rows[each], column, builder);
            columns.push_back(builder.finish());
        }
    if (m_layout->hasWindow) {
        for (const std::int64_t start : m_starts) m_builders[columns.size()].addInteger(start);
        columns.push_back(m_builders[columns.size()].finish());
        for (const std::int64_t time : m_times) m_builders[columns.size()].addInteger(time + kMillisecondUs);
        columns.push_back(m_builders[columns.size()].finish());
    }
    for (const std::int64_t time : m_times) m_eventTime.addInteger(time);
    HiddenColumns hidden;
    hidden.eventTime = m_eventTime.finish();
    const std::size_t rows = m_times.size();
    hidden.watermarkBefore = m_before.finish(rows);
    for (auto* list : {&m_rows[kLeft], &m_rows[kRight]}) list->clear();
    m_batchRows.clear();
    m_times.clear();
    m_starts.clear();
    m_textBytes = 0;
    return {m_layout->output, std::move(columns), rows, std::move(hidden)};
}

RecordBatch lateJoinRow(const JoinLayout& layout, std::size_t side, const RecordBatch& batch,
                        std::uint32_t physicalRow)
{
    const std::uint32_t rows[] = {physicalRow};
    std::vector<Column> columns;
    for (const std::size_t each : {kLeft, kRight})
        for (const std::size_t i : layout.lateColumns[each])
            columns.push_back(each == side ? batch.column(i).take(rows)
                                           : Column::allNull(layout.inputs[each]->field(i).type, 1));
    HiddenColumns hidden;
    hidden.eventTime = batch.hidden().eventTime.take(rows);
    return {layout.lateRows, std::move(columns), 1, std::move(hidden)};
}

}  // namespace engine
