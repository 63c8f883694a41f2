#pragma once

#include "jobs/alert_store.h"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine {

// Ends the alerts that a pipeline has left open in the table of the window, as the window does when it starts
// a job; `rules`: those that go on. Answers what was ended, nothing where no window has ever kept alerts. A
// table that cannot be written is complained of, and no reason to stop.
std::vector<AlertChange> endLeftAlerts(const std::string& pipeline, const std::set<std::string>& rules);

// The table of alerts of a run that was asked for one: the same as the window's, in a file of its own. Any
// thread.
class AlertTable {
public:
    static Result<std::unique_ptr<AlertTable>> open(const std::string& file);
    Status keep(const std::vector<AlertChange>& changes);  // all of them, or none
    // Ends what earlier runs of the pipeline have left open in it; `rules`: those that go on. Comes before
    // the first alert of this run. Where it cannot be written now, nothing is kept before it is.
    std::vector<AlertChange> endOthers(const std::string& pipeline, const std::set<std::string>& rules);

private:
    explicit AlertTable(std::unique_ptr<AlertStore> store) : m_store(std::move(store)) { }
    struct Begun {
        std::string pipeline{};
        std::set<std::string> rules{};
    };
    Result<std::vector<AlertChange>> endLeft();
    std::mutex m_mutex;
    std::unique_ptr<AlertStore> m_store;  // guarded by m_mutex, as is the next
    std::optional<Begun> m_begun;         // whose alerts are still to be ended
};

}  // namespace engine
