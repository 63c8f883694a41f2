#include "operators/window/window_firing.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"

namespace engine {

WindowFiring::WindowFiring(WindowLayoutPtr layout, WindowState& state, WindowProgress& progress)
    : m_layout(std::move(layout)),
      m_grid(m_layout->grid()),
      m_state(state),
      m_progress(progress),
      m_builder(m_layout->output)
{
    refresh();
}

void WindowFiring::noteSlice(std::int64_t slice)
{
    const std::int64_t end = m_grid.firstEndAfter(slice, m_progress.firedUntilUs);
    m_nextDueUs = std::min(m_nextDueUs, SliceGrid::dueOf(end));
}

void WindowFiring::refresh()
{
    m_nextDueUs = kEndOfTime;
    auto& slices = m_state.slices();
    std::erase_if(slices, [this](const auto& slice) {
        return m_grid.firstEndAfter(slice.first, m_progress.firedUntilUs) > m_grid.lastEnd(slice.first);
    });
    // Later slices have later ends.
    if (!slices.empty()) noteSlice(slices.begin()->first);
}

bool WindowFiring::beginWindow(std::int64_t watermarkUs)
{
    if (m_nextDueUs > watermarkUs || m_state.slices().empty()) return false;
    m_end = m_grid.firstEndAfter(m_state.slices().begin()->first, m_progress.firedUntilUs);
    m_nextDueUs = SliceGrid::dueOf(m_end);
    if (m_nextDueUs > watermarkUs) return false;
    m_nextRow = 0;
    auto slice = m_state.slices().begin();
    m_table = slice->second.get();
    if (++slice == m_state.slices().end() || slice->first >= m_end) return true;
    if (m_grid.isCumulative) {
        gather();
        return true;
    }
    m_merged = std::make_unique<GroupTable>(m_layout, m_table->size());
    for (slice = m_state.slices().begin(); slice != m_state.slices().end() && slice->first < m_end; ++slice)
        m_merged->merge(*slice->second, 0);
    m_table = m_merged.get();
    return true;
}

// The windows that are left of these slices hold them all: from now on they are one.
void WindowFiring::gather()
{
    auto& slices = m_state.slices();
    GroupTable& into = *slices.begin()->second;
    auto slice = std::next(slices.begin());
    for (; slice != slices.end() && slice->first < m_end; slice = slices.erase(slice))
        into.merge(*slice->second, 0);
}

void WindowFiring::endWindow()
{
    m_table = nullptr;
    m_merged.reset();
    m_progress.firedUntilUs = std::max(m_progress.firedUntilUs, SliceGrid::dueOf(m_end));
    refresh();
}

Flow WindowFiring::fire(std::int64_t watermarkUs, std::int64_t forwardedUs, Output& out)
{
    m_forwardedUs = forwardedUs;
    while (m_table || beginWindow(watermarkUs)) {
        while (m_nextRow < m_table->size()) {
            emitRow(m_table->row(m_nextRow++), out);
            if (!m_builder.isFull()) continue;
            push(out);
            return Flow::More;
        }
        endWindow();
    }
    if (m_builder.rows() > 0) push(out);
    m_progress.firedUntilUs = std::max(m_progress.firedUntilUs, watermarkUs);
    return Flow::Done;
}

void WindowFiring::push(Output& out)
{
    out.push(m_builder.finish().withWatermarks({m_forwardedUs, m_forwardedUs}));
}

void WindowFiring::putHead(const char* row, BatchBuilder& into) const
{
    putGroupKey(*m_layout, headOf(row), into);
    into.column(m_layout->keys.size()).addInteger(m_grid.startOf(m_end));
    into.column(m_layout->keys.size() + 1).addInteger(m_end);
}

void WindowFiring::emitRow(const char* row, Output& out)
{
    putHead(row, m_builder);
    bool hasResult = true;
    const std::size_t first = m_layout->keys.size() + 2;
    for (std::size_t index = 0; index < m_layout->aggregates.size(); ++index)
        hasResult &= finishCell(m_layout->aggregates[index], row, m_builder.column(first + index));
    if (hasResult) return m_builder.endRow(m_end - kMillisecondUs);
    m_builder.dropRow();
    rejectRow(row, out);
}

void WindowFiring::rejectRow(const char* row, Output& out)
{
    BatchBuilder builder(m_layout->output);
    putHead(row, builder);
    std::string names;
    const std::size_t first = m_layout->keys.size() + 2;
    for (std::size_t index = 0; index < m_layout->aggregates.size(); ++index) {
        const Aggregate& aggregate = m_layout->aggregates[index];
        if (!finishCell(aggregate, row, builder.column(first + index)))
            names += (names.empty() ? "" : ", ") + aggregate.name;
    }
    builder.endRow(m_end - kMillisecondUs);
    m_held.emplace_back(builder.finish(),
                        "The sum of this group does not fit into a bigint (" + names +
                            "); sum it as a double.");
    if (!m_holdsRejects) rejectHeld(out);
}

void WindowFiring::rejectHeld(Output& out)
{
    for (const auto& [batch, reason] : m_held) out.reject(batch, 0, reason);
    m_held.clear();
}

}  // namespace engine
