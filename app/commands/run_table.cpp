#include "commands/run_table.h"

#include "spec/units.h"
#include "spec/unread.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace engine {

namespace {

constexpr std::size_t kRejectedShown = 10;
constexpr std::size_t kColumns = 12;
constexpr std::size_t kWatermark = 5;
constexpr std::size_t kStateBytes = 9;
constexpr std::size_t kUnread = 7;  // a column that is shown where there is a source that knows it
constexpr std::size_t kNameWidthMin = 8;
using Row = std::array<std::string, kColumns>;

std::string fixed(double value, int digits)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string lagText(const JobTelemetry& telemetry, std::int64_t watermarkUs)
{
    const auto lag = lagOf(telemetry, watermarkUs);
    return lag ? durationText(*lag) : "-";
}

// "12:00:00" of "2024-05-01T12:00:00.000Z".
std::string timeOfDay(const std::string& watermark)
{
    constexpr std::size_t kTimeCharacters = 8;
    const std::size_t t = watermark.find('T');
    return t == std::string::npos ? watermark : watermark.substr(t + 1, kTimeCharacters);
}

std::string unreadText(const NodeTelemetry& node)
{
    const auto unread = unreadRecords(node);
    return unread ? countText(static_cast<double>(*unread)) : "-";
}

Row rowOf(const JobTelemetry& telemetry, const NodeTelemetry& node)
{
    return {node.node.value,
            countText(static_cast<double>(node.rowsIn)),
            countText(static_cast<double>(node.rowsOut)),
            countText(node.rowsInRate),
            countText(node.rowsOutRate),
            watermarkText(node.watermarkUs),
            lagText(telemetry, node.watermarkUs),
            unreadText(node),
            countText(static_cast<double>(node.stateRows)),
            sizeText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, node.stateBytes))),
            countText(static_cast<double>(node.rowsRejected)),
            countText(static_cast<double>(node.rowsLate))};
}

using Widths = std::array<std::size_t, kColumns>;  // 0: the column is not shown

Widths widthsOf(const std::vector<Row>& rows, bool showsUnread)
{
    Widths widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
    if (!showsUnread) widths[kUnread] = 0;
    return widths;
}

std::size_t lineWidth(const Widths& widths)
{
    std::size_t sum = widths[0];
    for (std::size_t i = 1; i < kColumns; ++i) sum += widths[i] > 0 ? widths[i] + 2 : 0;
    return sum;
}

// Makes the columns as narrow as the line.
Widths fitted(std::vector<Row>& rows, bool showsUnread, std::size_t width)
{
    Widths widths = widthsOf(rows, showsUnread);
    if (lineWidth(widths) > width) {
        for (Row& row : rows) row[kStateBytes].clear();
        widths = widthsOf(rows, showsUnread);
    }
    if (lineWidth(widths) > width) {
        for (Row& row : rows) row[kWatermark] = timeOfDay(row[kWatermark]);
        widths = widthsOf(rows, showsUnread);
    }
    if (lineWidth(widths) > width) widths[kWatermark] = 0;
    if (const std::size_t line = lineWidth(widths); line > width && widths[0] > kNameWidthMin) {
        widths[0] = std::max(kNameWidthMin, widths[0] - std::min(widths[0], line - width));
        for (Row& row : rows)
            if (row[0].size() > widths[0]) row[0] = row[0].substr(0, widths[0] - 2) + "..";
    }
    return widths;
}

// Names to the left, figures to the right, two spaces between.
std::vector<std::string> aligned(std::vector<Row> rows, bool showsUnread, std::size_t width)
{
    const Widths widths = fitted(rows, showsUnread, width);
    std::vector<std::string> lines;
    for (const Row& row : rows) {
        std::string line = row[0] + std::string(widths[0] - row[0].size(), ' ');
        for (std::size_t i = 1; i < kColumns; ++i)
            if (widths[i] > 0)
                line += "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
        lines.push_back(line.substr(0, width));
    }
    return lines;
}

std::string headLine(const JobTelemetry& telemetry, Duration running)
{
    std::string head = telemetry.status.name + ": " + std::string(jobStateName(telemetry.status.state)) +
        " " + durationText(running);
    if (telemetry.checkpoint.epoch > 0) head += ", checkpoint " + std::to_string(telemetry.checkpoint.epoch);
    if (telemetry.status.restarts > 0) head += ", restarts " + std::to_string(telemetry.status.restarts);
    const std::int64_t firing = alertsOf(telemetry, &NodeTelemetry::alertsFiring);
    const std::int64_t pending = alertsOf(telemetry, &NodeTelemetry::alertsPending);
    if (firing > 0 || telemetry.alertsFired > 0) head += ", alerts firing " + std::to_string(firing);
    if (pending > 0) head += ", pending " + std::to_string(pending);
    head += ", memory " + fixed(static_cast<double>(telemetry.memoryBytes) / (1 << 20), 0) + " MiB";
    return head + ", threads " + std::to_string(telemetry.threads);
}

// The newest of all nodes, in the order in which they came.
std::vector<RejectedRow> newestRejected(const JobTelemetry& telemetry, std::size_t most)
{
    std::vector<RejectedRow> rows = telemetry.rejected;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const RejectedRow& a, const RejectedRow& b) { return a.at < b.at; });
    if (rows.size() > most) rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(most));
    return rows;
}

}  // namespace

std::int64_t alertsOf(const JobTelemetry& telemetry, std::int64_t NodeTelemetry::* count)
{
    std::int64_t total = 0;
    for (const NodeTelemetry& node : telemetry.nodes) total += node.*count;
    return total;
}

Totals totalsOf(const JobTelemetry& telemetry)
{
    Totals totals;
    const auto isFed = [&](const NodeId& node) {
        return std::any_of(telemetry.edges.begin(), telemetry.edges.end(),
                           [&](const EdgeTelemetry& edge) { return edge.edge.to.node == node; });
    };
    const auto feeds = [&](const NodeId& node) {
        return std::any_of(telemetry.edges.begin(), telemetry.edges.end(),
                           [&](const EdgeTelemetry& edge) { return edge.edge.from.node == node; });
    };
    for (const NodeTelemetry& node : telemetry.nodes) {
        totals.rejected += node.rowsRejected;
        totals.late += node.rowsLate;
        if (!isFed(node.node)) {
            totals.in += node.rowsIn;
            totals.inRate += node.rowsInRate;
            totals.watermarkUs = std::min(totals.watermarkUs, node.watermarkUs);
        } else if (!feeds(node.node)) {
            // What a sink refuses has not arrived. Of the rate that share is taken which it has of all rows.
            const std::int64_t taken = std::max<std::int64_t>(node.rowsIn - node.rowsRejected, 0);
            totals.out += taken;
            if (taken > 0)
                totals.outRate +=
                    node.rowsInRate * static_cast<double>(taken) / static_cast<double>(node.rowsIn);
        }
    }
    return totals;
}

std::optional<Duration> lagOf(const JobTelemetry& telemetry, std::int64_t watermarkUs)
{
    if (watermarkUs == kNoWatermark || watermarkUs == kEndOfTime) return {};
    return Duration(std::max<std::int64_t>(0, telemetry.at.time_since_epoch().count() - watermarkUs));
}

std::string countText(double count)
{
    const double size = std::fabs(count);
    if (size < 10'000) return fixed(count, 0);
    if (size < 1e6) return fixed(count / 1e3, 1) + " k";
    return size < 1e9 ? fixed(count / 1e6, 2) + " M" : fixed(count / 1e9, 2) + " G";
}

std::string rowsText(std::int64_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); }

std::string durationText(Duration duration)
{
    const std::int64_t milliseconds = duration.count() / 1000, seconds = milliseconds / 1000;
    if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
    if (seconds < 60) return fixed(static_cast<double>(milliseconds) / 1000, 1) + " s";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    if (seconds < 48 * 3600)
        return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
    return std::to_string(seconds / 86400) + " d";
}

std::string sizeText(std::uint64_t bytes)
{
    const auto size = static_cast<double>(bytes);
    if (bytes < 1024) return fixed(size, 0) + " B";
    if (bytes < std::uint64_t{1} << 20) return fixed(size / 1024, 1) + " KiB";
    if (bytes < std::uint64_t{1} << 30) return fixed(size / (1 << 20), 2) + " MiB";
    return fixed(size / (1 << 30), 2) + " GiB";
}

std::string watermarkText(std::int64_t watermarkUs)
{
    if (watermarkUs == kNoWatermark) return "-";
    if (watermarkUs == kEndOfTime) return "end";
    return formatTime(Timestamp(Duration(floorToMilliseconds(watermarkUs))));
}

std::vector<std::string> telemetryTable(const JobTelemetry& telemetry, Duration running, std::size_t width)
{
    std::vector<Row> rows{{"node", "rows in", "rows out", "in/s", "out/s", "watermark", "lag", "unread",
                           "state", "in memory", "rejected", "late"}};
    for (const NodeTelemetry& node : telemetry.nodes) rows.push_back(rowOf(telemetry, node));
    std::vector<std::string> lines = aligned(std::move(rows), unreadRecords(telemetry).has_value(), width);
    lines.insert(lines.begin(), headLine(telemetry, running).substr(0, width));
    for (const NodeTelemetry& node : telemetry.nodes)
        if (!node.problem.empty()) lines.push_back((node.node.value + ": " + node.problem).substr(0, width));
    return lines;
}

std::string telemetryLine(const JobTelemetry& telemetry, Duration running)
{
    const Totals totals = totalsOf(telemetry);
    const auto unread = unreadRecords(telemetry);
    return headLine(telemetry, running) + ", in " + countText(static_cast<double>(totals.in)) + " (" +
        countText(totals.inRate) + "/s), out " + countText(static_cast<double>(totals.out)) + " (" +
        countText(totals.outRate) + "/s), lag " + lagText(telemetry, totals.watermarkUs) +
        (unread ? ", unread " + countText(static_cast<double>(*unread)) : std::string()) + ", rejected " +
        countText(static_cast<double>(totals.rejected)) + ", late " +
        countText(static_cast<double>(totals.late));
}

std::vector<std::string> summaryLines(const JobTelemetry& telemetry, Duration running)
{
    std::vector<std::string> lines;
    const Totals totals = totalsOf(telemetry);
    const double seconds = std::max(1e-3, static_cast<double>(running.count()) / 1e6);
    lines.push_back(telemetry.status.name + ": " + std::string(jobStateName(telemetry.status.state)) +
                    " after " + durationText(running) + ", " + rowsText(totals.in) + " in (" +
                    countText(static_cast<double>(totals.in) / seconds) + "/s), " + rowsText(totals.out) +
                    " out, " + std::to_string(totals.rejected) +
                    " rejected, " + std::to_string(totals.late) + " late");
    for (const NodeTelemetry& node : telemetry.nodes) {
        if (node.rowsRejected > 0)
            lines.push_back("node \"" + node.node.value + "\" rejected " + rowsText(node.rowsRejected));
        if (node.rowsLate > 0)
            lines.push_back("node \"" + node.node.value + "\" dropped " + std::to_string(node.rowsLate) +
                            (node.rowsLate == 1 ? " late row" : " late rows"));
    }
    if (telemetry.alertsFired > 0 || telemetry.alertsResolved > 0)
        lines.push_back(std::to_string(telemetry.alertsFired) + " alerts fired, " +
                        std::to_string(telemetry.alertsResolved) + " resolved, " +
                        std::to_string(alertsOf(telemetry, &NodeTelemetry::alertsFiring)) + " still firing");
    const std::vector<RejectedRow> newest = newestRejected(telemetry, kRejectedShown);
    for (const RejectedRow& row : newest)
        lines.push_back("  " + row.node.value + " " + row.coordinates + ": " + row.reason);
    const std::int64_t others = totals.rejected - static_cast<std::int64_t>(newest.size());
    if (others > 0) lines.push_back("  ... and " + std::to_string(others) + " more, rejected before these");
    return lines;
}

std::string alertLine(const AlertChange& change)
{
    const char* what = change.kind == AlertChange::Fired ? "alert"
        : change.kind == AlertChange::Resolved           ? "alert resolved"
                                                         : "alert changed";
    std::string line = formatTime(change.at) + " " + what + ": " + change.severity + " \"" +
        change.rule.value + "\" " + change.labels + " " + change.to;
    if (!change.reason.empty()) line += " (" + change.reason + ")";
    if (change.value) line += ", value " + numberText(*change.value);
    return change.summary.empty() ? line : line + ": " + change.summary;
}

}  // namespace engine
