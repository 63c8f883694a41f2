#pragma once

#include "base/env.h"
#include "base/result.h"
#include "component/metrics.h"
#include "data/record_batch.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

namespace engine {

class StateStore;
class AlertOutput;

// Wakes an operator when the engine's wall clock passes a time; of several times that were asked for, at the
// earliest. Saved with the instance's tables: after a restart the tick comes at the time it was asked for, or
// at once when that has passed. After a change of parameters, and after rescaling, one may come for nothing.
class Timers {
public:
    virtual ~Timers() = default;
    virtual void wakeAt(Timestamp time) = 0;
};

// Has an operator's tick() called soon, from whatever thread: for one whose answers come from threads of its
// own. Of several calls before the tick one counts. Goes on to be there, and does nothing, when its task has
// gone.
class Waker {
public:
    virtual ~Waker() = default;
    virtual void wake() = 0;
};

// What an instance of an operator may use; valid as long as the instance lives.
struct OperatorContext {
    StateStore& state;
    NodeMetrics& metrics;
    Env& env;
    Timers& timers;
    int instance = 0;  // this one keeps the key groups g with g % instances == instance
    int instances = 1;
    std::string_view node{};
    AlertOutput* alerts = nullptr;     // who is told of alerts; may be nobody
    std::string_view baseDirectory{};  // where relative paths of the document begin
    std::shared_ptr<Waker> waker{};    // none in a lane
};

// Where an operator puts what it makes; the task carries it on after the call. Rows are physical rows of the
// batch.
class Output {
public:
    virtual ~Output() = default;
    virtual void push(RecordBatch batch, int port = 0) = 0;
    // `column`: what could not be worked out, where that is one column.
    virtual void reject(const RecordBatch& batch, std::uint32_t physicalRow, std::string_view reason,
                        std::string_view column = {}) = 0;
    // The row came when the watermark was `watermarkUs`, after the last window that holds it, ending at
    // `missedEndUs`, had fired.
    virtual void late(const RecordBatch& batch, std::uint32_t physicalRow, std::int64_t missedEndUs,
                      std::int64_t watermarkUs) = 0;
    // Of rows that held a watermark: they have gone up to it, even if nothing came of the last of them.
    virtual void passed(std::int64_t watermarkUs) { (void)watermarkUs; }
};

// More: a full batch was pushed and there is more to push. The task makes the same call again when there is
// room, so an operator that turns one element into a million rows stays bounded. Held, of a watermark: it
// goes on with the last of the rows that the operator holds back.
enum class Flow { Done, More, Held };

// One instance of one node. The task that owns it makes every call, one at a time. Never blocks, never reads
// a clock but the context's, keeps what must survive in the state store (tables live there, not in the
// operator: after a change of parameters a new operator finds its predecessor's tables).
class Operator {
public:
    virtual ~Operator() = default;
    virtual Status open(OperatorContext&) { return ok(); }
    virtual Result<Flow> process(int port, const RecordBatch& batch, Output& out) = 0;
    virtual Result<Flow> advance(std::int64_t watermarkUs,
                                 Output&)  // called after each batch with its `after`; kEndOfTime at the end
    {
        (void)watermarkUs;
        return Flow::Done;
    }
    // The watermark that rows are still to follow from once it has been given `watermarkUs`: less where rows
    // that it holds are given after that with times before it.
    virtual std::int64_t watermarkBehind(std::int64_t watermarkUs) const { return watermarkUs; }
    virtual Result<Flow> tick(Timestamp now, Output&)  // a wakeAt has come, or its waker was called
    {
        (void)now;
        return Flow::Done;
    }
    virtual Result<Flow> finish(Output&) { return Flow::Done; }  // no input will follow
    // False: nothing is given until a tick has changed that, but for a checkpoint: what comes before its
    // barrier must be in the state, and the operator takes it.
    virtual bool wantsInput() const { return true; }
};

// What one chunk comes to in a lane: for a window, an accumulator table for each slice. Made in a lane,
// consumed by the merge.
class Partial {
public:
    virtual ~Partial() = default;
    virtual std::size_t bytes() const = 0;
};

// Tells the watermark that a row of a chunk met: `greatest` is the greatest event time of the chunk's rows
// before it.
struct ChunkWatermark {
    std::int64_t before = kNoWatermark;     // of the node's input, before the chunk
    std::int64_t others = kEndOfTime;       // least watermark of the other splits
    std::int64_t ownBefore = kNoWatermark;  // of the chunk's own split, before the chunk
    std::int64_t delayUs = 0;
    std::int64_t at(std::int64_t greatest) const  // greatest: kNoWatermark when there is none
    {
        const std::int64_t own =
            greatest == kNoWatermark ? ownBefore : std::max(ownBefore, greatest - delayUs);
        return std::max(before, std::min(own, others));
    }
};

// The lane's phase of an operator: adds up one chunk without knowing the watermark. One for each lane, its
// task's thread. In the batches it is given, hidden().watermarkBefore holds the greatest event time of the
// chunk's rows before each row.
class PartialOperator {
public:
    virtual ~PartialOperator() = default;
    virtual Status open(OperatorContext&) { return ok(); }
    virtual Status process(const RecordBatch& batch, Output& out) = 0;  // out: for reject() alone
    virtual std::unique_ptr<Partial> finish() = 0;                      // of the chunk; begins the next
};

// Passes on all but rejects: for rows that the lane has seen, and rejected, already.
class OutputWithoutRejects final : public Output {
public:
    explicit OutputWithoutRejects(Output& to) : m_to(to) { }
    void push(RecordBatch batch, int port) override { m_to.push(std::move(batch), port); }
    void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override { }
    void late(const RecordBatch& batch, std::uint32_t physicalRow, std::int64_t missedEndUs,
              std::int64_t watermarkUs) override
    {
        m_to.late(batch, physicalRow, missedEndUs, watermarkUs);
    }
    void passed(std::int64_t watermarkUs) override { m_to.passed(watermarkUs); }

private:
    Output& m_to;
};

// An operator that also takes partials, in ticket order, behind the merge.
class MergeOperator : public Operator {
public:
    // Merges whole every slice of which no row can be late, nor any window of it fall due between two of its
    // rows. Answers true when slices are left: the merge then decodes the chunk again and gives all its
    // batches to mergeRows, which takes the rows of those slices alone, firing what is due before each row.
    // `failedSlices` is how many were left.
    virtual Result<bool> merge(Partial& partial, const ChunkWatermark& watermark, Output& out,
                               int& failedSlices) = 0;
    virtual Status mergeRows(const RecordBatch& batch, Output& out) = 0;  // an OutputWithoutRejects
};

}  // namespace engine
