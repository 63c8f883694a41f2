#pragma once

#include "operators/window/batch_rows.h"
#include "operators/window/count_state.h"
#include "operators/window/window_output.h"
#include "operators/window/window_state.h"

namespace engine {

// Windows of a number of rows of each key, in the order in which they come; knows no late rows. One for each
// instance, on its task's thread; what it keeps lies in the state store.
class CountOperator final : public Operator {
public:
    CountOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    void place(std::uint32_t index, Output& out);
    void addRows();

    WindowLayoutPtr m_layout;
    BatchRows m_rows;
    WindowOutput m_output;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    CountState* m_state = nullptr;
    WindowProgress* m_progress = nullptr;
    std::int64_t m_forwardedUs = kNoWatermark;      // the last watermark given to advance
    std::vector<std::uint32_t> m_chosen, m_groups;  // rows of the piece that are not added yet, and to what
};

}  // namespace engine
