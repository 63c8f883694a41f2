#pragma once

#include "component/operator.h"
#include "data/expression.h"
#include "grouping/join_keys.h"
#include "grouping/join_layout.h"
#include "grouping/joined_rows.h"
#include "grouping/operator_time.h"
#include "state/sliced_rows.h"

#include <array>
#include <optional>
#include <vector>

namespace engine {

// The bounds in which rows meet: left.ts in [right.ts - lower, right.ts + upper]. A left row may still meet
// right rows until `lower` after it, a right row left ones until `upper` after it.
struct IntervalJoinLayout : JoinLayout {
    std::array<std::int64_t, 2> keptUs{};   // lower, upper
    std::optional<Expression> condition{};  // over the output
    bool meetsNever() const { return keptUs[kLeft] < -keptUs[kRight]; }
};
using IntervalJoinLayoutPtr = std::shared_ptr<const IntervalJoinLayout>;

// Gives a pair when its later row arrives, and a row that had no partner when none can come any more. Judges
// each row by the watermark before it. One for each instance, on its task's thread; the rows it keeps lie in
// the state store.
class IntervalJoinOperator final : public Operator {
public:
    explicit IntervalJoinOperator(IntervalJoinLayoutPtr layout);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;
    std::int64_t watermarkBehind(std::int64_t watermarkUs) const override;

private:
    // A row of a side whose rows are given without a partner too, by when none can come any more.
    struct Open {
        std::int64_t timeUs;
        RowSlice* slice;
        std::uint32_t row;
    };
    void begin(std::size_t side, const RecordBatch& batch, Output& out);
    bool search(std::size_t side, const RecordBatch& batch, Output& out);
    void keep(std::size_t side, const RecordBatch& batch, std::size_t index);
    void noteOpen(std::size_t side, Open row);
    void collectOpen();
    bool giveOpen(std::size_t side, std::int64_t watermarkUs, Output& out);
    void push(const RecordBatch* batch, std::size_t side, Output& out);
    void markPairs(const std::vector<std::uint32_t>& rows);
    bool hasPassed(std::size_t side, std::int64_t timeUs, std::int64_t watermarkUs) const;

    IntervalJoinLayoutPtr m_layout;
    bool m_needsMarks;
    OperatorContext* m_context = nullptr;
    OperatorTime* m_time = nullptr;
    std::array<SlicedRows*, 2> m_kept{};
    std::optional<JoinedRows> m_joined;
    std::array<std::vector<Open>, 2> m_open;  // heaps, the row with the least time first
    bool m_hasCollected = false;              // m_open, from what was restored
    EvalContext m_eval;
    std::vector<std::uint32_t> m_passing;
    // The pairs in m_joined: what is to be marked as not alone.
    struct Pair {
        std::size_t index;  // of the batch in hand
        RowSlice* slice;
        std::uint32_t row;
    };
    std::vector<Pair> m_pairs;
    // The batch in hand, while process answers More.
    bool m_isInHand = false, m_isSearching = false;
    JoinKeys m_keys;
    std::vector<std::int64_t> m_watermarks;  // that each row has met
    std::vector<char> m_isAlone;
    std::size_t m_next = 0;
    SlicedRows::Search m_search;
};

}  // namespace engine
