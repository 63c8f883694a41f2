#pragma once

#include "spec/messages.h"

#include <set>
#include <string>
#include <vector>

namespace engine {

// Ends the alerts that a pipeline has left open in the table of the window, as the window does when it starts
// a job; `rules`: those that go on. Answers what was ended, nothing where no window has ever kept alerts. A
// table that cannot be written is complained of, and no reason to stop.
std::vector<AlertChange> endLeftAlerts(const std::string& pipeline, const std::set<std::string>& rules);

}  // namespace engine
