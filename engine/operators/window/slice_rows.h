#pragma once

#include "grouping/slice_grid.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace engine {

// Sorts the rows of a batch by slice, keeping their order within each. Reuses its memory from batch to batch.
class SliceRows {
public:
    struct Entry {
        std::int64_t slice = 0;
        std::vector<std::uint32_t> rows{};  // indexes into GroupedInput::rows, ascending
    };
    explicit SliceRows(SliceGrid grid) : m_grid(grid) { }
    void clear()
    {
        m_size = 0;
        m_bySlice.clear();
    }
    // The entry of the slice that holds a time. Valid until the next call.
    Entry& at(std::int64_t timeUs)
    {
        const std::size_t recent = m_size < kRecent ? m_size : kRecent;
        for (std::size_t i = m_size; i > m_size - recent; --i) {
            Entry& entry = m_entries[i - 1];
            if (timeUs >= entry.slice && timeUs - entry.slice < m_grid.slideUs) return entry;
        }
        return find(m_grid.sliceOf(timeUs));
    }
    std::size_t size() const { return m_size; }
    Entry& entry(std::size_t index) { return m_entries[index]; }

private:
    static constexpr std::size_t kRecent = 4;  // a chunk seldom touches more slices at a time
    Entry& find(std::int64_t slice)
    {
        const auto [place, isNew] = m_bySlice.try_emplace(slice, m_size);
        if (!isNew) return m_entries[place->second];
        if (m_size == m_entries.size()) m_entries.emplace_back();
        Entry& entry = m_entries[m_size++];
        entry.slice = slice;
        entry.rows.clear();
        return entry;
    }
    SliceGrid m_grid;
    std::vector<Entry> m_entries;
    std::unordered_map<std::int64_t, std::size_t> m_bySlice;
    std::size_t m_size = 0;
};

}  // namespace engine
