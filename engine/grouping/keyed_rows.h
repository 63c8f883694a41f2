#pragma once

#include "grouping/group_layout.h"
#include "state/expiry_lists.h"
#include "state/row_form.h"
#include "state/row_store.h"
#include "state/slot_index.h"
#include "state/state_store.h"
#include "state/time_queue.h"

#include <span>

namespace engine {

// What stands before the values of a row that is kept with its key. `order` numbers rows as they came.
struct ListedRow {
    std::int64_t timeUs;
    std::int64_t order;
    std::uint32_t next, previous;  // of the same key, by time and order; kNone: none
    std::uint32_t key;             // its number; kNone: the row is free
    std::uint32_t unused;
};

// What a KeyedRows is made for. Bytes of the operator's own are 0 at first.
struct KeyedRowsSetup {
    std::string name{};
    GroupLayoutPtr layout{};  // of the keys
    std::vector<Field> columns{};
    std::size_t dataBytes = 0;        // for each key, saved as they are
    std::size_t keyScratchBytes = 0;  // likewise, not saved
    std::size_t rowScratchBytes = 0;  // for each row, not saved
    std::int64_t expiryUs = 0;        // how much too late a key may be forgotten
};

// Keys with some bytes of the operator's for each, and with whole rows in the order of their times, each of
// which can be given up singly. Keys and rows keep their numbers as long as they are there. Belongs to its
// instance's task; a freeze copies nothing.
class KeyedRows final : public StateTable {
public:
    static constexpr std::uint32_t kNone = SlotIndex::kNone;

    explicit KeyedRows(KeyedRowsSetup setup);

    // The numbers of keys, kNone where a key is not there.
    void find(std::span<const GroupRow> keys, std::span<std::uint32_t> found) const;
    std::uint32_t findOrAdd(const GroupRow& key);
    void eraseKey(std::uint32_t key);  // one without rows
    template <class Data>
    const Data& data(std::uint32_t key) const
    {
        return *reinterpret_cast<const Data*>(m_keys.read(key) + sizeof(Key));
    }
    template <class Data>
    Data& dataToChange(std::uint32_t key)
    {
        return *reinterpret_cast<Data*>(m_keys.write(key) + sizeof(Key));
    }
    char* keyScratch(std::uint32_t key) { return m_keys.write(key) + sizeof(Key) + m_setup.dataBytes; }
    std::uint32_t firstRow(std::uint32_t key) const { return keyAt(key).first; }
    std::uint32_t lastRow(std::uint32_t key) const { return keyAt(key).last; }
    std::size_t rowsOf(std::uint32_t key) const { return keyAt(key).rows; }

    // Copies one row of a batch to its place among those of the key, behind others of its time.
    std::uint32_t add(std::uint32_t key, std::int64_t timeUs, const RecordBatch& batch,
                      std::uint32_t physicalRow);
    void eraseRow(std::uint32_t row);
    const ListedRow& row(std::uint32_t row) const
    {
        return *reinterpret_cast<const ListedRow*>(m_rows.read(row));
    }
    const char* values(std::uint32_t row) const { return m_rows.read(row) + sizeof(ListedRow); }
    char* rowScratch(std::uint32_t row) { return m_rows.write(row) + sizeof(ListedRow) + m_form.bytes(); }
    const RowForm& form() const { return m_form; }

    template <class F>
    void forEachKey(F&& f) const  // f(number)
    {
        for (std::uint32_t key = 0; key < m_keys.size(); ++key)
            if (keyAt(key).isThere) f(key);
    }
    // Which rows are due when, and which keys may be forgotten. The operator's own: filled by it, also after
    // a restart.
    TimeQueue& due() { return m_due; }
    ExpiryLists& expiry() { return m_expiry; }
    // Calls timeOf(key), as expiry() does; at the end of time all keys and rows are forgotten without it.
    template <class TimeOf>
    void expire(std::int64_t watermarkUs, TimeOf&& timeOf)
    {
        if (watermarkUs == kEndOfTime) return clear();
        m_expiry.expire(watermarkUs, timeOf, [this](const std::vector<std::uint32_t>& keys, std::size_t at) {
            constexpr std::size_t kAhead = 8;
            if (at + 2 * kAhead < keys.size()) __builtin_prefetch(m_keys.read(keys[at + 2 * kAhead]));
            if (at + kAhead < keys.size()) m_index.prefetch(keyAt(keys[at + kAhead]).hash);
        });
    }

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_keyCount + m_rowCount; }
    std::size_t bytes() const override;
    std::size_t heldBytes() const override { return m_keys.heldBytes() + m_rows.heldBytes(); }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    struct Key {
        std::uint64_t hash, word;
        std::uint32_t length;
        std::uint32_t isThere;
        std::uint32_t first, last, rows;
        std::uint32_t nextFree;
        GroupRow asGroup() const { return {hash, word, length, 0, 0}; }
    };
    class Frozen;
    const Key& keyAt(std::uint32_t key) const { return *reinterpret_cast<const Key*>(m_keys.read(key)); }
    Key& keyToChange(std::uint32_t key) { return *reinterpret_cast<Key*>(m_keys.write(key)); }
    ListedRow& rowToChange(std::uint32_t row) { return *reinterpret_cast<ListedRow*>(m_rows.write(row)); }
    bool hasText(const Key& key) const;
    std::uint32_t findOne(const GroupRow& key) const;
    std::uint32_t takeRow(std::uint32_t key, std::int64_t timeUs, std::int64_t order);
    void dropDeadTexts();
    void clear();

    const KeyedRowsSetup m_setup;
    TableSchema m_schema;
    RowForm m_form;
    bool m_keysAreText;
    SlotIndex m_index;
    RowStore m_keys, m_rows;
    TextArena m_texts;
    TimeQueue m_due;
    ExpiryLists m_expiry;
    std::uint32_t m_freeKey = kNone, m_freeRow = kNone;
    std::size_t m_keyCount = 0, m_rowCount = 0, m_deadText = 0;
    std::int64_t m_nextOrder = 0;
};

}  // namespace engine
