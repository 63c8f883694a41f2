#include "operators/window/count_operator.h"

namespace engine {

Result<Flow> CountOperator::process(int, const RecordBatch& batch, Output& out)
{
    constexpr std::size_t kRowsPending = 4096;
    do {
        begin(batch, out);
        while (m_rows.next < m_rows.size()) {
            m_output.before().meet(watermarkBefore(batch));
            place(m_rows.next++, out);
            if (m_chosen.size() >= kRowsPending) addRows();
            if (!m_output.isFull()) continue;
            m_output.push(out);
            return Flow::More;
        }
        addRows();
    } while (!m_rows.end(batch));
    return endBatch(batch, out);
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

Result<Flow> CountOperator::advance(std::int64_t watermarkUs, Output& out)
{
    return endAdvance(watermarkUs, out);
}

}  // namespace engine
