#pragma once

#include "jobs/work_queue.h"
#include "runtime/task.h"

#include <memory>

namespace engine {

// Where a job's tasks run, its snapshot writer and who keeps its alerts: threads in the product, the caller's
// own thread in a simulation. Outlives the jobs that use it.
class JobHost {
public:
    virtual ~JobHost() = default;
    virtual std::unique_ptr<Executor> makeExecutor(int workers) = 0;
    virtual std::unique_ptr<WorkQueue> makeWriter() = 0;
};

JobHost& threadHost();

}  // namespace engine
