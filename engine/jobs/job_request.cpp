#include "jobs/job.h"

namespace engine {

Status Job::request(JobAction action)
{
    const auto refuse = [&](const char* why) {
        return Error{ErrorCode::InvalidSpec, std::string("The job cannot do that now: ") + why + ".",
                     m_spec.name};
    };
    if (isOver(m_state)) return refuse("it is over");
    switch (action) {
    case JobAction::Checkpoint:
    case JobAction::Savepoint:
        if (!m_coordinator) return refuse("it has not begun");
        m_coordinator->request();
        return ok();
    case JobAction::Pause:
        if (m_state != JobState::Running) return refuse("it is not running");
        orderSources({TaskOrder::Pause});
        setState(JobState::Paused);
        return ok();
    case JobAction::Resume:
        if (m_state != JobState::Paused) return refuse("it is not paused");
        if (!m_isHeldBack) orderSources({TaskOrder::Resume});
        setState(JobState::Running);
        return ok();
    case JobAction::Drain:
        if (isWaitingToBegin()) return endWaiting();
        if (m_state != JobState::Running && m_state != JobState::Paused) return refuse("it is not running");
        orderSources({TaskOrder::Drain});
        setState(JobState::Draining);
        return ok();
    case JobAction::Stop:
        if (isWaitingToBegin()) return endWaiting();
        if (m_state == JobState::Draining) {
            // Its sources have ended: no barrier will come.
            failed({ErrorCode::Cancelled,
                    "It was stopped before it had drained. What was read since " + sinceWhen() +
                        " is read again by the next run.",
                    {}},
                   {});
            return ok();
        }
        m_coordinator->request(EpochKind::Stop);
        setState(JobState::Stopping);
        return ok();
    case JobAction::Cancel:
        endTasks();
        setState(JobState::Stopped);
        return ok();
    case JobAction::Restart:
        if (isWaitingToBegin()) return refuse("it is restarting already");
        endTasks();
        m_restartAt = m_env.clock.monotonic();
        ++m_restarts;
        m_failure.reset();
        setState(JobState::Restarting);
        return ok();
    }
    return ok();
}

// It waits to be started again: no end that it could be brought to would be better than where it is.
Status Job::endWaiting()
{
    if (m_decider) m_authority->giveUp();
    note(2, m_failedNode,
         "It was ended while it waited to be started again. What was read since " + sinceWhen() +
             " is read again by the next run.");
    setState(m_failure ? JobState::Failed : JobState::Stopped);
    return ok();
}

}  // namespace engine
