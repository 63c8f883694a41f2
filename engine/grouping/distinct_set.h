#pragma once

#include "state/row_store.h"
#include "state/slot_index.h"
#include "state/text_arena.h"

#include <string_view>
#include <vector>

namespace engine {

// A value that a group has met, for COUNT(DISTINCT). Texts lie in the arena of the table.
struct DistinctValue {
    std::uint64_t hash;    // of value and group
    std::uint64_t word;    // the bits of the value, or the address of the text
    std::uint32_t length;  // of the text; 0 for the others
    std::uint32_t group;   // row number in the table
    std::string_view text() const { return {reinterpret_cast<const char*>(word), length}; }
};

// The distinct values of all groups of one table for one aggregate. Belongs to the table. Groups can be moved
// and dropped where it was made to chain each group's values; otherwise it is only ever added to.
class DistinctSet {
public:
    static constexpr std::uint32_t kNobody = 0xffffffff;  // the group of a value that has been dropped
    explicit DistinctSet(bool isText, bool isChained = false) : m_isText(isText), m_isChained(isChained) { }
    bool isText() const { return m_isText; }
    std::size_t size() const { return m_values.size(); }
    const DistinctValue& value(std::size_t index) const { return valueIn(m_values.read(index)); }
    bool add(std::uint32_t group, std::uint64_t word);  // false when the group had it
    bool add(std::uint32_t group, std::string_view text, TextArena& arena);
    bool addFrom(std::uint32_t group, const DistinctValue& value, TextArena& arena);
    // Gives a group's values to another one: how many of them were new to it.
    std::int64_t move(std::uint32_t from, std::uint32_t into);
    std::size_t drop(std::uint32_t group);  // the bytes of text that nobody needs any more
    void moveTexts(TextArena& arena);       // copies all texts into another arena
    FrozenRows freeze() { return m_values.freeze(); }
    std::size_t bytes() const { return m_values.bytes() + m_index.slots() * 4; }
    std::size_t frozenBytes() const { return m_values.bytes(); }
    std::size_t heldBytes() const { return m_values.heldBytes(); }
    static const DistinctValue& valueIn(const char* row)
    {
        return *reinterpret_cast<const DistinctValue*>(row);
    }

private:
    void append(const DistinctValue& value);
    DistinctValue takeOut(std::uint32_t row);
    void dropDead();
    bool m_isText, m_isChained;
    SlotIndex m_index;
    RowStore m_values{sizeof(DistinctValue)};
    // Where chained: the value of the same group before each value, and the last one of each group.
    std::vector<std::uint32_t> m_before, m_last;
    std::size_t m_dead = 0;
};

}  // namespace engine
