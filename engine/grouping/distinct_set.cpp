#include "grouping/distinct_set.h"

#include "state/key_hash.h"

#include <cstring>

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
        value.word = reinterpret_cast<std::uint64_t>(arena.add(value.text()).data());
    }
}

}  // namespace engine
