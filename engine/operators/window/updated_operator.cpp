#include "operators/window/updated_operator.h"

namespace engine {

std::int64_t UpdatedOperator::dueOf(std::int64_t endUs, const UpdatedWindow& window) const
{
    if (window.isFired) return SliceGrid::dueOf(endUs) + m_layout->latenessUs;
    return SliceGrid::dueOf(window.isChanged ? std::min(endUs, window.earlyUs) : endUs);
}

// After open: saved rows are restored behind it, and what follows from them and the watermark is not saved.
void UpdatedOperator::refresh()
{
    m_nextDueUs = kEndOfTime;
    for (auto& [end, window] : m_state->windows()) {
        window.isFired = SliceGrid::dueOf(end) <= m_progress->firedUntilUs;
        if (window.isChanged)
            window.earlyUs = m_layout->nextEarly(m_grid.startOf(end), m_progress->firedUntilUs);
        m_nextDueUs = std::min(m_nextDueUs, dueOf(end, window));
    }
}

Result<Flow> UpdatedOperator::process(int, const RecordBatch& batch, Output& out)
{
    if (m_nextDueUs == kNoWatermark) refresh();
    do {
        begin(batch, out);
        while (m_rows.next < m_rows.size()) {
            const std::int64_t watermark = watermarkBefore(batch);
            if (watermark >= m_nextDueUs) {
                addRows();
                if (fire(watermark, out) == Flow::More) return Flow::More;
            }
            m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermark);
            m_output.before().meet(watermark);
            place(m_rows.next++, watermark, out);
            if (std::exchange(m_hasPushed, false)) return Flow::More;
        }
        addRows();
    } while (!m_rows.end(batch));
    return endBatch(batch, out);
}

// Puts the row to its windows, or out as late. What is due at the watermark must have been given.
void UpdatedOperator::place(std::uint32_t index, std::int64_t watermarkUs, Output& out)
{
    const std::int64_t slice = m_grid.sliceOf(m_rows.timeOf(index));
    const std::int64_t last = m_grid.lastEnd(slice);
    const std::int64_t reached = std::max(watermarkUs, m_progress->firedUntilUs);
    const auto isOver = [&](std::int64_t end) {
        return SliceGrid::dueOf(end) + m_layout->latenessUs <= reached;
    };
    if (isOver(last)) return out.late(m_rows.piece().batch, m_rows.row(index), last, watermarkUs);
    for (std::int64_t end = slice + m_layout->slideUs; end <= last; end += m_layout->slideUs)
        if (!isOver(end)) enter(index, end, reached, out);
}

void UpdatedOperator::enter(std::uint32_t index, std::int64_t endUs, std::int64_t reachedUs, Output& out)
{
    UpdatedWindow& window = m_state->window(endUs);
    const std::uint32_t row = window.table->rowOf(m_rows.piece().keys[index]);
    if (window.chosen.empty()) m_pending.push_back(endUs);
    window.chosen.push_back(index);
    window.groups.push_back(row);
    window.isFired = SliceGrid::dueOf(endUs) <= reachedUs;
    if (window.isFired) {
        addRows(window);
        give(*window.table, row, endUs, out);
        if (m_output.isFull()) {
            m_output.push(out);
            m_hasPushed = true;
        }
    } else {
        UpdatedState::own(*window.table, row).isChanged = true;
        if (!window.isChanged) window.earlyUs = m_layout->nextEarly(m_grid.startOf(endUs), reachedUs);
        window.isChanged = true;
    }
    m_nextDueUs = std::min(m_nextDueUs, dueOf(endUs, window));
}

void UpdatedOperator::addRows(UpdatedWindow& window)
{
    window.table->add(m_rows.piece(), window.chosen, window.groups);
    window.chosen.clear();
    window.groups.clear();
}

void UpdatedOperator::addRows()
{
    for (const std::int64_t end : m_pending) addRows(m_state->window(end));
    m_pending.clear();
}

void UpdatedOperator::give(GroupTable& table, std::uint32_t row, std::int64_t endUs, Output& out)
{
    UpdatedRow& own = UpdatedState::own(table, row);
    own.isChanged = false;
    m_output.add(table.row(row), {m_grid.startOf(endUs), endUs, ++own.version, {}}, out);
}

// False: a full batch was pushed, and results are left.
bool UpdatedOperator::giveRows(Output& out)
{
    GroupTable& table = *(*m_giving)->second.table;
    while (m_nextRow < table.size()) {
        const std::uint32_t row = m_nextRow++;
        if (m_givesEarly && !UpdatedState::own(table, row).isChanged) continue;
        give(table, row, (*m_giving)->first, out);
        if (!m_output.isFull()) continue;
        m_output.push(out);
        return false;
    }
    return true;
}

void UpdatedOperator::endWindow()
{
    UpdatedWindow& window = (*m_giving)->second;
    window.isChanged = false;
    window.isFired = !m_givesEarly;
    if (window.isFired && m_layout->latenessUs == 0) m_state->windows().erase(*m_giving);
    m_giving.reset();
}

Flow UpdatedOperator::fire(std::int64_t watermarkUs, Output& out)
{
    auto& windows = m_state->windows();
    while (m_giving || m_nextDueUs <= watermarkUs) {
        if (m_giving) {
            if (!giveRows(out)) return Flow::More;
            endWindow();
        }
        m_nextDueUs = kEndOfTime;
        for (auto each = windows.begin(); each != windows.end();) {
            const std::int64_t due = dueOf(each->first, each->second);
            if (due <= watermarkUs && each->second.isFired) {
                each = windows.erase(each);
                continue;
            }
            if (due < m_nextDueUs) m_nextDueUs = due;
            if (due <= watermarkUs && !m_giving) {
                m_giving = each;
                m_givesEarly = each->second.isChanged && each->second.earlyUs < each->first;
                m_nextRow = 0;
            }
            ++each;
        }
        if (m_nextDueUs == kEndOfTime) break;
    }
    m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermarkUs);
    return Flow::Done;
}

Result<Flow> UpdatedOperator::advance(std::int64_t watermarkUs, Output& out)
{
    if (m_nextDueUs == kNoWatermark) refresh();
    if (fire(watermarkUs, out) == Flow::More) return Flow::More;
    return endAdvance(watermarkUs, out);
}

}  // namespace engine
