#include "operators/top_n/row_order.h"

#include <bit>
#include <cmath>
#include <string_view>

namespace engine {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

// Numbers whose order as unsigned ones is that of the values.
std::uint64_t placeOf(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ kSign; }
std::uint64_t placeOf(double value)
{
    if (std::isnan(value)) return ~std::uint64_t{0};
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

// The first bytes; a longer text may have the same.
std::uint64_t placeOf(std::string_view text)
{
    std::uint64_t place = 0;
    for (std::size_t i = 0; i < 8; ++i)
        place = place << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
    return place;
}

struct BatchRow {
    const RecordBatch& batch;
    std::uint32_t row;
    bool isNull(std::size_t column) const { return batch.column(column).isNull(row); }
    bool flag(std::size_t column) const { return batch.column(column).flags()[row] != 0; }
    std::int64_t integer(std::size_t column) const { return batch.column(column).integers()[row]; }
    double number(std::size_t column) const { return batch.column(column).numbers()[row]; }
    std::string_view text(std::size_t column) const { return batch.column(column).text(row); }
};

struct KeptValues {
    const RowForm& form;
    const char* values;
    bool isNull(std::size_t column) const { return form.isNull(values, column); }
    bool flag(std::size_t column) const { return form.word(values, column) != 0; }
    std::int64_t integer(std::size_t column) const
    {
        return static_cast<std::int64_t>(form.word(values, column));
    }
    double number(std::size_t column) const { return std::bit_cast<double>(form.word(values, column)); }
    std::string_view text(std::size_t column) const { return form.text(values, column); }
};

template <class Row>
std::uint64_t placeIn(const Row& row, const RowOrder::Column& column)
{
    switch (column.type) {
    case DataType::Bool: return row.flag(column.index) ? 2 : 1;
    case DataType::Int64:
    case DataType::Time: return placeOf(row.integer(column.index));
    case DataType::Float64: return placeOf(row.number(column.index));
    case DataType::String: return placeOf(row.text(column.index));
    }
    return 0;
}

template <class Row>
std::uint64_t leadOf(const Row& row, const RowOrder::Column& column)
{
    const std::uint64_t place = row.isNull(column.index) ? 0 : placeIn(row, column);
    return column.isDescending ? ~place : place;
}

template <class T>
int order(T first, T second)
{
    return first < second ? -1 : second < first ? 1 : 0;
}

template <class First, class Second>
int compareColumn(const First& first, const Second& second, const RowOrder::Column& column)
{
    const bool firstIsNull = first.isNull(column.index), secondIsNull = second.isNull(column.index);
    if (firstIsNull || secondIsNull) return order(secondIsNull, firstIsNull);
    if (column.type != DataType::String) return order(placeIn(first, column), placeIn(second, column));
    return order(first.text(column.index), second.text(column.index));
}

template <class First, class Second>
int compareRows(const First& first, const Second& second, const std::vector<RowOrder::Column>& columns)
{
    for (const RowOrder::Column& column : columns)
        if (const int found = compareColumn(first, second, column); found != 0)
            return column.isDescending ? -found : found;
    return 0;
}

}  // namespace

std::uint64_t RowOrder::lead(const RecordBatch& batch, std::uint32_t row) const
{
    return leadOf(BatchRow{batch, row}, m_columns.front());
}

std::uint64_t RowOrder::lead(const RowForm& form, const char* values) const
{
    return leadOf(KeptValues{form, values}, m_columns.front());
}

int RowOrder::compare(const RowForm& form, const char* first, const char* second) const
{
    return compareRows(KeptValues{form, first}, KeptValues{form, second}, m_columns);
}

int RowOrder::compare(const RecordBatch& batch, std::uint32_t row, const RowForm& form,
                      const char* second) const
{
    return compareRows(BatchRow{batch, row}, KeptValues{form, second}, m_columns);
}

}  // namespace engine
