#pragma once

#include "base/env.h"
#include "jobs/job_host.h"

#include <memory>
#include <vector>

namespace engine {

// Runs the tasks and the snapshot writer of one job at a time on the caller's thread, a step at a time, in an
// order drawn from a seed: the same seed, the same run. Owned by the test; outlives the job.
class SeededHost final : public JobHost {
public:
    explicit SeededHost(std::uint64_t seed);
    ~SeededHost() override;
    std::unique_ptr<Executor> makeExecutor(int workers) override;
    std::unique_ptr<WorkQueue> makeWriter() override;
    bool step();  // one task's step or one piece of a writer's; false: nothing is due
    std::uint64_t trace() const { return m_trace; }  // of all steps so far

private:
    class SeededExecutor;
    class SeededQueue;
    Random m_random;
    std::uint64_t m_trace = 0;
    SeededExecutor* m_executor = nullptr;  // the newest that lives
    std::vector<SeededQueue*> m_queues;
};

}  // namespace engine
