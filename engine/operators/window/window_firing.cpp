#include "operators/window/window_firing.h"

namespace engine {

WindowFiring::WindowFiring(WindowLayoutPtr layout, WindowState& state, WindowProgress& progress)
    : m_layout(std::move(layout)),
      m_grid(m_layout->grid()),
      m_state(state),
      m_progress(progress),
      m_output(m_layout)
{
    if (RunningWindow::suits(*m_layout)) m_running.emplace(m_layout);
    refresh();
}

void WindowFiring::noteSlice(std::int64_t slice)
{
    if (m_running) m_running->noteChange(slice);
    expect(slice);
}

void WindowFiring::expect(std::int64_t slice)
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
    if (!slices.empty()) expect(slices.begin()->first);
}

bool WindowFiring::beginWindow(std::int64_t watermarkUs, Output& out)
{
    if (m_nextDueUs > watermarkUs || m_state.slices().empty()) return false;
    m_end = m_grid.firstEndAfter(m_state.slices().begin()->first, m_progress.firedUntilUs);
    m_nextDueUs = SliceGrid::dueOf(m_end);
    if (m_nextDueUs > watermarkUs) return false;
    m_nextRow = 0;
    m_isOpen = true;
    if (m_running) {
        beginRunning(out);
        return true;
    }
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

void WindowFiring::beginRunning(Output& out)
{
    if (m_running->isTooLarge()) m_running.emplace(m_layout);
    m_running->moveTo(m_end, m_state.slices());
    m_state.setBytesBeside(m_running->bytes());
    m_running->eachFaulty([&](const char* row) {
        m_output.reject(row, {m_grid.startOf(m_end), m_end}, out);
    });
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
    m_isOpen = false;
    m_table = nullptr;
    m_merged.reset();
    m_progress.firedUntilUs = std::max(m_progress.firedUntilUs, SliceGrid::dueOf(m_end));
    refresh();
}

std::size_t WindowFiring::rows() const { return m_running ? m_running->results().size() : m_table->size(); }

Flow WindowFiring::fire(std::int64_t watermarkUs, Output& out)
{
    while (m_isOpen || beginWindow(watermarkUs, out)) {
        bool mustPush = m_running && m_running->results().takeTextsMoved() && !m_output.isEmpty();
        while (!mustPush && m_nextRow < rows()) {
            const WindowResult result{m_grid.startOf(m_end), m_end};
            m_nextRow += m_running ? m_output.addStep(m_running->results(), m_nextRow, result)
                                   : m_output.addStep(*m_table, m_nextRow, result, out);
            mustPush = m_output.isFull();
        }
        if (mustPush) {
            m_output.push(out);
            return Flow::More;
        }
        endWindow();
    }
    m_output.pushRest(out);
    m_progress.firedUntilUs = std::max(m_progress.firedUntilUs, watermarkUs);
    return Flow::Done;
}

}  // namespace engine
