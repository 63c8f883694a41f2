#pragma once

#include "base/env.h"
#include "base/ids.h"
#include "base/result.h"
#include "data/record_batch.h"

#include <string>

namespace engine {

struct SinkContext {
    Env& env;
    std::string baseDirectory{};
    std::string pipeline{};  // its id: part of names that must not meet another pipeline's
    int instance = 0;
};

// Why an epoch ends: an ordinary checkpoint; the job stops and will resume; the input has ended and the job
// is finished.
enum class EpochKind { Ordinary, Stop, Final };

// Writes rows outside. Runs on a thread of its own and may block. At least once: implement write and flush.
// Exactly once: stage durably in prepare, publish idempotently in commit.
class Sink {
public:
    virtual ~Sink() = default;
    virtual Status
    open(SinkContext&,
         const std::string& resumeFrom) = 0;  // what prepare() of the last decided epoch gave; empty: new
    virtual Status write(const RecordBatch& batch) = 0;  // a dense batch
    virtual Status flush() = 0;
    virtual Result<std::string> prepare(Epoch, EpochKind)
    {
        TRY(flush());
        return std::string{};
    }
    // The epoch is decided. May be called again after a restart with the same `staged`, also on a sink that
    // has just been opened with it.
    virtual Status commit(Epoch, const std::string& staged)
    {
        (void)staged;
        return ok();
    }
    // On a sink that is not opened: the run was over with `staged` decided, and may have died before
    // commit(). Publishes what still waits.
    virtual Status publishLeftOver(Env&, const std::string& staged)
    {
        (void)staged;
        return ok();
    }
};

}  // namespace engine
