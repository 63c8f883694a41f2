#pragma once

#include "spec/messages.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// The state of a running job as text; pure, so that it can be read in a test.

// A head line, a heading, and a line for each node, none longer than `width` characters: where that is
// little, the bytes of state are left out, the watermark is shortened, then left out, since the lag tells it
// too, and then names are cut.
std::vector<std::string> telemetryTable(const JobTelemetry& telemetry, Duration running, std::size_t width);

// One line for a log: state, rows in and out of the whole pipeline, rates, lag, rejected.
std::string telemetryLine(const JobTelemetry& telemetry, Duration running);

// What a run came to, for the end: a line for each node, the checkpoint, the time.
std::vector<std::string> summaryLines(const JobTelemetry& telemetry, Duration running);

// One line for an alert that fires, changes or ends: severity, rule, labels, value, summary.
std::string alertLine(const AlertChange& change);

// In: what the sources read, rejected rows included. Out: what came to the sinks. Rejected and late:
// anywhere.
struct Totals {
    std::int64_t in = 0, out = 0, rejected = 0, late = 0;
    double inRate = 0, outRate = 0;
    std::int64_t watermarkUs = kEndOfTime;
};
Totals totalsOf(const JobTelemetry& telemetry);
std::int64_t alertsOf(const JobTelemetry& telemetry, std::int64_t NodeTelemetry::* count);  // of all rules

// How far a watermark is behind the clock; nothing where there is none, or the end has come.
std::optional<Duration> lagOf(const JobTelemetry& telemetry, std::int64_t watermarkUs);

Json logJson(const LogLine& line);
Json alertJson(const AlertChange& change);
Json telemetryJson(const JobTelemetry& telemetry, Duration running);
// The last rows that each node refused.
Json rejectedJson(const JobTelemetry& telemetry);

std::string countText(double count);          // "950", "12.3 k", "4.56 M"
std::string rowsText(std::int64_t count);     // "1 row", "12345 rows"
std::string durationText(Duration duration);  // "250 ms", "12.5 s", "3 min 20 s", "5 h 12 min", "3 d"
std::string sizeText(std::uint64_t bytes);    // "950 B", "12.3 KiB", "4.56 MiB"
std::string watermarkText(std::int64_t watermarkUs);

}  // namespace engine
