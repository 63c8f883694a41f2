#include "data/record_batch.h"

#include "base/check.h"

#include <algorithm>

namespace engine {

RecordBatch::RecordBatch(SchemaPtr schema, std::vector<Column> columns, std::size_t physicalRows,
                         Hidden hidden, Watermarks watermarks)
{
    CHECK(schema && schema->size() == columns.size());
    std::size_t bytes = physicalRows * 16;
    for (const Column& column : columns) {
        CHECK(column.size() == physicalRows);
        bytes += physicalRows * slotBytes(column.type());
        if (column.textBuffer()) bytes += std::min(column.textBuffer()->size(), physicalRows * 64);
    }
    CHECK(hidden.eventTime.size() == 0 || hidden.eventTime.size() == physicalRows);
    CHECK(hidden.watermarkBefore.size() == 0 || hidden.watermarkBefore.size() == physicalRows);
    CHECK(!schema->hasEventTime() || physicalRows == 0 || hidden.eventTime.size() == physicalRows);
    m_body = std::make_shared<const Body>(
        Body{std::move(schema), std::move(columns), physicalRows, std::move(hidden), watermarks, bytes});
}

RecordBatch RecordBatch::select(std::vector<std::uint32_t> rows) const
{
    RecordBatch out = *this;
    if (rows.size() == m_body->rows)
        out.m_selection.reset();
    else
        out.m_selection = std::make_shared<const Selection>(Selection{std::move(rows)});
    return out;
}

RecordBatch RecordBatch::compact() const
{
    if (!m_selection) return *this;
    const auto& rows = m_selection->rows;
    std::vector<Column> columns;
    columns.reserve(m_body->columns.size());
    for (const Column& column : m_body->columns) columns.push_back(column.take(rows));
    Hidden hidden;
    if (m_body->hidden.eventTime.size()) hidden.eventTime = m_body->hidden.eventTime.take(rows);
    if (m_body->hidden.watermarkBefore.size())
        hidden.watermarkBefore = m_body->hidden.watermarkBefore.take(rows);
    return {m_body->schema, std::move(columns), rows.size(), std::move(hidden), m_body->watermarks};
}

RecordBatch RecordBatch::with(SchemaPtr schema, std::vector<Column> columns) const
{
    RecordBatch out{std::move(schema), std::move(columns), m_body->rows, m_body->hidden, m_body->watermarks};
    out.m_selection = m_selection;
    return out;
}

RecordBatch RecordBatch::withWatermarks(Watermarks watermarks, Column watermarkBefore) const
{
    Body body = *m_body;
    body.watermarks = watermarks;
    body.hidden.watermarkBefore = std::move(watermarkBefore);
    RecordBatch out;
    out.m_body = std::make_shared<const Body>(std::move(body));
    out.m_selection = m_selection;
    return out;
}

RecordBatch RecordBatch::slice(std::size_t first, std::size_t count) const
{
    CHECK(first + count <= rows());
    std::vector<std::uint32_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = physicalRow(first + i);
    return select(std::move(chosen)).compact();
}

std::size_t RecordBatch::bytes() const
{
    return m_body->rows ? m_body->bytes * rows() / m_body->rows + 64 : 64;
}

}  // namespace engine
