#pragma once

#include "spec/messages.h"

#include <memory>
#include <string>
#include <vector>

namespace engine {

struct RunViewOptions {
    bool table = false;         // even where standard error is no terminal
    bool json = false;          // lines and summary as JSON
    std::string metricsFile{};  // replaced once a second; empty: none
};

// Shows a running job on standard error: a table redrawn in place on a terminal, else a line every 10 s.
// Standard output belongs to the rows of console sinks and to the summary as JSON. Main thread; never waits.
class RunView {
public:
    explicit RunView(RunViewOptions options);

    // When the next update() has something to do, counted from the job's start.
    bool isDue(Duration running) const { return running >= m_nextShown || running >= m_nextMetrics; }
    void update(const JobTelemetry& telemetry, Duration running);
    void say(const LogLine& line, const std::string& file);  // warnings; as JSON all
    void tell(const std::vector<AlertChange>& changes);  // a line for each alert that fires, changes or ends
    void finish(const JobTelemetry& telemetry, Duration running);

private:
    void show(const JobTelemetry& telemetry, Duration running);
    void drawInPlace(const JobTelemetry& telemetry, Duration running);
    void writeMetrics(const JobTelemetry& telemetry, Duration running);

    RunViewOptions m_options;
    bool m_onTerminal = false;
    std::size_t m_linesDrawn = 0;
    Duration m_every{};
    Duration m_nextShown{};
    Duration m_nextMetrics{};
    bool m_metricsFailed = false;
};

}  // namespace engine
