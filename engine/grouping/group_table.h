#pragma once

#include "grouping/aggregates.h"
#include "grouping/distinct_set.h"
#include "grouping/group_input.h"
#include "grouping/object_store.h"

#include <functional>
#include <span>

namespace engine {

// A GroupTable as it was when frozen. Immutable; any thread.
struct FrozenGroups {
    FrozenRows rows;
    std::vector<FrozenRows> distincts{};
    std::shared_ptr<const void> texts{};
    ObjectStore::Held objects{};
};

// Who finds the row of a group: the table by its key, or its owner, who then makes and frees rows.
enum class GroupsFoundBy : std::uint8_t { Key, Owner };

// The groups of one slice (or of a merge of slices): a row for each key with a cell for each aggregate, in
// the order in which the keys came. Belongs to one task at a time; frozen in O(1). Copies the texts it keeps.
class GroupTable {
public:
    GroupTable(GroupLayoutPtr layout, std::size_t rowsExpected, GroupsFoundBy foundBy = GroupsFoundBy::Key);
    std::size_t size() const { return m_rows.size(); }
    const char* row(std::size_t index) const { return m_rows.read(index); }
    char* writable(std::size_t index) { return m_rows.write(index); }
    std::size_t bytes() const;
    std::size_t frozenBytes() const;  // of them, what a freeze has too
    std::size_t heldBytes() const;    // beside them, that only what was frozen still has

    // Adds rows of a prepared batch: `chosen` are indexes into its `rows`, ascending.
    void add(const GroupedInput& from, std::span<const std::uint32_t> chosen);
    // Adds all groups of a table whose rows came later; `orderShift` is added to its arrival numbers.
    void merge(const GroupTable& from, std::int64_t orderShift);
    void prefetch(const GroupRow& key) const { m_index.prefetch(key.hash); }
    void prefetchRow(const GroupRow& key) const
    {
        const std::uint32_t guess = m_index.firstGuess(key.hash);
        if (guess != SlotIndex::kNone) __builtin_prefetch(m_rows.read(guess));
    }
    // The row of one key, made when it is not there.
    std::uint32_t rowOf(const GroupRow& key);
    // Loads the cell of one aggregate, with its distinct values, into a row; false when the bytes are
    // damaged.
    bool load(const Aggregate& aggregate, std::uint32_t row, std::string_view saved);
    FrozenGroups freeze();

    // Of a table whose owner finds the rows. A freed row is used again; until then its length is that of
    // NULL, and its own bytes and cells are 0.
    std::uint32_t make(const GroupRow& key);
    void free(std::uint32_t row);
    // Adds each chosen row of the batch to the group `ids` says.
    void add(const GroupedInput& from, std::span<const std::uint32_t> chosen,
             std::span<const std::uint32_t> ids);
    void join(std::uint32_t from, std::uint32_t into);  // adds one group to another and frees it
    // Adds row i of another table, for all i, to the group ids[i]; what is SlotIndex::kNone is left out.
    void merge(const GroupTable& from, std::int64_t orderShift, std::span<const std::uint32_t> ids);

private:
    static constexpr std::size_t kStep =
        256;  // rows looked up before their cells are touched: their pointers stay in L1

    // One step's rows: their physical rows, and the numbers and places of their groups.
    struct Step {
        std::size_t size = 0;
        std::uint32_t physical[kStep];
        std::uint32_t ids[kStep];
        char* groups[kStep];
    };
    void locate(const GroupRow* const* keys, Step& step);
    template <bool kText>
    std::uint32_t findOrAppend(const GroupRow& key);
    void fill(char* row, const GroupRow& key);
    void addStep(const GroupedInput& from, const Step& step);
    void addDistinct(const Aggregate& aggregate, const Column& values, const Step& step);
    void addObjects(const Aggregate& aggregate, const GroupedInput::Argument& argument,
                    const std::int64_t* order, const Step& step);
    void mergeRows(const char* const* from, char* const* to, std::size_t size, std::int64_t orderShift);
    void mergeDistinct(const GroupTable& from, std::span<const std::uint32_t> idsOfFrom);
    void noteDeadTexts();
    void dropDeadTexts();
    TextKeeper keeper() { return {m_texts, m_deadText}; }

    GroupLayoutPtr m_layout;
    SlotIndex m_index;
    RowStore m_rows;
    TextArena m_texts;
    std::size_t m_deadText = 0;
    std::vector<DistinctSet> m_distincts;
    ObjectStore m_objects;
    std::vector<std::uint32_t> m_freed;
};

// The bytes of the aggregate's saved state: its cell and, for a distinct count, the group's values.
// `valuesOf` lists them.
void saveAggregate(const Aggregate& aggregate, const char* row,
                   const std::vector<const DistinctValue*>& values, std::string& out);

}  // namespace engine
