// An authority outside: which one, what it says was decided last, and what is done while it keeps silent
// (reliability.md 1.2, R1 to R4).
#include "base/faults.h"
#include "jobs/job.h"

#include <limits>

namespace engine {

namespace {

constexpr Duration kTellAfter = std::chrono::seconds(2);
// Among what nodes wait for, where the others are tasks and the keeper of alerts.
constexpr TaskId kAuthority{std::numeric_limits<std::uint32_t>::max() - 1};

}  // namespace

// The first sink that can write in a transaction names it; analyse() has seen that the others fit.
void Job::makeAuthority()
{
    if (m_spec.settings.guarantee != Guarantee::ExactlyOnce) return;
    for (const NodeSpec& node : m_spec.nodes) {
        const TransactionBinding& transaction = m_analysis->bindings.at(node.id)->transaction;
        if (!transaction.make) continue;
        m_authority = transaction.make(m_env, m_options.baseDirectory, m_spec.id);
        m_authorityKind = transaction.kind;
        m_authorityNode = node.id;
        m_decider = m_host.makeWriter();
        return;
    }
}

// In Starting and Restarting: what the run goes on from is found, and it begins.
void Job::startAgain()
{
    Status status = ok();
    if (m_decider) {
        status = recover();
    } else {
        m_written.takeAll();
        if (m_env.clock.monotonic() < m_restartAt) return;
        status = m_isStateOpen ? readDecided() : openState();
        if (status) status = begin();
    }
    if (!status) failed(status.error(), status.error().where);
}

// The authority is asked on its own thread; each poll looks for its answer.
Status Job::recover()
{
    for (WriterReport& report : m_written.takeAll()) {
        if (report.kind != WriterReport::Answered && report.kind != WriterReport::Begun) continue;
        m_question = Question::None;
        if (report.kind == WriterReport::Begun)
            return report.outcome == Outcome::Done ? beginEmpty() : Status(report.error);
        if (report.last) return takeAnswer(*report.last);
        const Error& error = report.last.error();
        if (error.code != ErrorCode::Busy) return Error{error.code, error.message, m_authorityNode.value};
        tellAuthorityWait(error.message);
    }
    if (m_question != Question::None || m_env.clock.monotonic() < m_restartAt) return ok();
    if (!m_store) TRY(openState());
    askAuthority();
    return ok();
}

void Job::askAuthority()
{
    m_question = Question::Asked;
    m_decider->post([this] {
        WriterReport answer;
        answer.kind = WriterReport::Answered;
        answer.last = m_authority->lastDecision();
        m_written.put(std::move(answer));
        m_reports.put({});
    });
}

Status Job::beginEmpty()
{
    TRY(m_store->moveAside());
    m_decided.reset();
    TRY(takeState());
    return begin();
}

// A decision of its own says that nothing before it is gone on from: whoever dies now leaves no doubt. Where
// nothing was decided there is none to begin with.
Status Job::beginAfresh()
{
    if (m_lastOutside.value == 0) return beginEmpty();
    m_question = Question::NotedFresh;
    m_lastOutside.value += 1;
    m_decider->post([this, fresh = Decision{m_lastOutside, m_incarnation + 1, {}}] {
        WriterReport answer;
        answer.kind = WriterReport::Begun;
        tellVerdict(std::move(answer), m_authority->decide(fresh));
    });
    return ok();
}

Status Job::takeAnswer(const std::optional<Decision>& last)
{
    tellAuthorityWait({});
    m_lastOutside = last ? last->epoch : Epoch{};
    if (last) m_incarnation = std::max(m_incarnation, last->incarnation);
    const bool isFirst = !m_isStateOpen;
    if (isFirst && m_options.start == JobOptions::Fresh) return beginAfresh();
    m_decided.reset();
    TRY(findDecided(last));
    if (m_decided) {
        TRY(checkPipeline(*m_decided));
        m_incarnation = std::max(m_incarnation, m_decided->incarnation);
    }
    if (isFirst) TRY(checkResume());
    if (m_decided && m_decided->isFinished) return takeFinished();
    TRY(isFirst ? takeState() : m_store->discardUndecided());
    return begin();
}

// Of a run before, whose next one this is; or of this one, which did not know that its last epoch was
// decided.
Status Job::takeFinished()
{
    TRY(publishFinished(*m_decided));
    if (!m_isStateOpen) return beginAfresh();
    setState(JobState::Finished);
    return ok();
}

// The snapshot that the decision names, or a sentence: never an empty start in its place. What an
// at-least-once run has decided by itself since counts as well.
Status Job::findDecided(const std::optional<Decision>& last)
{
    ManifestAuthority here(m_env, m_options.stateDirectory);
    if (faultIsOn(faults::kSnapshotIsTruth)) {
        const auto sealed = m_store->newestSealed();
        if (sealed && *sealed) TRY(m_store->publish(**sealed));
    }
    const auto newest = here.lastDecision();
    if (!newest) return newest.error();
    std::optional<Manifest> published;
    if (*newest) {
        auto manifest = m_store->read(**newest);
        if (!manifest) return manifest.error();
        published = std::move(*manifest);
    }
    if (faultIsOn(faults::kSnapshotIsTruth)) {
        m_decided = std::move(published);
        return ok();
    }
    if (!last) return findWithoutDecision(published);
    const bool isNewer = published && published->epoch > last->epoch;
    if (isNewer && !published->authority.empty())
        return Error{ErrorCode::Corrupt,
                     "Checkpoint " + std::to_string(published->epoch.value) + " in " +
                         m_options.stateDirectory + " was decided, and the brokers say that " +
                         std::to_string(last->epoch.value) +
                         " was the last: they were put back to an older state, or somebody has set the "
                         "offsets of this pipeline's group. Start afresh with --fresh.",
                     m_authorityNode.value};
    if (isNewer) {
        m_decided = std::move(published);
        return ok();
    }
    if (last->digest.empty()) {
        if (!published) return ok();
        note(2, {},
             "A start afresh was under way when the run before died: what is in " + m_options.stateDirectory +
                 " is moved aside.");
        return m_store->moveAside();
    }
    auto manifest = m_store->readDecided(*last);
    if (!manifest) return Error{manifest.error().code, manifest.error().message, m_authorityNode.value};
    m_decided = std::move(*manifest);
    const bool isPublished = published && published->epoch == last->epoch;
    return isPublished ? ok() : m_store->publish(last->epoch);
}

// Brokers forget offsets in time, those of a topic with the topic. What was sealed and never decided is no
// matter then, unless it could have been.
Status Job::findWithoutDecision(const std::optional<Manifest>& published)
{
    if (!published) return ok();
    const auto sealed = m_store->newestSealed();
    if (!sealed) return sealed.error();
    const bool wasDecidedOutside = !published->authority.empty();
    const std::string number = std::to_string(published->epoch.value);
    if (wasDecidedOutside && *sealed && **sealed > published->epoch)
        return Error{ErrorCode::Corrupt,
                     "The brokers have forgotten which checkpoint was the last: " + number +
                         " was decided, and whether " + std::to_string((**sealed).value) +
                         " was is not known. Start afresh with --fresh.",
                     m_authorityNode.value};
    if (wasDecidedOutside)
        note(2, m_authorityNode.value,
             "The brokers have forgotten which checkpoint was the last; it goes on from " + number +
                 ", for none after it was ready to be decided.");
    m_decided = published;
    return ok();
}

void Job::tellAuthorityWait(const std::string& why)
{
    if (why == m_authorityWait) return;
    m_authorityWait = why;
    TaskReport report;
    report.task = kAuthority;
    report.node = m_authorityNode.value;
    report.error = {ErrorCode::Busy, why, {}};
    takeWait(report);
}

void Job::watchDecision()
{
    if (!m_decidingSince || m_env.clock.monotonic() - *m_decidingSince < kTellAfter) return;
    tellAuthorityWait("The brokers have not confirmed the transaction of checkpoint " +
                      std::to_string(m_sealing.epoch.value) + " yet.");
}

}  // namespace engine
