#pragma once

#include "jobs/job.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/seeded_host.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine {

const Catalog& builtinComponents();

// A job on a disk in memory, run on the caller's thread in an order drawn from a seed: one after another on
// the same disk. Owned by the test.
class MemoryJob {
public:
    explicit MemoryJob(std::uint64_t seed);
    // Parses, resolves and starts a document; the error of the first of these that fails.
    Status start(const std::string& document, JobOptions::Start how = JobOptions::ResumeOrFresh);
    Status change(const std::string& document);             // of the job that runs
    bool runUntil(const std::function<bool()>& condition);  // false: it did not come about
    bool runToEnd();
    void end() { m_job.reset(); }
    void steps(int count);
    // Begins the document, lets it checkpoint and stops it; false when it had come to its end before.
    bool stopHalfway(const std::string& document);
    Job& job() { return *m_job; }
    JobState state() const { return m_job->status().state; }
    JobTelemetry telemetry();  // of now
    std::string failure() const;
    std::vector<std::string> linesOf(const std::string& path) const;

    MemoryFiles files{};
    ManualClock clock{1'700'000'000'000'000};
    const Catalog* catalog = &builtinComponents();
    AlertOutbox::Keep keepAlerts{};  // of the job that is started next

private:
    Env m_env;
    SeededHost m_host;
    Random m_random;
    std::unique_ptr<Job> m_job;
};

}  // namespace engine
