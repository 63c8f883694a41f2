#pragma once

#include "component/operator.h"
#include "grouping/join_keys.h"
#include "grouping/join_layout.h"
#include "grouping/joined_rows.h"
#include "grouping/operator_time.h"
#include "operators/window_join/join_windows.h"
#include "state/sliced_rows.h"

#include <array>
#include <optional>

namespace engine {

struct WindowJoinLayout : JoinLayout {
    JoinWindows windows{};
    // Attached windows: the columns of each input that say them. The start is one of the keys too.
    std::array<std::size_t, 2> startColumns{}, endColumns{};
};
using WindowJoinLayoutPtr = std::shared_ptr<const WindowJoinLayout>;

// Keeps the rows of both sides until their windows close, and then gives what the kind of join makes of each
// window. Judges every row by the watermark before it. One for each instance, on its task's thread; the rows
// it keeps lie in the state store.
class WindowJoinOperator final : public Operator {
public:
    explicit WindowJoinOperator(WindowJoinLayoutPtr layout);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    // The window that is being given, and how far that has come.
    struct Firing {
        std::int64_t endUs = 0, fromUs = 0, toUs = 0;
        std::size_t side = kLeft;  // whose rows are looked at: left ones, then right ones
        SlicedRows::Slices::iterator slice{};
        std::uint32_t row = 0;
        bool isSearching = false, isDone = false;  // of the row
        bool isAlone = true;                       // the row, so far
        SlicedRows::Search search{};
    };
    std::int64_t timeOf(std::size_t side, const RecordBatch& batch, std::uint32_t row) const;
    void take(std::size_t side, const RecordBatch& batch, std::size_t index, Output& out);
    Flow fire(std::int64_t watermarkUs, Output& out);
    void refresh();
    bool beginWindow(std::int64_t watermarkUs);
    void beginSide(std::size_t side);
    bool giveSide(Output& out);
    bool giveRow(Output& out);
    bool give(const char* left, const char* right, Output& out);
    bool looksAt(std::size_t side) const;
    std::int64_t startOf(std::size_t side, const char* values) const;

    WindowJoinLayoutPtr m_layout;
    OperatorContext* m_context = nullptr;
    OperatorTime* m_time = nullptr;  // what is due at it has fired
    std::array<SlicedRows*, 2> m_kept{};
    std::optional<JoinedRows> m_joined;
    std::optional<Firing> m_firing;
    std::int64_t m_nextDueUs = kEndOfTime;
    bool m_isReady = false;  // what was restored has been looked at
    // The batch in hand, while process answers More.
    bool m_isInHand = false;
    JoinKeys m_keys;
    std::size_t m_next = 0;
};

}  // namespace engine
