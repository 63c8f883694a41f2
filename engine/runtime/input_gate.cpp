#include "runtime/input_gate.h"

#include <algorithm>

namespace engine {

InputGate::InputGate(std::vector<Input> inputs)
{
    for (Input& input : inputs) m_states.push_back({std::move(input)});
}

std::int64_t InputGate::least(const State* except) const
{
    std::int64_t least = kEndOfTime;
    bool someCounts = except != nullptr, allIdle = true, someBeat = false;
    std::int64_t leastBeat = kEndOfTime;
    for (const State& state : m_states) {
        if (&state == except || state.ended) continue;
        if (state.beats) {
            someBeat = true;
            leastBeat = std::min(leastBeat, state.watermarkUs);
        }
        if (state.idle) continue;
        allIdle = false;
        someCounts = true;
        least = std::min(least, state.watermarkUs);
    }
    // When all that are left are idle nothing advances but by their heartbeats; only inputs that have all
    // ended let time go on to its end.
    if (!someCounts && allIdle &&
        std::any_of(m_states.begin(), m_states.end(), [](const State& s) { return !s.ended; }))
        return someBeat ? std::max(m_told, leastBeat) : m_told;
    return least;
}

namespace {

// The column of watermarks before each row, none above `bound`.
Column boundedBy(const Column& column, std::int64_t bound)
{
    if (column.size() == 0 || bound == kEndOfTime) return column;
    auto values = Buffer::make(column.size() * sizeof(std::int64_t));
    values->setSize(column.size() * sizeof(std::int64_t));
    const auto from = column.integers();
    for (std::size_t i = 0; i < from.size(); ++i) values->as<std::int64_t>()[i] = std::min(from[i], bound);
    return {DataType::Int64, column.size(), values};
}

}  // namespace

InputGate::Event InputGate::moved()
{
    const std::int64_t now = least(nullptr);
    if (now <= m_told) return Nothing{};
    m_told = now;
    return Moved{now};
}

bool InputGate::take(State& state, bool rowsWanted, Event& event)
{
    Element* front = state.input.channel->front();
    if (!front) return false;
    if (auto* batch = std::get_if<RecordBatch>(front)) {
        if (!rowsWanted) return false;
        state.idle = state.beats = false;
        const Watermarks own = batch->watermarks();
        state.watermarkUs = std::max(state.watermarkUs, own.after);
        if (m_states.size() == 1) {
            event = Rows{state.input.port, std::move(*batch)};
            m_told = std::max(m_told, own.after);
        } else {
            const std::int64_t others = least(&state);
            const Watermarks here{std::max(m_told, std::min(own.before, others)),
                                  std::max(m_told, std::min(own.after, others))};
            event = Rows{state.input.port,
                         batch->withWatermarks(here, boundedBy(batch->hidden().watermarkBefore, others))};
            m_told = here.after;
        }
        state.input.channel->pop();
        return true;
    }
    if (const auto* mark = std::get_if<WatermarkMark>(front)) {
        state.beats = state.idle;
        state.watermarkUs = std::max(state.watermarkUs, mark->timeUs);
        event = moved();
    } else if (const auto* idle = std::get_if<IdleMark>(front)) {
        state.idle = idle->idle;
        state.beats = false;
        event = moved();
    } else if (const auto* barrier = std::get_if<Barrier>(front)) {
        state.atBarrier = true;
        m_barrier = *barrier;
        m_aligning = true;
    } else if (std::holds_alternative<EndOfStream>(*front)) {
        state.ended = true;
        event = moved();
    }
    state.input.channel->pop();
    return true;
}

bool InputGate::allIdle() const
{
    bool all = true, someAreLeft = false;
    for (const State& state : m_states) {
        someAreLeft = someAreLeft || !state.ended;
        all = all && (state.idle || state.ended);
    }
    return all && someAreLeft;
}

InputGate::Event InputGate::next(bool rowsWanted)
{
    for (;;) {
        // Behind the rows or the watermark of the element that changed it, and before any barrier.
        if (const bool all = allIdle(); all != m_idle) return IdleChanged{m_idle = all};
        if (m_aligning && std::all_of(m_states.begin(), m_states.end(), [](const State& s) {
                return s.atBarrier || s.ended;
            })) {
            m_aligning = false;
            for (State& state : m_states) state.atBarrier = false;
            return m_barrier;
        }
        // The input that is furthest behind goes first, but the others are never refused: they may share a
        // source.
        State* chosen = nullptr;
        for (std::size_t i = 0; i < m_states.size(); ++i) {
            State& state = m_states[(m_turn + i) % m_states.size()];
            if (state.ended || state.atBarrier || !state.input.channel->front()) continue;
            if (!rowsWanted && std::holds_alternative<RecordBatch>(*state.input.channel->front())) continue;
            if (!chosen || state.watermarkUs < chosen->watermarkUs) chosen = &state;
        }
        if (!chosen) {
            const bool ended =
                std::all_of(m_states.begin(), m_states.end(), [](const State& s) { return s.ended; });
            if (ended && !m_endTold) {
                m_endTold = true;
                return End{};
            }
            return Nothing{};
        }
        m_turn = (m_turn + 1) % m_states.size();
        Event event = Nothing{};
        take(*chosen, rowsWanted, event);
        if (!std::holds_alternative<Nothing>(event)) return event;
    }
}

std::string InputGate::heldBackBy() const
{
    if (m_states.size() < 2) return {};
    const State* least = nullptr;
    for (const State& state : m_states)
        if (!state.idle && !state.ended && (!least || state.watermarkUs < least->watermarkUs)) least = &state;
    return least ? least->input.name : std::string();
}

}  // namespace engine
