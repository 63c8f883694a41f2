#pragma once

#include "grouping/group_table.h"
#include "operators/window/window_layout.h"
#include "state/state_store.h"

#include <functional>
#include <optional>

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
// The key of a saved row; `key` points into it.
// An error too where the rows were saved under a schema with other keys.
Status readSavedKey(const TableSchema& saved, const TableSchema& ours, const StateRow& row,
                    const WindowLayout& layout, std::int64_t& place, GroupRow& key);
// Loads the cells, matched by their aggregates' names, into a row. `value`: without what is the table's own.
Status readSavedCells(const TableSchema& saved, std::string_view value, const WindowLayout& layout,
                      GroupTable& table, std::uint32_t row);

// Gives a table another layout: an error where other windows or keys are meant and it is not empty. `take`
// takes the layout; unless it is told that the rows stay, they are saved, it empties the table, and they are
// restored.
Status adoptLayout(StateTable& table, const WindowLayout& before, const WindowLayout& after,
                   const TableSchema& schemaAfter, const std::function<void(bool rowsStay)>& take);

}  // namespace engine
