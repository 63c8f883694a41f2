#pragma once

#include "operators/window/row_windows.h"
#include "operators/window/updated_state.h"

namespace engine {

// Windows on the grid that give results before they end, or again when late rows come: every result has a
// version. Each row is added to every window that holds it. One for each instance, on its task's thread; what
// it keeps lies in the state store.
class UpdatedOperator final : public RowWindows<UpdatedState> {
public:
    using RowWindows::RowWindows;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    using Window = UpdatedState::Windows::iterator;
    std::int64_t dueOf(std::int64_t endUs, const UpdatedWindow& window) const;
    void refresh();
    void place(std::uint32_t index, std::int64_t watermarkUs, Output& out);
    void enter(std::uint32_t index, std::int64_t endUs, std::int64_t reachedUs, Output& out);
    void addRows(UpdatedWindow& window);
    void addRows();
    Flow fire(std::int64_t watermarkUs, Output& out);
    bool giveRows(Output& out);
    void endWindow();
    void give(GroupTable& table, std::uint32_t row, std::int64_t endUs, Output& out);

    SliceGrid m_grid = m_layout->grid();
    std::int64_t m_nextDueUs = kNoWatermark;  // of all windows; kNoWatermark: to be looked for
    std::vector<std::int64_t> m_pending;      // ends of the windows that have rows to be added
    bool m_hasPushed = false;
    // The window whose results are being given.
    std::optional<Window> m_giving;
    bool m_givesEarly = false;
    std::uint32_t m_nextRow = 0;
};

}  // namespace engine
