#include "operators/window/group_lists.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"

namespace engine {

static constexpr std::size_t kRowsExpected = 256;  // in a block of rows; the table grows in any case

GroupLists::GroupLists(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_groups(m_layout, kRowsExpected, GroupsFoundBy::Owner)
{
}

void GroupLists::prefetchRow(const GroupRow& key) const
{
    const std::uint32_t guess = m_index.firstGuess(key.hash);
    if (guess == kNone) return;
    const char* place = row(guess);
    __builtin_prefetch(place);
    __builtin_prefetch(place + 64);
}

void GroupLists::expect(std::size_t groups)
{
    if (m_keys == 0) m_index = SlotIndex::forRows(groups);
}

template <bool kText>
std::uint32_t GroupLists::find(const GroupRow& key) const
{
    return m_index.find(key.hash,
                        [&](std::uint32_t group) { return sameGroupKey<kText>(headOf(row(group)), key); });
}

std::uint32_t GroupLists::first(const GroupRow& key) const
{
    return isTextKey(m_layout->keyForm) ? find<true>(key) : find<false>(key);
}

std::uint32_t GroupLists::open(const GroupRow& key, std::uint32_t behind)
{
    if (behind == kNone) return openBefore(first(key), key);
    const std::uint32_t made = makeBefore(next(behind), key);
    writable<GroupLink>(behind).next = made;
    return made;
}

std::uint32_t GroupLists::openBefore(std::uint32_t first, const GroupRow& key)
{
    const std::uint32_t made = makeBefore(first, key);
    if (first != kNone)
        m_index.renumber(key.hash, first, made);
    else
        enter(made);
    return made;
}

std::uint32_t GroupLists::makeBefore(std::uint32_t other, const GroupRow& key)
{
    const std::uint32_t made = m_groups.make(key);
    writable<GroupLink>(made) = {other, true, false, false};
    ++m_live;
    return made;
}

// The first group of a key.
void GroupLists::enter(std::uint32_t made)
{
    m_index.insertAmong(headOf(row(made)).hash, made, ++m_keys, [this, made](auto&& put) {
        std::vector<bool> isFollower(m_groups.size());
        forEach([&](std::uint32_t group) {
            if (next(group) != kNone) isFollower[next(group)] = true;
        });
        forEach([&](std::uint32_t group) {
            if (group != made && !isFollower[group]) put(headOf(row(group)).hash, group);
        });
    });
}

void GroupLists::unlink(std::uint32_t group)
{
    const GroupRow& key = headOf(row(group));
    const std::uint32_t behind = next(group);
    std::uint32_t other = first(key);
    if (other == group) {
        if (behind != kNone) return m_index.renumber(key.hash, group, behind);
        m_index.erase(key.hash, group, [this](std::uint32_t at) { return headOf(row(at)).hash; });
        --m_keys;
        return;
    }
    while (next(other) != group) other = next(other);
    writable<GroupLink>(other).next = behind;
}

void GroupLists::close(std::uint32_t group)
{
    unlink(group);
    m_groups.free(group);
    --m_live;
}

void GroupLists::join(std::uint32_t from, std::uint32_t into)
{
    unlink(from);
    m_groups.join(from, into);
    --m_live;
}

}  // namespace engine
