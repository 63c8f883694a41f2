#pragma once

#include "operators/window/count_state.h"
#include "operators/window/row_windows.h"

namespace engine {

// Windows of a number of rows of each key, in the order in which they come; knows no late rows. One for each
// instance, on its task's thread; what it keeps lies in the state store.
class CountOperator final : public RowWindows<CountState> {
public:
    using RowWindows::RowWindows;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    void place(std::uint32_t index, Output& out);
    void addRows();

    std::vector<std::uint32_t> m_chosen, m_groups;  // rows of the piece that are not added yet, and to what
};

}  // namespace engine
