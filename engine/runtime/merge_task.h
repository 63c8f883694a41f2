#pragma once

#include "runtime/alignment.h"
#include "runtime/lane_task.h"
#include "runtime/operator_chain.h"
#include "runtime/task_common.h"

#include <mutex>

namespace engine {

struct MergeSetup {
    LaneSetup lane{};  // to decode a chunk once more
    std::int64_t delayUs = 0;
    bool hasPartial = false;              // then stage 0 of the chain is its merge operator
    bool marksEveryRow = false;           // each has the watermark before it, whether it can be late or not
    PortTargets out{};                    // of the last lane stage, when there is no partial
    std::vector<PortTargets> rejected{};  // of the decoder, then of each lane stage, then of the partial
    std::vector<RejectLog*> rejectLogs{};
    std::vector<std::string> nodes{};  // likewise
    std::string resumeFrom{};          // its part of a checkpoint
    Alignment alignment{};
};

// Takes the lanes' results in ticket order: moves each split's watermark, judges lateness, merges partials or
// passes batches on, gives rejected records their line. The one place where the order of the input is put
// together again.
class MergeTask final : public Task {
public:
    MergeTask(TaskContext context, MergeSetup setup, std::vector<Channel*> lanes,
              std::vector<StageSetup> stages);
    OperatorChain& chain() { return m_chain; }
    Progress step() override;

    struct Counts {
        Counter mergedPartials, redecodedChunks, redecodedSlices;
    };
    const Counts& counts() const { return m_counts; }
    // How far a split is. It holds the others back unless it is idle or has ended.
    struct SplitProgress {
        std::string name{};
        std::int64_t watermarkUs = kNoWatermark;
        bool idle = false, ended = false;
    };
    std::vector<SplitProgress> progress() const;  // any thread
    std::string heldBackBy() const;  // any thread: the split with the least watermark, when there are several

private:
    struct Split : SplitProgress {
        std::uint64_t lines = 0;
        std::shared_ptr<const std::string> shared{};  // its name, as rows carry it
    };
    Progress stepInside();
    Progress failed(const Error& error, const std::string& node);
    bool handleMark(const Element& mark);
    void handleSplit(const SplitMark& mark);
    Status handleChunk(ChunkResult& result);
    Status mergePartial(ChunkResult& result, const ChunkWatermark& watermark);
    void passBatches(ChunkResult& result, const Split& split, const ChunkWatermark& watermark,
                     std::int64_t after);
    NodeMetrics& metricsOf(std::size_t node);  // of m_setup.nodes
    void reject(ChunkResult& result, Split& split);
    std::int64_t leastOf(const Split* except) const;
    void advanceTo(std::int64_t watermarkUs);
    void tellProgress(std::uint32_t split);
    void tellAligned(std::uint32_t split);
    void report(TaskReport::Kind kind, Epoch epoch);
    std::string saveSplits() const;
    void restoreSplits(const std::string& saved);
    TaskContext m_context;
    MergeSetup m_setup;
    std::vector<Channel*> m_lanes;
    OperatorChain m_chain;
    std::unique_ptr<ChunkWorker> m_again;  // made when first needed
    BlockedTimer m_blocked;
    Ticket m_next = 0;
    std::optional<ChunkWatermark> m_chunk;  // of the chunk whose parts are coming
    std::vector<Split> m_splits;
    std::vector<Split> m_restored;  // by name, until the source tells its splits
    std::int64_t m_told = kNoWatermark;
    Epoch m_passed{};  // the newest barrier
    bool m_idle = false, m_ending = false;
    Counts m_counts;
    mutable std::mutex m_progressMutex;
    std::vector<SplitProgress> m_progress;  // of m_splits; guarded by m_progressMutex
};

}  // namespace engine
