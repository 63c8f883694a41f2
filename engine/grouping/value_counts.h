#pragma once

#include "grouping/aggregate_object.h"
#include "state/slot_index.h"

#include <vector>

namespace engine {

// How often each value of one type was met: a small hash table that copies its texts. A value type that can
// be copied; belongs to an AggregateObject.
class ValueCounts {
public:
    explicit ValueCounts(DataType type) : m_type(type) { }
    void add(const PlainValue& value, std::int64_t count = 1);
    void add(const ValueCounts& from);
    std::size_t size() const { return m_entries.size(); }  // different values
    std::int64_t total() const { return m_total; }
    PlainValue value(std::size_t index) const;
    std::int64_t count(std::size_t index) const { return m_entries[index].count; }
    std::vector<std::uint32_t> sorted() const;  // indexes, by value
    void keepLeast(std::size_t values);         // and forgets the others
    void clear();
    std::size_t bytes() const;
    void save(std::string& out) const;
    bool load(std::string_view saved);
    DataType type() const { return m_type; }

private:
    struct Entry {
        std::uint64_t word;  // of a text: where it lies in m_texts, and its length
        std::int64_t count;
        std::uint64_t hash;
    };
    std::uint64_t hashOf(const PlainValue& value) const;
    void find(const PlainValue& value, std::int64_t count);
    DataType m_type;
    SlotIndex m_index{8};
    std::vector<Entry> m_entries;
    std::string m_texts;
    std::int64_t m_total = 0;
};

}  // namespace engine
