#include "runtime/alignment.h"

#include <algorithm>

namespace engine {

std::size_t AlignmentGroup::addMember(TaskId source)
{
    const std::size_t member = m_sources.size();
    m_sources.push_back(source);
    m_isWaiting.push_back(false);
    m_places[{member, 0}] = {};
    return member;
}

std::int64_t AlignmentGroup::slowest() const
{
    std::int64_t least = kEndOfTime;
    for (const auto& [place, state] : m_places)
        if (state.holdsBack) least = std::min(least, state.watermarkUs);
    return least;
}

// With the lock held, as a source that is told to wait was: so none misses that the slowest has moved.
void AlignmentGroup::wakeWaiting(std::int64_t before)
{
    if (slowest() <= before) return;
    for (std::size_t member = 0; member < m_sources.size(); ++member) {
        if (!m_isWaiting[member]) continue;
        m_isWaiting[member] = false;
        if (m_executor) m_executor->wake(m_sources[member]);
    }
}

void AlignmentGroup::tell(std::size_t member, std::uint32_t split, std::int64_t watermarkUs, bool holdsBack)
{
    const std::lock_guard lock(m_mutex);
    const std::int64_t before = slowest();
    m_places[{member, split}] = {watermarkUs, holdsBack};
    wakeWaiting(before);
}

void AlignmentGroup::leave(std::size_t member)
{
    const std::lock_guard lock(m_mutex);
    const std::int64_t before = slowest();
    for (auto& [place, state] : m_places)
        if (place.first == member) state.holdsBack = false;
    wakeWaiting(before);
}

bool AlignmentGroup::isAhead(std::size_t member, std::uint32_t split, std::int64_t driftUs)
{
    const std::lock_guard lock(m_mutex);
    const std::int64_t own = m_places[{member, split}].watermarkUs, least = slowest();
    // Unsigned, for nothing seen yet is the least number there is.
    const bool isAhead = own > least &&
        static_cast<std::uint64_t>(own) - static_cast<std::uint64_t>(least) >
            static_cast<std::uint64_t>(driftUs);
    m_isWaiting[member] = m_isWaiting[member] || isAhead;
    return isAhead;
}

}  // namespace engine
