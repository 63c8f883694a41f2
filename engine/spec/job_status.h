#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace engine {

enum class JobState { Starting, Running, Paused, Draining, Stopping, Restarting, Stopped, Finished, Failed };
enum class JobAction { Checkpoint, Savepoint, Pause, Resume, Drain, Stop, Cancel, Restart };

// Whether a job in `from` may be in `to` next; the whole table. Nothing follows itself.
bool mayFollow(JobState from, JobState to);

// Stopped, Finished and Failed: no task runs any more.
bool isOver(JobState state);

std::span<const JobState> allJobStates();
std::span<const JobAction> allJobActions();
std::string_view jobStateName(JobState state);  // "running"
std::optional<JobState> jobStateFromName(std::string_view name);
std::string_view jobActionName(JobAction action);  // "checkpoint"
std::optional<JobAction> jobActionFromName(std::string_view name);

struct JobStatus {
    JobId id{};
    std::string name{};
    JobState state = JobState::Starting;
    Timestamp since{};
    Epoch lastCheckpoint{};
    int restarts = 0;
    std::optional<Error> failure{};
    bool isFailing = false;  // by that failure, over or to be tried again; else it is one that was overcome
    bool operator==(const JobStatus&) const = default;
};

}  // namespace engine
