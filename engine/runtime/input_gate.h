#pragma once

#include "runtime/channel.h"

#include <variant>
#include <vector>

namespace engine {

// The inputs of one task: takes their elements one at a time, gives batches the watermark that holds where
// inputs meet (the minimum, idle ones left out), aligns barriers, and knows when all have ended. Belongs to
// its task.
class InputGate {
public:
    struct Input {
        Channel* channel = nullptr;
        int port = 0;
        std::string name{};  // of the node it comes from, to say who holds the watermark back
    };
    explicit InputGate(std::vector<Input> inputs);

    struct Rows {
        int port = 0;
        RecordBatch batch{};  // with the watermarks of the meeting
    };
    struct Moved {
        std::int64_t watermarkUs = kNoWatermark;
    };
    struct Nothing { };
    struct IdleChanged {
        bool idle = false;
    };
    struct End { };
    using Event = std::variant<Nothing, Rows, Moved, Barrier, IdleChanged, End>;
    Event next(bool rowsWanted =
                   true);  // Nothing: wait. End comes once. Without rowsWanted, batches stay where they are
    bool isAligning() const { return m_aligning; }
    std::int64_t watermarkUs() const { return m_told; }
    std::string heldBackBy() const;  // the input with the least watermark, when there are several

private:
    struct State {
        Input input;
        std::int64_t watermarkUs = kNoWatermark;
        bool idle = false, ended = false, atBarrier = false;
        bool beats = false;  // idle, and its watermark goes on all the same
    };
    std::int64_t least(const State* except) const;
    Event moved();
    bool allIdle() const;  // those that have not ended, and there are some
    bool take(State& state, bool rowsWanted, Event& event);
    std::vector<State> m_states;
    std::size_t m_turn = 0;
    std::int64_t m_told = kNoWatermark;
    bool m_aligning = false, m_endTold = false;
    bool m_idle = false;  // as it was told
    Barrier m_barrier{};
};

}  // namespace engine
