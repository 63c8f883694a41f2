#pragma once

#include "grouping/group_table.h"
#include "operators/window/window_layout.h"
#include "state/state_store.h"

#include <functional>
#include <optional>
#include <span>

namespace engine {

// What a saved group has beside its key and its cells.
struct SavedHead {
    std::int64_t place = 0;  // the first part of the key: a time, or a number
    std::string own{};       // in the table's own form; empty where it keeps nothing of its own
};

// The schema of a table whose rows are groups; `place` is what the first part of their keys means.
TableSchema savedSchema(const std::string& table, const Field& place, const WindowLayout& layout);

// Tables of groups as they were when frozen, and how they are written. Immutable; any thread.
class SavedGroups final : public FrozenTable {
public:
    // Nothing: the row is none that is saved.
    using HeadOf = std::function<std::optional<SavedHead>(std::uint32_t index, const char* row)>;
    SavedGroups(WindowLayoutPtr layout, TableSchema schema);
    void add(FrozenGroups groups, std::size_t rows, HeadOf headOf);
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    void visit(const std::function<void(const StateRow&)>& visitor) const override;

private:
    void visitTable(const FrozenGroups& groups, const HeadOf& headOf,
                    const std::function<void(const StateRow&)>& visitor) const;
    WindowLayoutPtr m_layout;
    TableSchema m_schema;
    std::vector<std::pair<FrozenGroups, HeadOf>> m_tables;
    std::size_t m_rows = 0;
};

Error damagedWindow();

// Reads rows that were saved under one schema, for a layout that may be another. On the stack of one call.
class SavedGroupsReader {
public:
    SavedGroupsReader(const TableSchema& saved, const TableSchema& ours, const WindowLayout& layout);
    // What comes first in a saved row; `key` points into it.
    struct Head {
        std::int64_t place = 0;
        GroupRow key{};
    };
    // An error too where the rows were saved with other keys.
    Status head(const StateRow& row, Head& into) const;
    // Loads the cells, matched by their aggregates' names, into a row. `value`: without what is the table's
    // own.
    Status cells(std::string_view value, GroupTable& table, std::uint32_t row) const;
    // Calls take(head, row) for each row. Some rows before tableOf(head) is told where the key lies in the
    // index, and later where the group may lie that is found there, so that memory is fetched meanwhile.
    template <class TableOf, class Take>
    Status each(std::span<const StateRow> rows, TableOf&& tableOf, Take&& take) const
    {
        constexpr std::size_t kAhead = 16, kNear = 8;
        Head heads[kAhead];
        for (std::size_t i = 0; i < rows.size() + kAhead; ++i) {
            if (i >= kAhead) TRY(take(heads[i % kAhead], rows[i - kAhead]));
            if (i >= kNear && i - kNear < rows.size()) {
                const Head& near = heads[(i - kNear) % kAhead];
                tableOf(near).prefetchRow(near.key);
            }
            if (i >= rows.size()) continue;
            TRY(head(rows[i], heads[i % kAhead]));
            tableOf(heads[i % kAhead]).prefetch(heads[i % kAhead].key);
        }
        return ok();
    }

private:
    struct Cell {
        const Aggregate* aggregate;  // null: there is none of that name
        bool hasOtherMeaning;
    };
    Error otherFunction(const Cell& cell) const;
    Error otherMeaning(std::size_t column) const;
    const TableSchema& m_saved;
    const WindowLayout& m_layout;
    DataType m_placeType;
    bool m_hasOtherKeys;
    std::vector<Cell> m_cells;
};

// Gives a table another layout: an error where other windows or keys are meant and it is not empty. `take`
// takes the layout; unless it is told that the rows stay, they are saved, it empties the table, and they are
// restored.
Status adoptLayout(StateTable& table, const WindowLayout& before, const WindowLayout& after,
                   const TableSchema& schemaAfter, const std::function<void(bool rowsStay)>& take);

}  // namespace engine
