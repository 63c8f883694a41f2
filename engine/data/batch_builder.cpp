#include "data/batch_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace engine {

namespace {

constexpr std::size_t kRowsLeastExpected = 16;

// Where most of it is empty, no larger than what is used.
BufferPtr fitted(std::shared_ptr<Buffer> from)
{
    if (!from || from->size() * 4 > from->capacity()) return from;
    return Buffer::copyOf(from->view());
}

std::shared_ptr<Buffer> enlarged(const std::shared_ptr<Buffer>& from, std::size_t usedBytes,
                                 std::size_t capacityBytes)
{
    auto out = Buffer::make(capacityBytes);
    if (from && usedBytes) std::memcpy(out->data(), from->data(), usedBytes);
    return out;
}

}  // namespace

ColumnBuilder::ColumnBuilder(DataType type, std::size_t rowsExpected)
    : m_type(type),
      m_rowsExpected(std::max<std::size_t>(rowsExpected, 1)),
      m_rowsMostExpected(m_rowsExpected)
{
}

void ColumnBuilder::pointInto(BufferPtr text)
{
    if (m_size > 0) return;
    m_sharedText = std::move(text);
    m_sharedBegin = m_sharedText ? m_sharedText->data() : nullptr;
    m_sharedEnd = m_sharedText ? m_sharedBegin + m_sharedText->size() : nullptr;
}

void ColumnBuilder::grow()
{
    const std::size_t capacity = m_capacity ? m_capacity * 2 : m_rowsExpected;
    m_values = enlarged(m_values, m_size * slotBytes(m_type), capacity * slotBytes(m_type));
    if (m_validity) m_validity = enlarged(m_validity, m_size, capacity);
    m_capacity = capacity;
}

void ColumnBuilder::beginValidity()
{
    m_validity = Buffer::make(m_capacity);
    std::memset(m_validity->data(), 1, m_size);
}

void ColumnBuilder::addNull()
{
    if (m_size == m_capacity) grow();
    if (!m_validity) beginValidity();
    m_validity->as<std::uint8_t>()[m_size] = 0;
    std::memset(m_values->data() + m_size * slotBytes(m_type), 0, slotBytes(m_type));
    ++m_size;
}

void ColumnBuilder::beginText(std::size_t bytes)
{
    std::size_t kept = 0;
    if (m_sharedText) {
        // Leaving the shared buffer: the texts so far move into one of our own.
        for (std::size_t i = 0; i < m_size; ++i) kept += m_values->as<TextRef>()[i].length;
        auto own = Buffer::make(std::max<std::size_t>(kept + bytes, m_rowsExpected * 16));
        std::size_t used = 0;
        for (std::size_t i = 0; i < m_size; ++i) {
            TextRef& ref = m_values->as<TextRef>()[i];
            std::memcpy(own->data() + used, m_sharedText->data() + ref.offset, ref.length);
            ref.offset = static_cast<std::uint32_t>(used);
            used += ref.length;
        }
        own->setSize(used);
        m_ownText = std::move(own);
        m_sharedText.reset();
        m_sharedBegin = m_sharedEnd = nullptr;
    }
    const std::size_t used = m_ownText ? m_ownText->size() : 0;
    if (m_ownText && used + bytes <= m_ownText->capacity()) return;
    auto larger = enlarged(m_ownText, used, std::max<std::size_t>((used + bytes) * 2, m_rowsExpected * 16));
    larger->setSize(used);
    m_ownText = std::move(larger);
}

void ColumnBuilder::addOwnText(std::string_view value)
{
    beginText(value.size());
    const std::size_t used = m_ownText->size();
    if (!value.empty()) std::memcpy(m_ownText->data() + used, value.data(), value.size());
    m_ownText->setSize(used + value.size());
    *slotFor<TextRef>() = {static_cast<std::uint32_t>(used), static_cast<std::uint32_t>(value.size())};
}

void ColumnBuilder::removeLast()
{
    CHECK(m_size > 0);
    --m_size;
}

Column ColumnBuilder::finish()
{
    if (!m_values) grow();
    m_values->setSize(m_size * slotBytes(m_type));
    if (m_validity) m_validity->setSize(m_size);
    BufferPtr text = m_sharedText ? std::move(m_sharedText) : fitted(std::move(m_ownText));
    Column column{m_type, m_size, fitted(std::move(m_values)), fitted(std::move(m_validity)),
                  std::move(text)};
    expectAsMany(m_size);
    m_values.reset();
    m_validity.reset();
    m_ownText.reset();
    m_sharedText.reset();
    m_sharedBegin = m_sharedEnd = nullptr;
    m_size = m_capacity = 0;
    return column;
}

// Few rows follow few: neither is room made for many nor given back each time. A single small batch among
// large ones does not count for much.
void ColumnBuilder::expectAsMany(std::size_t rows)
{
    const std::size_t least = std::min(kRowsLeastExpected, m_rowsMostExpected);
    m_rowsExpected = rows >= m_rowsExpected ? std::min(std::bit_ceil(rows), m_rowsMostExpected)
                                            : std::max({rows, m_rowsExpected / 2, least});
}

BatchBuilder::BatchBuilder(SchemaPtr schema) : m_schema(std::move(schema)), m_eventTime(DataType::Time)
{
    m_columns.reserve(m_schema->size());
    for (const Field& field : m_schema->fields()) m_columns.emplace_back(field.type);
}

void BatchBuilder::endRow() { ++m_rows; }

void BatchBuilder::endRow(std::int64_t eventTimeUs)
{
    m_eventTime.addInteger(floorToMilliseconds(eventTimeUs));
    ++m_rows;
}

void BatchBuilder::endRows(std::size_t count, std::int64_t eventTimeUs)
{
    std::fill_n(m_eventTime.addMany<std::int64_t>(count), count, floorToMilliseconds(eventTimeUs));
    m_rows += count;
}

void BatchBuilder::dropRow()
{
    for (ColumnBuilder& column : m_columns)
        while (column.size() > m_rows) column.removeLast();
}

RecordBatch BatchBuilder::finish()
{
    std::vector<Column> columns;
    columns.reserve(m_columns.size());
    for (ColumnBuilder& column : m_columns) columns.push_back(column.finish());
    RecordBatch::Hidden hidden;
    if (m_schema->hasEventTime()) hidden.eventTime = m_eventTime.finish();
    const std::size_t rows = std::exchange(m_rows, 0);
    return {m_schema, std::move(columns), rows, std::move(hidden)};
}

}  // namespace engine
