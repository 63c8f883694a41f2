#include "ui/job_figures.h"

#include "ui/format.h"

#include <algorithm>
#include <set>

namespace ui {

namespace {

bool isTime(std::int64_t watermarkUs)
{
    return watermarkUs != engine::kNoWatermark && watermarkUs < engine::kEndOfTime - kDayUs;
}

std::int64_t newestWatermark(const engine::JobTelemetry& telemetry)
{
    std::int64_t newest = engine::kNoWatermark;
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (isTime(node.watermarkUs)) newest = std::max(newest, node.watermarkUs);
    return newest;
}

}  // namespace

std::optional<std::int64_t> lagUs(const engine::JobTelemetry& telemetry, std::int64_t watermarkUs)
{
    if (!isTime(watermarkUs)) return {};
    const std::int64_t now = telemetry.at.time_since_epoch().count();
    const std::int64_t newest = newestWatermark(telemetry);
    const bool isOfToday = newest == engine::kNoWatermark || std::abs(now - newest) < kDayUs;
    return std::max<std::int64_t>((isOfToday ? now : newest) - watermarkUs, 0);
}

std::int64_t leastWatermark(const engine::JobTelemetry& telemetry)
{
    std::int64_t least = engine::kEndOfTime;
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (node.watermarkUs != engine::kNoWatermark) least = std::min(least, node.watermarkUs);
    return telemetry.nodes.empty() || least == engine::kEndOfTime ? newestWatermark(telemetry) : least;
}

QString watermarkText(std::int64_t watermarkUs, const TimeZone& zone)
{
    if (watermarkUs == engine::kNoWatermark) return QStringLiteral("none yet");
    if (!isTime(watermarkUs)) return QStringLiteral("at the end");
    return formatTimeOfDay(zone.local(watermarkUs));
}

QString clockText(engine::Timestamp at, const TimeZone& zone)
{
    return formatTimeOfDay(zone.local(at.time_since_epoch().count())).left(8);
}

Flow flowOf(const engine::JobTelemetry& telemetry)
{
    std::set<engine::NodeId> haveInput, haveOutput;
    for (const engine::EdgeTelemetry& edge : telemetry.edges) {
        haveInput.insert(edge.edge.to.node);
        haveOutput.insert(edge.edge.from.node);
    }
    Flow flow;
    for (const engine::NodeTelemetry& node : telemetry.nodes) {
        flow.rejected += node.rowsRejected;
        if (!haveInput.contains(node.node)) {
            flow.in += node.rowsIn;
            flow.inRate += node.rowsInRate;
        } else if (!haveOutput.contains(node.node)) {
            // What a sink refuses has not arrived. Of the rate that share is taken which it has of all rows.
            const std::int64_t taken = std::max<std::int64_t>(node.rowsIn - node.rowsRejected, 0);
            flow.out += taken;
            if (taken > 0)
                flow.outRate +=
                    node.rowsInRate * static_cast<double>(taken) / static_cast<double>(node.rowsIn);
        }
    }
    return flow;
}

QString checkpointText(const engine::JobTelemetry& telemetry, const TimeZone& zone)
{
    if (!telemetry.checkpoint.epoch) return {};
    if (engine::isOver(telemetry.status.state)) return clockText(telemetry.checkpoint.at, zone);
    return formatAge((telemetry.at - telemetry.checkpoint.at).count());
}

QString guaranteeText(const std::string& guarantee)
{
    return QString::fromStdString(guarantee).replace(QLatin1Char('_'), QLatin1Char(' '));
}

}  // namespace ui
