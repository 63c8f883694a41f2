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
    TaskReport report;
    report.kind = TaskReport::Failed;
    report.task = id();
    report.error = error;
    report.node = m_setup.node;
    m_context.reports.put(std::move(report));
    return fail(error);
}

Status SinkTask::open()
{
    m_sink = m_setup.make();
    SinkContext context{m_context.env, m_setup.baseDirectory, m_setup.pipeline, m_setup.instance};
    return m_sink->open(context, m_setup.resumeFrom);
}

Status SinkTask::prepare(Epoch epoch, EpochKind kind, TaskReport::Kind reportKind)
{
    auto staged = m_sink->prepare(epoch, kind);
    if (!staged) return staged.error();
    m_unflushed = false;
    m_epoch = epoch.value;
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
        m_lastPrepared = barrier->kind == EpochKind::Stop;
        return prepare(barrier->epoch, barrier->kind, TaskReport::Saved);
    }
    if (std::holds_alternative<InputGate::End>(event)) {
        m_lastPrepared = true;
        return prepare(Epoch{m_epoch + 1}, EpochKind::Final, TaskReport::Ended);
    }
    return ok();
}

Progress SinkTask::step()
{
    if (!m_sink)
        if (auto status = open(); !status) return failed(status.error());
    for (const TaskOrder& order : m_orders.takeAll()) {
        if (order.kind != TaskOrder::Commit) continue;
        if (auto status = m_sink->commit(order.epoch, order.staged[0]); !status)
            return failed(status.error());
        if (m_lastPrepared && order.epochKind != EpochKind::Ordinary) {
            TaskReport done;
            done.kind = TaskReport::Published;
            done.task = id();
            done.epoch = order.epoch;
            m_context.reports.put(std::move(done));
            return Progress::Finished;
        }
    }
    if (m_lastPrepared) return Progress::Waiting;
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    const auto began = m_context.env.clock.monotonic();
    const InputGate::Event event = m_gate.next();
    if (std::holds_alternative<InputGate::Nothing>(event)) {
        if (m_unflushed) {
            m_unflushed = false;
            if (auto status = m_sink->flush(); !status) return failed(status.error());
        }
        return Progress::Waiting;
    }
    if (auto status = handle(event); !status) return failed(status.error());
    m_setup.metrics->busyUs.add((m_context.env.clock.monotonic() - began).count());
    return Progress::Again;
}

}  // namespace engine
