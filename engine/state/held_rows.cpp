#include "state/held_rows.h"

#include "data/batch_builder.h"
#include "state/row_bytes.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::size_t kKeyBytes = 10;  // type tag, null flag, the place

class FrozenHeldRows final : public FrozenTable {
public:
    FrozenHeldRows(std::shared_ptr<const TableSchema> schema, std::shared_ptr<HeldBatches> held,
                   std::size_t next, std::size_t rows)
        : m_schema(std::move(schema)),
          m_held(std::move(held)),
          m_first(m_held->front()),
          m_next(next),
          m_rows(rows)
    {
        if (!m_first) return;
        m_held->pin(m_first->number);
        m_lastNumber = m_held->back()->number;
        m_last = m_held->back()->batch;
    }
    ~FrozenHeldRows() override
    {
        if (m_first) m_held->unpin(m_first->number);
    }
    const TableSchema& schema() const override { return *m_schema; }
    std::size_t rows() const override { return m_rows; }

    void visit(const std::function<void(const StateRow&)>& row) const override
    {
        std::int64_t place = 0;
        std::string key, value;
        std::size_t next = m_next;
        for (const HeldBatches::Node* node = m_first; node; next = 0) {
            // What was the last may have got another watermark and others behind it since.
            const bool isLast = node->number == m_lastNumber;
            const RecordBatch& batch = isLast ? m_last : node->batch;
            for (std::size_t i = next; i < batch.rows(); ++i) {
                key.assign({static_cast<char>(DataType::Int64), '\0'});
                appendInteger(key, place++);
                value.clear();
                encode(batch, i, value);
                row({key, {}, value});
            }
            node = isLast ? nullptr : node->next;
        }
    }

private:
    static void encode(const RecordBatch& batch, std::size_t index, std::string& into)
    {
        const std::uint32_t row = batch.physicalRow(index);
        const bool isLast = index + 1 == batch.rows();
        const std::int64_t before = batch.watermarkBefore(row);
        appendInteger(into, before);
        appendInteger(
            into, isLast ? batch.watermarks().after : batch.watermarkBefore(batch.physicalRow(index + 1)));
        if (batch.schema()->hasEventTime()) appendInteger(into, batch.eventTimes()[row]);
        for (std::size_t i = 0; i < batch.columns(); ++i) appendValue(into, batch.column(i), row);
    }

    std::shared_ptr<const TableSchema> m_schema;
    std::shared_ptr<HeldBatches> m_held;
    const HeldBatches::Node* m_first;
    std::size_t m_next;
    std::uint64_t m_lastNumber = 0;
    RecordBatch m_last{};
    std::size_t m_rows;
};

}  // namespace

HeldBatches::~HeldBatches()
{
    while (const Node* node = m_oldest) {
        m_oldest = node->next;
        delete node;
    }
}

void HeldBatches::push(RecordBatch batch)
{
    freeUnpinned();
    auto* node = new Node{std::move(batch), ++m_pushed, nullptr};
    if (m_newest) m_newest->next = node;
    m_newest = node;
    if (!m_oldest) m_oldest = node;
    if (!m_front) m_front = node;
}

void HeldBatches::pop()
{
    m_pinnedBytes += m_front->batch.memoryBytes();
    m_front = m_front->next;
    freeUnpinned();
}

void HeldBatches::pin(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    m_pinned.insert(number);
}

void HeldBatches::unpin(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    m_pinned.erase(m_pinned.find(number));
}

void HeldBatches::freeUnpinned()
{
    std::uint64_t kept = m_front ? m_front->number : m_pushed + 1;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_pinned.empty()) kept = std::min(kept, *m_pinned.begin());
    }
    while (m_oldest && m_oldest->number < kept) {
        const Node* node = m_oldest;
        m_oldest = node->next;
        m_pinnedBytes -= node->batch.memoryBytes();
        if (node == m_newest) m_newest = nullptr;
        delete node;
    }
}

HeldRows::HeldRows(SchemaPtr schema)
    : m_schema(std::move(schema)),
      m_tableSchema(std::make_shared<const TableSchema>(TableSchema{
          .name = kName, .keyColumns = {{"place", DataType::Int64}}, .valueColumns = m_schema->fields()})),
      m_held(std::make_shared<HeldBatches>())
{
}

void HeldRows::add(const RecordBatch& batch)
{
    buildRestored();
    m_held->push(batch);
    m_rows += batch.rows();
    m_bytes += batch.memoryBytes();
}

void HeldRows::follow(std::int64_t watermarkUs)
{
    buildRestored();
    RecordBatch& last = m_held->back()->batch;
    if (watermarkUs > last.watermarks().after)
        last = last.withWatermarks({last.watermarks().before, watermarkUs}, last.hidden().watermarkBefore);
}

void HeldRows::forEachBatch(const std::function<void(const RecordBatch&, std::size_t first)>& f)
{
    buildRestored();
    std::size_t first = m_next;
    for (const HeldBatches::Node* node = m_held->front(); node; node = node->next, first = 0)
        f(node->batch, first);
}

RecordBatch HeldRows::take(std::size_t rowsMax)
{
    buildRestored();
    const RecordBatch first = m_held->front()->batch;
    const std::size_t count = std::min(rowsMax, first.rows() - m_next);
    RecordBatch taken = first.slice(m_next, count);
    const std::size_t behind = m_next + count;
    const bool isLast = behind == first.rows();
    const Watermarks marks{.before = first.watermarkBefore(first.physicalRow(m_next)),
                           .after = isLast ? first.watermarks().after
                                           : first.watermarkBefore(first.physicalRow(behind))};
    taken = taken.withWatermarks(marks, taken.hidden().watermarkBefore);
    m_next = behind;
    if (isLast) {
        m_bytes -= first.memoryBytes();
        m_held->pop();
        m_next = 0;
    }
    m_rows -= count;
    return taken;
}

std::shared_ptr<const FrozenTable> HeldRows::freeze()
{
    buildRestored();
    return std::make_shared<FrozenHeldRows>(m_tableSchema, m_held, m_next, m_rows);
}

Status HeldRows::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.valueColumns != m_schema->fields())
        return Error{ErrorCode::InvalidSpec,
                     "It was saved while it held back rows with other columns; bring the columns before it "
                     "back, or start fresh.",
                     {}};
    if (row.key.size() != kKeyBytes)
        return Error{ErrorCode::Corrupt, "Saved rows that were held back are damaged.", {}};
    const std::int64_t place = RowReader(row.key.substr(2)).integer();
    const bool isNew = m_restored.emplace(place, row.value).second;
    RowReader reader(row.value);
    reader.take(m_schema->hasEventTime() ? 24 : 16);
    for (const Field& field : m_schema->fields()) {
        ColumnBuilder scratch(field.type, 1);
        reader.value(scratch);
    }
    if (!isNew || !reader.isGood || !reader.atEnd())
        return Error{ErrorCode::Corrupt, "Saved rows that were held back are damaged.", {}};
    ++m_rows;
    return ok();
}

void HeldRows::buildRestored()
{
    while (!m_restored.empty()) {
        BatchBuilder builder(m_schema);
        ColumnBuilder watermarks(DataType::Int64);
        Watermarks marks;
        while (!m_restored.empty() && !builder.isFull()) {
            const auto next = m_restored.begin();
            RowReader reader(next->second);
            const std::int64_t before = reader.integer();
            if (builder.rows() == 0) marks.before = before;
            marks.after = reader.integer();
            watermarks.addInteger(before);
            const std::int64_t eventTime = m_schema->hasEventTime() ? reader.integer() : 0;
            for (std::size_t i = 0; i < m_schema->size(); ++i) reader.value(builder.column(i));
            if (m_schema->hasEventTime())
                builder.endRow(eventTime);
            else
                builder.endRow();
            m_restored.erase(next);
        }
        m_held->push(builder.finish().withWatermarks(marks, watermarks.finish()));
        m_bytes += m_held->back()->batch.memoryBytes();
    }
}

}  // namespace engine
