#pragma once

#include "base/env.h"
#include "base/ids.h"
#include "base/result.h"
#include "component/format.h"
#include "data/batch_builder.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

enum class ReadState { More, Idle, End };

// A Kafka partition, a file, a connection: what has a position, an order and a watermark of its own.
struct SplitState {
    enum Kind { Active, AtKnownEnd, Unreachable, Ended };
    SplitId split{};
    std::string name{};      // as a person would name it; the same after a restart
    std::string position{};  // opaque to the engine; empty at the beginning
    Kind kind = Active;
    bool operator==(const SplitState&) const = default;
};

// Where the bytes of one split go: the engine frames them, cuts chunks at record ends and tickets them.
class ByteInput {
public:
    virtual ~ByteInput() = default;
    virtual std::span<char> space() = 0;         // room to read into, never empty
    virtual void filled(std::size_t bytes) = 0;  // so many bytes of it are now there
    virtual void endSplit() = 0;                 // what is left is the last record
    // Offset just behind the last record handed over in chunks; what was read beyond it is read again after a
    // restart.
    virtual std::uint64_t handedOver() const = 0;
    virtual std::string framerState() const = 0;
    // Before the first space(), and again where other bytes take the place of those before: what was not yet
    // handed over is dropped, and lines count from one.
    virtual void begin(std::uint64_t offset, const std::string& framerState) = 0;
    // Tells of something in the input that is lost, as a rejected record.
    virtual void reject(std::string reason) = 0;
};

// Where a source puts what it has read; valid during the call it is handed to.
class SourceOutput {
public:
    virtual ~SourceOutput() = default;
    virtual ByteInput& bytes(SplitId split) = 0;
    // A full or final batch of rows that the source made itself; at most limits::kBatchRows rows with event
    // times.
    virtual void rows(SplitId split, RecordBatch batch) = 0;
    // Records that the source framed itself, `chunk.records` of them; `rejects` are those that were too long.
    virtual void records(SplitId split, RawChunk chunk, std::vector<RecordReject> rejects) = 0;
    // True while more may be handed over in this call: read() returns soon after it turns false.
    virtual bool hasRoom() const = 0;
};

class MetricsFeed;

struct SourceContext {
    Env& env;
    std::string baseDirectory{};  // relative paths begin here: the document's folder
    std::size_t chunkBytes = 0;
    std::string pipeline{};          // its id
    MetricsFeed* metrics = nullptr;  // of the engine that it runs in; none where a node is tried out
    bool splitsMayWait = false;      // for slower ones: pause() will be called
};

// Reads from outside. Runs on a thread of its own and may block, but never past the deadline. Tickets,
// watermarks, idleness, barriers, pacing and metrics are the engine's business, not its own. open() and
// read() may answer Busy while the outside cannot be reached: the same call is then made again, and the
// sentence is shown at the node meanwhile (an empty one is not). splits() may be asked from the first open()
// on.
class Source {
public:
    virtual ~Source() = default;
    virtual Status open(SourceContext&,
                        std::span<const SplitState> resumeFrom) = 0;  // empty: from the beginning
    virtual Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) = 0;
    virtual std::vector<SplitState>
    splits() const = 0;  // just behind the last record handed over; the order never changes
    virtual void pause(SplitId, bool) { }
    // Asked now and then while nothing is read for a longer time, so that counters() are of now; false: there
    // is nothing to look at, ever.
    virtual bool lookOutside() { return false; }
    // What it holds in memory for as long as it is open: counts as state of its node.
    virtual std::size_t bytes() const { return 0; }
    virtual void noted(Epoch) { }      // splits() as it is now belongs to this checkpoint
    virtual void committed(Epoch) { }  // the checkpoint that holds the positions is decided
    // Whether somebody outside is to be told where reading ended: tellEnd() is called once, when what was
    // read last is decided. Nothing is read any more then, and the run ends after it.
    virtual bool tellsEnd() const { return false; }
    virtual void tellEnd(MonotonicTime) { }                                      // not beyond the deadline
    virtual std::map<std::string, std::int64_t> counters() const { return {}; }  // asked now and then
};

}  // namespace engine
