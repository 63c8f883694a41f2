#include "jobs/job.h"

#include "base/kill_points.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <thread>

namespace engine {

std::string defaultStateDirectory(const std::string& pipelineId)
{
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    const std::string base = state && *state ? state : std::string(home ? home : ".") + "/.local/state";
    return base + "/streamwright/" + pipelineId;
}

Job::Job(PipelineSpec spec, Constants constants, const Catalog& catalog, Env& env, JobOptions options)
    : m_spec(std::move(spec)),
      m_constants(std::move(constants)),
      m_catalog(catalog),
      m_env(env),
      m_options(std::move(options)),
      m_host(m_options.host ? *m_options.host : threadHost()),
      m_metrics(m_options.metrics ? *m_options.metrics : m_ownMetrics),
      m_outbox(m_options.keepAlerts),
      m_restartHistory(env.seed ^ 0x10B),
      m_writer(m_host.makeWriter()),
      m_keeper(m_options.keepAlerts ? m_host.makeWriter() : nullptr)
{
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    m_threads = m_options.threads ? m_options.threads
        : m_spec.settings.threads ? m_spec.settings.threads
                                  : cores;
    m_threads = std::clamp(m_threads, 1, limits::kThreadsMax);
    if (m_options.stateDirectory.empty()) m_options.stateDirectory = defaultStateDirectory(m_spec.id);
}

Job::~Job()
{
    endTasks();
    m_metrics.forget(this);
}

Result<std::unique_ptr<Job>> Job::create(PipelineSpec spec, Constants constants, const Catalog& catalog,
                                         Env& env, JobOptions options)
{
    std::unique_ptr<Job> job(
        new Job(std::move(spec), std::move(constants), catalog, env, std::move(options)));
    if (auto status = job->prepare(); !status) return status.error();
    for (const PortRef& port : job->m_options.watched)
        if (job->schemaOf(port))
            job->m_board.tap(port).add(job->m_unusedTaps.emplace(port, std::make_shared<Tap>())->second);
    job->makeAuthority();
    auto status = job->openState();
    // What an authority outside says is waited for in poll().
    if (status && !job->m_decider) status = job->begin();
    if (status) return job;
    // A disk that is full from the beginning is waited for like one that becomes full.
    if (status.error().code != ErrorCode::Full) return status.error();
    job->failed(status.error(), status.error().where);
    return job;
}

Status Job::prepare()
{
    m_analysis = std::make_unique<Analysis>(analyse(m_spec, m_catalog, m_constants));
    if (!m_analysis->runnable()) {
        std::string all;
        for (const Diagnostic& diagnostic : m_analysis->diagnostics)
            if (diagnostic.severity == Diagnostic::Problem)
                all += (all.empty() ? "" : "\n") + sentence(diagnostic);
        return Error{ErrorCode::InvalidSpec, all, m_spec.name};
    }
    PlanOptions plan;
    plan.threads = m_threads;
    plan.parallelism = m_options.parallelism ? m_options.parallelism
        : m_spec.settings.parallelism        ? m_spec.settings.parallelism
                                             : m_threads;
    plan.chunkBytes = static_cast<std::size_t>(m_spec.settings.chunkBytes);
    plan.queueBytesMax = static_cast<std::size_t>(m_spec.settings.memoryLimitBytes / 2);
    m_plan = makePlan(m_spec, *m_analysis, plan);
    return ok();
}

Status Job::begin()
{
    ++m_incarnation;
    m_reports.takeAll();
    m_board.goBackTo(m_decided ? m_decided->epoch : Epoch{});
    m_rejectedBefore.clear();
    m_samples.clear();  // the tasks' own clocks begin anew
    m_lastTelemetry.reset();
    m_round.clear();
    m_last.clear();
    m_waitingToPublish.clear();
    m_waits.clear();
    m_authorityWait.clear();
    m_isKeeping = m_isHeldBack = m_copiesWait = false;
    m_overLimit.reset();
    m_overSince = {};
    m_heldSeal.reset();
    m_decidingSince.reset();
    m_final = false;
    GraphOptions options{m_options.baseDirectory, static_cast<std::size_t>(m_spec.settings.chunkBytes),
                         m_spec.id, &m_metrics, m_decider ? m_authority.get() : nullptr};
    m_graph = std::make_unique<TaskGraph>(m_spec, *m_analysis, m_plan, m_env, m_board, m_reports, options,
                                          m_decided ? &*m_decided : nullptr);
    TRY(m_graph->open());
    killPoint("restoring");
    if (m_decided) TRY(restoreTables());
    std::set<TaskId> tasks;
    for (const TaskPlan& task : m_plan.tasks)
        if (task.kind != TaskPlan::Lane) tasks.insert(task.id);
    const Epoch before = m_decided ? m_decided->epoch : m_coordinator ? m_coordinator->last() : Epoch{};
    const Epoch last = std::max(before, m_lastOutside);
    m_coordinator =
        std::make_unique<CheckpointCoordinator>(std::move(tasks), last, m_spec.settings.checkpointInterval,
                                                m_spec.settings.checkpointTimeout, m_env.clock.monotonic());
    m_executor = m_host.makeExecutor(m_threads);
    m_graph->start(*m_executor);
    TRY(m_executor->release());
    m_isFailing = false;
    setState(JobState::Running);
    m_restartHistory.began(m_env.clock.monotonic());
    return ok();
}

void Job::endTasks()
{
    const bool areThere = m_graph != nullptr;
    if (m_executor) m_executor->cancel();
    if (m_graph)
        for (const NodeSpec& node : m_spec.nodes) m_lastCounters[node.id] = m_graph->counters(node.id);
    m_graph.reset();  // first: threads of operators wake tasks until they have ended
    m_executor.reset();
    // A decision under way is waited for: what follows must see whether it was taken. One outside may take
    // for ever; what came of it is asked for at the next start.
    if (m_decider && m_authority) m_authority->giveUp();
    finishWriting();
    if (areThere) keepLastAlerts();
}

void Job::finishWriting()
{
    m_writer->finish();
    if (!m_decider) return;
    m_decider->finish();
    m_writer->finish();  // what was left to do after a decision
}

void Job::setState(JobState state)
{
    m_state = state;
    if (isOver(state) && !m_isFailing) m_failure.reset();  // it was overcome
    m_since = m_env.clock.now();
    m_stateBegun = m_env.clock.monotonic();
}

void Job::poll()
{
    if (isOver(m_state)) {
        // The next run of this pipeline, here or elsewhere, wants the state directory.
        if (m_store) finishWriting();
        m_store.reset();
        m_authority.reset();
        return m_metrics.forget(this);
    }
    publishMetrics();
    if (m_state == JobState::Starting || m_state == JobState::Restarting) return startAgain();
    takeReports();
    if (isOver(m_state) || m_state == JobState::Restarting) return;
    while (auto order = m_coordinator->poll(m_env.clock.monotonic())) {
        follow(*order);
        if (isOver(m_state)) return;
        if (order->kind == CheckpointOrder::Begin) break;
    }
    finishIfAllEnded();
    if (isOver(m_state) || m_state == JobState::Restarting) return;
    wakeSleepers();
    watchKeeping();
    watchDecision();
    checkUnfitRecords();
    if (checkRejectLimits(When::Running) && !isOver(m_state) && m_state != JobState::Restarting)
        checkMemory();
    if (m_state == JobState::Stopping || m_state == JobState::Draining) giveUpEnding();
}

void Job::waitAndPoll(Duration longest)
{
    // Also woken by nothing at all: checkpoints and timers are due by the clock.
    m_reports.waitFor(std::min<Duration>(longest, std::chrono::milliseconds(5)));
    poll();
}

void Job::takeReports()
{
    for (TaskReport& report : m_reports.takeAll()) {
        take(report);
        if (isOver(m_state) || m_state == JobState::Restarting) return;
    }
    for (WriterReport& report : m_written.takeAll()) {
        take(report);
        if (isOver(m_state) || m_state == JobState::Restarting) return;
    }
}

void Job::take(TaskReport& report)
{
    switch (report.kind) {
    case TaskReport::Nothing: break;
    case TaskReport::Saved:
    case TaskReport::Ended: save(report); break;
    case TaskReport::Published:
        m_waitingToPublish.erase(report.task);
        if (m_waitingToPublish.empty()) {
            setState(m_final ? JobState::Finished : JobState::Stopped);
            endTasks();
        }
        break;
    case TaskReport::Opened:
        if (m_state == JobState::Running) m_coordinator->request();
        break;
    case TaskReport::Waits: takeWait(report); break;
    case TaskReport::Failed: failed(report.error, report.node); break;
    }
}

// The tables go to the writer's thread; the rest is kept until they are durable.
void Job::save(TaskReport& report)
{
    killPoint("freeze");
    const bool isLast = report.kind == TaskReport::Ended;
    if (!isLast && report.epoch != m_coordinator->last()) return;  // of a round that was given up
    TaskPart& part = isLast ? m_last[report.task] : m_round[report.task];
    part = {};
    std::vector<TableToSave> tables;
    for (TaskSnapshot::Part& each : report.snapshot.parts) {
        for (auto& table : each.tables) tables.push_back({each.node, each.instance, std::move(table)});
        each.tables.clear();
        part.parts.push_back(std::move(each));
    }
    const Epoch epoch = isLast ? Epoch{m_coordinator->last().value + 1} : report.epoch;
    m_writer->post([this, store = m_store.get(), epoch, isLast, task = report.task,
                    incarnation = m_incarnation, tables = std::move(tables), writing = m_writing] {
        WriterReport done;
        done.task = task;
        done.epoch = epoch;
        done.isLast = isLast;
        done.file = store->write(epoch, incarnation, task, tables);
        m_written.put(std::move(done));
        m_reports.put({});
    });
}

void Job::take(WriterReport& report)
{
    if (report.kind == WriterReport::Durable) {
        if (!report.file) return failed(report.file.error(), {});
        if (report.isLast) {
            m_last[report.task].file = *report.file;
            m_coordinator->taskGone(report.task);
        } else if (report.epoch == m_coordinator->last()) {
            m_round[report.task].file = *report.file;
            m_coordinator->taskSaved(report.epoch, report.task);
        }
    } else if (report.kind == WriterReport::Kept) {
        takeKept(report);
    } else if (report.kind == WriterReport::Sealed) {
        m_decidingSince.reset();
        tellAuthorityWait({});
        if (report.outcome != Outcome::Done) return failed(report.error, m_authorityNode.value);
        m_ran = true;
        m_decided = std::move(m_sealing);
        m_checkpoint = {report.epoch.value, m_env.clock.now(), report.bytes,
                        (m_env.clock.monotonic() - m_roundBegan).count(), longestPauseUs()};
        if (m_final)
            commit(report.epoch, EpochKind::Final);
        else
            m_coordinator->decided(report.epoch, report.outcome);
        // A checkpoint that took long because the outside was away needs no rest after it: readers wait for
        // what it held up.
        if (std::exchange(m_hasWaited, false) && m_decider && m_state == JobState::Running)
            m_coordinator->request();
    } else if (!report.error.message.empty()) {
        note(2, {}, report.error.message);
    }
}

void Job::orderSources(const TaskOrder& order)
{
    for (SourceTask* source : m_graph->sources()) {
        source->orders().put(order);
        m_executor->wake(source->id());
    }
}

// A drained job has no barriers any more: a restart takes up what was there before it was asked to end.
void Job::expectBarrier(const CheckpointOrder& order)
{
    if (m_state == JobState::Draining) return;
    for (ChainTask* chain : m_graph->chains()) {
        chain->expect({0, order.epoch, order.epochKind, order.delta});
        m_executor->wake(chain->id());
    }
}

void Job::follow(const CheckpointOrder& order)
{
    switch (order.kind) {
    case CheckpointOrder::Begin:
        m_roundBegan = m_env.clock.monotonic();
        m_round.clear();
        killPoint("barrier");
        orderSources({TaskOrder::Begin, order.epoch, order.epochKind, order.delta, {}});
        expectBarrier(order);
        break;
    case CheckpointOrder::Seal:
        // All have ended on the way: this epoch is the last, whatever it was begun for.
        m_final = m_coordinator->allGone();
        if (m_final && !checkRejectLimits(When::AtTheEnd)) return;
        keepAndSeal(order.epoch, m_final ? EpochKind::Final : order.epochKind);
        break;
    case CheckpointOrder::Commit: commit(order.epoch, order.epochKind); break;
    case CheckpointOrder::Abort:
        note(2, {},
             "Checkpoint " + std::to_string(order.epoch.value) +
                 " took longer than checkpoint_timeout and was given up.");
        m_authority->carryOn(order.epoch);
        // Some tasks have stopped at the barrier of a stop already: it has to end.
        if (order.epochKind != EpochKind::Stop || endWithoutWaiting()) break;
        failed(
            {ErrorCode::Limit,
             "It was stopped without a last checkpoint, for that took longer than checkpoint_timeout: what "
             "was read since " +
                 sinceWhen() + " is read again by the next run. Raise checkpoint_timeout to wait longer.",
             {}},
            {});
        break;
    }
}

void Job::finishIfAllEnded()
{
    if (m_final || isOver(m_state) || !m_coordinator->allGone() || !m_coordinator->isIdle()) return;
    if (!checkRejectLimits(When::AtTheEnd)) return;
    m_final = true;
    m_roundBegan = m_env.clock.monotonic();
    keepAndSeal(Epoch{m_coordinator->last().value + 1}, EpochKind::Final);
}

void Job::wakeSleepers()
{
    const std::int64_t now = m_env.clock.now().time_since_epoch().count();
    for (auto& entry : m_graph->entries())
        if (entry.metrics.nextWakeUs.load(std::memory_order_relaxed) <= now)
            m_executor->wake(entry.task->id());
}

void Job::failed(Error error, const std::string& node)
{
    endTasks();
    m_failure = error;
    m_isFailing = true;
    m_waits.clear();
    m_authorityWait.clear();
    m_failedNode = node;
    const RestartPolicy& policy = m_spec.settings.restart;
    const MonotonicTime now = m_env.clock.monotonic();
    m_restartHistory.failed(policy, now);
    const bool isOverNow = m_state == JobState::Stopping || m_state == JobState::Draining ||
        !m_restartHistory.helps(policy, error.code, m_ran);
    const std::string said = error.message + (isOverNow ? "" : " It is tried again.");
    if (m_log.empty() || m_log.back().text != said) note(isOverNow ? 3 : 2, node, said);
    if (isOverNow) {
        setState(JobState::Failed);
        return;
    }
    ++m_restarts;
    m_restartAt = now + m_restartHistory.next(policy, now);
    setState(JobState::Restarting);
}

}  // namespace engine
