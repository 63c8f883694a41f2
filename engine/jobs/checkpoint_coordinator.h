#pragma once

#include "base/time.h"
#include "component/authority.h"
#include "component/sink.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace engine {

struct PlanDelta;

struct CheckpointOrder {
    enum Kind { Begin, Seal, Commit, Abort } kind = Begin;  // Seal: make the manifest durable and decide
    Epoch epoch{};
    EpochKind epochKind = EpochKind::Ordinary;
    std::shared_ptr<const PlanDelta> delta{};
};

// Decides when an epoch begins and what follows from each report; does nothing itself. No threads, no clock,
// no files: every interleaving can be written as a test. At most one round is under way.
class CheckpointCoordinator {
public:
    CheckpointCoordinator(std::set<TaskId> tasks, Epoch last, Duration every, Duration timeout,
                          MonotonicTime now);
    std::optional<CheckpointOrder> poll(MonotonicTime now);
    void request(EpochKind kind = EpochKind::Ordinary, std::shared_ptr<const PlanDelta> delta = {});
    void taskSaved(Epoch epoch, TaskId task);  // its state is durable
    void taskGone(TaskId task);  // it has ended and its last state is durable: no longer waited for
    void decided(Epoch epoch, Outcome outcome);
    // A change that was asked for and that no task has met yet; null when there is none.
    std::shared_ptr<const PlanDelta> waitingDelta() const { return m_delta; }
    // The same, or one whose round is not decided.
    bool isChangeWaiting() const { return m_delta || (m_round && m_round->hasDelta && !m_round->decided); }
    bool isIdle() const { return !m_round; }
    bool isDeciding() const { return m_round && m_round->sealing; }
    bool allGone() const { return m_tasks.empty(); }
    Epoch last() const { return m_last; }  // begun

private:
    struct Round {
        Epoch epoch{};
        EpochKind kind = EpochKind::Ordinary;
        MonotonicTime began{};
        std::set<TaskId> missing{};
        bool sealing = false, decided = false, hasDelta = false;
    };
    std::optional<Round> m_round;
    std::set<TaskId> m_tasks;
    Epoch m_last;
    const Duration m_every, m_timeout;
    MonotonicTime m_next;
    bool m_requested = false;
    EpochKind m_requestedKind = EpochKind::Ordinary;
    std::shared_ptr<const PlanDelta> m_delta;
};

}  // namespace engine
