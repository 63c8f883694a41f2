#include "data/column.h"

#include <cstring>

namespace engine {

std::size_t slotBytes(DataType type) { return type == DataType::Bool ? 1 : 8; }

namespace {

template <class T>
BufferPtr gather(const Buffer& from, std::span<const std::uint32_t> rows)
{
    auto out = Buffer::make(rows.size() * sizeof(T));
    out->setSize(rows.size() * sizeof(T));
    const T* source = from.as<T>();
    T* target = out->as<T>();
    for (std::size_t i = 0; i < rows.size(); ++i) target[i] = source[rows[i]];
    return out;
}

BufferPtr cut(const BufferPtr& from, std::size_t first, std::size_t count, std::size_t width)
{
    return from ? BufferPtr(Buffer::copyOf({from->data() + first * width, count * width})) : BufferPtr();
}

}  // namespace

Column Column::take(std::span<const std::uint32_t> rows) const
{
    BufferPtr values = m_type == DataType::Bool ? gather<std::uint8_t>(*m_values, rows)
                                                : gather<std::int64_t>(*m_values, rows);
    BufferPtr validity = m_validity ? gather<std::uint8_t>(*m_validity, rows) : nullptr;
    return {m_type, rows.size(), std::move(values), std::move(validity), m_text};
}

Column Column::slice(std::size_t first, std::size_t count) const
{
    CHECK(first + count <= m_size);
    return {m_type, count, cut(m_values, first, count, slotBytes(m_type)), cut(m_validity, first, count, 1),
            m_text};
}

Column Column::allNull(DataType type, std::size_t rows)
{
    auto values = Buffer::make(rows * slotBytes(type));
    std::memset(values->data(), 0, rows * slotBytes(type));
    values->setSize(rows * slotBytes(type));
    auto validity = Buffer::make(rows);
    std::memset(validity->data(), 0, rows);
    validity->setSize(rows);
    return {type, rows, std::move(values), std::move(validity), Buffer::make(0)};
}

std::size_t Column::bytes() const
{
    std::size_t total = m_size * (slotBytes(m_type) + (m_validity ? 1 : 0));
    if (m_type == DataType::String)
        for (const TextRef& ref : texts()) total += ref.length;
    return total;
}

}  // namespace engine
