#pragma once

#include "data/batch_builder.h"
#include "data/record_batch.h"
#include "state/text_arena.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// How the columns of one row lie in memory while a table keeps it: a bit for each NULL, then 8 bytes a
// column, 16 for a text, which lies in the table's arena. Immutable; any thread.
class RowForm {
public:
    explicit RowForm(const std::vector<Field>& fields);
    std::size_t bytes() const { return m_bytes; }
    std::size_t columns() const { return m_types.size(); }
    void write(const RecordBatch& batch, std::uint32_t physicalRow, char* values, TextArena& texts) const;
    // Gives a value to each column of `into` from `firstColumn` on; the row is ended by the caller.
    void put(const char* values, BatchBuilder& into, std::size_t firstColumn = 0) const;
    void putColumn(const char* values, std::size_t column, ColumnBuilder& into) const;
    // Of many rows at once; null: of no row, NULL.
    void putColumn(std::span<const char* const> rows, std::size_t column, ColumnBuilder& into) const;
    bool isNull(const char* values, std::size_t column) const
    {
        return (values[column / 8] >> (column % 8) & 1) != 0;
    }
    // Only where it is not NULL and no text; of a DOUBLE its bits.
    std::uint64_t word(const char* values, std::size_t column) const;
    std::string_view text(const char* values, std::size_t column) const;  // only of a text that is not NULL
    std::size_t textBytes(const char* values) const;                      // of all texts of a row
    // The texts of a row go into another arena.
    void moveTexts(char* values, TextArena& texts) const;

    void save(const char* values, std::string& out) const;
    // Takes one row off the front; false when the bytes are damaged.
    bool load(std::string_view& saved, char* values, TextArena& texts) const;

private:
    void putText(char* values, std::size_t column, std::string_view text, TextArena& texts) const;
    std::vector<DataType> m_types;
    std::vector<std::size_t> m_offsets;
    std::vector<std::size_t> m_texts;  // columns that are texts
    std::size_t m_bytes = 0, m_nullBytes = 0;
};

}  // namespace engine
