#pragma once

#include "data/batch_builder.h"
#include "operators/window/window_state.h"

#include <optional>

namespace engine {

// Fires windows in the order of their ends and makes rows of their groups, a batch at a time. Part of one
// window operator; what has fired stands in its progress.
class WindowFiring {
public:
    WindowFiring(WindowLayoutPtr layout, WindowState& state, WindowProgress& progress);

    // The least watermark at which some window fires; kEndOfTime when there is none.
    std::int64_t nextDueUs() const { return m_nextDueUs; }
    void noteSlice(std::int64_t slice);  // has got rows
    void refresh();                      // the slices have changed otherwise

    // Fires all that is due at the watermark. More: a full batch was pushed; to be called again before
    // anything else. Rows go out with `forwardedUs`, the watermark that was passed on before them.
    Flow fire(std::int64_t watermarkUs, std::int64_t forwardedUs, Output& out);
    // Groups that have no result are kept instead of rejected, until rejectHeld().
    void holdRejects(bool hold) { m_holdsRejects = hold; }
    void rejectHeld(Output& out);

private:
    bool beginWindow(std::int64_t watermarkUs);
    void gather();
    void endWindow();
    void emitRow(const char* row, Output& out);
    void rejectRow(const char* row, Output& out);
    void putHead(const char* row, BatchBuilder& into) const;
    void push(Output& out);

    WindowLayoutPtr m_layout;
    SliceGrid m_grid;
    WindowState& m_state;
    WindowProgress& m_progress;
    BatchBuilder m_builder;
    std::int64_t m_nextDueUs = kEndOfTime;
    std::int64_t m_forwardedUs = kNoWatermark;
    // The window that is being emitted.
    const GroupTable* m_table = nullptr;
    std::unique_ptr<GroupTable> m_merged;
    std::int64_t m_end = 0;
    std::size_t m_nextRow = 0;
    bool m_holdsRejects = false;
    std::vector<std::pair<RecordBatch, std::string>> m_held;
};

}  // namespace engine
