#pragma once

#include <cstddef>

// Every bound in the program, with its reason.
namespace engine::limits {

inline constexpr std::size_t kBatchRows = 2048;  // columns of a batch stay in the L2 cache
inline constexpr std::size_t kChunkBytes = 256
    << 10;  // default; a tuning setting from 64 bytes (tests) to 1 MiB
inline constexpr std::size_t kChannelBytes = 1 << 20;  // queued between two tasks before the producer waits
// In flight before each lane and behind it: on two cores as much as two lanes work off while reader or merge
// wait for their turn; with half of it they run dry.
inline constexpr std::size_t kLaneChunks = 16;
inline constexpr int kKeyGroups = 128;  // the grain of rescaling; written in checkpoints, never changed
inline constexpr std::size_t kRecordBytes = 16 << 20;        // a longer record is rejected with a preview
inline constexpr std::size_t kRejectPreviewBytes = 4 << 10;  // of a rejected record kept
inline constexpr std::size_t kRejectsKept = 100;             // for each node, to be looked at
inline constexpr std::size_t kJsonDepth = 256;               // nesting of a record
inline constexpr std::size_t kSecretBytes = 64 << 10;        // a chain of certificates with its key
inline constexpr std::size_t kDocumentBytes = 8 << 20;       // a pipeline document
inline constexpr std::size_t kDocumentDepth = 64;            // nesting of a pipeline document
inline constexpr std::size_t kDocumentNodes = 10'000;
inline constexpr std::size_t kSuggestions =
    200;  // "did you mean"s for one document: each is a search through all names
inline constexpr std::size_t kExpressionDepth = 200;  // nesting of a formula: parser and kernels recurse
inline constexpr std::size_t kExpressionBytes = 64 << 10;
inline constexpr std::size_t kStringResultBytes = 16 << 20;  // one text made by a formula
// Made by the formulas of a node for the rows they work on at a time, what lies between included; above it
// they go on with fewer rows, down to one. 2 KiB for each row of a full batch: beyond what records come to,
// and little beside a memory_limit.
inline constexpr std::size_t kFormulaTextBytes = 4 << 20;
// Of memory_limit: the program itself, what a checkpoint is packed in, and what lies between as freed.
inline constexpr std::size_t kWorkingBytes = 64 << 20;
inline constexpr std::size_t kLookupTableBytes = 256 << 20;  // of a CSV that rows are looked up in
inline constexpr std::size_t kLookupBodyBytes = 1 << 20;     // of what a service answers for one key
inline constexpr std::size_t kResultBytes = 4 << 20;         // of a chunk that a lane hands on at a time
inline constexpr std::size_t kTapsOpen = 64;
inline constexpr std::size_t kTapBytes = 1 << 20;
inline constexpr std::size_t kTapRowsPoints = 4'000;
inline constexpr int kTelemetryHz = 30;
inline constexpr std::size_t kSplitsTold = 256;  // of a source in telemetry; one may read thousands of files
inline constexpr std::size_t kUndoBytes = 64 << 20;
inline constexpr std::size_t kCheckpointsKept = 3;
inline constexpr int kThreadsMax = 64;
inline constexpr int kParallelismMax = kKeyGroups;  // more instances would have no keys

}  // namespace engine::limits
