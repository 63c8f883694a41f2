#pragma once

#include "component/operator.h"
#include "grouping/join_keys.h"
#include "grouping/join_layout.h"
#include "grouping/joined_rows.h"
#include "grouping/operator_time.h"
#include "state/sliced_rows.h"

#include <optional>
#include <vector>

namespace engine {

// Gives each left row the right row that was valid at its time, once the watermark has passed it, in the
// order of their times. A late left row is given with the next watermark, and the versions that it may get
// are those that were kept when it came. One for each instance, on its task's thread; what it keeps lies in
// the state store.
class TemporalJoinOperator final : public Operator {
public:
    explicit TemporalJoinOperator(JoinLayoutPtr layout);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    // A left row that has not been given.
    struct Waiting {
        std::int64_t timeUs, order;
        const RowSlice* slice;
        std::uint32_t row;
        bool operator<(const Waiting& other) const  // of a heap, the row with the least time first
        {
            return timeUs > other.timeUs || (timeUs == other.timeUs && order > other.order);
        }
    };
    void collectWaiting();
    void wait(const SlicedRows::Place& place);
    bool release(std::int64_t watermarkUs, Output& out);
    void give(const Waiting& row);
    const char* versionFor(const Waiting& row);
    void take(std::size_t side, const RecordBatch& batch, std::size_t index);
    void countRows();

    JoinLayoutPtr m_layout;
    OperatorContext* m_context = nullptr;
    OperatorTime* m_time = nullptr;  // up to which left rows have been given
    SlicedRows *m_left = nullptr, *m_versions = nullptr;
    std::optional<JoinedRows> m_joined;
    std::vector<Waiting> m_waiting;
    WatermarkSteps m_steps;
    bool m_hasCollected = false;  // m_waiting, from what was restored
    // The batch in hand, while process answers More.
    bool m_isInHand = false;
    JoinKeys m_keys;
    std::size_t m_next = 0;
};

}  // namespace engine
