#pragma once

#include "base/time.h"
#include "operators/pattern/pattern_spec.h"
#include "state/keyed_state.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// A row as the matcher keeps it.
struct PatternRow {
    std::int64_t timeUs = 0;
    std::int64_t arrival = 0;  // of its key
    std::uint64_t isOf = 0;    // bit i: the i-th variable's condition on the row alone holds
    std::string order{};       // bytes that sort as `order_by` says
    std::string values{};      // those of PatternSpec::values, as state/row_bytes.h writes them
    std::size_t bytes() const { return sizeof *this + order.capacity() + values.capacity(); }
};

// Rows in their order, taken away at the front. Holds no memory while it is empty and new: there is one of
// them in each place of a table.
class PatternRows {
public:
    bool empty() const { return m_first == m_rows.size(); }
    std::size_t size() const { return m_rows.size() - m_first; }
    const PatternRow& operator[](std::size_t index) const { return m_rows[m_first + index]; }
    const PatternRow& front() const { return m_rows[m_first]; }
    const PatternRow& back() const { return m_rows.back(); }
    auto begin() const { return m_rows.begin() + static_cast<std::ptrdiff_t>(m_first); }
    auto end() const { return m_rows.end(); }
    PatternRow& emplace_back() { return m_rows.emplace_back(); }
    void insert(std::size_t index, PatternRow row)
    {
        m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(m_first + index), std::move(row));
    }
    PatternRow takeFront()
    {
        PatternRow row = std::move(m_rows[m_first++]);
        if (m_first * 2 > m_rows.size()) {
            m_rows.erase(m_rows.begin(), m_rows.begin() + static_cast<std::ptrdiff_t>(m_first));
            m_first = 0;
        }
        return row;
    }

private:
    std::vector<PatternRow> m_rows;
    std::size_t m_first = 0;
};

// A match that has begun: its rows follow each other from `first` on, and each variable has taken so many of
// them, in the order of the pattern.
struct PatternRun {
    std::int64_t first = 0, firstUs = 0;  // its first row, numbered within the key
    std::uint32_t variable = 0;           // that took the last row
    std::vector<std::uint32_t> counts{};  // of the variables up to that one
    std::int64_t rows() const
    {
        std::int64_t sum = 0;
        for (const std::uint32_t each : counts) sum += each;
        return sum;
    }
};

// A match that is given unless a row comes before its time is over.
struct PatternAbsence {
    std::int64_t last = 0, endUs = 0;  // the match's last row, numbered within the key
    std::string values{};              // of PatternSpec::references, as state/row_bytes.h writes them
    std::int64_t dueUs() const { return endUs - kMillisecondUs; }  // then no row before the end can come
};

// All that is kept for one key.
struct PatternKey {
    PatternRows waiting{};                   // for the watermark; by time, order and arrival
    PatternRows rows{};                      // of runs and of matches that wait, without a gap
    std::int64_t firstRow = 0;               // number of the first of them
    std::int64_t arrivals = 0;               // so far
    std::vector<PatternRun> runs{};          // the one that began first comes first
    std::vector<PatternRun> matches{};       // that wait until no run that began before them is left
    std::vector<PatternAbsence> absences{};  // the one that ends first comes first
    std::size_t rowBytes = 0;                // of all rows; not saved
    std::int64_t dueUs = kEndOfTime;         // for when the operator has it on its list; not saved

    const PatternRow& row(std::int64_t number) const
    {
        return rows[static_cast<std::size_t>(number - firstRow)];
    }
    std::int64_t nextRow() const { return firstRow + static_cast<std::int64_t>(rows.size()); }
    bool isEmpty() const { return waiting.empty() && runs.empty() && matches.empty() && absences.empty(); }
    void wait(PatternRow row);  // among the rows that wait
    PatternRow takeWaiting();   // the first of them, no longer counted
    void keepRow(PatternRow row);
    void dropRow();  // the first that is kept
    std::size_t heapBytes() const;
    void save(std::string& out) const;
    bool load(std::string_view in);
};

// The keys of a pattern with their rows and runs. Weighs what hangs on them too. Belongs to the instance's
// task.
class PatternTable final : public StateTable {
public:
    static constexpr const char* kName = "runs";
    PatternTable(std::vector<Field> keys, std::vector<Field> values, std::string fingerprint);

    PatternKey& at(std::string_view key) { return m_keys.at(key); }
    PatternKey* find(std::string_view key) { return m_keys.find(key); }
    void erase(std::string_view key) { m_keys.erase(key); }
    template <class F>
    void forEach(F&& f) const
    {
        m_keys.forEach(f);
    }
    // What is held for keys has grown or shrunk by so much.
    void weigh(std::ptrdiff_t bytes, std::ptrdiff_t rows);

    const TableSchema& schema() const override { return m_keys.schema(); }
    std::size_t rows() const override { return m_rows; }
    std::size_t bytes() const override { return m_keys.bytes() + m_heapBytes; }
    std::size_t heldBytes() const override { return m_keys.heldBytes(); }
    std::shared_ptr<const FrozenTable> freeze() override { return m_keys.freeze(); }
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    KeyedState<PatternKey> m_keys;
    std::size_t m_heapBytes = 0, m_rows = 0;
};

}  // namespace engine
