#pragma once

#include "operators/window/window_firing.h"
#include "operators/window/window_partial.h"

#include <deque>
#include <memory>
#include <optional>

namespace engine {

// Tumbling and hopping windows: rows are added up in slices, a window is the merge of its slices when it
// fires. Judges every row by the watermark before it. One for each instance, on its task's thread; what it
// keeps lies in the state store.
class WindowOperator final : public MergeOperator {
public:
    WindowOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;
    Result<bool> merge(Partial& partial, const ChunkWatermark& watermark, Output& out,
                       int& failedSlices) override;
    Status mergeRows(const RecordBatch& batch, Output& out) override;

private:
    void begin(const RecordBatch& batch, std::int64_t firstArrival, Output& out);
    bool end(const RecordBatch& batch);
    bool goesWhole(const WindowPartial::Slice& slice, const ChunkWatermark& watermark) const;
    void take(WindowPartial::Slice& slice);
    void judge(std::uint32_t index, std::int64_t watermarkUs, Output& out);
    void addRows();
    Flow addFailed(const RecordBatch& batch, Output& out);

    WindowLayoutPtr m_layout;
    SliceGrid m_grid;
    GroupInput m_input;
    SliceRows m_sliceRows;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    WindowState* m_state = nullptr;
    WindowProgress* m_progress = nullptr;
    std::optional<WindowFiring> m_firing;
    // The batch in hand, while process answers More.
    const GroupedInput* m_rows = nullptr;
    std::uint32_t m_nextRow = 0;
    std::size_t m_firstRow = 0;  // of m_rows, of the batch's rows
    // The chunk in hand, between merge and the watermark behind it.
    std::vector<std::int64_t> m_failedSlices;
    std::int64_t m_chunkArrivals = 0;
    std::deque<RecordBatch> m_waiting;  // of its batches those whose rows wait for windows to be fired
};

}  // namespace engine
