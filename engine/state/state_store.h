#pragma once

#include "base/hash.h"
#include "base/limits.h"
#include "base/result.h"
#include "data/schema.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// What a saved table begins with, so that state can be looked into and an aggregate added or removed by name.
struct TableSchema {
    std::string name{};
    int version = 1;
    std::vector<Field> keyColumns{};
    std::vector<Field> valueColumns{};
    // What the value columns are worked out of, one text each, where names and types do not tell; else empty.
    std::vector<std::string> meanings{};
    bool operator==(const TableSchema&) const = default;
};

// One saved row. `key`: for each key column a type tag (the DataType), a null flag, and 8 little-endian
// bytes, 1 byte (Bool), or a 32-bit length and the text; its group is stableHash(key) % limits::kKeyGroups.
// `value`: the table's own form. `groupKey` is what the group is hashed from: the grouping columns' part of
// the key (a window's key also has the slice).
struct StateRow {
    std::string_view key{};
    std::string_view groupKey{};
    std::string_view value{};
};

inline int keyGroupOf(std::string_view groupKey)
{
    return static_cast<int>(stableHash(groupKey) % limits::kKeyGroups);
}

// A table as it was at a barrier: immutable, read by the snapshot writer's thread while the task works on.
class FrozenTable {
public:
    virtual ~FrozenTable() = default;
    virtual const TableSchema& schema() const = 0;
    virtual std::size_t rows() const = 0;
    virtual void
    visit(const std::function<void(const StateRow&)>& row) const = 0;  // views are valid during the call
};

// One named table of an operator instance's state. Belongs to the instance's task: no locks, no sharing.
class StateTable {
public:
    virtual ~StateTable() = default;
    virtual const TableSchema& schema() const = 0;
    virtual std::size_t rows() const = 0;
    virtual std::size_t bytes() const = 0;  // held in memory, without what only a freeze still holds
    virtual std::size_t heldBytes() const { return 0; }  // that: what was copied since, as far as is known
    virtual std::shared_ptr<const FrozenTable>
    freeze() = 0;  // O(1) in the number of rows: blocks are copied when next written
    // One saved row of a key group that this instance keeps; `saved` is the schema it was saved under.
    virtual Status restore(const TableSchema& saved, const StateRow& row) = 0;
    // Some at once, one after the other.
    virtual Status restoreAll(const TableSchema& saved, std::span<const StateRow> rows)
    {
        for (const StateRow& row : rows) TRY(restore(saved, row));
        return ok();
    }
    virtual void expect(std::size_t) { }  // so many rows are going to be restored
};

// All state of one operator instance. Outlives the operator when parameters change.
class StateStore {
public:
    // The table of that name, made from `arguments` when it is not there yet. Called from open().
    template <class Table, class... Arguments>
    Table& table(const std::string& name, Arguments&&... arguments)
    {
        auto& slot = m_tables[name];
        auto* found = dynamic_cast<Table*>(slot.get());
        if (!found) {
            auto made = std::make_unique<Table>(std::forward<Arguments>(arguments)...);
            found = made.get();
            slot = std::move(made);
        }
        return *found;
    }
    StateTable* find(const std::string& name) const
    {
        const auto it = m_tables.find(name);
        return it == m_tables.end() ? nullptr : it->second.get();
    }
    std::vector<std::shared_ptr<const FrozenTable>> freeze()
    {
        std::vector<std::shared_ptr<const FrozenTable>> frozen;
        for (auto& [name, table] : m_tables) frozen.push_back(table->freeze());
        return frozen;
    }
    std::size_t rows() const
    {
        std::size_t total = 0;
        for (const auto& [name, table] : m_tables) total += table->rows();
        return total;
    }
    std::size_t bytes() const
    {
        std::size_t total = 0;
        for (const auto& [name, table] : m_tables) total += table->bytes();
        return total;
    }
    std::size_t heldBytes() const
    {
        std::size_t total = 0;
        for (const auto& [name, table] : m_tables) total += table->heldBytes();
        return total;
    }

private:
    std::map<std::string, std::unique_ptr<StateTable>> m_tables;
};

}  // namespace engine
