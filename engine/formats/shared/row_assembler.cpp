#include "formats/shared/row_assembler.h"

#include "data/utf8.h"

#include <algorithm>
#include <utility>

namespace engine {

RowAssembler::RowAssembler(const DecodeOptions& options)
    : m_schema(options.schema),
      m_hasEventTime(options.timeColumn.has_value()),
      m_needed(options.columns.size(), true),
      m_eventTime(DataType::Time)
{
    CHECK(m_schema && m_schema->size() == options.columns.size());
    CHECK(m_schema->hasEventTime() == m_hasEventTime);
    if (!options.checkAll && !options.needed.empty()) m_needed = options.needed;
    if (options.timeColumn) m_needed[*options.timeColumn] = true;
    m_columns.reserve(m_schema->size());
    for (std::size_t i = 0; i < m_schema->size(); ++i) {
        const DataType type = m_schema->field(i).type;
        m_columns.emplace_back(type);
        m_allNull.push_back(m_needed[i] ? Column{} : Column::allNull(type, limits::kBatchRows));
    }
}

void RowAssembler::begin(BufferPtr chunk, DecodedChunk& into)
{
    m_chunk = std::move(chunk);
    m_into = &into;
    m_rows = 0;
    m_rowsBefore = m_lineShift = 0;
    startBatch();
}

void RowAssembler::startBatch()
{
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        if (m_needed[i] && m_columns[i].type() == DataType::String) m_columns[i].pointInto(m_chunk);
}

void RowAssembler::jumpTo(std::uint64_t line)
{
    const std::uint64_t row = m_rowsBefore + m_rows;
    m_lineShift = line - row;
    if (m_into->jumps.empty() || m_into->jumps.back().row != row) m_into->jumps.push_back({row, 0});
    m_into->jumps.back().line = line;
}

void RowAssembler::endRows(std::size_t count, const std::int64_t* timesUs)
{
    if (count == 0) return;
    if (m_hasEventTime) {
        std::int64_t* times = m_eventTime.addMany<std::int64_t>(count);
        for (std::size_t row = 0; row < count; ++row) times[row] = floorToMilliseconds(timesUs[row]);
    }
    m_rows += count;
    if (m_rows == limits::kBatchRows) flush();
}

void RowAssembler::dropRow()
{
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        while (m_needed[i] && m_columns[i].size() > m_rows) m_columns[i].removeLast();
}

void RowAssembler::flush()
{
    if (m_rows == 0) return;
    std::vector<Column> columns;
    columns.reserve(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        columns.push_back(m_needed[i]                        ? m_columns[i].finish()
                              : m_rows == limits::kBatchRows ? m_allNull[i]
                                                             : m_allNull[i].slice(0, m_rows));
    HiddenColumns hidden;
    hidden.firstRow = m_rowsBefore;
    m_rowsBefore += m_rows;
    if (m_hasEventTime) hidden.eventTime = m_eventTime.finish();
    m_into->batches.emplace_back(m_schema, std::move(columns), std::exchange(m_rows, 0), std::move(hidden));
    startBatch();
}

std::string rejectPreview(std::string_view record)
{
    return utf8Preview(record, limits::kRejectPreviewBytes);
}

std::string wantedInWords(DataType type)
{
    switch (type) {
    case DataType::Bool: return "true or false";
    case DataType::Int64: return "a whole number";
    case DataType::Float64: return "a number";
    case DataType::Time: return "a time";
    case DataType::String: return "a text";
    }
    return {};
}

std::string shownShort(std::string_view found)
{
    constexpr std::size_t kShownBytes = 60;
    if (found.size() <= kShownBytes) return std::string(found);
    std::size_t end = kShownBytes;
    while (end > 0 && (static_cast<unsigned char>(found[end]) & 0xC0) == 0x80) --end;
    return std::string(found.substr(0, end)) + "...";
}

}  // namespace engine
