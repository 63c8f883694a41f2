// What the rules tell: kept where it outlives a crash, before the checkpoint is decided after which a next
// run would not tell it again, and told to who asks.
#include "jobs/job.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace engine {

namespace {

constexpr Duration kKeepAgainAfter = std::chrono::seconds(1);
// Unkept; then no more is read, as behind a sink that is busy.
constexpr std::size_t kUnkeptMost = 10'000;
// Among what nodes wait for, where the others are tasks.
constexpr TaskId kKeeper{std::numeric_limits<std::uint32_t>::max()};

}  // namespace

std::set<std::string> Job::resumedRules() const
{
    std::set<std::string> rules;
    for (const NodeSpec& node : m_spec.nodes)
        if (m_resumed && node.component == "alert_rule") rules.insert(node.id.value);
    return rules;
}

void Job::collectAlerts()
{
    std::vector<AlertChange> taken;
    for (AlertEvent& event : m_board.takeAlerts()) {
        AlertChange change;
        change.pipeline = m_spec.id;
        change.pipelineName = m_spec.name;
        change.rule = NodeId{event.rule};
        change.kind = static_cast<AlertChange::Kind>(event.kind);
        change.labels = std::move(event.labels);
        change.from = std::move(event.from);
        change.to = std::move(event.to);
        change.reason = std::move(event.reason);
        change.episode = std::move(event.episode);
        change.severity = std::move(event.severity);
        change.summary = std::move(event.summary);
        change.value = event.value;
        change.at = Timestamp(Duration(event.atUs));
        change.condition = std::move(event.condition);
        change.threshold = event.threshold;
        for (const AlertReading& each : event.values)
            change.points.push_back({Timestamp(Duration(each.atUs)), each.value});
        taken.push_back(std::move(change));
    }
    m_outbox.add(taken);
    std::move(taken.begin(), taken.end(), std::back_inserter(m_alerts));
}

std::vector<AlertChange> Job::takeAlerts()
{
    collectAlerts();
    return std::exchange(m_alerts, {});
}

// Unless a try is under way, or failed a moment ago. With an epoch that is held also where none wait: whoever
// keeps them may have something left to write.
void Job::keepAlerts(Epoch sealing)
{
    const bool isAsked = sealing.value > 0 || m_outbox.waiting() > 0;
    if (m_isKeeping || !isAsked || m_env.clock.monotonic() < m_keepAgainAt) return;
    m_isKeeping = true;
    m_keeper->post([this, sealing] {
        WriterReport done;
        done.kind = WriterReport::Kept;
        done.epoch = sealing;
        if (const auto kept = m_outbox.keepAll(); !kept) done.error = kept.error();
        m_written.put(std::move(done));
        m_reports.put({});
    });
}

// What was told before an epoch's barriers is kept before it is decided.
void Job::keepAndSeal(Epoch epoch, EpochKind kind)
{
    if (!m_keeper) return seal(epoch, kind);
    m_heldSeal = {epoch, kind};
    watchKeeping();
}

void Job::watchKeeping()
{
    if (!m_keeper) return;
    collectAlerts();
    keepAlerts(m_heldSeal ? m_heldSeal->epoch : Epoch{});
    const std::size_t waiting = m_outbox.waiting();
    if (!m_isHeldBack && waiting > kUnkeptMost) {
        m_isHeldBack = true;
        orderSources({TaskOrder::Pause});
        note(2, nodeOfAlerts(),
             std::to_string(waiting) + " alerts wait to be written; no more is read until they are.");
    } else if (m_isHeldBack && waiting < kUnkeptMost / 2) {
        m_isHeldBack = false;
        if (m_state != JobState::Paused) orderSources({TaskOrder::Resume});
        note(1, nodeOfAlerts(), "The alerts are written; reading goes on.");
    }
}

void Job::takeKept(const WriterReport& report)
{
    m_isKeeping = false;
    m_keepAgainAt =
        report.error.message.empty() ? MonotonicTime{} : m_env.clock.monotonic() + kKeepAgainAfter;
    tellUnkept(report.error.message);
    // One that was posted before the barriers came says nothing of what came with them.
    if (!m_heldSeal || !report.error.message.empty() || report.epoch != m_heldSeal->epoch) return;
    const HeldSeal held = *std::exchange(m_heldSeal, {});
    seal(held.epoch, held.kind);
}

// A last try. What is not kept then belongs to no checkpoint that was decided.
void Job::keepLastAlerts()
{
    if (!m_keeper) return;
    collectAlerts();
    if (m_outbox.waiting() > 0) m_keeper->post([this] { (void)m_outbox.keepAll(); });
    m_keeper->finish();
    if (const std::size_t waiting = m_outbox.waiting(); waiting > 0)
        note(2, nodeOfAlerts(),
             std::to_string(waiting) + " alerts could not be written; whoever goes on from " + sinceWhen() +
                 " tells them again.");
}

// Said like what a node waits for: where there is a rule, at the first.
void Job::tellUnkept(const std::string& why)
{
    TaskReport report;
    report.task = kKeeper;
    report.node = nodeOfAlerts();
    const auto waits = m_waits.find(NodeId{report.node});
    const bool isTold = waits != m_waits.end() && waits->second.contains(kKeeper);
    const std::string told = isTold ? waits->second.at(kKeeper).why : std::string();
    const std::string now = why.empty() ? why : why + " Until they are, no checkpoint is decided.";
    if (now == told) return;
    report.error = {ErrorCode::Busy, now, {}};
    takeWait(report);
}

std::string Job::nodeOfAlerts() const
{
    const auto rule = std::find_if(m_spec.nodes.begin(), m_spec.nodes.end(),
                                   [](const NodeSpec& node) { return node.component == "alert_rule"; });
    return (rule == m_spec.nodes.end() ? m_spec.nodes.front() : *rule).id.value;
}

}  // namespace engine
