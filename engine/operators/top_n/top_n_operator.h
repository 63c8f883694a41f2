#pragma once

#include "data/batch_builder.h"
#include "grouping/group_input.h"
#include "grouping/watermarks_before.h"
#include "operators/top_n/top_state.h"
#include "state/instance_progress.h"

#include <memory>
#include <optional>

namespace engine {

// The first rows of each window and key, given when the window is over: rows are chosen slice by slice, a
// window's are chosen from those of its slices. Judges every row by the watermark before it. One for each
// instance, on its task's thread; what it keeps lies in the state store.
class TopNOperator final : public Operator {
public:
    TopNOperator(TopLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    void begin();
    void judge(std::size_t index, std::int64_t watermarkUs, Output& out);
    std::optional<std::int64_t> sliceOf(std::uint32_t row, Output& out) const;
    std::int64_t lastEnd(std::int64_t slice) const;
    std::int64_t firstEndAfter(std::int64_t slice, std::int64_t watermarkUs) const;
    void noteSlice(std::int64_t slice);
    void dropFired();
    bool beginWindow(std::int64_t watermarkUs);
    void endWindow();
    Flow fire(std::int64_t watermarkUs, Output& out);
    void giveRow(std::uint32_t row, std::size_t rank);
    void push(Output& out);

    TopLayoutPtr m_layout;
    GroupInput m_input;
    BatchBuilder m_builder;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    TopState* m_state = nullptr;
    InstanceProgress* m_progress = nullptr;
    bool m_isReady = false;
    std::int64_t m_nextDueUs = kEndOfTime;      // the least watermark at which some window fires
    WatermarksBefore m_before;
    std::int64_t m_recentSlice = 0;             // of m_recent
    TopRows* m_recent = nullptr;
    // The batch in hand, while process answers More.
    const GroupedInput* m_rows = nullptr;
    std::size_t m_firstRow = 0, m_nextRow = 0;
    // The window in hand, likewise.
    const TopRows* m_table = nullptr;
    std::optional<TopRows> m_merged;
    std::int64_t m_end = 0;
    std::size_t m_nextGroup = 0, m_nextRank = 0;
    std::vector<std::uint32_t> m_sorted;
};

}  // namespace engine
