#include "data/record_batch.h"

#include "base/check.h"

#include <algorithm>
#include <cstring>

namespace engine {

namespace {

// Of a block: its object, its padding, what the allocator adds.
constexpr std::size_t kBlockBytes = 192;
constexpr std::size_t kBatchBytes = 384;
constexpr std::size_t kTextBytes = 64;  // of each at least, with its share of what lies round it

std::size_t blockBytes(const BufferPtr& block) { return block ? block->capacity() + kBlockBytes : 0; }

// Texts may lie in a block that is shared with other batches: a raw chunk. Long ones are what it is kept for.
std::size_t textBytes(const Column& column)
{
    const std::size_t block = column.textBuffer()->capacity();
    const std::size_t some = column.size() * kTextBytes;
    if (block <= some) return block;
    std::size_t all = 0;
    for (const TextRef& text : column.texts()) all += text.length;
    return std::min(block, std::max(all, some));
}

// A few short texts would keep a whole block of long ones.
constexpr std::size_t kBlockKeptBytes = 1 << 20;

Column withOwnTexts(Column column)
{
    const BufferPtr& block = column.textBuffer();
    if (!block || block->capacity() <= kBlockKeptBytes) return column;
    std::size_t bytes = 0;
    for (const TextRef& text : column.texts()) bytes += text.length;
    if (bytes > block->capacity() / 4) return column;
    auto values = Buffer::make(column.size() * sizeof(TextRef));
    auto texts = Buffer::make(bytes);
    std::size_t used = 0;
    for (std::size_t row = 0; row < column.size(); ++row) {
        const std::string_view text = column.text(row);
        values->as<TextRef>()[row] = {static_cast<std::uint32_t>(used),
                                      static_cast<std::uint32_t>(text.size())};
        if (!text.empty()) std::memcpy(texts->data() + used, text.data(), text.size());
        used += text.size();
    }
    values->setSize(column.size() * sizeof(TextRef));
    texts->setSize(used);
    return {DataType::String, column.size(), std::move(values), column.validityBuffer(), std::move(texts)};
}

std::size_t memoryOf(const Column& column)
{
    return sizeof(Column) + blockBytes(column.valuesBuffer()) + blockBytes(column.validityBuffer()) +
        (column.textBuffer() ? textBytes(column) + kBlockBytes : 0);
}

}  // namespace

RecordBatch::RecordBatch(SchemaPtr schema, std::vector<Column> columns, std::size_t physicalRows,
                         Hidden hidden, Watermarks watermarks)
{
    CHECK(schema && schema->size() == columns.size());
    std::size_t bytes = physicalRows * 16;
    std::size_t memoryBytes = kBatchBytes + memoryOf(hidden.eventTime) + memoryOf(hidden.watermarkBefore);
    for (const Column& column : columns) {
        CHECK(column.size() == physicalRows);
        bytes += physicalRows * slotBytes(column.type());
        memoryBytes += memoryOf(column);
        if (column.textBuffer()) bytes += std::min(column.textBuffer()->size(), physicalRows * 64);
    }
    CHECK(hidden.eventTime.size() == 0 || hidden.eventTime.size() == physicalRows);
    CHECK(hidden.watermarkBefore.size() == 0 || hidden.watermarkBefore.size() == physicalRows);
    CHECK(!schema->hasEventTime() || physicalRows == 0 || hidden.eventTime.size() == physicalRows);
    m_body = std::make_shared<const Body>(
        Body{std::move(schema), std::move(columns), physicalRows, std::move(hidden), watermarks, bytes,
             memoryBytes});
}

RecordBatch RecordBatch::select(std::vector<std::uint32_t> rows) const
{
    RecordBatch out = *this;
    if (rows.size() == m_body->rows)
        out.m_selection.reset();
    else
        out.m_selection = std::make_shared<const Selection>(Selection{std::move(rows)});
    return out;
}

RecordBatch RecordBatch::compact() const
{
    if (!m_selection) return *this;
    const auto& rows = m_selection->rows;
    std::vector<Column> columns;
    columns.reserve(m_body->columns.size());
    for (const Column& column : m_body->columns) columns.push_back(withOwnTexts(column.take(rows)));
    Hidden hidden;
    hidden.split = m_body->hidden.split;
    if (m_body->hidden.eventTime.size()) hidden.eventTime = m_body->hidden.eventTime.take(rows);
    if (m_body->hidden.watermarkBefore.size())
        hidden.watermarkBefore = m_body->hidden.watermarkBefore.take(rows);
    return {m_body->schema, std::move(columns), rows.size(), std::move(hidden), m_body->watermarks};
}

RecordBatch RecordBatch::with(SchemaPtr schema, std::vector<Column> columns) const
{
    RecordBatch out{std::move(schema), std::move(columns), m_body->rows, m_body->hidden, m_body->watermarks};
    out.m_selection = m_selection;
    return out;
}

RecordBatch RecordBatch::withWatermarks(Watermarks watermarks, Column watermarkBefore) const
{
    Body body = *m_body;
    body.watermarks = watermarks;
    body.memoryBytes += memoryOf(watermarkBefore) - memoryOf(body.hidden.watermarkBefore);
    body.hidden.watermarkBefore = std::move(watermarkBefore);
    RecordBatch out;
    out.m_body = std::make_shared<const Body>(std::move(body));
    out.m_selection = m_selection;
    return out;
}

RecordBatch RecordBatch::ofSplit(std::shared_ptr<const std::string> split) const
{
    Body body = *m_body;
    body.hidden.split = std::move(split);
    RecordBatch out;
    out.m_body = std::make_shared<const Body>(std::move(body));
    out.m_selection = m_selection;
    return out;
}

RecordBatch RecordBatch::slice(std::size_t first, std::size_t count) const
{
    CHECK(first + count <= rows());
    std::vector<std::uint32_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = physicalRow(first + i);
    return select(std::move(chosen)).compact();
}

RecordBatch RecordBatch::piece(std::size_t first, std::size_t count) const
{
    CHECK(first + count <= rows());
    if (count == rows()) return *this;
    std::vector<std::uint32_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = physicalRow(first + i);
    RecordBatch out = select(std::move(chosen));
    Watermarks marks = m_body->watermarks;
    if (marks.after == kNoWatermark) return out;
    if (first > 0) marks.before = watermarkBefore(physicalRow(first));
    if (first + count < rows()) marks.after = watermarkBefore(physicalRow(first + count));
    return out.withWatermarks(marks, m_body->hidden.watermarkBefore);
}

std::size_t RecordBatch::memoryBytes() const
{
    return m_body->memoryBytes + (m_selection ? m_selection->rows.size() * sizeof(std::uint32_t) : 0);
}

std::size_t RecordBatch::bytes() const
{
    return m_body->rows ? m_body->bytes * rows() / m_body->rows + 64 : 64;
}

}  // namespace engine
