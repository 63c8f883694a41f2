#include "jobs/job.h"

#include <algorithm>
#include <unistd.h>

namespace engine {

namespace {

constexpr Duration kSampleEvery = std::chrono::milliseconds(500);
constexpr Duration kRatesOver =
    std::chrono::seconds(3);  // a window that fires once a second has a rate all the time

std::int64_t residentBytes(Env& env)
{
    auto text = env.files.readAll("/proc/self/statm");
    if (!text) return 0;
    const std::size_t space = text->find(' ');
    return space == std::string::npos
        ? 0
        : std::strtoll(text->c_str() + space, nullptr, 10) * ::sysconf(_SC_PAGESIZE);
}

double share(std::int64_t us, double seconds)
{
    return std::clamp(static_cast<double>(us) / (seconds * 1e6), 0.0, 1.0);
}

std::vector<SplitTelemetry> splitsOf(const TaskGraph* graph, const NodeId& node)
{
    std::vector<SplitTelemetry> splits;
    if (!graph) return splits;
    for (MergeTask::SplitProgress& split : graph->splits(node)) {
        if (splits.size() == limits::kSplitsTold) break;
        if (!split.ended) splits.push_back({std::move(split.name), split.watermarkUs, split.idle});
    }
    return splits;
}

}  // namespace

std::int64_t Job::longestPauseUs() const
{
    std::int64_t longest = 0;
    if (m_graph)
        for (const auto& entry : m_graph->entries())
            longest = std::max(longest, entry.metrics.pauseUs.read());
    return longest;
}

JobStatus Job::status() const
{
    JobStatus status;
    status.name = m_spec.name;
    status.state = m_state;
    status.since = m_since;
    status.lastCheckpoint = Epoch{m_checkpoint.epoch};
    status.restarts = m_restarts;
    status.failure = m_failure;
    status.isFailing = m_isFailing;
    return status;
}

NodeTelemetry Job::nodeTelemetry(const NodeSpec& node, double seconds, const Sample& before, Sample& now)
{
    NodeTelemetry out;
    out.node = node.id;
    const std::string& id = node.id.value;
    out.rowsIn = m_board.sum(id, &NodeMetrics::rowsIn);
    out.rowsOut = m_board.sum(id, &NodeMetrics::rowsOut);
    out.rowsRejected = m_board.sum(id, &NodeMetrics::rowsRejected);
    out.rowsLate = m_board.sum(id, &NodeMetrics::rowsLate);
    out.bytesIn = m_board.sum(id, &NodeMetrics::bytesIn);
    out.bytesOut = m_board.sum(id, &NodeMetrics::bytesOut);
    for (const NodeMetrics& each : m_board.metrics(id)) {
        out.watermarkUs = std::max(out.watermarkUs, each.watermarkUs.read());
        out.stateRows += each.stateRows.read();
        out.stateBytes += each.stateBytes.read();
        out.alertsFiring += each.alertsFiring.read();
        out.alertsPending += each.alertsPending.read();
    }
    out.heldBackBy = m_graph ? m_graph->heldBackBy(node.id) : std::string();
    out.splits = splitsOf(m_graph.get(), node.id);
    out.counters = m_graph ? m_graph->counters(node.id) : m_lastCounters[node.id];
    if (const auto waits = m_waits.find(node.id); waits != m_waits.end() && !waits->second.empty())
        out.waitsFor = waits->second.begin()->second.why;
    out.problem = out.waitsFor;
    if (const auto unfit = m_unfit.find(node.id); out.problem.empty() && unfit != m_unfit.end())
        out.problem = unfit->second;
    if (out.problem.empty() && m_failure && m_failedNode == id) out.problem = m_failure->message;
    if (node.component == "alert_rule") {
        out.counters["alerts_firing"] = out.alertsFiring;
        out.counters["alerts_pending"] = out.alertsPending;
    }
    const std::int64_t busyUs = m_board.sum(id, &NodeMetrics::busyUs);
    out.counters["busy_us"] = busyUs;
    if (const auto last = before.nodes.find(node.id); last != before.nodes.end()) {
        const NodeTelemetry& then = last->second;
        out.rowsInRate = static_cast<double>(out.rowsIn - then.rowsIn) / seconds;
        out.rowsOutRate = static_cast<double>(out.rowsOut - then.rowsOut) / seconds;
        out.bytesOutRate = static_cast<double>(out.bytesOut - then.bytesOut) / seconds;
        out.busy = share(busyUs - then.counters.at("busy_us"), seconds);
        std::int64_t blockedUs = 0;
        if (m_graph)
            for (auto& entry : m_graph->entries()) {
                const bool holds = std::find(entry.plan->nodes.begin(), entry.plan->nodes.end(), node.id) !=
                    entry.plan->nodes.end();
                const auto task = before.tasks.find(entry.plan->id.value);
                if (holds && task != before.tasks.end())
                    blockedUs = std::max(blockedUs, entry.metrics.blockedUpTo(now.at) - task->second.second);
            }
        out.blocked = std::min(share(blockedUs, seconds), 1 - out.busy);
        out.idle = 1 - out.busy - out.blocked;
    }
    now.nodes[node.id] = out;
    return out;
}

JobTelemetry Job::telemetry()
{
    const auto at = m_env.clock.monotonic();
    // The last figures of a job are its final ones, however short it was.
    const bool hasJustEnded = m_lastTelemetry && isOver(m_state) && !isOver(m_lastTelemetry->status.state);
    if (m_lastTelemetry && !hasJustEnded && at - m_samples.back().at < kSampleEvery) {
        m_lastTelemetry->status = status();
        m_lastTelemetry->isChangeWaiting = m_coordinator && m_coordinator->isChangeWaiting();
        return *m_lastTelemetry;
    }
    while (m_samples.size() > 1 && at - m_samples[1].at >= kRatesOver) m_samples.pop_front();
    const Sample before = m_samples.empty() ? Sample{} : m_samples.front();
    const double seconds = static_cast<double>((at - before.at).count()) / 1e6;
    JobTelemetry out;
    out.status = status();
    out.at = m_env.clock.now();
    out.checkpoint = m_checkpoint;
    out.isChangeWaiting = m_coordinator && m_coordinator->isChangeWaiting();
    out.memoryBytes = residentBytes(m_env);
    out.threads = m_threads;
    out.guarantee = m_spec.settings.guarantee == Guarantee::ExactlyOnce ? "exactly_once" : "at_least_once";
    Sample now;
    now.at = at;
    for (const NodeSpec& node : m_spec.nodes) {
        out.nodes.push_back(nodeTelemetry(node, seconds, before, now));
        out.alertsFired += m_board.sum(node.id.value, &NodeMetrics::alertsFired);
        out.alertsResolved += m_board.sum(node.id.value, &NodeMetrics::alertsResolved);
    }
    for (std::size_t e = 0; e < m_spec.edges.size(); ++e) {
        EdgeTelemetry edge;
        edge.edge = m_spec.edges[e];
        const auto from = std::find_if(out.nodes.begin(), out.nodes.end(),
                                       [&](const auto& n) { return n.node == edge.edge.from.node; });
        edge.watermarkUs = from == out.nodes.end() ? kNoWatermark : from->watermarkUs;
        if (m_graph)
            for (const auto& [index, channel] : m_graph->edgeChannels())
                if (index == static_cast<int>(e))
                    edge.fill = std::max(edge.fill,
                                         std::min(1.0,
                                                  static_cast<double>(channel->bytes()) /
                                                      static_cast<double>(channel->bytesMax())));
        // Inside a lane a node has one output, and all its rows go that way.
        edge.rows = m_board.rows(edge.edge.from).value_or(from == out.nodes.end() ? 0 : from->rowsOut);
        now.edgeRows[e] = edge.rows;
        if (const auto last = before.edgeRows.find(e); last != before.edgeRows.end())
            edge.rowsRate = std::max(0.0, static_cast<double>(edge.rows - last->second) / seconds);
        out.edges.push_back(std::move(edge));
    }
    if (m_graph)
        for (auto& entry : m_graph->entries())
            now.tasks[entry.plan->id.value] = {entry.metrics.busyUs.read(),
                                               entry.metrics.blockedUpTo(now.at)};
    for (const NodeSpec& node : m_spec.nodes)
        for (RejectedRecord& bad : m_board.rejects(node.id.value).newest())
            out.rejected.push_back(
                {node.id, bad.reason, bad.column, bad.coordinates, bad.raw, Timestamp(Duration(bad.atUs))});
    m_samples.push_back(std::move(now));
    m_lastTelemetry = out;
    return out;
}

void Job::takeWait(const TaskReport& report)
{
    auto& waits = m_waits[NodeId{report.node}];
    if (report.error.message.empty()) {
        waits.erase(report.task);
        if (waits.empty()) note(1, report.node, "The wait is over; it goes on.");
        return;
    }
    m_hasWaited = true;
    const Wait begun{{}, m_env.clock.monotonic()};
    waits.try_emplace(report.task, begun).first->second.why = report.error.message;
    note(2, report.node, report.error.message + " It is tried again.");
}

void Job::note(int level, const std::string& node, std::string text)
{
    m_log.push_back({m_env.clock.now(), level, NodeId{node}, std::move(text)});
    while (m_log.size() > 1000) m_log.pop_front();
}

std::vector<LogLine> Job::takeLog()
{
    std::vector<LogLine> taken(m_log.begin(), m_log.end());
    m_log.clear();
    return taken;
}

void Job::publishMetrics()
{
    const MonotonicTime now = m_env.clock.monotonic();
    if (!m_metrics.hasReaders() || now < m_publishAt) return;
    m_publishAt = now + kSampleEvery;
    m_metrics.publish(this, readingsOf(telemetry()));
}

std::shared_ptr<Tap> Job::openTap(const PortRef& port)
{
    if (const auto early = m_unusedTaps.extract(port)) return early.mapped();
    auto tap = std::make_shared<Tap>();
    m_board.tap(port).add(tap);
    return tap;
}

void Job::closeUnusedTaps()
{
    for (const auto& [port, tap] : std::exchange(m_unusedTaps, {})) closeTap(port, tap.get());
}

void Job::closeTap(const PortRef& port, const Tap* tap) { m_board.tap(port).remove(tap); }

const SchemaPtr& Job::schemaOf(const PortRef& port) const
{
    static const SchemaPtr none;
    const auto found = m_analysis->schemas.find(port);
    return found == m_analysis->schemas.end() ? none : found->second;
}

}  // namespace engine
