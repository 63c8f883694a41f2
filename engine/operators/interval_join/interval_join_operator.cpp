#include "operators/interval_join/interval_join_operator.h"

#include <algorithm>

namespace engine {
namespace {

// A probe looks through the slices that its span meets: few of them, and none much longer than the span. A
// slice costs some kilobytes, so short ones are not worth it where sources run ahead by a minute.
constexpr std::int64_t kIntervalSlices = 4;
constexpr std::int64_t kLeastIntervalSliceUs = 100'000;

std::int64_t intervalSliceOf(const IntervalJoinLayout& layout)
{
    const std::int64_t span = layout.meetsNever() ? 0 : layout.keptUs[kLeft] + layout.keptUs[kRight];
    return std::max(kLeastIntervalSliceUs, floorToMilliseconds(span / kIntervalSlices));
}

}  // namespace

IntervalJoinOperator::IntervalJoinOperator(IntervalJoinLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_needsMarks(m_layout->kind != JoinKind::Inner)
{
}

Status IntervalJoinOperator::open(OperatorContext& context)
{
    m_context = &context;
    for (const std::size_t side : {kLeft, kRight}) {
        const std::string name = side == kLeft ? "left_rows" : "right_rows";
        m_kept[side] = &context.state.table<SlicedRows>(
            name, name, m_layout->keyFields(), m_layout->inputs[side]->fields(), intervalSliceOf(*m_layout));
    }
    m_time = &context.state.table<OperatorTime>("operator_time");
    m_time->keepGroups(context.instance, context.instances);
    m_joined.emplace(m_layout, m_kept[kLeft]->form(), m_kept[kRight]->form());
    return ok();
}

// Whether a row of a side can meet no row that comes at or after a watermark.
bool IntervalJoinOperator::hasPassed(std::size_t side, std::int64_t timeUs, std::int64_t watermarkUs) const
{
    return watermarkUs >= timeUs + m_layout->keptUs[side];
}

std::int64_t IntervalJoinOperator::watermarkBehind(std::int64_t watermarkUs) const
{
    if (watermarkUs == kEndOfTime || watermarkUs == kNoWatermark) return watermarkUs;
    std::int64_t heldUs = 0;
    for (const std::size_t side : {kLeft, kRight})
        if (m_layout->pads(side)) heldUs = std::max(heldUs, m_layout->keptUs[side]);
    return std::max(watermarkUs, kNoWatermark + heldUs) - heldUs;
}

void IntervalJoinOperator::begin(std::size_t side, const RecordBatch& batch, Output& out)
{
    collectOpen();
    m_keys.read(batch, m_layout->keys[side]);
    m_isAlone.assign(m_keys.size(), 1);
    m_watermarks.resize(m_keys.size());
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        const std::uint32_t row = m_keys.row(i);
        m_time->reach(batch.watermarkBefore(row));
        m_watermarks[i] = std::clamp(m_time->us(), -kKeptTimeMaxUs, kKeptTimeMaxUs);  // to reckon with
        const std::int64_t timeUs = batch.eventTimes()[row];
        if (timeUs > -kKeptTimeMaxUs && timeUs < kKeptTimeMaxUs) continue;
        out.reject(batch, row, "The row's time is more than 100,000 years from 1970.");
        m_isAlone[i] = 0;
    }
    m_next = 0;
    m_isInHand = true;
    m_isSearching = false;
}

// False: a batch was pushed, and rows are left to be looked for.
bool IntervalJoinOperator::search(std::size_t side, const RecordBatch& batch, Output& out)
{
    const std::size_t other = 1 - side;
    const std::int64_t backUs = m_layout->keptUs[other], aheadUs = m_layout->keptUs[side];
    const std::int64_t* times = batch.eventTimes().data();
    for (; m_next < m_keys.size(); ++m_next, m_isSearching = false) {
        const std::uint32_t row = m_keys.row(m_next);
        const std::int64_t timeUs = times[row];
        // Rows that are given alone come behind the pairs of the batch and may be older than such watermarks.
        if (!m_needsMarks) m_joined->before().meet(m_watermarks[m_next]);
        if (m_keys.isNull(m_next) || (!m_isSearching && !m_isAlone[m_next])) continue;
        if (!m_isSearching) {
            // Of what is kept, though its time has come, nobody may know: a slice goes as a whole.
            const std::int64_t fromUs = std::max(timeUs, m_watermarks[m_next] + 1) - backUs;
            m_search =
                m_kept[other]->search(m_keys.hash(m_next), m_keys.key(m_next), fromUs, timeUs + aheadUs);
            m_isSearching = true;
        }
        while (m_search.next()) {
            const RowSlice& slice = m_search.slice();
            m_joined->add(side, row, slice.values(m_search.row()),
                          std::max(timeUs, slice.row(m_search.row()).timeUs));
            if (m_needsMarks) m_pairs.push_back({m_next, &m_search.slice(), m_search.row()});
            if (!m_joined->isFull()) continue;
            push(&batch, side, out);
            return false;
        }
    }
    return true;
}

void IntervalJoinOperator::push(const RecordBatch* batch, std::size_t side, Output& out)
{
    RecordBatch made = m_joined->finish(batch, side);
    if (!m_layout->condition) {
        if (!m_pairs.empty()) {
            m_passing.resize(made.rows());
            for (std::uint32_t i = 0; i < m_passing.size(); ++i) m_passing[i] = i;
            markPairs(m_passing);
        }
        return out.push(std::move(made));
    }
    m_eval.processingTimeUs = m_context->env.clock.now().time_since_epoch().count();
    m_layout->condition->select(made, m_eval, m_passing);
    for (const RowFault& fault : m_eval.faults)
        out.reject(made, fault.physicalRow, fault.text(), "condition");
    markPairs(m_passing);
    if (!m_passing.empty()) out.push(made.select(m_passing));
}

// Only now: a mark may move the row, and the pairs point at where it was.
void IntervalJoinOperator::markPairs(const std::vector<std::uint32_t>& rows)
{
    for (const std::uint32_t row : rows) {
        if (row >= m_pairs.size()) break;
        const Pair& pair = m_pairs[row];
        m_isAlone[pair.index] = 0;
        if (pair.slice->row(pair.row).mark == 0) pair.slice->setMark(pair.row, 1);
    }
    m_pairs.clear();
}

Result<Flow> IntervalJoinOperator::process(int port, const RecordBatch& batch, Output& out)
{
    const auto side = static_cast<std::size_t>(port);
    if (!m_isInHand) begin(side, batch, out);
    if (!m_layout->meetsNever() && !search(side, batch, out)) return Flow::More;
    if (!m_joined->isEmpty()) push(&batch, side, out);
    for (std::size_t i = 0; i < m_keys.size(); ++i) keep(side, batch, i);
    if (!m_joined->isEmpty()) out.push(m_joined->finish(&batch, side));
    m_isInHand = false;
    m_context->metrics.stateRows.set(
        static_cast<std::int64_t>(m_kept[kLeft]->rows() + m_kept[kRight]->rows()));
    return Flow::Done;
}

// Keeps a row for partners that come after it; where none can come it is given now, if it is to be given
// alone.
void IntervalJoinOperator::keep(std::size_t side, const RecordBatch& batch, std::size_t index)
{
    const std::uint32_t row = m_keys.row(index);
    const std::int64_t timeUs = batch.eventTimes()[row];
    if (timeUs <= -kKeptTimeMaxUs || timeUs >= kKeptTimeMaxUs) return;
    const bool isAlone = m_isAlone[index] != 0;
    if (m_keys.isNull(index) || m_layout->meetsNever() || hasPassed(side, timeUs, m_watermarks[index])) {
        if (isAlone && m_layout->pads(side)) m_joined->add(side, row, nullptr, timeUs);
        return;
    }
    const SlicedRows::Place place =
        m_kept[side]->add(m_keys.hash(index), m_keys.key(index), timeUs, batch, row);
    if (!isAlone && m_needsMarks)
        place.slice->setMark(place.row, 1);
    else if (m_layout->pads(side))
        noteOpen(side, {timeUs, place.slice, place.row});
}

void IntervalJoinOperator::noteOpen(std::size_t side, Open row)
{
    std::vector<Open>& open = m_open[side];
    open.push_back(row);
    std::push_heap(open.begin(), open.end(),
                   [](const Open& a, const Open& b) { return a.timeUs > b.timeUs; });
    m_kept[side]->countBeside(open.capacity() * sizeof(Open));
}

// Rows that were restored, or kept by the operator before this one. Not in open(): they come after it.
void IntervalJoinOperator::collectOpen()
{
    if (std::exchange(m_hasCollected, true)) return;
    for (const std::size_t side : {kLeft, kRight}) {
        if (!m_layout->pads(side)) continue;
        for (auto& [start, slice] : m_kept[side]->slices())
            for (std::uint32_t row = 0; row < slice.rows(); ++row)
                if (slice.row(row).mark == 0) noteOpen(side, {slice.row(row).timeUs, &slice, row});
    }
}

// False: a batch was pushed, and rows are left.
bool IntervalJoinOperator::giveOpen(std::size_t side, std::int64_t watermarkUs, Output& out)
{
    std::vector<Open>& open = m_open[side];
    while (!open.empty() && hasPassed(side, open.front().timeUs, watermarkUs)) {
        const Open row = open.front();
        std::pop_heap(open.begin(), open.end(),
                      [](const Open& a, const Open& b) { return a.timeUs > b.timeUs; });
        open.pop_back();
        if (row.slice->row(row.row).mark != 0) continue;
        row.slice->setMark(row.row, 1);
        const char* values = row.slice->values(row.row);
        m_joined->add(side == kLeft ? values : nullptr, side == kRight ? values : nullptr, row.timeUs);
        if (!m_joined->isFull()) continue;
        out.push(m_joined->finish());
        return false;
    }
    return true;
}

Result<Flow> IntervalJoinOperator::advance(std::int64_t watermarkUs, Output& out)
{
    collectOpen();
    for (const std::size_t side : {kLeft, kRight})
        if (m_layout->pads(side) && !giveOpen(side, watermarkUs, out)) return Flow::More;
    if (!m_joined->isEmpty()) out.push(m_joined->finish());
    m_time->reach(watermarkUs);
    const std::int64_t untilUs = std::clamp(watermarkUs, -kKeptTimeMaxUs, kKeptTimeMaxUs) + 1;
    for (const std::size_t side : {kLeft, kRight})
        m_kept[side]->dropBefore(watermarkUs == kEndOfTime ? kEndOfTime : untilUs - m_layout->keptUs[side]);
    m_context->metrics.stateRows.set(
        static_cast<std::int64_t>(m_kept[kLeft]->rows() + m_kept[kRight]->rows()));
    return Flow::Done;
}

}  // namespace engine
