#include "runtime/chain_task.h"

namespace engine {

ChainTask::ChainTask(TaskContext context, std::vector<InputGate::Input> inputs,
                     std::vector<StageSetup> stages, std::vector<Restraint*> restraints)
    : Task(context.id),
      m_context(context),
      m_gate(std::move(inputs)),
      m_chain(std::move(stages), context.env),
      m_restraints(std::move(restraints)),
      m_blocked(context.env.clock, context.metrics)
{
}

void ChainTask::expect(Barrier barrier)
{
    m_told.put(std::move(barrier));
    m_isTold.store(true, std::memory_order_release);
}

void ChainTask::takeExpected()
{
    if (!m_isTold.load(std::memory_order_acquire)) return;
    m_isTold.store(false, std::memory_order_relaxed);
    for (Barrier& barrier : m_told.takeAll())
        if (m_passed < barrier.epoch) m_expected = std::move(barrier);
}

Progress ChainTask::failed(const Error& error)
{
    tellJob(m_context, TaskReport::Failed, error, m_chain.failedNode());
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
    if (!m_chain.hasRoom() || m_context.mustWait(m_passed)) {
        m_blocked.blocked();
        return Progress::Waiting;
    }
    m_chain.waited(m_blocked.lasting(), m_context.metrics);
    m_blocked.unblocked();
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    return stepInside();
}

Progress ChainTask::stepInside()
{
    takeExpected();
    // An operator that holds rows back would keep the barrier waiting behind its queue.
    m_chain.setTakesAll(m_expected || m_reached);
    restrain();
    if (m_chain.isBusy()) {
        if (auto status = m_chain.runOne(); !status) return failed(status.error());
        m_chain.giving().tell(m_context.metrics);
        return Progress::Again;
    }
    if (m_reached) {
        const Barrier barrier = std::move(*m_reached);
        m_reached.reset();
        return pass(barrier);
    }
    if (m_ending && m_chain.isEmpty()) {
        m_chain.sendEnd();
        report(TaskReport::Ended, {});
        return Progress::Finished;
    }
    if (m_chain.isDue()) {
        if (auto status = m_chain.tick(); !status) return failed(status.error());
    }
    m_context.metrics.nextWakeUs.store(m_chain.nextWakeUs(), std::memory_order_relaxed);
    if (m_chain.isBusy()) return Progress::Again;
    if (m_ending && m_expected) return pass(*m_expected);  // nobody is left to bring it
    if (m_ending) return Progress::Waiting;
    const InputGate::Event event = m_gate.next(m_expected || m_chain.wantsInput());
    if (std::holds_alternative<InputGate::Nothing>(event)) return Progress::Waiting;
    handle(event);
    return Progress::Again;
}

void ChainTask::handle(const InputGate::Event& event)
{
    if (const auto* rows = std::get_if<InputGate::Rows>(&event)) m_chain.feed(0, rows->port, rows->batch);
    if (const auto* moved = std::get_if<InputGate::Moved>(&event))
        m_chain.feedWatermark(0, moved->watermarkUs);
    if (const auto* idle = std::get_if<InputGate::IdleChanged>(&event)) m_chain.sendIdle(idle->idle);
    if (const auto* barrier = std::get_if<Barrier>(&event)) m_reached = *barrier;
    if (std::holds_alternative<InputGate::End>(event)) {
        m_chain.feedWatermark(0, kEndOfTime);
        m_chain.feedFinish(0);
        m_ending = true;
    }
}

Progress ChainTask::pass(const Barrier& reached)
{
    const Barrier barrier = reached;
    m_passed = barrier.epoch;
    if (m_expected && m_expected->epoch <= m_passed) m_expected.reset();
    m_chain.passBarrier(barrier);
    const MonotonicTime began = m_context.env.clock.monotonic();
    report(TaskReport::Saved, barrier.epoch);
    m_context.metrics.pauseUs.set((m_context.env.clock.monotonic() - began).count());
    if (barrier.delta)
        if (auto status = m_chain.apply(*barrier.delta); !status) return failed(status.error());
    if (barrier.kind == EpochKind::Stop) return Progress::Finished;
    m_mayRestrain = true;
    return Progress::Again;
}

void ChainTask::restrain()
{
    const bool isHolding = !m_chain.wantsInput();
    if (std::exchange(m_mayRestrain, false) && isHolding && !m_restrains) {
        m_restrains = true;
        for (Restraint* restraint : m_restraints) restraint->hold();
    }
    if (!m_restrains || isHolding) return;
    m_restrains = false;
    for (Restraint* restraint : m_restraints) restraint->letGo();
}

}  // namespace engine
