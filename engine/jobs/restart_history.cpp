#include "jobs/restart_history.h"

#include <algorithm>

namespace engine {

void RestartHistory::failed(const RestartPolicy& policy, MonotonicTime now)
{
    if (m_begun && now - *m_begun >= policy.healthyAfter) m_recent.clear();
    m_begun.reset();
    while (!m_recent.empty() && now - m_recent.front() > policy.within) m_recent.pop_front();
}

bool RestartHistory::helps(const RestartPolicy& policy, ErrorCode failure, bool hasRun) const
{
    if (!policy.enabled) return false;
    const bool isLeft = static_cast<int>(m_recent.size()) < policy.attempts;
    if (failure == ErrorCode::Unavailable) return true;
    return isLeft && (failure == ErrorCode::Full || (failure == ErrorCode::Io && hasRun));
}

Duration RestartHistory::next(const RestartPolicy& policy, MonotonicTime now)
{
    auto delay = policy.first;
    for (std::size_t i = 0; i < m_recent.size() && delay < policy.greatest; ++i) delay *= 2;
    delay = std::min(delay, policy.greatest);
    m_recent.push_back(now);
    const auto jitter = static_cast<std::uint64_t>(delay.count() / 4 + 1);
    return delay + Duration(static_cast<std::int64_t>(m_random.below(jitter)));
}

}  // namespace engine
