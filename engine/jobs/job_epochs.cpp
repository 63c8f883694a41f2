// What is decided of an epoch, and what follows from it.
#include "base/faults.h"
#include "base/kill_points.h"
#include "jobs/job.h"

namespace engine {

Manifest Job::manifestOf(Epoch epoch, bool isFinal)
{
    Manifest manifest{m_spec.id,
                      m_spec.name,
                      epoch,
                      m_incarnation,
                      isFinal,
                      m_env.clock.now().time_since_epoch().count(),
                      writePipeline(m_spec, [this](std::string_view id) { return m_catalog.schemaOf(id); }),
                      {},
                      {},
                      {},
                      m_authorityKind};
    for (const TaskPlan& task : m_plan.tasks) {
        if (task.kind == TaskPlan::Lane) continue;
        // A task that has ended since it was saved still counts as it was at the barrier, like those behind
        // it.
        const TaskPart& part = !isFinal && m_round.contains(task.id) ? m_round.at(task.id) : m_last[task.id];
        if (!part.file.name.empty()) manifest.files.push_back(part.file);
        for (const TaskSnapshot::Part& each : part.parts) {
            if (!each.progress.empty()) manifest.progress[{each.node, 0}] = each.progress;
            if (!each.staged.empty()) manifest.staged[{each.node, each.instance}] = each.staged;
        }
    }
    return manifest;
}

void Job::seal(Epoch epoch, EpochKind kind)
{
    const bool isLast = kind == EpochKind::Final;
    m_board.keep(epoch, isLast, m_decided ? m_decided->epoch : Epoch{});
    Manifest manifest = manifestOf(epoch, isLast);
    m_sealing = manifest;
    if (m_decider) m_decidingSince = m_env.clock.monotonic();
    m_writer->post([this, manifest = std::move(manifest)] { sealAndDecide(manifest); });
}

// On the writer's thread; what an authority outside decides, on that one's.
void Job::sealAndDecide(const Manifest& manifest)
{
    WriterReport done;
    done.kind = WriterReport::Sealed;
    done.epoch = manifest.epoch;
    done.bytes = static_cast<std::int64_t>(manifest.bytes());
    const bool decidesFirst = faultIsOn(faults::kDecidesFirst);
    const auto decision = decidesFirst ? decisionFor(manifest) : m_store->seal(manifest);
    if (!decision)
        tellVerdict(std::move(done), {Outcome::NotDone, decision.error()});
    else if (m_decider)
        m_decider->post([this, done, decision = *decision, late = decidesFirst ? manifest : Manifest()] {
            tellVerdict(done, decideOutside(decision, late));
            m_writer->post([this] { prune(); });
        });
    else
        tellVerdict(std::move(done), m_authority->decide(*decision));
    if (!m_decider) prune();
}

// What is decided is so whether or not it gets its name here: a failure after that is for recovery, too.
Verdict Job::decideOutside(const Decision& decision, const Manifest& late)
{
    Verdict verdict = m_authority->decide(decision);
    if (verdict.outcome != Outcome::Done) return verdict;
    if (faultIsOn(faults::kDecidesFirst)) (void)m_store->seal(late);
    const Status published = m_store->publish(decision.epoch);
    return published ? verdict : Verdict{Outcome::Unknown, published.error()};
}

void Job::tellVerdict(WriterReport done, const Verdict& verdict)
{
    done.outcome = verdict.outcome;
    if (verdict.outcome != Outcome::Done) done.error = verdict.why;
    m_written.put(std::move(done));
    m_reports.put({});
}

void Job::prune()
{
    const Status pruned = m_store->prune(limits::kCheckpointsKept);
    if (pruned) return;
    WriterReport complaint;
    complaint.kind = WriterReport::Pruned;
    complaint.error = pruned.error();
    m_written.put(std::move(complaint));
}

void Job::commit(Epoch epoch, EpochKind kind)
{
    TaskOrder order{TaskOrder::Commit, epoch, kind, {}, {}};
    for (SourceTask* source : m_graph->sources())
        if (kind != EpochKind::Ordinary && source->tellsEnd()) m_waitingToPublish.insert(source->id());
    orderSources(order);
    for (SinkTask* sink : m_graph->sinks()) {
        const auto staged = m_decided->staged.find({sink->node(), sink->instance()});
        order.staged = {staged == m_decided->staged.end() ? std::string() : staged->second};
        if (kind != EpochKind::Ordinary) m_waitingToPublish.insert(sink->id());
        sink->orders().put(order);
        m_executor->wake(sink->id());
    }
    if (kind != EpochKind::Ordinary && m_waitingToPublish.empty()) {
        setState(m_final ? JobState::Finished : JobState::Stopped);
        endTasks();
    }
}

}  // namespace engine
