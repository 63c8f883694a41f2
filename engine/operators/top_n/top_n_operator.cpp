#include "operators/top_n/top_n_operator.h"

#include <algorithm>

namespace engine {

TopNOperator::TopNOperator(TopLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
    : m_layout(std::move(layout)),
      m_input(m_layout->keys, std::move(formulas)),
      m_builder(m_layout->output)
{
}

Status TopNOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    m_metrics = &context.metrics;
    m_state = &context.state.table<TopState>("top", m_layout);
    m_progress = &context.state.table<InstanceProgress>("top_progress", "top_progress");
    m_progress->keepGroups(context.instance, context.instances);
    return ok();
}

// Not in open(): saved rows are restored after it.
void TopNOperator::begin()
{
    if (m_isReady) return;
    m_isReady = true;
    dropFired();
}

std::int64_t TopNOperator::lastEnd(std::int64_t slice) const
{
    return m_layout->makesWindows ? m_layout->grid.lastEnd(slice) : slice;
}

std::int64_t TopNOperator::firstEndAfter(std::int64_t slice, std::int64_t watermarkUs) const
{
    if (m_layout->makesWindows) return m_layout->grid.firstEndAfter(slice, watermarkUs);
    return watermarkUs < SliceGrid::dueOf(slice) ? slice : slice + 1;
}

void TopNOperator::noteSlice(std::int64_t slice)
{
    m_nextDueUs = std::min(m_nextDueUs, SliceGrid::dueOf(firstEndAfter(slice, m_progress->watermarkUs)));
}

void TopNOperator::dropFired()
{
    m_recent = nullptr;
    m_nextDueUs = kEndOfTime;
    auto& slices = m_state->slices();
    std::erase_if(slices, [this](const auto& slice) {
        return firstEndAfter(slice.first, m_progress->watermarkUs) > lastEnd(slice.first);
    });
    // Later slices have later ends.
    if (!slices.empty()) noteSlice(slices.begin()->first);
}

Result<Flow> TopNOperator::process(int, const RecordBatch& batch, Output& out)
{
    begin();
    do {
        if (!m_rows) {
            m_rows = &m_input.prepare(batch, m_firstRow, *m_env, 0, out);
            m_nextRow = 0;
        }
        for (; m_nextRow < m_rows->rows.size(); ++m_nextRow) {
            const std::int64_t watermark = batch.watermarkBefore(m_rows->rows[m_nextRow]);
            if (watermark >= m_nextDueUs && fire(watermark, out) == Flow::More) return Flow::More;
            m_progress->watermarkUs = std::max(m_progress->watermarkUs, watermark);
            m_before.meet(watermark);
            judge(m_nextRow, watermark, out);
        }
        m_firstRow += m_rows->taken;
        m_rows = nullptr;
    } while (m_firstRow < batch.rows());
    m_firstRow = 0;
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

// Nothing where the row is rejected, for its window is none.
std::optional<std::int64_t> TopNOperator::sliceOf(std::uint32_t row, Output& out) const
{
    const RecordBatch& batch = m_rows->batch;
    if (m_layout->makesWindows) return m_layout->grid.sliceOf(batch.eventTimes()[row]);
    constexpr std::int64_t kEndMaxUs = std::int64_t{1} << 62;
    const Column& ends = batch.column(m_layout->endColumn);
    const char* reason = nullptr;
    if (ends.isNull(row))
        reason = "The row belongs to no window: its window_end is NULL.";
    else if (ends.integers()[row] > kEndMaxUs || ends.integers()[row] < -kEndMaxUs)
        reason = "The window_end is too far from 1970; check the unit of the column.";
    if (!reason) return ends.integers()[row];
    out.reject(batch, row, reason, "window_end");
    return {};
}

// What is due at the watermark must have fired.
void TopNOperator::judge(std::size_t index, std::int64_t watermarkUs, Output& out)
{
    const std::uint32_t row = m_rows->rows[index];
    const std::optional<std::int64_t> slice = sliceOf(row, out);
    if (!slice) return;
    const std::int64_t end = lastEnd(*slice);
    if (SliceGrid::dueOf(end) <= m_progress->watermarkUs)
        return out.late(m_rows->batch, row, end, watermarkUs);
    if (!m_recent || m_recentSlice != *slice) {
        m_recent = &m_state->slice(*slice);
        m_recentSlice = *slice;
        noteSlice(*slice);
    }
    m_recent->add(m_rows->keys[index], m_rows->batch, row, m_progress->arrivals++);
}

Result<Flow> TopNOperator::advance(std::int64_t watermarkUs, Output& out)
{
    begin();
    if (fire(watermarkUs, out) == Flow::More) return Flow::More;
    m_progress->watermarkUs = std::max(m_progress->watermarkUs, watermarkUs);
    m_before.tell(watermarkUs);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

bool TopNOperator::beginWindow(std::int64_t watermarkUs)
{
    auto& slices = m_state->slices();
    if (m_nextDueUs > watermarkUs || slices.empty()) return false;
    const auto first = slices.begin();
    m_end = firstEndAfter(first->first, m_progress->watermarkUs);
    m_nextDueUs = SliceGrid::dueOf(m_end);
    if (m_nextDueUs > watermarkUs) return false;
    m_recent = nullptr;
    m_nextGroup = m_nextRank = 0;
    m_sorted.clear();
    m_table = &first->second;
    const auto next = std::next(first);
    if (!m_layout->makesWindows || next == slices.end() || next->first >= m_end) return true;
    const auto behind = slices.lower_bound(m_end);
    if (m_layout->grid.isCumulative) {
        // No row comes to these slices any more, and all windows to come hold all of them.
        for (auto slice = next; slice != behind; ++slice) first->second.add(slice->second);
        slices.erase(next, behind);
        return true;
    }
    m_merged.emplace(m_layout);
    for (auto slice = first; slice != behind; ++slice) m_merged->add(slice->second);
    m_table = &*m_merged;
    return true;
}

void TopNOperator::endWindow()
{
    m_table = nullptr;
    m_merged.reset();
    m_progress->watermarkUs = std::max(m_progress->watermarkUs, SliceGrid::dueOf(m_end));
    dropFired();
}

// More: a full batch was pushed; to be called again before anything else.
Flow TopNOperator::fire(std::int64_t watermarkUs, Output& out)
{
    while (m_table || beginWindow(watermarkUs)) {
        while (m_nextRank < m_sorted.size() || m_nextGroup < m_table->groups()) {
            if (m_nextRank == m_sorted.size()) {
                m_table->sort(m_nextGroup++, m_sorted);
                m_nextRank = 0;
            }
            giveRow(m_sorted[m_nextRank], m_nextRank + 1);
            ++m_nextRank;
            if (!m_builder.isFull()) continue;
            push(out);
            return Flow::More;
        }
        endWindow();
    }
    if (m_builder.rows() > 0) push(out);
    return Flow::Done;
}

void TopNOperator::giveRow(std::uint32_t row, std::size_t rank)
{
    m_layout->form.put(m_table->values(row), m_builder);
    std::size_t column = m_layout->columns.size();
    if (m_layout->makesWindows) {
        m_builder.column(column++).addInteger(m_layout->grid.startOf(m_end));
        m_builder.column(column++).addInteger(m_end);
    }
    if (m_layout->hasRank) m_builder.column(column).addInteger(static_cast<std::int64_t>(rank));
    m_before.begin(m_builder.rows());
    m_builder.endRow(m_end - kMillisecondUs);
}

void TopNOperator::push(Output& out)
{
    out.push(m_before.finish(m_builder.finish()));
}

}  // namespace engine
