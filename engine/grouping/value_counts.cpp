#include "grouping/value_counts.h"

#include "state/bytes.h"
#include "state/key_codec.h"
#include "state/key_hash.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace engine {

std::uint64_t ValueCounts::hashOf(const PlainValue& value) const
{
    return m_type == DataType::String ? hashText(value.text) : mixBits(value.word);
}

PlainValue ValueCounts::value(std::size_t index) const
{
    const std::uint64_t word = m_entries[index].word;
    if (m_type != DataType::String) return {word, {}};
    return {0, std::string_view(m_texts).substr(word >> 32, word & 0xffffffff)};
}

void ValueCounts::add(const PlainValue& value, std::int64_t count)
{
    m_total += count;
    // Equal doubles count as one value.
    if (m_type == DataType::Float64)
        find({canonicalBits(std::bit_cast<double>(value.word)), {}}, count);
    else
        find(value, count);
}

void ValueCounts::find(const PlainValue& value, std::int64_t count)
{
    const std::uint64_t hash = hashOf(value);
    const std::uint32_t found = m_index.find(hash, [&](std::uint32_t index) {
        if (m_entries[index].hash != hash) return false;
        return m_type == DataType::String ? this->value(index).text == value.text
                                          : m_entries[index].word == value.word;
    });
    if (found != SlotIndex::kNone) {
        m_entries[found].count += count;
        return;
    }
    std::uint64_t word = value.word;
    if (m_type == DataType::String) {
        word = std::uint64_t{m_texts.size()} << 32 | value.text.size();
        m_texts.append(value.text);
        CHECK(m_texts.size() >> 32 == 0);
    }
    m_entries.push_back({word, count, hash});
    m_index.insert(hash, static_cast<std::uint32_t>(m_entries.size() - 1), m_entries.size(),
                   [this](std::uint32_t index) { return m_entries[index].hash; });
}

void ValueCounts::add(const ValueCounts& from)
{
    for (std::size_t index = 0; index < from.size(); ++index) add(from.value(index), from.count(index));
}

std::vector<std::uint32_t> ValueCounts::sorted() const
{
    std::vector<std::uint32_t> indexes(m_entries.size());
    std::iota(indexes.begin(), indexes.end(), 0);
    std::sort(indexes.begin(), indexes.end(),
              [this](std::uint32_t a, std::uint32_t b) { return isLess(m_type, value(a), value(b)); });
    return indexes;
}

void ValueCounts::keepLeast(std::size_t values)
{
    if (m_entries.size() <= values) return;
    std::vector<std::uint32_t> kept = sorted();
    kept.resize(values);
    ValueCounts fewer(m_type);
    for (const std::uint32_t index : kept) fewer.add(value(index), count(index));
    *this = std::move(fewer);
}

void ValueCounts::clear() { *this = ValueCounts(m_type); }

std::size_t ValueCounts::bytes() const
{
    return m_entries.capacity() * sizeof(Entry) + m_texts.capacity() + m_index.slots() * 4;
}

void ValueCounts::save(std::string& out) const
{
    for (std::size_t index = 0; index < m_entries.size(); ++index) {
        appendWord(out, static_cast<std::uint64_t>(count(index)));
        saveValue(out, m_type, value(index));
    }
}

bool ValueCounts::load(std::string_view saved)
{
    while (!saved.empty()) {
        std::uint64_t count = 0;
        PlainValue value;
        if (!takeWord(saved, count) || !loadValue(saved, m_type, value)) return false;
        add(value, static_cast<std::int64_t>(count));
    }
    return true;
}

}  // namespace engine
