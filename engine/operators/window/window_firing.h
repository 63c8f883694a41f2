#pragma once

#include "operators/window/running_window.h"
#include "operators/window/window_output.h"
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
    // anything else.
    Flow fire(std::int64_t watermarkUs, Output& out);
    WindowOutput& output() { return m_output; }

private:
    void expect(std::int64_t slice);
    bool beginWindow(std::int64_t watermarkUs, Output& out);
    void beginRunning(Output& out);
    std::size_t rows() const;  // of the window
    void gather();
    void endWindow();

    WindowLayoutPtr m_layout;
    SliceGrid m_grid;
    WindowState& m_state;
    WindowProgress& m_progress;
    WindowOutput m_output;
    std::int64_t m_nextDueUs = kEndOfTime;
    std::optional<RunningWindow> m_running;
    // The window that is being emitted.
    bool m_isOpen = false;
    const GroupTable* m_table = nullptr;  // where its groups are, unless they are the running window's
    std::unique_ptr<GroupTable> m_merged;
    std::int64_t m_end = 0;
    std::size_t m_nextRow = 0;
};

}  // namespace engine
