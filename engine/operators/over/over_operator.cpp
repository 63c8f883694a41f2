#include "operators/over/over_operator.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::int64_t kSpansForExpiry = 16;  // of a look-back: keys stay that much longer

SchemaPtr inputOf(const OverLayout& layout)
{
    const auto& kept = layout.kept->fields();
    return std::make_shared<const Schema>(
        std::vector<Field>(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(layout.inputColumns)),
        true);
}

}  // namespace

OverOperator::OverOperator(OverLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_inputSchema(inputOf(*m_layout)),
      m_input(m_layout->input, m_layout->formulas),
      m_spans(m_layout),
      m_builder(m_layout->output)
{
}

Status OverOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    m_metrics = &context.metrics;
    m_state =
        &context.state.table<KeyedRows>("over",
                                        KeyedRowsSetup{.name = "over",
                                                       .layout = m_layout->keys,
                                                       .columns = m_layout->kept->fields(),
                                                       .dataBytes = sizeof(Given),
                                                       .keyScratchBytes = m_spans.keyScratchBytes(),
                                                       .rowScratchBytes = m_spans.rowScratchBytes(),
                                                       .expiryUs = m_layout->precedingUs / kSpansForExpiry});
    m_spans.use(*m_state);
    m_progress = &context.state.table<InstanceProgress>("over_progress", "over_progress");
    m_progress->keepGroups(context.instance, context.instances);
    return ok();
}

// Not in open(): saved rows are restored after it.
void OverOperator::begin()
{
    if (m_isReady) return;
    m_isReady = true;
    m_state->due().clear();
    m_state->expiry().clear();
    std::vector<TimeQueue::Entry> waiting;
    std::vector<std::uint32_t> keys;
    m_state->forEachKey([&](std::uint32_t key) { keys.push_back(key); });
    for (const std::uint32_t key : keys) {
        auto& given = m_state->dataToChange<Given>(key);
        given.isListed = 1;
        m_state->expiry().add(key, given.forgetUs);
        const std::int64_t givenUs = given.hasLast ? given.lastUs : kNoWatermark;
        m_spans.restore(key, givenUs);
        for (std::uint32_t row = m_state->firstRow(key); row != KeyedRows::kNone;) {
            const ListedRow& listed = m_state->row(row);
            if (listed.timeUs > givenUs) waiting.push_back({listed.timeUs, listed.order, row});
            row = listed.next;
        }
    }
    std::sort(waiting.begin(), waiting.end());
    for (const TimeQueue::Entry& entry : waiting) m_state->due().push(entry);
}

Result<Flow> OverOperator::process(int, const RecordBatch& batch, Output& out)
{
    begin();
    do {
        if (!m_rows) take(batch, out);
        for (; m_nextRow < m_rows->rows.size(); ++m_nextRow) {
            const std::int64_t watermark = batch.watermarkBefore(m_rows->rows[m_nextRow]);
            if (moveTo(watermark, out) == Flow::More) return Flow::More;
            judge(m_nextRow, watermark, out);
        }
        m_firstRow += m_rows->taken;
        m_rows = nullptr;
    } while (m_firstRow < batch.rows());
    m_firstRow = 0;
    m_kept = {};
    if (m_builder.rows() > 0) push(out);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

// Makes the rows of the batch from m_firstRow on ready, as many as the texts of the formulas allow.
void OverOperator::take(const RecordBatch& batch, Output& out)
{
    m_rows = &m_input.prepare(batch, m_firstRow, *m_env, 0, out);
    m_nextRow = 0;
    m_found.resize(m_rows->keys.size());
    m_state->find(m_rows->keys, m_found);
    m_kept = m_rows->batch;
    if (m_layout->further.empty()) return;
    std::vector<Column> columns;
    for (std::size_t i = 0; i < m_layout->inputColumns; ++i) columns.push_back(m_kept.column(i));
    for (const OverLayout::Further& further : m_layout->further)
        columns.push_back(further.isSecond ? m_rows->arguments[further.aggregate].second
                                           : furtherColumn(further.aggregate));
    m_kept = m_kept.with(m_layout->kept, std::move(columns));
}

// The argument of an aggregate, NULL in rows that its filter keeps out; of a count of rows whether it takes
// them.
Column OverOperator::furtherColumn(std::size_t aggregate) const
{
    const GroupedInput::Argument& argument = m_rows->arguments[aggregate];
    if (!argument.hasFilter) return argument.values;
    const std::size_t size = m_rows->batch.physicalRows();
    const auto passes = Buffer::make(size);
    passes->setSize(size);
    for (std::size_t row = 0; row < size; ++row)
        passes->as<std::uint8_t>()[row] = argument.passes[row] && !argument.values.isNull(row);
    if (!m_layout->formulas->aggregates[aggregate].argument)
        return Column(DataType::Bool, size, passes, passes);
    const Column& values = argument.values;
    return Column(values.type(), size, values.valuesBuffer(), passes, values.textBuffer());
}

// What is due at the watermark must have been given.
void OverOperator::judge(std::size_t index, std::int64_t watermarkUs, Output& out)
{
    const std::uint32_t row = m_rows->rows[index];
    const std::int64_t time = m_rows->batch.eventTimes()[row];
    std::uint32_t key = m_found[index];
    if (key == KeyedRows::kNone) key = m_state->findOrAdd(m_rows->keys[index]);
    const Given& given = m_state->data<Given>(key);
    const bool isForgotten = given.isListed && given.forgetUs <= m_progress->watermarkUs;
    if (isForgotten) {
        m_spans.clear(key);
        m_state->dataToChange<Given>(key) = {.isListed = 1};
    } else if (given.hasLast && time <= given.lastUs) {
        return out.late(m_rows->batch, row, time + kMillisecondUs, watermarkUs);
    }
    keep(key, time, index);
}

// Forgotten is a key, as in Flink, when the watermark is half a look-back past the last span that one of its
// rows lies in, and at the least past the watermark at hand.
void OverOperator::keep(std::uint32_t key, std::int64_t timeUs, std::size_t index)
{
    const std::uint32_t kept = m_state->add(key, timeUs, m_kept, m_rows->rows[index]);
    m_spans.note(kept, *m_rows, index);
    m_state->due().push({timeUs, m_state->row(kept).order, kept});
    auto& given = m_state->dataToChange<Given>(key);
    const std::int64_t leastUs = timeUs + m_layout->precedingUs + kMillisecondUs;
    const bool isFirst = m_state->rowsOf(key) == 1 && !given.hasLast;
    if (isFirst || given.forgetUs < leastUs) {
        const std::int64_t half = floorToMilliseconds(m_layout->precedingUs / 2);
        const std::int64_t reached = m_progress->watermarkUs;
        given.forgetUs = std::max(leastUs + half, reached == kNoWatermark ? reached : reached + 1);
    }
    if (!given.isListed) m_state->expiry().add(key, given.forgetUs);
    given.isListed = 1;
}

Result<Flow> OverOperator::advance(std::int64_t watermarkUs, Output& out)
{
    begin();
    if (moveTo(watermarkUs, out) == Flow::More) return Flow::More;
    if (m_builder.rows() > 0) push(out);
    m_state->expire(watermarkUs, [this, watermarkUs](std::uint32_t key) {
        const std::int64_t forgetUs = m_state->data<Given>(key).forgetUs;
        if (forgetUs > watermarkUs) return forgetUs;
        m_spans.clear(key);
        m_state->eraseKey(key);
        return kNoWatermark;
    });
    m_before.tell(watermarkUs);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

// A row that came behind the watermark waits for the next one: only a watermark that moves gives rows.
Flow OverOperator::moveTo(std::int64_t watermarkUs, Output& out)
{
    if (watermarkUs <= m_progress->watermarkUs) return Flow::Done;
    if (give(watermarkUs, out) == Flow::More) return Flow::More;
    m_progress->watermarkUs = watermarkUs;
    m_before.meet(watermarkUs);
    return Flow::Done;
}

// More: a full batch was pushed; to be called again before anything else.
Flow OverOperator::give(std::int64_t watermarkUs, Output& out)
{
    do {
        while (m_nextDue < m_due.size()) {
            giveRow(m_due[m_nextDue++], out);
            if (!m_builder.isFull()) continue;
            push(out);
            return Flow::More;
        }
        m_due.clear();
        m_nextDue = 0;
    } while (nextRows(watermarkUs));
    return Flow::Done;
}

// The rows of the next key and time that are due, with what their span comes to; false when there are none.
bool OverOperator::nextRows(std::int64_t watermarkUs)
{
    TimeQueue& due = m_state->due();
    while (!due.isEmpty() && due.next().timeUs <= watermarkUs) {
        const TimeQueue::Entry next = due.next();
        due.pop();
        const std::uint32_t key = m_state->row(next.row).key;
        // Others of the same key and time have taken it along.
        if (const Given& given = m_state->data<Given>(key); given.hasLast && next.timeUs <= given.lastUs)
            continue;
        m_spans.moveTo(key, next.timeUs, m_due);
        auto& given = m_state->dataToChange<Given>(key);
        given.lastUs = next.timeUs;
        given.hasLast = 1;
        return true;
    }
    return false;
}

void OverOperator::giveRow(std::uint32_t row, Output& out)
{
    const char* values = m_state->values(row);
    for (std::size_t i = 0; i < m_layout->inputColumns; ++i)
        m_state->form().putColumn(values, i, m_builder.column(i));
    std::string names;
    const ListedRow& listed = m_state->row(row);
    if (m_spans.put(listed.key, m_builder, names)) {
        m_before.begin(m_builder.rows());
        return m_builder.endRow(listed.timeUs);
    }
    m_builder.dropRow();
    rejectRow(row, names, out);
}

void OverOperator::rejectRow(std::uint32_t row, const std::string& names, Output& out)
{
    BatchBuilder builder(m_inputSchema);
    for (std::size_t i = 0; i < m_layout->inputColumns; ++i)
        m_state->form().putColumn(m_state->values(row), i, builder.column(i));
    builder.endRow(m_state->row(row).timeUs);
    out.reject(builder.finish(), 0,
               "The sum of the rows before this one does not fit into a bigint (" + names +
                   "); sum it as a double.");
}

void OverOperator::push(Output& out)
{
    out.push(m_before.finish(m_builder.finish()));
}

}  // namespace engine
