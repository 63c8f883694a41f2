// What is decided of an epoch, and what follows from it.
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
                      {}};
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
    m_writer->post(
        [this, store = m_store.get(), authority = m_authority.get(), epoch, manifest = std::move(manifest)] {
            WriterReport done;
            done.kind = WriterReport::Sealed;
            done.epoch = epoch;
            done.bytes = static_cast<std::int64_t>(manifest.bytes());
            if (auto decision = store->seal(manifest); !decision) {
                done.outcome = Outcome::NotDone;
                done.code = decision.error().code;
                done.message = decision.error().message;
            } else if ((done.outcome = authority->decide(*decision)) != Outcome::Done) {
                done.message = "The checkpoint could not be decided in " + store->directory() +
                    "; see whether the disk is full or read-only.";
            }
            m_written.put(std::move(done));
            m_reports.put({});
            if (auto pruned = store->prune(limits::kCheckpointsKept); !pruned) {
                WriterReport complaint;
                complaint.kind = WriterReport::Pruned;
                complaint.message = pruned.error().message;
                m_written.put(std::move(complaint));
            }
        });
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
