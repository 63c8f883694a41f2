#pragma once

#include "base/time.h"
#include "data/column.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine {

// In microseconds UTC: the watermark before the first row of a batch and after its last (semantics.md section
// 1).
struct Watermarks {
    std::int64_t before = kNoWatermark;
    std::int64_t after = kNoWatermark;
    bool operator==(const Watermarks&) const = default;
};

// The rows of a batch that are meant, as indexes into its columns, ascending. `all` has no list.
struct Selection {
    std::vector<std::uint32_t> rows;
};

// What a batch carries beside its columns; a column has one slot for each physical row.
struct HiddenColumns {
    Column eventTime{};        // Time, or size 0
    Column watermarkBefore{};  // Int64 µs, or size 0: then the batch's watermark before its first row holds
                               // for all. Inside a lane: the greatest event time of the chunk's rows before
                               // this one.
    std::uint64_t firstRow = 0;  // inside a lane: rows of the chunk before the first slot
    std::shared_ptr<const std::string> split{};  // behind a merge: from where the rows come; null: unknown
};

// Up to limits::kBatchRows rows of one schema: columns of equal size, a selection of their rows, and hidden
// beside them the event time of each row (Time, never NULL, floored to ms; absent without event time) and,
// where a node further down must judge single rows, the watermark before each row. Immutable; a copy is two
// reference counts, so it crosses threads freely.
class RecordBatch {
public:
    using Hidden = HiddenColumns;
    RecordBatch() = default;
    RecordBatch(SchemaPtr schema, std::vector<Column> columns, std::size_t physicalRows, Hidden hidden = {},
                Watermarks watermarks = {});
    const SchemaPtr& schema() const { return m_body->schema; }
    std::size_t rows() const
    {
        return m_selection ? m_selection->rows.size() : m_body->rows;
    }                                                          // that are selected
    std::size_t physicalRows() const { return m_body->rows; }  // slots in each column
    bool isDense() const { return !m_selection; }
    std::span<const std::uint32_t> selection() const
    {
        return m_selection ? std::span<const std::uint32_t>(m_selection->rows)
                           : std::span<const std::uint32_t>();
    }
    std::uint32_t physicalRow(std::size_t row) const
    {
        return m_selection ? m_selection->rows[row] : static_cast<std::uint32_t>(row);
    }
    const Column& column(std::size_t index) const
    {
        return m_body->columns[index];
    }  // indexed by physical row
    std::size_t columns() const { return m_body->columns.size(); }
    const Hidden& hidden() const { return m_body->hidden; }
    std::span<const std::int64_t> eventTimes() const
    {
        return m_body->hidden.eventTime.integers();
    }  // physical rows; needs event time
    bool hasWatermarkColumn() const { return m_body->hidden.watermarkBefore.size() > 0; }
    std::int64_t watermarkBefore(std::uint32_t physicalRow) const
    {
        return hasWatermarkColumn() ? m_body->hidden.watermarkBefore.integers()[physicalRow]
                                    : m_body->watermarks.before;
    }
    const Watermarks& watermarks() const { return m_body->watermarks; }
    explicit operator bool() const { return m_body != nullptr; }

    RecordBatch select(std::vector<std::uint32_t> physicalRows)
        const;                    // shares the columns; indexes of physical rows, ascending
    RecordBatch compact() const;  // only the selected rows, dense
    RecordBatch
    with(SchemaPtr schema,
         std::vector<Column> columns) const;  // same rows, selection, times; other columns (physical size)
    RecordBatch withWatermarks(Watermarks watermarks, Column watermarkBefore = {}) const;
    RecordBatch ofSplit(std::shared_ptr<const std::string> split) const;
    RecordBatch slice(std::size_t first, std::size_t count) const;  // of the selected rows
    // Some of the selected rows with the watermarks before them and behind them; shares the columns.
    RecordBatch piece(std::size_t first, std::size_t count) const;
    std::size_t bytes() const;        // rough size of the selected rows' values
    std::size_t memoryBytes() const;  // about what is kept for it, rows that are not selected too

private:
    struct Body {
        SchemaPtr schema;
        std::vector<Column> columns;
        std::size_t rows = 0;
        Hidden hidden;
        Watermarks watermarks;
        std::size_t bytes = 0, memoryBytes = 0;
    };
    std::shared_ptr<const Body> m_body;
    std::shared_ptr<const Selection> m_selection;
};

// Calls f(physicalRow) for each selected row: two plain loops, so the compiler can vectorise the dense one.
template <class F>
void forEachRow(const RecordBatch& batch, F&& f)
{
    if (batch.isDense()) {
        const auto n = static_cast<std::uint32_t>(batch.physicalRows());
        for (std::uint32_t row = 0; row < n; ++row) f(row);
    } else {
        for (const std::uint32_t row : batch.selection()) f(row);
    }
}

}  // namespace engine
