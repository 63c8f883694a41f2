#pragma once

#include "data/record_batch.h"
#include "state/row_form.h"

#include <cstdint>
#include <vector>

namespace engine {

// By which columns rows are ordered. NULL is below every value and NaN above every number, so ascending NULLs
// come first and descending ones last. Immutable; any thread.
class RowOrder {
public:
    struct Column {
        std::size_t index = 0;
        DataType type = DataType::Int64;
        bool isDescending = false;
    };
    explicit RowOrder(std::vector<Column> columns) : m_columns(std::move(columns)) { }

    // A number for the value of the first column: rows with different ones are ordered by them.
    std::uint64_t lead(const RecordBatch& batch, std::uint32_t row) const;
    std::uint64_t lead(const RowForm& form, const char* values) const;
    // Below 0: the first comes first; 0: they are alike in all columns.
    int compare(const RowForm& form, const char* first, const char* second) const;
    int compare(const RecordBatch& batch, std::uint32_t row, const RowForm& form, const char* second) const;

private:
    std::vector<Column> m_columns;  // at least one
};

}  // namespace engine
