// What a run tells a program.
#include "commands/run_table.h"

#include <algorithm>
#include <array>

namespace engine {

namespace {

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

Json splitsJson(const std::vector<SplitTelemetry>& splits)
{
    Json all = Json::array();
    for (const SplitTelemetry& split : splits)
        all.push_back({{"split", split.name},
                       {"watermark",
                        split.watermarkUs == kNoWatermark ? Json() : Json(watermarkText(split.watermarkUs))},
                       {"idle", split.isIdle}});
    return all;
}

Json nodeJson(const JobTelemetry& telemetry, const NodeTelemetry& node)
{
    Json counters = Json::object();
    for (const auto& [name, count] : node.counters) counters[name] = count;
    Json json{{"node", node.node.value},
              {"rows_in", node.rowsIn},
              {"rows_out", node.rowsOut},
              {"rows_rejected", node.rowsRejected},
              {"rows_late", node.rowsLate},
              {"bytes_in", node.bytesIn},
              {"bytes_out", node.bytesOut},
              {"rows_in_per_second", node.rowsInRate},
              {"rows_out_per_second", node.rowsOutRate},
              {"busy", node.busy},
              {"blocked", node.blocked},
              {"idle", node.idle},
              {"watermark", nullptr},
              {"held_back_by", node.heldBackBy},
              {"waits_for", node.waitsFor.empty() ? Json() : Json(node.waitsFor)},
              {"problem", node.problem.empty() ? Json() : Json(node.problem)},
              {"state_rows", node.stateRows},
              {"state_bytes", node.stateBytes},
              {"watermark_lag_seconds", nullptr},
              {"counters", std::move(counters)}};
    if (node.watermarkUs != kNoWatermark) json["watermark"] = watermarkText(node.watermarkUs);
    if (const auto lag = lagOf(telemetry, node.watermarkUs))
        json["watermark_lag_seconds"] = static_cast<double>(lag->count()) / 1e6;
    if (!node.splits.empty()) json["splits"] = splitsJson(node.splits);
    return json;
}

}  // namespace

Json rejectedJson(const JobTelemetry& telemetry)
{
    Json list = Json::array();
    for (const RejectedRow& row : telemetry.rejected)
        list.push_back(Json{{"node", row.node.value},
                            {"reason", row.reason},
                            {"coordinates", row.coordinates},
                            {"column", row.column},
                            {"raw", row.raw},
                            {"at", formatTime(row.at)}});
    return list;
}

Json alertJson(const AlertChange& change)
{
    static constexpr std::array<const char*, 4> kKinds{"silent", "fired", "updated", "resolved"};
    const auto labels = parseJson(change.labels);
    return Json{{"alert", kKinds[change.kind]},
                {"at", formatTime(change.at)},
                {"severity", change.severity},
                {"rule", change.rule.value},
                {"labels", labels ? *labels : Json(change.labels)},
                {"from", change.from},
                {"to", change.to},
                {"reason", change.reason},
                {"value", change.value ? Json(*change.value) : Json()},
                {"episode", change.episode},
                {"summary", change.summary}};
}

Json logJson(const LogLine& line)
{
    static constexpr std::array<const char*, 4> kLevels{"debug", "info", "warning", "error"};
    return Json{{"log", kLevels[static_cast<std::size_t>(std::clamp(line.level, 0, 3))]},
                {"at", formatTime(line.at)},
                {"node", line.node.value.empty() ? Json() : Json(line.node.value)},
                {"text", line.text}};
}

Json telemetryJson(const JobTelemetry& telemetry, Duration running)
{
    const Totals totals = totalsOf(telemetry);
    Json nodes = Json::array();
    for (const NodeTelemetry& node : telemetry.nodes) nodes.push_back(nodeJson(telemetry, node));
    Json edges = Json::array();
    for (const EdgeTelemetry& edge : telemetry.edges)
        edges.push_back(Json{{"from", portText(edge.edge.from)},
                             {"to", portText(edge.edge.to)},
                             {"rows", edge.rows},
                             {"rows_per_second", edge.rowsRate},
                             {"fill", edge.fill}});
    return Json{{"name", telemetry.status.name},
                {"state", jobStateName(telemetry.status.state)},
                {"at", formatTime(telemetry.at)},
                {"running_seconds", static_cast<double>(running.count()) / 1e6},
                {"rows_in", totals.in},
                {"rows_out", totals.out},
                {"rows_rejected", totals.rejected},
                {"rows_late", totals.late},
                {"checkpoint", telemetry.checkpoint.epoch},
                {"checkpoint_seconds", seconds(telemetry.checkpoint.durationUs)},
                {"checkpoint_pause_seconds", seconds(telemetry.checkpoint.pauseUs)},
                {"checkpoint_bytes", telemetry.checkpoint.bytes},
                {"restarts", telemetry.status.restarts},
                {"memory_bytes", telemetry.memoryBytes},
                {"threads", telemetry.threads},
                {"alerts_firing", alertsOf(telemetry, &NodeTelemetry::alertsFiring)},
                {"alerts_pending", alertsOf(telemetry, &NodeTelemetry::alertsPending)},
                {"alerts_fired", telemetry.alertsFired},
                {"alerts_resolved", telemetry.alertsResolved},
                {"guarantee", telemetry.guarantee},
                {"failure", telemetry.status.failure ? Json(telemetry.status.failure->message) : Json()},
                {"nodes", std::move(nodes)},
                {"edges", std::move(edges)}};
}

}  // namespace engine
