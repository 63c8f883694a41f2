#include "jobs/alert_outbox.h"

#include <iterator>
#include <utility>

namespace engine {

void AlertOutbox::add(const std::vector<AlertChange>& changes)
{
    if (!m_keep) return;
    const std::lock_guard lock(m_mutex);
    m_waiting.insert(m_waiting.end(), changes.begin(), changes.end());
}

std::size_t AlertOutbox::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size() + m_beingKept;
}

Status AlertOutbox::keepAll()
{
    if (!m_keep) return ok();
    std::vector<AlertChange> changes;
    {
        const std::lock_guard lock(m_mutex);
        changes = std::exchange(m_waiting, {});
        m_beingKept = changes.size();
    }
    const Status kept = m_keep(changes);
    const std::lock_guard lock(m_mutex);
    m_beingKept = 0;
    if (kept) return kept;
    // Values between transitions are of the moment.
    std::erase_if(changes, [](const AlertChange& change) { return change.kind == AlertChange::Observed; });
    changes.insert(changes.end(), std::make_move_iterator(m_waiting.begin()),
                   std::make_move_iterator(m_waiting.end()));
    m_waiting = std::move(changes);
    return kept;
}

}  // namespace engine
