#pragma once

#include "operators/window/batch_rows.h"
#include "operators/window/session_state.h"
#include "operators/window/window_output.h"
#include "operators/window/window_state.h"

namespace engine {

// Sessions: rows of a key that are no further apart than the gap. Joins live sessions that a row touches, and
// judges what comes out of it by the watermark before the row. One for each instance, on its task's thread;
// what it keeps lies in the state store.
class SessionOperator final : public Operator {
public:
    SessionOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    void prefetch(std::uint32_t index) const;
    void place(std::uint32_t index, std::int64_t watermarkUs, Output& out);
    std::uint32_t sessionFor(const GroupRow& key, std::int64_t timeUs);
    void change(std::uint32_t session, std::int64_t watermarkUs, Output& out);
    void addRows();
    Flow fire(std::int64_t watermarkUs, Output& out);
    void give(std::uint32_t session, Output& out);

    WindowLayoutPtr m_layout;
    BatchRows m_rows;
    WindowOutput m_output;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    SessionState* m_state = nullptr;
    WindowProgress* m_progress = nullptr;
    std::int64_t m_forwardedUs = kNoWatermark;      // the last watermark given to advance
    std::vector<std::uint32_t> m_chosen, m_groups;  // rows of the piece that are not added yet, and to what
};

}  // namespace engine
