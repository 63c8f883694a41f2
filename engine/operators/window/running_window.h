#pragma once

#include "operators/window/kept_columns.h"
#include "operators/window/window_state.h"

#include <cstddef>
#include <deque>
#include <span>

namespace engine {

// The groups of one hopping window after another, with their results: a slice is added when a window first
// holds it and taken back when none does any more, so a window costs what has changed since the one before,
// whatever the overlap. Made of the slices alone, and anew from them at any time with the same results to the
// last bit. Part of one window operator.
class RunningWindow {
public:
    // Whether the window overlaps and all its aggregates keep plain cells.
    static bool suits(const WindowLayout& layout);
    explicit RunningWindow(WindowLayoutPtr layout);

    void noteChange(std::int64_t slice) { m_isStale |= slice < m_seenUntil; }  // it has got rows
    // Goes on to the window that ends there; ends never go back.
    void moveTo(std::int64_t end, const WindowState::Slices& slices);
    KeptColumns& results() { return m_results; }  // keys, then aggregates
    const KeptColumns& results() const { return m_results; }
    // Groups whose sum does not fit, which have no result.
    template <class F>
    void eachFaulty(F&& f)
    {
        for (const std::uint32_t group : m_faulty) f(combined(group));
    }
    std::size_t bytes() const;
    // Made for many more groups than are left: a new one would give the same and take less.
    bool isTooLarge() const { return m_groups.size() > kGroupsSmall && m_groupsUsed < m_groups.size() / 8; }

private:
    static constexpr std::size_t kStep = 256;
    static constexpr std::size_t kSumsAt = offsetof(GroupRow, seen);  // what lies before it is the key
    static constexpr std::size_t kGroupsSmall = 4096, kAhead = 8;
    static constexpr std::uint32_t kNowhere = SlotIndex::kNone;

    // A slice in the window. `before` holds, of a slice in the first part, the sums of its groups without it.
    struct Slice {
        std::int64_t start = 0;
        const GroupTable* table = nullptr;  // not to be touched once the window has left it
        std::vector<std::uint32_t> groups{};
        std::vector<char> before{};
    };
    // What is known of a group beside its sums.
    struct Group {
        std::uint64_t hash = 0;        // of its key
        std::uint32_t slices = 0;      // in the window that have it; 0: free
        std::uint32_t row = kNowhere;  // of the results
        bool isChanged = false, isFaulty = false;
    };
    char* firstOf(std::uint32_t group) { return m_first.data() + kSumsAt + group * m_sumBytes; }
    void prefetch(std::uint32_t group);
    std::int64_t partOf(std::int64_t slice) const;
    void takeSlices(std::int64_t start, std::int64_t end, const WindowState::Slices& slices);
    void takeGroups(Slice& slice);
    std::uint32_t groupOf(const GroupRow& key);
    void leave(const Slice& slice);
    void removeGroup(std::uint32_t group);
    void sumUp();
    void addToFirst(Slice& slice);
    void addToSecond(Slice& slice);
    void noteChanged(std::uint32_t group);
    void workOut();
    void workOut(std::span<std::uint32_t> groups);
    void combine(std::span<const std::uint32_t> groups);
    const char* combined(std::uint32_t group);
    std::size_t dropFaulty(std::span<std::uint32_t> groups);
    void place(std::span<const std::uint32_t> groups, std::uint32_t* rows);
    void unplace(std::uint32_t group);

    WindowLayoutPtr m_layout;
    SliceGrid m_grid;
    std::size_t m_sumBytes;
    bool m_hasWideSums = false, m_isStale = false;
    std::int64_t m_seenUntil = kNoWatermark;  // the end of the window
    std::int64_t m_part = kNoWatermark;       // where the first part begins
    std::deque<Slice> m_slices;               // of the window, by start
    std::size_t m_added = 0;                  // of m_slices: those that the sums hold
    // Windows are cut at every multiple of the size: sums of the slices before the cut, from a slice to the
    // cut, are worked out once backwards; those behind it grow. By group.
    std::vector<char> m_first;  // only the sums, behind room for one key
    GroupTable m_second;        // its heads are the groups' keys
    SlotIndex m_index;
    std::vector<Group> m_groups;
    std::size_t m_groupsUsed = 0;
    std::vector<std::uint32_t> m_changed, m_faulty;
    KeptColumns m_results;
    std::vector<std::uint32_t> m_groupAt;  // by row of the results
    BatchBuilder m_keys;
    std::vector<ColumnBuilder> m_values;
    std::vector<char> m_combined;  // rows of one step
    char* m_rows[kStep];           // in there
    TextArena m_noTexts;
    std::size_t m_noDeadText = 0;
};

}  // namespace engine
