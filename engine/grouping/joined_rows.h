#pragma once

#include "data/batch_builder.h"
#include "grouping/join_layout.h"
#include "grouping/watermarks_before.h"
#include "state/row_form.h"

#include <span>
#include <vector>

namespace engine {

// Pairs of rows that have met, until there are enough for a batch: it is then made column by column. A row
// lies in a table (its values must stay where they are until finish), in the batch in hand, or is nobody's
// (null): NULLs. Part of one join operator.
class JoinedRows {
public:
    JoinedRows(JoinLayoutPtr layout, const RowForm& left, const RowForm& right);
    std::size_t size() const { return m_times.size(); }
    bool isEmpty() const { return m_times.empty(); }
    bool isFull() const
    {
        return m_times.size() >= limits::kBatchRows || m_textBytes >= limits::kResultBytes;
    }

    void add(const char* left, const char* right, std::int64_t timeUs);
    // The row of `side` is one of the batch.
    void add(std::size_t side, std::uint32_t physicalRow, const char* other, std::int64_t timeUs);
    void addInWindow(const char* left, const char* right, std::int64_t startUs, std::int64_t endUs);

    // The watermark before the pairs that are added next; none: before the batch.
    WatermarksBefore& before() { return m_before; }

    // What was added since the last finish. `batch`: the one that rows of `side` are of, where there is one.
    RecordBatch finish(const RecordBatch* batch = nullptr, std::size_t side = kLeft);

private:
    void countTexts(std::size_t side, const char* values)
    {
        if (values) m_textBytes += m_forms[side]->textBytes(values);
    }
    JoinLayoutPtr m_layout;
    std::array<const RowForm*, 2> m_forms;
    std::vector<ColumnBuilder> m_builders;
    ColumnBuilder m_eventTime;
    std::array<std::vector<const char*>, 2> m_rows;
    std::vector<std::uint32_t> m_batchRows;
    std::vector<std::int64_t> m_times, m_starts;
    std::size_t m_textBytes = 0;
    WatermarksBefore m_before;
};

// A row of one side that came too late, with NULLs for the columns of the other: a batch of one row.
RecordBatch lateJoinRow(const JoinLayout& layout, std::size_t side, const RecordBatch& batch,
                        std::uint32_t physicalRow);

}  // namespace engine
