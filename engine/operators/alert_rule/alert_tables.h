#pragma once

#include "base/time.h"
#include "operators/alert_rule/alert_state.h"
#include "state/keyed_state.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// A label set in its table: the machine, and when a row of it was last heard of, whatever it said.
struct AlertInstance {
    AlertState state{};
    std::int64_t heardUs = 0;
    void save(std::string& out) const;
    bool load(std::string_view in);
};

// A row that waits for the watermark.
struct HeldEvaluation {
    std::string key{};  // its labels' bytes
    AlertEvaluation found{};
    bool isSaved = false;  // lies in the table too
    void save(std::string& out) const;
    bool load(std::string_view in);
};

// How far the rule as a whole has come. One row.
struct AlertProgress {
    std::string fingerprint{};  // of the rule that the instances belong to
    std::vector<std::string> labelNames{};
    std::int64_t nextTickUs = kEndOfTime;
    std::int64_t reachedUs = kNoWatermark;  // rows before it are late; processing time: of the last call
    std::int64_t heardUs = kNoWatermark;    // the last row of any label set
    std::int64_t nextNumber = 0;            // of rows, by arrival
    void save(std::string& out) const;
    bool load(std::string_view in);
};

// All state of a rule, by the names under which it is saved. Made in open(); belongs to the operator's task.
class AlertTables {
public:
    explicit AlertTables(StateStore& state);

    KeyedState<AlertInstance>& instances() { return m_instances; }
    AlertInstance& instance(std::string_view labels);  // made on first use
    void forget(std::string_view labels);
    std::vector<std::string> labelKeys() const
    {
        return quietKeys(kEndOfTime);
    }                                                                // in the order of their bytes
    std::vector<std::string> quietKeys(std::int64_t untilUs) const;  // not heard of after that
    bool hasProgress() const { return m_progress.rows() > 0; }
    AlertProgress& progress() { return m_progress.at(m_progressKey); }

    // Rows in the order of their times and then of their arrival. Those that are still there at the end of a
    // call are saved by keep().
    void hold(std::int64_t timeUs, HeldEvaluation row);
    std::int64_t nextHeldUs();  // kEndOfTime: none
    HeldEvaluation takeHeld();
    void keep();
    void dropAll();

private:
    using Place = std::pair<std::int64_t, std::int64_t>;  // time, number
    static std::string keyOf(const Place& place);
    void readHeld();
    KeyedState<AlertInstance>& m_instances;
    KeyedState<HeldEvaluation>& m_saved;
    KeyedState<AlertProgress>& m_progress;
    std::string m_progressKey;
    std::map<Place, HeldEvaluation> m_held;
    std::vector<Place> m_unsaved;
    bool m_isHeldRead = false;
};

}  // namespace engine
