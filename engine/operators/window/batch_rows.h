#pragma once

#include "grouping/group_input.h"

namespace engine {

// The batch that an operator has in hand, a piece of it at a time; it stays while process answers More. Part
// of one operator.
class BatchRows {
public:
    BatchRows(GroupLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
        : m_input(std::move(layout), std::move(formulas))
    {
    }
    // Makes a piece ready, unless one is in hand. True: it is a new one.
    bool begin(const RecordBatch& batch, Env& env, std::int64_t firstArrival, Output& out)
    {
        if (m_rows) return false;
        m_rows = &m_input.prepare(batch, m_first, env, firstArrival, out);
        next = 0;
        return true;
    }
    // The piece is done. False: rows of the batch are left.
    bool end(const RecordBatch& batch)
    {
        m_first += m_rows->taken;
        m_rows = nullptr;
        if (m_first < batch.rows()) return false;
        m_first = 0;
        return true;
    }
    const GroupedInput& piece() const { return *m_rows; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_rows->rows.size()); }
    std::uint32_t row(std::uint32_t index) const { return m_rows->rows[index]; }  // physical
    std::int64_t timeOf(std::uint32_t index) const { return m_rows->batch.eventTimes()[row(index)]; }

    std::uint32_t next = 0;  // index of the row that comes next

private:
    GroupInput m_input;
    const GroupedInput* m_rows = nullptr;
    std::size_t m_first = 0;  // of the piece, of the batch's rows
};

}  // namespace engine
