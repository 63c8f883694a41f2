#pragma once

#include "operators/window/row_windows.h"
#include "operators/window/session_state.h"

namespace engine {

// Sessions: rows of a key that are no further apart than the gap. Joins live sessions that a row touches, and
// judges what comes out of it by the watermark before the row. One for each instance, on its task's thread;
// what it keeps lies in the state store.
class SessionOperator final : public RowWindows<SessionState> {
public:
    using RowWindows::RowWindows;
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

    std::vector<std::uint32_t> m_chosen, m_groups;  // rows of the piece that are not added yet, and to what
};

}  // namespace engine
