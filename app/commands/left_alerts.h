#pragma once

#include "jobs/alert_store.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

// Ends the alerts that a pipeline has left open in the table of the window, as the window does when it starts
// a job; `rules`: those that go on. Answers what was ended, nothing where no window has ever kept alerts. A
// table that cannot be written is complained of, and no reason to stop.
std::vector<AlertChange> endLeftAlerts(const std::string& pipeline, const std::set<std::string>& rules);

// The table of alerts of a run that was asked for one: the same as the window's, in a file of its own. What
// cannot be written is complained of once, and no reason to stop. Control thread.
class AlertTable {
public:
    static Result<std::unique_ptr<AlertTable>> open(const std::string& file);
    void add(const std::vector<AlertChange>& changes);
    // Ends what earlier runs of the pipeline have left open in it; `rules`: those that go on.
    std::vector<AlertChange> endOthers(const std::string& pipeline, const std::set<std::string>& rules);

private:
    explicit AlertTable(std::unique_ptr<AlertStore> store) : m_store(std::move(store)) { }
    void complain(const Error& error);
    std::unique_ptr<AlertStore> m_store;
    bool m_hasComplained = false;
};

}  // namespace engine
