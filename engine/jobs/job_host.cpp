#include "jobs/job_host.h"

#include "jobs/worker_thread.h"
#include "runtime/thread_executor.h"

namespace engine {

namespace {

class ThreadHost final : public JobHost {
public:
    std::unique_ptr<Executor> makeExecutor(int workers) override
    {
        return std::make_unique<ThreadExecutor>(workers);
    }
    std::unique_ptr<WorkQueue> makeWriter() override { return std::make_unique<WorkerThread>(); }
};

}  // namespace

JobHost& threadHost()
{
    static ThreadHost host;
    return host;
}

}  // namespace engine
