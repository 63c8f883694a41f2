#pragma once

#include "state/frozen_slices.h"
#include "state/key_hash.h"
#include "state/row_form.h"
#include "state/row_store.h"
#include "state/slot_index.h"
#include "state/state_store.h"

#include <limits>
#include <map>
#include <memory>
#include <optional>

namespace engine {

// What stands before the values of a row that is kept. `order` numbers rows in the order of their arrival;
// `mark` is the operator's own, 0 at first, saved with the row; but for kFoldedMark.
struct KeptRow {
    std::int64_t timeUs;
    std::int64_t order;
    std::uint32_t next;  // of the same key, in the order in which they were added; kNoRow: none
    std::uint32_t key;   // number of its key in the slice
    std::uint64_t mark;
};
inline constexpr std::uint32_t kNoRow = 0xffffffff;
inline constexpr std::uint64_t kFoldedMark =
    ~std::uint64_t{0};  // the row outlives its slice: keepLastBefore()
// Times beyond this, more than 100,000 years from 1970, are not kept: who keeps rows rejects them before.
inline constexpr std::int64_t kKeptTimeMaxUs = std::int64_t{1} << 62;

// Whole rows whose times lie in one span, found by key; the rows of a key form a chain. Rows are only added;
// they go with the slice. Belongs to a SlicedRows.
class RowSlice {
public:
    explicit RowSlice(const RowForm& form);
    std::size_t rows() const { return m_rows.size(); }
    std::size_t bytes() const { return sizeof *this + m_index.slots() * 4 + frozenBytes(); }
    std::size_t frozenBytes() const { return m_keys.bytes() + m_rows.bytes() + m_texts.bytes(); }
    std::size_t heldBytes() const { return m_keys.heldBytes() + m_rows.heldBytes(); }
    // The first row of a key, or kNoRow. `hash` is hashText(key).
    std::uint32_t first(std::uint64_t hash, std::string_view key) const;
    const KeptRow& row(std::uint32_t index) const
    {
        return *reinterpret_cast<const KeptRow*>(m_rows.read(index));
    }
    const char* values(std::uint32_t index) const { return m_rows.read(index) + sizeof(KeptRow); }
    std::string_view key(std::uint32_t index) const;  // of a row
    std::uint64_t hash(std::uint32_t index) const;    // of that key
    void setMark(std::uint32_t index, std::uint64_t mark)
    {
        reinterpret_cast<KeptRow*>(m_rows.write(index))->mark = mark;
    }
    std::uint32_t add(std::uint64_t hash, std::string_view key, std::int64_t timeUs, std::int64_t order,
                      const RecordBatch& batch, std::uint32_t physicalRow);
    // A copy of a row of another slice, in place of the one row that its key has here, if that is older.
    void takeLast(const RowSlice& from, std::uint32_t index);
    std::size_t deadTextBytes() const { return m_deadTextBytes; }  // of rows whose place others took
    bool load(std::uint64_t hash, std::string_view key, std::int64_t timeUs, std::int64_t order,
              std::string_view saved);  // mark and values; false when damaged

    struct Frozen {
        FrozenRows rows, keys;
        std::shared_ptr<const void> texts{};
    };
    Frozen freeze() { return {m_rows.freeze(), m_keys.freeze(), m_texts.hold()}; }
    static std::string_view keyIn(const FrozenRows& keys, std::uint32_t number);

private:
    struct KeyRow;
    std::uint32_t append(std::uint64_t hash, std::string_view key, std::int64_t timeUs, std::int64_t order);
    KeyRow& keyOf(std::uint64_t hash, std::string_view key);
    const RowForm& m_form;
    SlotIndex m_index;
    RowStore m_keys, m_rows;
    TextArena m_texts;
    std::size_t m_deadTextBytes = 0;
};

// Rows by time and key, in slices of time that are dropped whole: what joins and look-backs keep of their
// inputs. A NULL in a key is a value like any other here. Belongs to its instance's task; a freeze copies
// nothing.
class SlicedRows final : public StateTable {
public:
    // `keys`: the key's columns as they are saved. A slice is `sliceUs` long, and one begins at `originUs`;
    // that is not saved.
    SlicedRows(std::string name, std::vector<Field> keys, std::vector<Field> columns, std::int64_t sliceUs,
               std::int64_t originUs = 0);

    using Slices = std::map<std::int64_t, RowSlice>;  // by start, µs
    Slices& slices() { return m_slices; }
    const RowForm& form() const { return m_form; }
    std::int64_t sliceOf(std::int64_t timeUs) const;
    std::int64_t sliceUs() const { return m_sliceUs; }

    struct Place {
        RowSlice* slice = nullptr;  // as long as the slice is there
        std::uint32_t row = kNoRow;
    };
    // Copies one row of a batch; `key`: bytes of state/key_codec.h.
    Place add(std::string_view key, std::int64_t timeUs, const RecordBatch& batch, std::uint32_t physicalRow)
    {
        return add(hashText(key), key, timeUs, batch, physicalRow);
    }
    Place add(std::uint64_t hash, std::string_view key, std::int64_t timeUs, const RecordBatch& batch,
              std::uint32_t physicalRow);

    // The rows of a key with times in a span, one after the other, slice by slice; may stop in between as
    // long as nothing is added or dropped. The key must stay where it is.
    class Search {
    public:
        Search() = default;
        bool next();  // false: there is none left
        RowSlice& slice() const { return m_slice->second; }
        std::uint32_t row() const { return m_row; }

    private:
        friend class SlicedRows;
        Slices::iterator m_slice, m_end;
        std::uint64_t m_hash = 0;
        std::string_view m_key;
        std::int64_t m_fromUs = 0, m_toUs = -1;
        std::uint32_t m_row = kNoRow;
        bool m_isInSlice = false;
    };
    Search search(std::uint64_t hash, std::string_view key, std::int64_t fromUs, std::int64_t toUs);
    // Calls f(slice, row) for the rows of a key with times in [fromUs, toUs], slice by slice.
    template <class F>
    void forEach(std::string_view key, std::int64_t fromUs, std::int64_t toUs, F&& f)
    {
        Search found = search(hashText(key), key, fromUs, toUs);
        while (found.next()) f(found.slice(), found.row());
    }
    // The row of a key with the greatest time up to `toUs`, of equal times the one that came last; no slice:
    // there is none.
    Place last(std::uint64_t hash, std::string_view key, std::int64_t toUs);
    // Of the slices that end at or before a time only the last row of each key stays, in a slice before all
    // others. Not together with dropBefore.
    void keepLastBefore(std::int64_t timeUs);
    // Forgets the slices that end at or before a time.
    void dropBefore(std::int64_t timeUs);
    void drop(std::int64_t start);
    // What the operator holds for these rows outside the table: counted with it.
    void countBeside(std::size_t bytes) { m_bytesBeside = bytes; }
    std::int64_t nextOrder() const { return m_nextOrder; }  // of the next row that is added

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    std::size_t bytes() const override;
    std::size_t heldBytes() const override;
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    // Where rows lie that outlive their slices.
    static constexpr std::int64_t kFoldedSlice = std::numeric_limits<std::int64_t>::min();
    RowSlice& slice(std::int64_t timeUs);
    RowSlice& sliceAt(std::int64_t start);
    void dropDeadTexts();
    TableSchema m_schema;
    std::size_t m_keyColumns;
    RowForm m_form;
    std::int64_t m_sliceUs, m_originUs;
    std::size_t m_bytesBeside = 0;
    Slices m_slices;
    FrozenSliceSizes m_frozen;
    std::pair<std::int64_t, RowSlice*> m_recent{};
    std::size_t m_rows = 0;
    std::int64_t m_nextOrder = 0;
};

}  // namespace engine
