#include "jobs/checkpoint_coordinator.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kLong = std::chrono::seconds(1);  // of a checkpoint; rows hardly notice a shorter one

}  // namespace

CheckpointCoordinator::CheckpointCoordinator(std::set<TaskId> tasks, Epoch last, Duration every,
                                             Duration timeout, MonotonicTime now)
    : m_tasks(std::move(tasks)),
      m_last(last),
      m_every(every),
      m_timeout(timeout),
      m_next(now + every)
{
}

void CheckpointCoordinator::request(EpochKind kind, std::shared_ptr<const PlanDelta> delta)
{
    m_requested = true;
    if (kind != EpochKind::Ordinary) m_requestedKind = kind;
    if (delta) m_delta = std::move(delta);
}

std::optional<CheckpointOrder> CheckpointCoordinator::poll(MonotonicTime now)
{
    if (m_round && m_round->decided) {
        // A long one that takes longer than the interval leaves as long for rows alone.
        const Duration took = now - m_round->began;
        if (took > std::max(m_every, kLong)) m_next = now + took;
        const CheckpointOrder commit{CheckpointOrder::Commit, m_round->epoch, m_round->kind, {}};
        m_round.reset();
        return commit;
    }
    if (m_round && m_round->missing.empty() && !m_round->sealing) {
        m_round->sealing = true;
        return CheckpointOrder{CheckpointOrder::Seal, m_round->epoch, m_round->kind, {}};
    }
    if (m_round && !m_round->sealing && now - m_round->began > m_timeout) {
        const CheckpointOrder abort{CheckpointOrder::Abort, m_round->epoch, m_round->kind, {}};
        m_round.reset();
        return abort;
    }
    if (m_round || (!m_requested && now < m_next) || m_tasks.empty()) return {};
    m_last.value += 1;
    m_round = Round{m_last, m_requestedKind, now, m_tasks};
    m_round->hasDelta = m_delta != nullptr;
    m_requested = false;
    m_next = now + m_every;
    return CheckpointOrder{CheckpointOrder::Begin, m_last, m_round->kind, std::exchange(m_delta, nullptr)};
}

void CheckpointCoordinator::taskSaved(Epoch epoch, TaskId task)
{
    if (m_round && m_round->epoch == epoch) m_round->missing.erase(task);
}

void CheckpointCoordinator::taskGone(TaskId task)
{
    m_tasks.erase(task);
    if (m_round) m_round->missing.erase(task);
}

void CheckpointCoordinator::decided(Epoch epoch, Outcome outcome)
{
    if (!m_round || m_round->epoch != epoch) return;
    if (outcome == Outcome::Done)
        m_round->decided = true;
    else
        m_round.reset();
}

}  // namespace engine
