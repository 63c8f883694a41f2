#include "operators/window/count_operator.h"

#include "operators/window/other_windows.h"

namespace engine {

CountOperator::CountOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
    : m_layout(std::move(layout)),
      m_rows(m_layout, std::move(formulas)),
      m_output(m_layout)
{
}

Status CountOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    m_metrics = &context.metrics;
    m_state = &context.state.table<CountState>("counted", m_layout);
    refuseOtherWindows(context.state, "counted");
    TRY(m_state->adopt(m_layout));
    m_progress = &context.state.table<WindowProgress>("windows_progress");
    m_progress->keepGroups(context.instance, context.instances);
    return ok();
}

Result<Flow> CountOperator::process(int, const RecordBatch& batch, Output& out)
{
    constexpr std::size_t kRowsPending = 4096;
    do {
        m_rows.begin(batch, *m_env, m_progress->arrivals, out);
        while (m_rows.next < m_rows.size()) {
            place(m_rows.next++, out);
            if (m_chosen.size() >= kRowsPending) addRows();
            if (!m_output.isFull()) continue;
            m_output.push(m_forwardedUs, out);
            return Flow::More;
        }
        addRows();
    } while (!m_rows.end(batch));
    m_progress->arrivals += static_cast<std::int64_t>(batch.rows());
    if (!m_output.isEmpty()) m_output.push(m_forwardedUs, out);
    m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
    return Flow::Done;
}

void CountOperator::place(std::uint32_t index, Output& out)
{
    GroupLists& lists = m_state->lists();
    const GroupRow& key = m_rows.piece().keys[index];
    const std::int64_t time = m_rows.timeOf(index);
    const std::uint32_t youngest = lists.first(key);
    if (youngest == GroupLists::kNone || m_state->window(youngest).rows == m_layout->slideRows) {
        auto& made = lists.writable<CountRow>(lists.open(key));
        made.earliestUs = made.latestUs = time;
    }
    std::uint32_t full = GroupLists::kNone;
    for (std::uint32_t each = lists.first(key); each != GroupLists::kNone; each = lists.next(each)) {
        auto& window = lists.writable<CountRow>(each);
        window.earliestUs = std::min(window.earliestUs, time);
        window.latestUs = std::max(window.latestUs, time);
        if (++window.rows == m_layout->rows) full = each;
        m_chosen.push_back(index);
        m_groups.push_back(each);
    }
    if (full == GroupLists::kNone) return;
    addRows();
    const CountRow& window = m_state->window(full);
    m_output.add(lists.row(full), {window.earliestUs, window.latestUs + kMillisecondUs}, out);
    lists.close(full);
}

void CountOperator::addRows()
{
    m_state->lists().groups().add(m_rows.piece(), m_chosen, m_groups);
    m_chosen.clear();
    m_groups.clear();
}

Result<Flow> CountOperator::advance(std::int64_t watermarkUs, Output&)
{
    m_forwardedUs = std::max(m_forwardedUs, watermarkUs);
    return Flow::Done;
}

}  // namespace engine
