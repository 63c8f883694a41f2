#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "data/record_batch.h"
#include "spec/component_info.h"
#include "spec/detected.h"
#include "spec/diagnostic.h"
#include "spec/job_status.h"
#include "spec/pipeline_spec.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// What goes between an engine and whoever looks at it: finished values, made on one side and read on the
// other.

// One node of a running job, as of `at`. Counts are since the job's start, shares of the last interval
// between 0 and 1.
// A split of a source, such as a partition of a topic. What the source counts of it alone is a counter of the
// node named COUNT:NAME, such as lag:sensors/0.
struct SplitTelemetry {
    std::string name{};
    std::int64_t watermarkUs = kNoWatermark;
    bool isIdle = false;  // silent for so long that no other waits for it
    bool operator==(const SplitTelemetry&) const = default;
};

struct NodeTelemetry {
    NodeId node{};
    std::int64_t rowsIn = 0, rowsOut = 0, rowsRejected = 0, rowsLate = 0, bytesIn = 0, bytesOut = 0;
    double rowsInRate = 0, rowsOutRate = 0, bytesOutRate = 0;  // a second
    double busy = 0, blocked = 0, idle = 1;
    std::int64_t watermarkUs = kNoWatermark;
    std::string
        heldBackBy{};  // the split or input whose watermark is least; empty when there is one input only
    std::vector<SplitTelemetry> splits{};  // of a source, as far as limits::kSplitsTold
    std::int64_t stateRows = 0, stateBytes = 0;
    std::int64_t alertsFiring = 0, alertsPending = 0;  // of an alert rule: label sets that are so
    std::string problem{};   // the last failure's sentence, if it was this node's, or what it waits for
    std::string waitsFor{};  // outside, as a sentence; empty while it goes on
    std::map<std::string, std::int64_t> counters{};  // e.g. chunks_lane_0, merged_partials, redecoded_slices
    bool operator==(const NodeTelemetry&) const = default;
};

struct EdgeTelemetry {
    EdgeSpec edge{};
    std::int64_t rows = 0;
    double rowsRate = 0;
    double fill = 0;  // of the queue, 0 to 1
    std::int64_t watermarkUs = kNoWatermark;
    bool operator==(const EdgeTelemetry&) const = default;
};

struct CheckpointInfo {
    std::uint64_t epoch = 0;
    Timestamp at{};
    std::int64_t bytes = 0;
    std::int64_t durationUs = 0;
    std::int64_t pauseUs = 0;  // the longest in which one task froze its state and worked on no row
    bool operator==(const CheckpointInfo&) const = default;
};

// A row that a node refused, with where it came from.
struct RejectedRow {
    NodeId node{};
    std::string reason{}, column{}, coordinates{}, raw{};
    Timestamp at{};
    bool operator==(const RejectedRow&) const = default;
};

struct JobTelemetry {
    JobId job{};
    JobStatus status{};
    Timestamp at{};
    std::vector<NodeTelemetry> nodes{};
    std::vector<EdgeTelemetry> edges{};
    std::vector<RejectedRow> rejected{};  // the newest of each node
    CheckpointInfo checkpoint{};          // the last decided
    std::int64_t memoryBytes = 0;         // of the process
    int threads = 0;
    std::int64_t alertsFired = 0, alertsResolved = 0;  // since the job's start
    std::string guarantee{};
    bool isChangeWaiting = false;  // parameters were taken that are not in force before the next barrier
};

// The newest rows of a tapped port. `skipped`: rows that were made but not shown, since the tap was opened.
struct TapRows {
    TapId tap{};
    SchemaPtr schema{};
    std::vector<RecordBatch> batches{};  // dense, oldest first
    std::int64_t skipped = 0;
};

struct LogLine {
    Timestamp at{};
    int level = 1;  // 0 debug, 1 info, 2 warning, 3 error
    NodeId node{};
    std::string text{};
};

// A value of what an alert is about.
struct AlertPoint {
    Timestamp at{};
    double value = 0;
    bool operator==(const AlertPoint&) const = default;
};

// One transition of one label set of an alert rule. `episode` names the alert it belongs to; empty: to none.
struct AlertChange {
    enum Kind { Silent, Fired, Updated, Resolved, Observed } kind = Silent;  // Observed: values, no change
    std::string pipeline{}, pipelineName{};                                  // its id, its name
    NodeId rule{};
    std::string labels{};  // JSON text
    std::string from{}, to{}, reason{}, episode{}, severity{}, summary{};
    std::optional<double> value{};
    Timestamp at{};
    // What the table of alerts keeps with the episode, and not with each transition.
    std::string condition{};
    std::optional<double> threshold{};
    std::vector<AlertPoint> points{};
    bool operator==(const AlertChange&) const = default;
};

struct AlertAcknowledgement {
    std::string user{}, comment{};
    Timestamp at{};
    bool operator==(const AlertAcknowledgement&) const = default;
};

// An alert from its firing to its end. `last` is its newest transition.
struct AlertEpisode {
    AlertChange last{};
    Timestamp startedAt{};
    bool isOpen = true;
    std::optional<AlertAcknowledgement> acknowledgement{};
    std::string condition{};            // at its level, with the constants in it
    std::optional<double> threshold{};  // that the condition compares with
    std::optional<double> value{};      // the newest
    bool operator==(const AlertEpisode&) const = default;
};

struct AlertQuery {
    bool onlyOpen = false;
    std::size_t max = 500;  // the newest
};

// What `analyse` says of a document without running it.
struct AnalysisReply {
    std::vector<Diagnostic> diagnostics{};
    std::map<PortRef, SchemaPtr> schemas{};     // of every output port that could be bound
    std::map<NodeId, std::string> summaries{};  // one line for each node's face
    bool runnable = false;
};

// Rows of one output port, oldest first.
struct PortRows {
    PortRef port{};
    SchemaPtr schema{};
    std::vector<RecordBatch> batches{};  // dense
};

inline std::size_t rowCount(const PortRows& port)
{
    std::size_t rows = 0;
    for (const RecordBatch& batch : port.batches) rows += batch.rows();
    return rows;
}

// Asks what one node makes of a few rows, without running the document's job.
struct PreviewRequest {
    PipelineSpec spec{};
    std::string baseDirectory{};
    NodeId node{};
    std::size_t rowsMax = 1000;
    std::vector<PortRows> samples{};  // of ports that feed the node; the engine finds the others' rows itself
};

// Rows into the node, one entry for each edge, and out of it, one for each output. No outputs: the node
// cannot be bound as it is, or is a sink.
struct PreviewReply {
    std::vector<PortRows> inputs{}, outputs{};
    std::vector<RejectedRow> rejected{};  // the first ones
    std::int64_t rowsRejected = 0;
    std::string problem{};  // a sentence, when there are no rows to show
};

// What edges that are not drawn yet would do to the nodes they lead to.
struct EdgeCheckReply {
    std::map<EdgeSpec, std::string> problems{};  // a sentence for each edge whose rows do not fit
};

}  // namespace engine
