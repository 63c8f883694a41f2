#pragma once

#include "spec/messages.h"
#include "ui/time_zone.h"

#include <QString>

#include <optional>

namespace ui {

// What is worked out from telemetry for showing. Pure; any thread.

// How far a watermark is behind: behind now while the data is of today, else behind the newest watermark of
// the job (a replay of old data is not late by years). Nothing before the first watermark and after the end.
std::optional<std::int64_t> lagUs(const engine::JobTelemetry& telemetry, std::int64_t watermarkUs);

std::int64_t leastWatermark(const engine::JobTelemetry& telemetry);  // of all nodes that have one
// "14:32:07.500", "at the end", "none yet"
QString watermarkText(std::int64_t watermarkUs, const TimeZone& zone = {});
QString clockText(engine::Timestamp at, const TimeZone& zone = {});  // "14:32:07"

struct Flow {
    double inRate = 0, outRate = 0;  // rows a second into and out of the pipeline
    std::int64_t in = 0, out = 0, rejected = 0;
};
Flow flowOf(const engine::JobTelemetry& telemetry);

// When the last checkpoint was: "12 s ago" while the job runs, the time of day once it is over.
QString checkpointText(const engine::JobTelemetry& telemetry, const TimeZone& zone = {});
QString guaranteeText(const std::string& guarantee);  // "exactly once"

}  // namespace ui
