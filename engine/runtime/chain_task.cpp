#include "runtime/chain_task.h"

namespace engine {

ChainTask::ChainTask(TaskContext context, std::vector<InputGate::Input> inputs,
                     std::vector<StageSetup> stages)
    : Task(context.id),
      m_context(context),
      m_gate(std::move(inputs)),
      m_chain(std::move(stages), context.env),
      m_blocked(context.env.clock, context.metrics)
{
}

Progress ChainTask::failed(const Error& error)
{
    TaskReport report;
    report.kind = TaskReport::Failed;
    report.task = id();
    report.error = error;
    report.node = m_chain.failedNode();
    m_context.reports.put(std::move(report));
    return fail(error);
}

void ChainTask::report(TaskReport::Kind kind, Epoch epoch)
{
    TaskReport report;
    report.kind = kind;
    report.task = id();
    report.epoch = epoch;
    report.snapshot.parts = m_chain.freeze();
    m_context.reports.put(std::move(report));
}

Progress ChainTask::step()
{
    if (!m_chain.hasRoom()) {
        m_blocked.blocked();
        return Progress::Waiting;
    }
    m_blocked.unblocked();
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    return stepInside();
}

Progress ChainTask::stepInside()
{
    if (m_chain.isBusy()) {
        if (auto status = m_chain.runOne(); !status) return failed(status.error());
        return Progress::Again;
    }
    if (m_ending && m_chain.isEmpty()) {
        m_chain.sendEnd();
        report(TaskReport::Ended, {});
        return Progress::Finished;
    }
    if (m_chain.nextWakeUs() <= m_context.env.clock.now().time_since_epoch().count()) {
        if (auto status = m_chain.tick(); !status) return failed(status.error());
    }
    m_context.metrics.nextWakeUs.store(m_chain.nextWakeUs(), std::memory_order_relaxed);
    if (m_chain.isBusy()) return Progress::Again;
    if (m_ending) return Progress::Waiting;
    return handle(m_gate.next(m_chain.wantsInput()));
}

Progress ChainTask::handle(const InputGate::Event& event)
{
    if (std::holds_alternative<InputGate::Nothing>(event)) return Progress::Waiting;
    if (const auto* rows = std::get_if<InputGate::Rows>(&event)) m_chain.feed(0, rows->port, rows->batch);
    if (const auto* moved = std::get_if<InputGate::Moved>(&event))
        m_chain.feedWatermark(0, moved->watermarkUs);
    if (const auto* idle = std::get_if<InputGate::IdleChanged>(&event)) m_chain.sendIdle(idle->idle);
    if (const auto* barrier = std::get_if<Barrier>(&event)) {
        report(TaskReport::Saved, barrier->epoch);
        if (barrier->delta)
            if (auto status = m_chain.apply(*barrier->delta); !status) return failed(status.error());
        m_chain.sendToAll(*barrier);
        if (barrier->kind == EpochKind::Stop) return Progress::Finished;
    }
    if (std::holds_alternative<InputGate::End>(event)) {
        m_chain.feedWatermark(0, kEndOfTime);
        m_chain.feedFinish(0);
        m_ending = true;
    }
    return Progress::Again;
}

}  // namespace engine
