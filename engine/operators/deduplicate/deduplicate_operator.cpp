#include "operators/deduplicate/deduplicate_operator.h"

#include <algorithm>

namespace engine {

static constexpr std::int64_t kSpansForExpiry = 32;  // of a time to live: keys stay that much longer

DeduplicateOperator::DeduplicateOperator(std::shared_ptr<const DeduplicateLayout> layout)
    : m_layout(std::move(layout)),
      m_input(m_layout->keys, m_layout->formulas),
      m_builder(m_layout->schema)
{
}

Status DeduplicateOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    m_metrics = &context.metrics;
    m_state = &context.state.table<KeyedRows>("seen",
                                              KeyedRowsSetup{.name = "seen",
                                                             .layout = m_layout->keys,
                                                             .columns = m_layout->schema->fields(),
                                                             .dataBytes = sizeof(Seen),
                                                             .expiryUs = m_layout->ttlUs / kSpansForExpiry});
    return ok();
}

// Not in open(): saved rows are restored after it.
void DeduplicateOperator::begin()
{
    if (m_isReady) return;
    m_isReady = true;
    m_state->due().clear();
    m_state->expiry().clear();
    std::vector<TimeQueue::Entry> waiting;
    m_state->forEachKey([&](std::uint32_t key) {
        const Seen& seen = m_state->data<Seen>(key);
        if (seen.isGiven) m_state->expiry().add(key, seen.spanEndUs);
        for (std::uint32_t row = m_state->firstRow(key); row != KeyedRows::kNone;) {
            const ListedRow& listed = m_state->row(row);
            waiting.push_back({listed.timeUs, listed.order, row});
            row = listed.next;
        }
    });
    std::sort(waiting.begin(), waiting.end());
    for (const TimeQueue::Entry& entry : waiting) m_state->due().push(entry);
}

Result<Flow> DeduplicateOperator::process(int, const RecordBatch& batch, Output& out)
{
    begin();
    for (std::size_t first = 0; first < batch.rows(); first += m_rows->taken) {
        m_rows = &m_input.prepare(batch, first, *m_env, 0, out);
        m_found.resize(m_rows->keys.size());
        m_state->find(m_rows->keys, m_found);
        for (std::size_t index = 0; index < m_rows->rows.size(); ++index) judge(index, out);
    }
    return Flow::Done;
}

// Rows are given by advance() alone, and later than the watermarks between two rows would have it: what comes
// in between is no earlier than what they would have given, so it changes none of it.
void DeduplicateOperator::judge(std::size_t index, Output& out)
{
    const std::uint32_t row = m_rows->rows[index];
    const std::int64_t time = m_rows->batch.eventTimes()[row];
    const std::int64_t watermark = m_rows->batch.watermarkBefore(row);
    m_steps.note(watermark);
    if (time < watermark) return out.late(m_rows->batch, row, time + kMillisecondUs, watermark);
    std::uint32_t key = m_found[index];
    if (key == KeyedRows::kNone) key = m_state->findOrAdd(m_rows->keys[index]);
    if (isDecided(key, time, watermark)) return;
    const std::uint32_t kept = m_state->add(key, time, m_rows->batch, row);
    m_state->due().push({time, m_state->row(kept).order, kept});
    if (time == watermark) m_atWatermark.push_back(kept);
}

// Whether a row will not be given, whatever comes: the last row that was given covers it, or the one that
// will be given next does. That one comes no later than the first that waits, unless it is covered too, and
// no earlier than the watermark.
bool DeduplicateOperator::isDecided(std::uint32_t key, std::int64_t timeUs, std::int64_t watermarkUs) const
{
    const Seen& seen = m_state->data<Seen>(key);
    if (seen.covers(timeUs)) return true;
    const std::uint32_t first = m_state->firstRow(key);
    if (first == KeyedRows::kNone || watermarkUs == kNoWatermark) return false;
    const std::int64_t firstUs = m_state->row(first).timeUs;
    if (firstUs > timeUs || seen.covers(firstUs)) return false;
    return timeUs - std::min(watermarkUs, firstUs) < m_layout->ttlUs;
}

Result<Flow> DeduplicateOperator::advance(std::int64_t watermarkUs, Output& out)
{
    begin();
    TimeQueue& due = m_state->due();
    while (!due.isEmpty() && due.next().timeUs <= watermarkUs) {
        const std::uint32_t row = due.next().row;
        due.pop();
        release(row);
        if (!m_builder.isFull()) continue;
        push(out);
        return Flow::More;
    }
    if (m_builder.rows() > 0) push(out);
    m_steps.reach(watermarkUs, m_before);
    m_atWatermark.clear();
    m_state->expire(watermarkUs, [this, watermarkUs](std::uint32_t key) {
        const Seen& seen = m_state->data<Seen>(key);
        if (seen.spanEndUs > watermarkUs || m_state->rowsOf(key) > 0) return seen.spanEndUs;
        m_state->eraseKey(key);
        return kNoWatermark;
    });
    m_before.tell(watermarkUs);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

void DeduplicateOperator::release(std::uint32_t row)
{
    const ListedRow& listed = m_state->row(row);
    const std::int64_t time = listed.timeUs;
    const std::uint32_t key = listed.key;
    if (!m_state->data<Seen>(key).covers(time)) {
        m_state->form().put(m_state->values(row), m_builder);
        const bool cameAtTime = std::ranges::find(m_atWatermark, row) != m_atWatermark.end();
        m_steps.moveTo(cameAtTime ? time + 1 : time, m_before);
        m_before.begin(m_builder.rows());
        m_builder.endRow(time);
        Seen& seen = m_state->dataToChange<Seen>(key);
        if (!seen.isGiven) m_state->expiry().add(key, time + m_layout->ttlUs);
        seen = {time + m_layout->ttlUs, 1};
    }
    m_state->eraseRow(row);
}

void DeduplicateOperator::push(Output& out)
{
    out.push(m_before.finish(m_builder.finish()));
}

}  // namespace engine
