#include "control/server/engine_service.h"

#include "plan/plan.h"

namespace engine {

namespace {
constexpr int kPollEveryMs = 5;
constexpr int kTellEveryMs = 1000 / limits::kTelemetryHz;
}  // namespace

EngineService::EngineService(const Catalog& catalog, Env& env, AlertOutbox::Keep keepAlerts)
    : m_catalog(catalog),
      m_env(env),
      m_keepAlerts(std::move(keepAlerts)),
      m_poll(this),
      m_tell(this)
{
    connect(&m_poll, &QTimer::timeout, this, &EngineService::poll);
    connect(&m_tell, &QTimer::timeout, this, &EngineService::tell);
}

EngineService::~EngineService() = default;

void EngineService::begin()
{
    m_poll.start(kPollEveryMs);
    m_tell.start(kTellEveryMs);
}

void EngineService::stopAll()
{
    m_poll.stop();
    m_tell.stop();
    const auto until = m_env.clock.monotonic() + std::chrono::seconds(3);
    for (auto& [id, running] : m_jobs)
        if (!isOver(running.job->status().state)) (void)running.job->request(JobAction::Stop);
    for (auto& [id, running] : m_jobs)
        while (!isOver(running.job->status().state) && m_env.clock.monotonic() < until)
            running.job->waitAndPoll(std::chrono::milliseconds(5));
    for (auto& [id, running] : m_jobs) tellAlerts(running);
    m_jobs.clear();
}

Resolved EngineService::resolved(const PipelineSpec& spec) const
{
    Overrides overrides;
    overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
    return resolve(spec, overrides);
}

AnalysisReply EngineService::analyse(const PipelineSpec& spec) const
{
    const Resolved plain = resolved(spec);
    AnalysisReply reply;
    Analysis analysis = engine::analyse(plain.spec, m_catalog, toConstants(plain.parameters));
    reply.diagnostics = plain.diagnostics;
    addDiagnostics(reply.diagnostics, analysis.diagnostics);
    reply.schemas = std::move(analysis.schemas);
    reply.summaries = std::move(analysis.summaries);
    reply.runnable = !hasProblem(reply.diagnostics);
    return reply;
}

EdgeCheckReply EngineService::checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges) const
{
    const Resolved plain = resolved(spec);
    const Constants constants = toConstants(plain.parameters);
    const Analysis analysis = engine::analyse(plain.spec, m_catalog, constants);
    EdgeCheckReply reply;
    for (const EdgeSpec& edge : edges) {
        std::string problem = problemOfEdge(plain.spec, analysis, m_catalog, constants, edge);
        if (!problem.empty()) reply.problems[edge] = std::move(problem);
    }
    return reply;
}

Result<JobId> EngineService::start(const PipelineSpec& spec, const std::string& baseDirectory, StartFrom from,
                                   const std::vector<PortRef>& watched)
{
    for (auto& [id, running] : m_jobs) running.job->closeUnusedTaps();
    Resolved plain = resolved(spec);
    for (const Diagnostic& diagnostic : plain.diagnostics)
        if (diagnostic.severity == Diagnostic::Problem)
            return Error{ErrorCode::InvalidSpec, sentence(diagnostic), diagnostic.node.value};
    JobOptions options;
    options.baseDirectory = baseDirectory;
    options.metrics = &m_metrics;
    options.watched = watched;
    options.keepAlerts = m_keepAlerts;
    if (from == StartFrom::Beginning) options.start = JobOptions::Fresh;
    auto job = Job::create(plain.spec, toConstants(plain.parameters), m_catalog, m_env, options);
    if (!job) return job.error();
    const JobId id{m_nextJob++};
    m_jobs[id].job = std::move(*job);
    tellAlerts(m_jobs[id]);
    tellOf(id, m_jobs[id]);
    return id;
}

Status EngineService::act(JobId id, JobAction action)
{
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end()) return Error{ErrorCode::InvalidSpec, "That job is over.", {}};
    auto status = found->second.job->request(action);
    tellOf(id, found->second);
    return status;
}

Status EngineService::change(JobId id, const PipelineSpec& spec)
{
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end()) return Error{ErrorCode::InvalidSpec, "That job is over.", {}};
    Resolved plain = resolved(spec);
    for (const Diagnostic& diagnostic : plain.diagnostics)
        if (diagnostic.severity == Diagnostic::Problem)
            return Error{ErrorCode::InvalidSpec, sentence(diagnostic), diagnostic.node.value};
    return found->second.job->change(plain.spec, toConstants(plain.parameters));
}

Result<TapId> EngineService::openTap(JobId id, const PortRef& port)
{
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end()) return Error{ErrorCode::InvalidSpec, "That job is over.", {}};
    if (m_taps.size() >= limits::kTapsOpen)
        return Error{ErrorCode::Limit, "Too many ports are being looked at; close some.", {}};
    if (!found->second.job->schemaOf(port))
        return Error{ErrorCode::InvalidSpec, "There is no output " + portText(port) + ".", port.node.value};
    const TapId tap{m_nextTap++};
    m_taps[tap] = {id, port, found->second.job->openTap(port)};
    return tap;
}

void EngineService::closeTap(TapId tap)
{
    const auto found = m_taps.find(tap);
    if (found == m_taps.end()) return;
    if (const auto job = m_jobs.find(found->second.job); job != m_jobs.end())
        job->second.job->closeTap(found->second.port, found->second.tap.get());
    m_taps.erase(found);
}

void EngineService::poll()
{
    for (auto& [id, running] : m_jobs) {
        running.job->poll();
        for (const LogLine& line : running.job->takeLog()) Q_EMIT logged(line);
        tellAlerts(running);
        if (running.job->status().state != running.told) tellOf(id, running);
    }
}

void EngineService::tellAlerts(Running& running)
{
    Job& job = *running.job;
    if (!running.isBegunTold && job.isStateOpen()) {
        running.isBegunTold = true;
        Q_EMIT begun(job.pipeline(), job.resumedRules());
    }
    (void)job.takeAlerts();  // they are told from where they are kept
}

void EngineService::tellOf(JobId id, Running& running)
{
    // Who is told that it is over may run the pipeline anew at once, so the state directory is let go before.
    if (isOver(running.job->status().state)) running.job->poll();
    JobTelemetry now = running.job->telemetry();
    // Who is told that it is over may look away, so the last rows come before that.
    if (isOver(now.status.state))
        for (auto& [tap, open] : m_taps)
            if (open.job == id) tellRows(tap, open);
    now.job = id;
    running.told = now.status.state;
    now.status.id = id;
    Q_EMIT telemetry(now);
    running.isOverTold = isOver(now.status.state);
}

void EngineService::tell()
{
    for (auto& [id, running] : m_jobs)
        if (!running.isOverTold) tellOf(id, running);
    for (auto& [id, open] : m_taps) tellRows(id, open);
}

void EngineService::tellRows(TapId id, OpenTap& open)
{
    std::vector<RecordBatch> batches = open.tap->take();
    if (batches.empty()) return;
    TapRows rows;
    rows.tap = id;
    rows.schema = batches.back().schema();
    rows.skipped = open.tap->skipped();
    // The newest rows are what is looked at; what is above the limit of one message is counted as
    // skipped.
    std::size_t count = 0, first = batches.size();
    while (first > 0 && count + batches[first - 1].rows() <= limits::kTapRowsPoints)
        count += batches[--first].rows();
    if (first == batches.size()) --first;
    for (std::size_t i = 0; i < first; ++i)
        open.tap->countSkipped(static_cast<std::int64_t>(batches[i].rows()));
    rows.skipped = open.tap->skipped();
    rows.batches.assign(std::make_move_iterator(batches.begin() + static_cast<std::ptrdiff_t>(first)),
                        std::make_move_iterator(batches.end()));
    Q_EMIT tapRows(rows);
}

}  // namespace engine
