#include "runtime/sink_task.h"

namespace engine {

SinkTask::SinkTask(TaskContext context, SinkSetup setup, std::vector<InputGate::Input> inputs)
    : Task(context.id),
      m_context(context),
      m_setup(std::move(setup)),
      m_gate(std::move(inputs)),
      m_epoch(m_setup.lastEpoch)
{
}

Progress SinkTask::failed(const Error& error)
{
    tellJob(m_context, TaskReport::Failed, error, m_setup.node);
    return fail(error);
}

void SinkTask::keepRefused(std::string reason, std::string coordinates, std::string raw)
{
    m_setup.metrics->rowsRejected.add(1);
    if (!m_setup.rejects) return;
    const std::int64_t atUs = m_context.env.clock.now().time_since_epoch().count();
    m_setup.rejects->add({std::move(reason), m_setup.node, {}, std::move(coordinates), std::move(raw), atUs},
                         Epoch{m_epoch});
}

void SinkTask::refuse(std::string reason, std::string raw)
{
    keepRefused(std::move(reason), {}, std::move(raw));
}

void SinkTask::refuseRow(std::string reason, const RecordBatch& batch, std::uint32_t physicalRow)
{
    const auto& split = batch.hidden().split;
    keepRefused(std::move(reason), split ? *split : std::string(), rowAsText(batch, physicalRow));
}

void SinkTask::tellWaiting(const std::string& why)
{
    if (why == m_told) return;
    m_told = why;
    tellJob(m_context, TaskReport::Waits, {ErrorCode::Busy, why, {}}, m_setup.node);
}

Status SinkTask::open()
{
    if (!m_sink) m_sink = m_setup.make();
    SinkContext context{m_context.env, m_setup.baseDirectory, m_setup.pipeline, m_setup.instance,
                        this,          m_setup.node,          m_setup.authority};
    TRY(m_sink->open(context, m_setup.resumeFrom));
    m_isOpen = true;
    return ok();
}

Status SinkTask::prepare(Epoch epoch, EpochKind kind, TaskReport::Kind reportKind)
{
    auto staged = m_sink->prepare(epoch, kind);
    if (!staged) return staged.error();
    m_unflushed = false;
    m_epoch = epoch.value;
    m_setup.metrics->passBarrier(epoch);
    TaskReport report;
    report.kind = reportKind;
    report.task = id();
    report.epoch = epoch;
    TaskSnapshot::Part part;
    part.node = m_setup.node;
    part.instance = m_setup.instance;
    part.staged = std::move(*staged);
    report.snapshot.parts.push_back(std::move(part));
    m_context.reports.put(std::move(report));
    return ok();
}

Status SinkTask::handle(const InputGate::Event& event)
{
    if (const auto* rows = std::get_if<InputGate::Rows>(&event)) {
        const RecordBatch batch = rows->batch.compact();
        TRY(m_sink->write(batch));
        m_unflushed = true;
        m_setup.metrics->rowsIn.add(static_cast<std::int64_t>(batch.rows()));
        m_setup.metrics->bytesIn.add(static_cast<std::int64_t>(batch.bytes()));
        m_setup.metrics->watermarkUs.set(
            std::max(m_setup.metrics->watermarkUs.read(), batch.watermarks().after));
    }
    if (const auto* moved = std::get_if<InputGate::Moved>(&event))
        m_setup.metrics->watermarkUs.set(moved->watermarkUs);
    if (const auto* barrier = std::get_if<Barrier>(&event)) {
        TRY(prepare(barrier->epoch, barrier->kind, TaskReport::Saved));
        m_lastPrepared = barrier->kind == EpochKind::Stop;
    }
    if (std::holds_alternative<InputGate::End>(event)) {
        TRY(prepare(Epoch{m_epoch + 1}, EpochKind::Final, TaskReport::Ended));
        m_lastPrepared = true;
    }
    return ok();
}

Status SinkTask::commitNext()
{
    const TaskOrder& order = m_commits.front();
    TRY(m_sink->commit(order.epoch, order.staged[0]));
    if (m_lastPrepared && order.epochKind != EpochKind::Ordinary) {
        m_isPublished = true;
        TaskReport done;
        done.kind = TaskReport::Published;
        done.task = id();
        done.epoch = order.epoch;
        m_context.reports.put(std::move(done));
    }
    m_commits.pop_front();
    return ok();
}

Status SinkTask::proceed(Progress& progress)
{
    if (!m_isOpen) TRY(open());
    while (!m_commits.empty() && !m_isPublished) TRY(commitNext());
    progress = m_isPublished ? Progress::Finished : Progress::Waiting;
    if (m_lastPrepared) return ok();
    if (!m_pending) m_pending = m_gate.next();
    if (std::holds_alternative<InputGate::Nothing>(*m_pending)) {
        // Looked at anew after a wait: what came meanwhile goes first.
        m_pending.reset();
        if (m_unflushed) TRY(m_sink->flush());
        m_unflushed = false;
        return ok();
    }
    TRY(handle(*m_pending));
    m_pending.reset();
    progress = Progress::Again;
    return ok();
}

Progress SinkTask::step()
{
    for (TaskOrder& order : m_orders.takeAll())
        if (order.kind == TaskOrder::Commit) m_commits.push_back(std::move(order));
    Progress progress = Progress::Again;
    const auto began = m_context.env.clock.monotonic();
    const Status status = proceed(progress);
    const auto tookUs = (m_context.env.clock.monotonic() - began).count();
    if (!status && status.error().code == ErrorCode::Busy) {
        m_context.metrics.blockedUs.add(tookUs);
        tellWaiting(status.error().message);
        return Progress::Again;
    }
    m_context.metrics.busyUs.add(tookUs);
    m_setup.metrics->busyUs.add(tookUs);
    if (!status) return failed(status.error());
    tellWaiting({});
    return progress;
}

}  // namespace engine
