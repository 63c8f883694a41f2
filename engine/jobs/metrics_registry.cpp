#include "jobs/metrics_registry.h"

#include <algorithm>

namespace engine {

std::vector<std::shared_ptr<const MetricReadings>> MetricsRegistry::newest()
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<const MetricReadings>> all;
    for (const auto& [job, readings] : m_newest) all.push_back(readings);
    return all;
}

void MetricsRegistry::publish(const void* job, MetricReadings readings)
{
    auto made = std::make_shared<const MetricReadings>(std::move(readings));
    const std::lock_guard lock(m_mutex);
    m_newest[job] = std::move(made);
}

void MetricsRegistry::forget(const void* job)
{
    const std::lock_guard lock(m_mutex);
    m_newest.erase(job);
}

namespace {

double secondsBehind(const JobTelemetry& telemetry, std::int64_t timeUs)
{
    return static_cast<double>(std::max<std::int64_t>(0, telemetry.at.time_since_epoch().count() - timeUs)) /
        1e6;
}

void addNodeReadings(const JobTelemetry& telemetry, const NodeTelemetry& node, MetricReadings& into)
{
    const std::int64_t at = telemetry.at.time_since_epoch().count();
    const auto add = [&](std::string metric, double value, std::string partition = {}) {
        into.push_back(
            {telemetry.status.name, node.node.value, std::move(partition), std::move(metric), value, at});
    };
    add("rows_in", static_cast<double>(node.rowsIn));
    add("rows_out", static_cast<double>(node.rowsOut));
    add("rows_in_per_second", node.rowsInRate);
    add("rows_out_per_second", node.rowsOutRate);
    add("rows_rejected", static_cast<double>(node.rowsRejected));
    add("rows_late", static_cast<double>(node.rowsLate));
    add("bytes_in", static_cast<double>(node.bytesIn));
    add("bytes_out", static_cast<double>(node.bytesOut));
    add("busy", node.busy);
    add("blocked", node.blocked);
    add("state_rows", static_cast<double>(node.stateRows));
    add("state_bytes", static_cast<double>(node.stateBytes));
    if (node.watermarkUs != kNoWatermark && node.watermarkUs != kEndOfTime)
        add("watermark_lag_seconds", secondsBehind(telemetry, node.watermarkUs));
    for (const auto& [name, count] : node.counters) {
        const std::size_t colon = name.find(':');
        const bool isOfPartition = colon != std::string::npos;
        add(name.substr(0, colon), static_cast<double>(count),
            isOfPartition ? name.substr(colon + 1) : std::string());
    }
}

}  // namespace

MetricReadings readingsOf(const JobTelemetry& telemetry)
{
    MetricReadings readings;
    const std::int64_t at = telemetry.at.time_since_epoch().count();
    const auto add = [&](std::string metric, double value) {
        readings.push_back({telemetry.status.name, {}, {}, std::move(metric), value, at});
    };
    add("running", telemetry.status.state == JobState::Running ? 1 : 0);
    add("restarts", telemetry.status.restarts);
    add("memory_bytes", static_cast<double>(telemetry.memoryBytes));
    add("checkpoints", static_cast<double>(telemetry.checkpoint.epoch));
    if (telemetry.checkpoint.epoch > 0) {
        add("checkpoint_age_seconds",
            secondsBehind(telemetry, telemetry.checkpoint.at.time_since_epoch().count()));
        add("checkpoint_seconds", static_cast<double>(telemetry.checkpoint.durationUs) / 1e6);
        add("checkpoint_pause_seconds", static_cast<double>(telemetry.checkpoint.pauseUs) / 1e6);
        add("checkpoint_bytes", static_cast<double>(telemetry.checkpoint.bytes));
    }
    for (const NodeTelemetry& node : telemetry.nodes) addNodeReadings(telemetry, node, readings);
    return readings;
}

}  // namespace engine
