#pragma once

#include "base/check.h"
#include "data/buffer.h"
#include "data/schema.h"

#include <span>
#include <string_view>

namespace engine {

// Where one text lies in a column's text buffer. Texts may share bytes, overlap and lie in any order, so a
// decoder can point into the raw chunk it read and taking rows copies no text.
struct TextRef {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

// A read-only run of values of one type, one slot a row: bytes 0/1 for Bool, int64 for Int64 and Time,
// double, TextRef into a text buffer for String. Validity is a byte a row (1 = a value), or absent when no
// row is NULL; the slot of a NULL row holds 0, 0.0 or an empty text. Copying shares the buffers.
class Column {
public:
    Column() = default;
    Column(DataType type, std::size_t size, BufferPtr values, BufferPtr validity = {}, BufferPtr text = {})
        : m_type(type),
          m_size(size),
          m_values(std::move(values)),
          m_validity(std::move(validity)),
          m_text(std::move(text))
    {
    }
    DataType type() const { return m_type; }
    std::size_t size() const { return m_size; }
    bool mayHaveNulls() const { return m_validity != nullptr; }
    const std::uint8_t* validity() const
    {
        return m_validity ? m_validity->as<std::uint8_t>() : nullptr;
    }  // or null: all valid
    bool isNull(std::size_t row) const { return m_validity && !m_validity->as<std::uint8_t>()[row]; }
    std::span<const std::uint8_t> flags() const { return {m_values->as<std::uint8_t>(), m_size}; }
    std::span<const std::int64_t> integers() const
    {
        return {m_values->as<std::int64_t>(), m_size};
    }  // Int64 and Time
    std::span<const double> numbers() const { return {m_values->as<double>(), m_size}; }
    std::span<const TextRef> texts() const { return {m_values->as<TextRef>(), m_size}; }
    const char* textBase() const { return m_text ? m_text->data() : ""; }
    std::string_view text(std::size_t row) const  // valid while any copy of the column lives
    {
        const TextRef ref = m_values->as<TextRef>()[row];
        return {textBase() + ref.offset, ref.length};
    }
    Column
    take(std::span<const std::uint32_t> rows) const;  // copies the slots of the chosen rows, shares the text
    Column slice(std::size_t first, std::size_t count) const;
    static Column allNull(DataType type, std::size_t rows);
    const BufferPtr& valuesBuffer() const { return m_values; }
    const BufferPtr& validityBuffer() const { return m_validity; }
    const BufferPtr& textBuffer() const { return m_text; }
    std::size_t bytes() const;  // of the slots, and of the text that they point at

private:
    DataType m_type = DataType::Int64;
    std::size_t m_size = 0;
    BufferPtr m_values, m_validity, m_text;
};

std::size_t slotBytes(DataType type);

}  // namespace engine
