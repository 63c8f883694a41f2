#pragma once

#include "component/format.h"
#include "data/batch_builder.h"

#include <vector>

namespace engine {

// Makes the batches of one chunk from the needed columns of its rows; the others become all NULL. Belongs to
// one decoder.
class RowAssembler {
public:
    explicit RowAssembler(const DecodeOptions& options);
    bool isNeeded(std::size_t column) const { return m_needed[column]; }
    ColumnBuilder& column(std::size_t index) { return m_columns[index]; }
    void begin(BufferPtr chunk, DecodedChunk& into);  // texts inside `chunk` are pointed at
    // The line of the chunk on which the next row begins; not needed while each line is one.
    void nextLine(std::uint64_t line)
    {
        if (line - m_lineShift != m_rowsBefore + m_rows) jumpTo(line);
    }
    // Every needed column has got its value. The time is ignored without event time.
    void endRow(std::int64_t eventTimeUs)
    {
        if (m_hasEventTime) m_eventTime.addInteger(floorToMilliseconds(eventTimeUs));
        if (++m_rows == limits::kBatchRows) flush();
    }
    std::size_t room() const
    {
        return limits::kBatchRows - m_rows;
    }  // of the batch under way; at least one row
    const char* textBegin() const { return m_chunk ? m_chunk->data() : nullptr; }
    // So many rows at once, at most as many as there is room for; `timesUs` is null without event time.
    void endRows(std::size_t count, const std::int64_t* timesUs);
    void dropRow();  // takes back what the columns got since the last endRow
    void finish() { flush(); }

private:
    void flush();
    void startBatch();
    void jumpTo(std::uint64_t line);

    SchemaPtr m_schema;
    bool m_hasEventTime;
    std::vector<bool> m_needed;
    std::vector<ColumnBuilder> m_columns;
    std::vector<Column> m_allNull;  // kBatchRows rows each, sliced
    ColumnBuilder m_eventTime;
    BufferPtr m_chunk{};
    DecodedChunk* m_into = nullptr;
    std::size_t m_rows = 0;          // of the batch
    std::uint64_t m_rowsBefore = 0;  // of the chunk
    std::uint64_t m_lineShift = 0;   // lines of the chunk before the next row that are no rows
};

// The beginning of a record, as a reject keeps it.
std::string rejectPreview(std::string_view record);

// "a text" for "text" and so on; and a short part of what was found, in quotes.
std::string wantedInWords(DataType type);
std::string shownShort(std::string_view found);

}  // namespace engine
