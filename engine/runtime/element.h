#pragma once

#include "component/format.h"
#include "component/operator.h"
#include "component/sink.h"
#include "component/source.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine {

// A parameter change under way: for each node whose Binding changed, what makes its operators from this
// barrier on.
struct PlanDelta {
    struct Replacement {
        std::function<std::unique_ptr<Operator>()> make{};
        std::function<std::unique_ptr<PartialOperator>()> partial{};
        std::function<std::unique_ptr<MergeOperator>()> merge{};
    };
    std::map<std::string, Replacement> nodes{};  // by node id
};

// What one chunk is before a lane has worked on it: bytes, or rows that the source made itself.
struct SourceChunk {
    Ticket ticket = 0;
    std::uint32_t split = 0;  // index into the source's splits
    std::variant<RawChunk, RecordBatch> content{};
    std::vector<RecordReject> rejects{};  // records too long to be kept, before the chunk's first; lines
                                          // count from the chunk before
    std::uint64_t skippedLines = 0;       // of them, and of a header, before the chunk's first line
    bool countsLinesAnew = false;         // other bytes have taken the place of the split's
    std::size_t bytes = 0;
};

// What a lane makes of a chunk, or of its next rows where that is much: parts of one ticket.
struct ChunkResult {
    Ticket ticket = 0;
    bool isLast = true;
    std::uint32_t split = 0;
    std::vector<RecordBatch> batches{};
    std::unique_ptr<Partial> partial{};
    std::int64_t greatestUs = kNoWatermark;  // event time, of all rows decoded before the next part
    std::uint64_t records = 0, lines = 0, skippedLines = 0;  // of the chunk; in its last part
    bool countsLinesAnew = false;                            // in its first
    struct Reject {
        std::uint32_t stage = 0;  // of the lane: 0 the decoder, then the operators
        RecordReject row{};
        bool hasLine = false;  // its line counts from the beginning of the skipped lines
    };
    std::vector<Reject> rejects{};
    std::shared_ptr<const SourceChunk> raw{};  // kept while rows of it may be late
    std::size_t bytes = 0;
};

// Of a batch that has been through a lane: the greatest event time of the chunk's rows before its first.
inline std::int64_t greatestBefore(const RecordBatch& batch)
{
    return batch.hidden().watermarkBefore.integers()[batch.physicalRow(0)];
}

struct WatermarkMark {
    std::int64_t timeUs = kNoWatermark;  // moved without rows
};
struct Barrier {  // everything before belongs to this checkpoint
    Ticket ticket = 0;
    Epoch epoch{};
    EpochKind kind = EpochKind::Ordinary;
    std::shared_ptr<const PlanDelta> delta{};
};
struct SplitMark {
    enum Kind { Added, Idle, Heartbeat, Ended } kind = Idle;
    Ticket ticket = 0;
    std::uint32_t split = 0;
    std::int64_t passedUs = 0;  // of a heartbeat: on the wall, since the one before or since all are idle
    std::string name{};         // of one that was added
};
struct IdleMark {
    bool idle = false;  // of the whole channel; further down than the merge
};
struct EndOfStream {
    Ticket ticket = 0;
};
using Element = std::variant<SourceChunk, ChunkResult, RecordBatch, WatermarkMark, Barrier, SplitMark,
                             IdleMark, EndOfStream>;

inline std::size_t bytesOf(const Element& element)
{
    if (const auto* chunk = std::get_if<SourceChunk>(&element)) return chunk->bytes + 64;
    if (const auto* result = std::get_if<ChunkResult>(&element)) return result->bytes + 64;
    if (const auto* batch = std::get_if<RecordBatch>(&element)) return batch->memoryBytes();
    return 64;
}

}  // namespace engine
