#pragma once

#include "operators/pattern/pattern_state.h"

#include <functional>
#include <string>
#include <vector>

namespace engine {

// Moves the runs of one key on by one row, as Flink does (semantics.md section 4): each run is tried with the
// variable that took the row before and with those that may follow, without going back; a match waits while a
// run that began before it goes on; what it skips is forgotten. Belongs to one operator.
class PatternMatcher {
public:
    explicit PatternMatcher(PatternSpecPtr spec);

    // A formula over the rows of a run could not be worked out for a row: its condition does not hold.
    std::function<void(const PatternRow& row, const RowFault& fault)> onFault{};
    std::function<void(const PatternKey& key, const PatternRun& match)> onMatch{};
    EvalContext eval{};

    void take(PatternKey& key, PatternRow row);
    // Ends runs whose time is over at a time: those that began `within` before it, or earlier.
    void advance(PatternKey& key, std::int64_t timeUs);
    // The value of a reference for a run. `own`: the variable that is tried with the row behind the run's.
    // False, and NULL: the sum has no room in a BIGINT.
    bool put(const PatternKey& key, const PatternRun& run, const PatternReference& reference,
             std::optional<std::size_t> own, ColumnBuilder& into) const;

private:
    struct Rows {
        std::int64_t first = 0, count = 0;
    };
    Rows rowsOf(const PatternRun& run, std::optional<std::size_t> variable,
                std::optional<std::size_t> own) const;
    Column valuesOf(const PatternKey& key, Rows rows, std::size_t value) const;
    bool holds(const PatternKey& key, const PatternRun& run, std::size_t variable);
    bool ends(const PatternKey& key, const PatternRun& run, std::size_t variable);
    void tryRun(const PatternKey& key, const PatternRun& run, bool isNew);
    void add(const PatternKey& key, const PatternRun& run, std::size_t variable);
    void giveMatches(PatternKey& key);
    void skip(PatternKey& key, const PatternRun& match) const;
    static void dropRows(PatternKey& key);

    PatternSpecPtr m_spec;
    std::vector<DataType> m_types;  // of the values that are kept
    std::vector<PatternRun> m_next, m_ended;
    std::vector<signed char>
        m_known;  // of the run that is tried: whether each condition holds; -1: not asked
};

}  // namespace engine
