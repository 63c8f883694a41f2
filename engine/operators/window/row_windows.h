#pragma once

#include "operators/window/batch_rows.h"
#include "operators/window/other_windows.h"
#include "operators/window/window_output.h"
#include "operators/window/window_state.h"

namespace engine {

// What the windows have in common that take one row after another: their parts, and what is done when a batch
// or a watermark has been worked off. Part of one instance of a window, on its task's thread; what it keeps
// lies in the state store, in a State.
template <class State>
class RowWindows : public Operator {
public:
    RowWindows(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
        : m_layout(std::move(layout)),
          m_rows(m_layout, std::move(formulas)),
          m_output(m_layout)
    {
    }
    Status open(OperatorContext& context) override
    {
        m_env = &context.env;
        m_metrics = &context.metrics;
        m_state = &context.state.table<State>(State::kName, m_layout);
        refuseOtherWindows(context.state, State::kName);
        TRY(m_state->adopt(m_layout));
        m_progress = &context.state.table<WindowProgress>("windows_progress");
        m_progress->keepGroups(context.instance, context.instances);
        return ok();
    }

protected:
    void begin(const RecordBatch& batch, Output& out)
    {
        m_rows.begin(batch, *m_env, m_progress->arrivals, out);
    }
    // What comes of the row that is next, or of a window that is over before it, follows from this.
    std::int64_t watermarkBefore(const RecordBatch& batch) const
    {
        return batch.watermarkBefore(m_rows.row(m_rows.next));
    }
    Flow endBatch(const RecordBatch& batch, Output& out)
    {
        m_progress->arrivals += static_cast<std::int64_t>(batch.rows());
        m_output.pushRest(out);
        m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
        return Flow::Done;
    }
    Flow endAdvance(std::int64_t watermarkUs, Output& out)
    {
        m_output.pushRest(out);
        m_output.before().tell(watermarkUs);
        m_metrics->stateRows.set(static_cast<std::int64_t>(m_state->rows()));
        return Flow::Done;
    }

    WindowLayoutPtr m_layout;
    BatchRows m_rows;
    WindowOutput m_output;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    State* m_state = nullptr;
    WindowProgress* m_progress = nullptr;
};

}  // namespace engine
