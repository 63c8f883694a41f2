#pragma once

#include "grouping/group_table.h"
#include "operators/window/window_layout.h"

namespace engine {

// What every group of GroupLists keeps first of its own.
struct GroupLink {
    std::uint32_t next;  // group of the same key, or SlotIndex::kNone
    bool isLive;
    bool isFired, isChanged;  // marks for the table's owner
};

// Groups found by key, several of one key in a list, that come and go: windows that each key has for itself.
// Belongs to a state table.
class GroupLists {
public:
    static constexpr std::uint32_t kNone = SlotIndex::kNone;
    explicit GroupLists(WindowLayoutPtr layout);

    GroupTable& groups() { return m_groups; }
    const char* row(std::uint32_t group) const { return m_groups.row(group); }
    std::size_t size() const { return m_live; }
    std::size_t bytes() const { return m_groups.bytes() + m_index.slots() * 4; }
    std::size_t heldBytes() const { return m_groups.heldBytes(); }
    template <class Own>
    static const Own& ownIn(const char* row)
    {
        return *reinterpret_cast<const Own*>(row + sizeof(GroupRow));
    }
    template <class Own>
    const Own& own(std::uint32_t group) const
    {
        return ownIn<Own>(row(group));
    }
    template <class Own>
    Own& writable(std::uint32_t group)
    {
        return *reinterpret_cast<Own*>(m_groups.writable(group) + sizeof(GroupRow));
    }

    // Before groups are looked for in a table that is larger than the cache.
    bool wantsPrefetch() const { return m_index.wantsPrefetch(); }
    void prefetch(const GroupRow& key) const { m_index.prefetch(key.hash); }
    void prefetchRow(const GroupRow& key) const;

    void expect(std::size_t groups);  // makes room for so many while there is none

    std::uint32_t first(const GroupRow& key) const;
    std::uint32_t next(std::uint32_t group) const { return own<GroupLink>(group).next; }
    bool isLive(std::uint32_t group) const { return own<GroupLink>(group).isLive; }
    // The link is made, the rest of its own is 0. Comes behind a group of the key, or first.
    std::uint32_t open(const GroupRow& key, std::uint32_t behind = kNone);
    std::uint32_t openBefore(std::uint32_t first, const GroupRow& key);  // what first() says of the key
    void close(std::uint32_t group);
    void join(std::uint32_t from, std::uint32_t into);  // of one key; closes `from`
    template <class F>
    void forEach(F&& f) const
    {
        for (std::uint32_t group = 0; group < m_groups.size(); ++group)
            if (isLive(group)) f(group);
    }

private:
    template <bool kText>
    std::uint32_t find(const GroupRow& key) const;
    std::uint32_t makeBefore(std::uint32_t other, const GroupRow& key);
    void enter(std::uint32_t group);
    void unlink(std::uint32_t group);

    WindowLayoutPtr m_layout;
    GroupTable m_groups;
    SlotIndex m_index;
    std::size_t m_live = 0, m_keys = 0;
};

}  // namespace engine
