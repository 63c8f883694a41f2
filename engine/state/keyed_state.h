#pragma once

#include "state/block_directory.h"
#include "state/key_hash.h"
#include "state/slot_index.h"
#include "state/state_store.h"
#include "state/text_arena.h"

#include <algorithm>
#include <span>
#include <string>

namespace engine {

// A table from key bytes (key_codec.h) to values: open addressing over dense rows, keys in an arena, frozen
// in O(1). Value can be copied and made from nothing, has `void save(std::string&) const` and `bool
// load(std::string_view)`, and where memory hangs on it `std::size_t heapBytes() const`. Belongs to its
// instance's task; pointers to values hold until the next at, erase or freeze.
template <class Value>
class KeyedState final : public StateTable {
public:
    explicit KeyedState(TableSchema schema) : m_schema(std::move(schema)) { }

    const Value* peek(std::string_view key) const  // to read
    {
        const std::uint32_t row =
            m_index.find(hashText(key), [&](std::uint32_t other) { return entry(other).key == key; });
        return row == SlotIndex::kNone ? nullptr : &entry(row).value;
    }
    Value* find(std::string_view key)  // to change, or null
    {
        const std::uint32_t row =
            m_index.find(hashText(key), [&](std::uint32_t other) { return entry(other).key == key; });
        return row == SlotIndex::kNone ? nullptr : &writable(row).value;
    }
    // A batch at once: null where a key is not there.
    void find(std::span<const std::string_view> keys, std::span<Value*> found)
    {
        constexpr std::size_t kAhead = 12;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (m_index.wantsPrefetch() && i + kAhead < keys.size())
                m_index.prefetch(hashText(keys[i + kAhead]));
            found[i] = find(keys[i]);
        }
    }
    Value& at(std::string_view key)  // made on first use
    {
        const std::uint64_t hash = hashText(key);
        std::uint32_t row = m_index.find(hash, [&](std::uint32_t other) { return entry(other).key == key; });
        if (row == SlotIndex::kNone) row = append(hash, key);
        return writable(row).value;
    }
    bool erase(std::string_view key)
    {
        const std::uint64_t hash = hashText(key);
        const std::uint32_t row =
            m_index.find(hash, [&](std::uint32_t other) { return entry(other).key == key; });
        if (row == SlotIndex::kNone) return false;
        m_index.erase(hash, row, [this](std::uint32_t other) { return entry(other).hash; });
        m_deadKeys += entry(row).key.size();
        const auto last = static_cast<std::uint32_t>(m_rows - 1);
        if (row != last) {
            m_index.renumber(entry(last).hash, last, row);
            writable(row) = writable(last);
        }
        writable(last) = Entry{};
        --m_rows;
        if (m_rows % kBlockRows == 0) m_blocks.removeLast();
        if (m_deadKeys > (1 << 20) && m_deadKeys * 2 > m_keys.bytes()) dropDeadKeys();
        return true;
    }
    template <class F>
    void forEach(F&& f) const  // f(key, value), in no order that means anything
    {
        for (std::uint32_t row = 0; row < m_rows; ++row) f(entry(row).key, entry(row).value);
    }

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    std::size_t bytes() const override
    {
        return m_blocks.size() * kBlockRows * sizeof(Entry) + m_keys.bytes() + m_index.slots() * 4;
    }
    std::size_t heldBytes() const override
    {
        return m_blocks.copiesHeld() * kBlockRows * sizeof(Entry) + m_blocks.heldBeside();
    }
    std::size_t copiesMade() const { return m_blocks.copiesMade(); }  // of blocks, because a freeze held them
    std::shared_ptr<const FrozenTable> freeze() override
    {
        return std::make_shared<Frozen>(m_schema, m_blocks.freeze(), m_keys.hold(), m_rows);
    }
    void expect(std::size_t rows) override
    {
        if (m_rows == 0) m_index = SlotIndex::forRows(rows);
    }
    Status restore(const TableSchema&, const StateRow& row) override
    {
        if (at(row.key).load(row.value)) return ok();
        return Error{ErrorCode::Corrupt,
                     "A saved row of the table \"" + m_schema.name +
                         "\" cannot be read. Start from an older checkpoint.",
                     {}};
    }

private:
    static constexpr std::size_t kBlockRows = std::max<std::size_t>(16, (8 << 10) / (sizeof(Value) + 24));
    static constexpr bool kHasHeap = requires(const Value& value) { value.heapBytes(); };
    struct Entry {
        std::uint64_t hash = 0;
        std::string_view key{};
        Value value{};
    };
    struct Block {
        std::vector<Entry> entries = std::vector<Entry>(kBlockRows);
        Entry* data() { return entries.data(); }
    };
    using Blocks = BlockDirectory<Block>;

    class Frozen final : public FrozenTable {
    public:
        Frozen(TableSchema schema, std::shared_ptr<const typename Blocks::List> blocks,
               std::shared_ptr<const void> keys, std::size_t rows)
            : m_schema(std::move(schema)),
              m_blocks(std::move(blocks)),
              m_keys(std::move(keys)),
              m_rows(rows)
        {
        }
        const TableSchema& schema() const override { return m_schema; }
        std::size_t rows() const override { return m_rows; }
        void visit(const std::function<void(const StateRow&)>& visitor) const override
        {
            std::string value;
            for (std::size_t row = 0; row < m_rows; ++row) {
                const Entry& entry = (*m_blocks)[row / kBlockRows]->entries[row % kBlockRows];
                value.clear();
                entry.value.save(value);
                visitor({entry.key, entry.key, value});
            }
        }

    private:
        TableSchema m_schema;
        std::shared_ptr<const typename Blocks::List> m_blocks;
        std::shared_ptr<const void> m_keys;
        std::size_t m_rows;
    };

    const Entry& entry(std::uint32_t row) const { return m_blocks.read(row / kBlockRows)[row % kBlockRows]; }
    Entry& writable(std::uint32_t row)
    {
        if constexpr (kHasHeap)
            if (m_blocks.isFrozen(row / kBlockRows)) [[unlikely]]
                leaveHeap(row / kBlockRows);
        return m_blocks.write(row / kBlockRows)[row % kBlockRows];
    }
    void leaveHeap(std::size_t block)  // of one that is about to be copied
    {
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < kBlockRows; ++i) bytes += m_blocks.read(block)[i].value.heapBytes();
        m_blocks.leaveBeside(bytes);
    }
    std::uint32_t append(std::uint64_t hash, std::string_view key)
    {
        const auto row = static_cast<std::uint32_t>(m_rows++);
        if (row / kBlockRows == m_blocks.size()) m_blocks.append(std::make_shared<Block>());
        Entry& made = writable(row);
        made.hash = hash;
        made.key = m_keys.add(key);
        m_index.insert(hash, row, m_rows, [this](std::uint32_t other) { return entry(other).hash; });
        return row;
    }
    void dropDeadKeys()
    {
        TextArena fresh;
        for (std::uint32_t row = 0; row < m_rows; ++row) writable(row).key = fresh.add(entry(row).key);
        m_keys = std::move(fresh);
        m_deadKeys = 0;
    }

    TableSchema m_schema;
    SlotIndex m_index;
    Blocks m_blocks;
    TextArena m_keys;
    std::size_t m_rows = 0, m_deadKeys = 0;
};

}  // namespace engine
