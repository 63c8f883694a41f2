#pragma once

#include "state/row_store.h"
#include "state/slot_index.h"
#include "state/text_arena.h"

#include <string_view>

namespace engine {

// A value that a group has met, for COUNT(DISTINCT). Texts lie in the arena of the table.
struct DistinctValue {
    std::uint64_t hash;    // of value and group
    std::uint64_t word;    // the bits of the value, or the address of the text
    std::uint32_t length;  // of the text; 0 for the others
    std::uint32_t group;   // row number in the table
    std::string_view text() const { return {reinterpret_cast<const char*>(word), length}; }
};

// The distinct values of all groups of one table for one aggregate; only ever added to. Belongs to the table.
class DistinctSet {
public:
    explicit DistinctSet(bool isText) : m_isText(isText) { }
    bool isText() const { return m_isText; }
    std::size_t size() const { return m_values.size(); }
    const DistinctValue& value(std::size_t index) const { return valueIn(m_values.read(index)); }
    bool add(std::uint32_t group, std::uint64_t word);  // false when the group had it
    bool add(std::uint32_t group, std::string_view text, TextArena& arena);
    bool addFrom(std::uint32_t group, const DistinctValue& value, TextArena& arena);
    void moveTexts(TextArena& arena);  // copies all texts into another arena
    FrozenRows freeze() { return m_values.freeze(); }
    std::size_t bytes() const { return m_values.bytes() + m_index.slots() * 4; }
    static const DistinctValue& valueIn(const char* row)
    {
        return *reinterpret_cast<const DistinctValue*>(row);
    }

private:
    void append(const DistinctValue& value);
    bool m_isText;
    SlotIndex m_index;
    RowStore m_values{sizeof(DistinctValue)};
};

}  // namespace engine
