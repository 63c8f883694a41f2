#include "grouping/distinct_set.h"

#include "state/key_hash.h"

#include <cstring>
#include <utility>

namespace engine {
namespace {

std::uint64_t hashOf(std::uint64_t valueHash, std::uint32_t group)
{
    return mixBits(valueHash ^ (group + 1) * 0xA24BAED4963EE407ull);
}

}  // namespace

void DistinctSet::append(const DistinctValue& value)
{
    std::memcpy(m_values.append(), &value, sizeof value);
    const auto row = static_cast<std::uint32_t>(m_values.size() - 1);
    m_index.insert(value.hash, row, m_values.size(),
                   [this](std::uint32_t index) { return this->value(index).hash; });
    if (!m_isChained) return;
    if (value.group >= m_last.size()) m_last.resize(value.group + 1, kNobody);
    m_before.push_back(std::exchange(m_last[value.group], row));
}

// Leaves a value of nobody in its place.
DistinctValue DistinctSet::takeOut(std::uint32_t row)
{
    auto& place = *reinterpret_cast<DistinctValue*>(m_values.write(row));
    m_index.erase(place.hash, row, [this](std::uint32_t index) { return value(index).hash; });
    const DistinctValue taken = place;
    place.group = kNobody;
    ++m_dead;
    return taken;
}

std::int64_t DistinctSet::move(std::uint32_t from, std::uint32_t into)
{
    std::int64_t added = 0;
    if (from >= m_last.size()) return added;
    for (std::uint32_t row = std::exchange(m_last[from], kNobody); row != kNobody; row = m_before[row]) {
        DistinctValue moved = takeOut(row);
        moved.hash = hashOf(m_isText ? hashText(moved.text()) : mixBits(moved.word), into);
        moved.group = into;
        const auto found = m_index.find(moved.hash, [&](std::uint32_t index) {
            const DistinctValue& other = value(index);
            return other.group == into &&
                (m_isText ? other.text() == moved.text() : other.word == moved.word);
        });
        if (found != SlotIndex::kNone) continue;
        append(moved);
        ++added;
    }
    dropDead();
    return added;
}

std::size_t DistinctSet::drop(std::uint32_t group)
{
    std::size_t texts = 0;
    if (group >= m_last.size()) return texts;
    for (std::uint32_t row = std::exchange(m_last[group], kNobody); row != kNobody; row = m_before[row])
        texts += takeOut(row).length;
    dropDead();
    return texts;
}

void DistinctSet::dropDead()
{
    if (m_dead < 1024 || m_dead * 2 < m_values.size()) return;
    const RowStore all = std::exchange(m_values, RowStore(sizeof(DistinctValue)));
    m_index = SlotIndex();
    m_before.clear();
    m_last.clear();
    m_dead = 0;
    for (std::size_t row = 0; row < all.size(); ++row)
        if (valueIn(all.read(row)).group != kNobody) append(valueIn(all.read(row)));
}

bool DistinctSet::add(std::uint32_t group, std::uint64_t word)
{
    const std::uint64_t hash = hashOf(mixBits(word), group);
    const auto found = m_index.find(hash, [&](std::uint32_t index) {
        const DistinctValue& other = value(index);
        return other.group == group && other.word == word;
    });
    if (found != SlotIndex::kNone) return false;
    append({hash, word, 0, group});
    return true;
}

bool DistinctSet::add(std::uint32_t group, std::string_view text, TextArena& arena)
{
    const std::uint64_t hash = hashOf(hashText(text), group);
    const auto found = m_index.find(hash, [&](std::uint32_t index) {
        const DistinctValue& other = value(index);
        return other.hash == hash && other.group == group && other.text() == text;
    });
    if (found != SlotIndex::kNone) return false;
    const std::string_view kept = arena.add(text);
    append(
        {hash, reinterpret_cast<std::uint64_t>(kept.data()), static_cast<std::uint32_t>(kept.size()), group});
    return true;
}

bool DistinctSet::addFrom(std::uint32_t group, const DistinctValue& value, TextArena& arena)
{
    return m_isText ? add(group, value.text(), arena) : add(group, value.word);
}

void DistinctSet::moveTexts(TextArena& arena)
{
    if (!m_isText) return;
    for (std::size_t index = 0; index < m_values.size(); ++index) {
        auto& value = *reinterpret_cast<DistinctValue*>(m_values.write(index));
        if (value.group == kNobody) continue;
        value.word = reinterpret_cast<std::uint64_t>(arena.add(value.text()).data());
    }
}

}  // namespace engine
