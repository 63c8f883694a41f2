#pragma once
#include "base/env.h"
#include "spec/pipeline_spec.h"

#include <deque>

namespace engine {

// When a job was started again of late, and so whether and when it may be once more. Owned by its job, on the
// job's thread; never starts anything itself.
class RestartHistory {
public:
    explicit RestartHistory(std::uint64_t seed) : m_random(seed) { }

    // The tasks began to run.
    void began(MonotonicTime now) { m_begun = now; }

    // They failed `now`, after having begun: a long healthy time forgets what was before.
    void failed(const RestartPolicy& policy, MonotonicTime now);

    // Whether to start again after such a failure: what passes by itself always, a full disk as often as the
    // policy says, another failure outside likewise, but only once something had worked (`hasRun`).
    bool helps(const RestartPolicy& policy, ErrorCode failure, bool hasRun) const;

    // Counts an attempt: how long to wait for it, doubled with each recent one, with up to a quarter of
    // jitter.
    Duration next(const RestartPolicy& policy, MonotonicTime now);

private:
    std::deque<MonotonicTime> m_recent;
    std::optional<MonotonicTime> m_begun;
    Random m_random;
};

}  // namespace engine
