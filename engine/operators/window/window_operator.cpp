#include "operators/window/window_operator.h"

#include "operators/window/other_windows.h"

#include <algorithm>

namespace engine {

WindowOperator::WindowOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
    : m_layout(std::move(layout)),
      m_grid(m_layout->grid()),
      m_input(m_layout, std::move(formulas)),
      m_sliceRows(m_grid)
{
}

Status WindowOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    m_metrics = &context.metrics;
    m_state = &context.state.table<WindowState>("windows", m_layout);
    refuseOtherWindows(context.state, "windows");
    TRY(m_state->adopt(m_layout));
    m_progress = &context.state.table<WindowProgress>("windows_progress");
    m_progress->keepGroups(context.instance, context.instances);
    return ok();
}

// Takes the rows of the batch from m_firstRow on, as many as the texts of the formulas allow.
void WindowOperator::begin(const RecordBatch& batch, std::int64_t firstArrival, Output& out)
{
    // Not in open(): saved rows are restored after it.
    if (!m_firing) m_firing.emplace(m_layout, *m_state, *m_progress);
    m_rows = &m_input.prepare(batch, m_firstRow, *m_env, firstArrival, out);
    m_nextRow = 0;
    m_sliceRows.clear();
}

// False: rows of the batch are left.
bool WindowOperator::end(const RecordBatch& batch)
{
    addRows();
    m_firstRow += m_rows->taken;
    m_rows = nullptr;
    if (m_firstRow < batch.rows()) return false;
    m_firstRow = 0;
    return true;
}

Result<Flow> WindowOperator::process(int, const RecordBatch& batch, Output& out)
{
    do {
        if (!m_rows) begin(batch, m_progress->arrivals, out);
        for (; m_nextRow < m_rows->rows.size(); ++m_nextRow) {
            const std::int64_t watermark = batch.watermarkBefore(m_rows->rows[m_nextRow]);
            if (watermark >= m_firing->nextDueUs()) {
                addRows();
                if (m_firing->fire(watermark, out) == Flow::More) return Flow::More;
            }
            m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermark);
            m_firing->output().before().meet(watermark);
            judge(m_nextRow, watermark, out);
        }
    } while (!end(batch));
    m_progress->arrivals += static_cast<std::int64_t>(batch.rows());
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

// Puts the row to its slice, or out as late. What is due at the watermark must have fired.
void WindowOperator::judge(std::uint32_t index, std::int64_t watermarkUs, Output& out)
{
    const std::uint32_t row = m_rows->rows[index];
    const std::int64_t time = m_rows->batch.eventTimes()[row];
    const std::int64_t slice = m_grid.sliceOf(time);
    if (m_grid.isLate(slice, std::max(watermarkUs, m_progress->firedUntilUs)))
        return out.late(m_rows->batch, row, m_grid.lastEnd(slice), watermarkUs);
    auto& entry = m_sliceRows.at(time);
    if (entry.rows.empty()) m_firing->noteSlice(slice);
    entry.rows.push_back(index);
}

void WindowOperator::addRows()
{
    for (std::size_t index = 0; index < m_sliceRows.size(); ++index) {
        const SliceRows::Entry& entry = m_sliceRows.entry(index);
        m_state->slice(entry.slice).add(*m_rows, entry.rows);
    }
    m_sliceRows.clear();
}

Result<Flow> WindowOperator::advance(std::int64_t watermarkUs, Output& out)
{
    if (!m_firing) m_firing.emplace(m_layout, *m_state, *m_progress);
    for (; !m_waiting.empty(); m_waiting.pop_front())
        if (addFailed(m_waiting.front(), out) == Flow::More) return Flow::More;
    if (m_firing->fire(watermarkUs, out) == Flow::More) return Flow::More;
    m_firing->output().before().tell(watermarkUs);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

Result<bool> WindowOperator::merge(Partial& partial, const ChunkWatermark& watermark, Output& out,
                                   int& failedSlices)
{
    auto& chunk = static_cast<WindowPartial&>(partial);
    if (!m_firing) m_firing.emplace(m_layout, *m_state, *m_progress);
    // Finds nothing but after a restart: between chunks advance has fired all that is due.
    while (watermark.before > m_progress->firedUntilUs &&
           m_firing->fire(watermark.before, out) == Flow::More) { }
    m_failedSlices.clear();
    m_chunkArrivals = m_progress->arrivals;
    for (WindowPartial::Slice& slice : chunk.slices) {
        if (goesWhole(slice, watermark))
            take(slice);
        else
            m_failedSlices.push_back(slice.start);
    }
    m_progress->arrivals += chunk.rows;
    failedSlices = static_cast<int>(m_failedSlices.size());
    return !m_failedSlices.empty();
}

bool WindowOperator::goesWhole(const WindowPartial::Slice& slice, const ChunkWatermark& watermark) const
{
    const std::int64_t at = watermark.at(slice.greatestBeforeLast);
    if (m_grid.isLate(slice.start, std::max(at, m_progress->firedUntilUs))) return false;
    return SliceGrid::dueOf(
               m_grid.firstEndAfter(slice.start, std::max(watermark.before, m_progress->firedUntilUs))) > at;
}

void WindowOperator::take(WindowPartial::Slice& slice)
{
    m_firing->noteSlice(slice.start);
    // A table of a few rows has blocks too small for a slice that may grow large; and arrivals would have to
    // be renumbered.
    constexpr std::size_t kRowsToKeep = 64;
    const GroupTable& table = *slice.table;
    if (table.size() >= kRowsToKeep && !m_layout->dependsOnArrival() &&
        m_state->tryPlace(slice.start, slice.table))
        return;
    m_state->slice(slice.start).merge(table, m_layout->byArrival ? m_chunkArrivals : 0);
}

// From the first row on before which a window must be fired, the chunk's rows wait for the next watermark:
// this call cannot wait for room. That watermark comes, since it lies above the last one.
Status WindowOperator::mergeRows(const RecordBatch& batch, Output& out)
{
    if (!m_waiting.empty() || addFailed(batch, out) == Flow::More) m_waiting.push_back(batch);
    return ok();
}

// Adds the rows of the slices that failed. More: a window must be fired first, or there are more results.
Flow WindowOperator::addFailed(const RecordBatch& batch, Output& out)
{
    OutputWithoutRejects seenInLane(out);
    const std::int64_t* times = batch.eventTimes().data();
    do {
        if (!m_rows) begin(batch, m_chunkArrivals, seenInLane);
        for (; m_nextRow < m_rows->rows.size(); ++m_nextRow) {
            const std::uint32_t row = m_rows->rows[m_nextRow];
            const std::int64_t slice = m_grid.sliceOf(times[row]);
            if (std::find(m_failedSlices.begin(), m_failedSlices.end(), slice) == m_failedSlices.end())
                continue;
            const std::int64_t watermark = batch.watermarkBefore(row);
            if (watermark >= m_firing->nextDueUs()) {
                addRows();
                if (m_waiting.empty() || m_firing->fire(watermark, out) == Flow::More) return Flow::More;
            }
            m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermark);
            m_firing->output().before().meet(watermark);
            judge(m_nextRow, watermark, out);
        }
    } while (!end(batch));
    m_chunkArrivals += static_cast<std::int64_t>(batch.rows());
    // A formula that depends on the moment may let other rows through than it did in the lane.
    m_progress->arrivals = std::max(m_progress->arrivals, m_chunkArrivals);
    return Flow::Done;
}

}  // namespace engine
