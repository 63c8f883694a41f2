#pragma once

#include "base/limits.h"
#include "data/record_batch.h"

#include <cstring>
#include <vector>

namespace engine {

// Typed appending to one column. A String column may be told that its texts lie in a buffer that will live on
// (a raw chunk): then texts inside it are pointed at, and the first text from elsewhere makes it copy what it
// has.
class ColumnBuilder {
public:
    explicit ColumnBuilder(DataType type, std::size_t rowsExpected = limits::kBatchRows);
    DataType type() const { return m_type; }
    std::size_t size() const { return m_size; }
    void pointInto(BufferPtr text);  // before the first row of a batch
    void addNull();
    void addBool(bool value) { *slotFor<std::uint8_t>() = value; }
    void addInteger(std::int64_t value) { *slotFor<std::int64_t>() = value; }  // Int64 and Time
    void addNumber(double value) { *slotFor<double>() = value; }
    // Places for so many values for the caller to fill, NULL where `validity` says so. T is what the type is
    // kept as.
    template <class T>
    T* addMany(std::size_t count, const std::uint8_t* validity = nullptr)
    {
        while (m_size + count > m_capacity) grow();
        if (validity && !m_validity) beginValidity();
        if (validity)
            std::memcpy(m_validity->as<std::uint8_t>() + m_size, validity, count);
        else if (m_validity)
            std::memset(m_validity->as<std::uint8_t>() + m_size, 1, count);
        m_size += count;
        return m_values->as<T>() + m_size - count;
    }
    void addText(std::string_view value)
    {
        if (isShared(value))
            *slotFor<TextRef>() = {static_cast<std::uint32_t>(value.data() - m_sharedBegin),
                                   static_cast<std::uint32_t>(value.size())};
        else
            addOwnText(value);
    }
    void removeLast();  // takes back the last row
    void removeMany(std::size_t count) { m_size -= count; }
    // Whether it points at the texts of the buffer that begins there.
    bool pointsFrom(const char* begin) const { return m_sharedBegin && m_sharedBegin == begin; }
    std::int64_t lastInteger() const { return m_values->as<std::int64_t>()[m_size - 1]; }
    bool lastIsNull() const { return m_validity && !m_validity->as<std::uint8_t>()[m_size - 1]; }
    Column finish();  // and begins anew, empty

private:
    template <class T>
    T* slotFor()
    {
        if (m_size == m_capacity) grow();
        if (m_validity) m_validity->as<std::uint8_t>()[m_size] = 1;
        return m_values->as<T>() + m_size++;
    }
    bool isShared(std::string_view text) const
    {
        return m_sharedBegin && text.data() >= m_sharedBegin && text.data() + text.size() <= m_sharedEnd;
    }
    void grow();
    void beginValidity();
    void addOwnText(std::string_view value);
    void beginText(std::size_t bytes);
    DataType m_type;
    void expectAsMany(std::size_t rows);
    std::size_t m_size = 0, m_capacity = 0;
    std::size_t m_rowsExpected;  // by the batches before
    const std::size_t m_rowsMostExpected;
    std::shared_ptr<Buffer> m_values, m_validity, m_ownText;
    BufferPtr m_sharedText;
    const char *m_sharedBegin = nullptr, *m_sharedEnd = nullptr;  // its bytes
};

// Rows of a schema, column by column: the only way to make batches row by row. Belongs to one task.
class BatchBuilder {
public:
    explicit BatchBuilder(SchemaPtr schema);
    const SchemaPtr& schema() const { return m_schema; }
    ColumnBuilder& column(std::size_t index) { return m_columns[index]; }
    std::size_t rows() const { return m_rows; }
    bool isFull() const { return m_rows >= limits::kBatchRows; }
    void endRow();                          // every column has got its value; no event time
    void endRow(std::int64_t eventTimeUs);  // floored to ms here
    void endRows(std::size_t count, std::int64_t eventTimeUs);
    void dropRow();  // takes back what the columns got since the last endRow
    std::size_t room() const { return limits::kBatchRows - m_rows; }
    RecordBatch finish();  // the rows so far; begins anew

private:
    SchemaPtr m_schema;
    std::vector<ColumnBuilder> m_columns;
    ColumnBuilder m_eventTime;
    std::size_t m_rows = 0;
};

}  // namespace engine
