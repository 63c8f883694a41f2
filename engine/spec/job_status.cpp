#include "spec/job_status.h"

#include <array>

namespace engine {
namespace {

constexpr std::array kStates{JobState::Starting, JobState::Running,  JobState::Paused,
                             JobState::Draining, JobState::Stopping, JobState::Restarting,
                             JobState::Stopped,  JobState::Finished, JobState::Failed};
constexpr std::array<std::string_view, kStates.size()> kStateNames{
    "starting", "running", "paused", "draining", "stopping", "restarting", "stopped", "finished", "failed"};

constexpr std::array kActions{JobAction::Checkpoint, JobAction::Savepoint, JobAction::Pause,
                              JobAction::Resume,     JobAction::Drain,     JobAction::Stop,
                              JobAction::Cancel,     JobAction::Restart};
constexpr std::array<std::string_view, kActions.size()> kActionNames{
    "checkpoint", "savepoint", "pause", "resume", "drain", "stop", "cancel", "restart"};

constexpr unsigned bit(JobState state) { return 1u << static_cast<unsigned>(state); }

constexpr unsigned followers(JobState from)
{
    using enum JobState;
    switch (from) {
    case Starting: return bit(Running) | bit(Stopping) | bit(Restarting) | bit(Failed);
    case Running:
        return bit(Paused) | bit(Draining) | bit(Stopping) | bit(Restarting) | bit(Finished) | bit(Failed);
    case Paused: return bit(Running) | bit(Draining) | bit(Stopping) | bit(Restarting) | bit(Failed);
    case Draining:
        return bit(Stopping) | bit(Restarting) | bit(Stopped) | bit(Finished) | bit(Failed);
    case Stopping: return bit(Stopped) | bit(Failed);
    case Restarting: return bit(Starting) | bit(Stopping) | bit(Stopped) | bit(Failed);
    case Stopped:
    case Finished:
    case Failed: return bit(Starting);
    }
    return 0;
}

template <class Kind, std::size_t kCount>
std::optional<Kind> fromName(std::string_view name, const std::array<std::string_view, kCount>& names)
{
    for (std::size_t i = 0; i < kCount; ++i)
        if (names[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

}  // namespace

bool mayFollow(JobState from, JobState to) { return (followers(from) & bit(to)) != 0; }

bool isOver(JobState state)
{
    return state == JobState::Stopped || state == JobState::Finished || state == JobState::Failed;
}

std::span<const JobState> allJobStates() { return kStates; }

std::span<const JobAction> allJobActions() { return kActions; }

std::string_view jobStateName(JobState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<JobState> jobStateFromName(std::string_view name)
{
    return fromName<JobState>(name, kStateNames);
}

std::string_view jobActionName(JobAction action) { return kActionNames[static_cast<std::size_t>(action)]; }

std::optional<JobAction> jobActionFromName(std::string_view name)
{
    return fromName<JobAction>(name, kActionNames);
}

}  // namespace engine
