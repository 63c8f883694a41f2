#pragma once

#include "runtime/task.h"

#include <vector>

namespace engine {

// Runs nothing; notes who was woken. Used on one thread.
class RecordingExecutor final : public Executor {
public:
    void start(Task&) override { }
    Status release() override { return ok(); }
    void wake(TaskId task) override { woken.push_back(task.value); }
    void cancel() override { }
    std::vector<std::uint32_t> takeWoken() { return std::exchange(woken, {}); }
    std::vector<std::uint32_t> woken;
};

}  // namespace engine
