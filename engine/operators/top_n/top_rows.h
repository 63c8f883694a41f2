#pragma once

#include "grouping/group_layout.h"
#include "grouping/slice_grid.h"
#include "operators/top_n/row_order.h"
#include "state/row_store.h"
#include "state/slot_index.h"

#include <memory>

namespace engine {

// The fixed part of a top_n node. Made in bind, immutable, shared by all instances and their state.
struct TopLayout {
    GroupLayoutPtr keys{};
    std::vector<Field> columns{};  // of the input
    RowForm form{{}};
    RowOrder order{{}};
    std::string meaning{};  // of order and number, in words; equal where the same rows are kept
    std::size_t count = 1;
    SchemaPtr output{};
    bool makesWindows = true;  // else the rows carry theirs
    SliceGrid grid{};
    std::size_t endColumn = 0;  // window_end, where rows carry their windows
    bool hasRank = false;
};
using TopLayoutPtr = std::shared_ptr<const TopLayout>;

// The first rows of each key in one slice: of each key a heap with the last of them at its root. Belongs to
// one task; frozen in O(1). Copies the texts it keeps.
class TopRows {
public:
    static constexpr std::uint32_t kNone = SlotIndex::kNone;
    struct Row {
        std::uint64_t lead;  // RowOrder::lead
        std::int64_t arrival;
        std::uint32_t left, right;
    };
    struct Group {
        std::uint64_t hash, word;
        std::uint32_t length, rows, root, unused;
        GroupRow asKey() const { return {hash, word, length, 0, 0}; }
    };
    explicit TopRows(TopLayoutPtr layout);
    std::size_t groups() const { return m_groups.size(); }
    std::size_t rows() const { return m_rows.size(); }
    std::size_t bytes() const { return sizeof *this + m_index.slots() * 4 + frozenBytes(); }
    std::size_t frozenBytes() const { return m_groups.bytes() + m_rows.bytes() + m_texts.bytes(); }
    std::size_t heldBytes() const { return m_groups.heldBytes() + m_rows.heldBytes(); }

    void add(const GroupRow& key, const RecordBatch& batch, std::uint32_t physicalRow, std::int64_t arrival);
    void add(const TopRows& from);  // all rows of another slice
    // The rows of a group in their order, as numbers.
    void sort(std::size_t group, std::vector<std::uint32_t>& rows) const;
    const char* values(std::uint32_t row) const { return m_rows.read(row) + sizeof(Row); }

    // A group as it is saved: its rows in no certain order.
    static void save(const RowForm& form, const Group& group, const FrozenRows& rows, std::string& out);
    bool load(const GroupRow& key, std::string_view saved);  // false when the bytes are damaged
    struct Frozen {
        FrozenRows groups, rows;
        std::shared_ptr<const void> texts{};
    };
    Frozen freeze() { return {m_groups.freeze(), m_rows.freeze(), m_texts.hold()}; }

private:
    const Row& row(std::uint32_t number) const { return *reinterpret_cast<const Row*>(m_rows.read(number)); }
    Row& rowToChange(std::uint32_t number) { return *reinterpret_cast<Row*>(m_rows.write(number)); }
    const Group& group(std::size_t number) const
    {
        return *reinterpret_cast<const Group*>(m_groups.read(number));
    }
    std::uint32_t groupOf(const GroupRow& key);
    bool comesBefore(std::uint32_t first, std::uint32_t second) const;
    std::uint32_t join(std::uint32_t one, std::uint32_t other);
    void addKept(std::uint32_t group, const RowForm& form, const Row& row, const char* values);
    std::uint32_t makeRoom(std::uint32_t group);
    void place(std::uint32_t group, std::uint32_t number, std::uint64_t lead, std::int64_t arrival);
    void dropDeadTexts();

    TopLayoutPtr m_layout;
    bool m_keysAreText;
    SlotIndex m_index;
    RowStore m_groups, m_rows;
    TextArena m_texts;
    std::size_t m_deadText = 0;
};

}  // namespace engine
