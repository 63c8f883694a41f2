#pragma once

#include "base/env.h"
#include "base/ids.h"
#include "base/result.h"
#include "component/authority.h"
#include "data/record_batch.h"

#include <string>

namespace engine {

// Takes the rows that a sink cannot write: they are counted, and the newest kept with their reasons.
class RefusedRows {
public:
    virtual ~RefusedRows() = default;
    virtual void refuse(std::string reason, std::string raw) = 0;
    virtual void refuseRow(std::string reason, const RecordBatch& batch, std::uint32_t physicalRow) = 0;
};

struct SinkContext {
    Env& env;
    std::string baseDirectory{};
    std::string pipeline{};  // its id: part of names that must not meet another pipeline's
    int instance = 0;
    RefusedRows* refused = nullptr;  // outlives the sink; null where nobody looks
    std::string node{};              // its id, for what tells the sinks of a pipeline apart
    Authority* authority = nullptr;  // in whose transaction it writes; outlives the sink. Null: none outside
};

// Why an epoch ends: an ordinary checkpoint; the job stops and will resume; the input has ended and the job
// is finished.
enum class EpochKind { Ordinary, Stop, Final };

// Writes rows outside. Runs on a thread of its own and may block. At least once: implement write and flush.
// Exactly once: stage durably in prepare, publish idempotently in commit. All but publishLeftOver may answer
// Busy after they have waited for a moment, a tenth of a second at most: the same call is then made again,
// and the sentence is shown at the node meanwhile (an empty one is not: the outside is merely slower).
class Sink {
public:
    virtual ~Sink() = default;
    virtual Status
    open(SinkContext&,
         const std::string& resumeFrom) = 0;  // what prepare() of the last decided epoch gave; empty: new
    virtual Status write(const RecordBatch& batch) = 0;  // a dense batch; after Busy the same once more
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
