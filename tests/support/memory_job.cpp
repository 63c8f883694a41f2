#include "support/memory_job.h"

#include "spec/resolve.h"

namespace engine {

namespace {
constexpr int kMostSteps = 3'000'000;

// The error of the first mistake in it.
Result<Resolved> resolvedDocument(const std::string& document, const Catalog& catalog)
{
    const Parsed parsed = parsePipeline(document);
    Overrides overrides;
    overrides.schemaOf = [&](std::string_view id) { return catalog.schemaOf(id); };
    const Resolved resolved = resolve(parsed.spec, overrides);
    for (const auto* diagnostics : {&parsed.diagnostics, &resolved.diagnostics})
        for (const Diagnostic& diagnostic : *diagnostics)
            if (diagnostic.severity == Diagnostic::Problem)
                return Error{ErrorCode::InvalidSpec, sentence(diagnostic), {}};
    return resolved;
}

}  // namespace

const Catalog& builtinComponents()
{
    static const Catalog made = [] {
        Catalog all;
        addBuiltinComponents(all);
        return all;
    }();
    return made;
}

MemoryJob::MemoryJob(std::uint64_t seed) : m_env{clock, files, seed}, m_host(seed), m_random(seed ^ 0x3A) { }

Status MemoryJob::start(const std::string& document, JobOptions::Start how)
{
    m_job.reset();
    auto run = resolvedDocument(document, *catalog);
    if (!run) return run.error();
    JobOptions options;
    options.stateDirectory = "/state";
    options.baseDirectory = {};
    options.threads = 1 + static_cast<int>(m_random.below(4));
    options.parallelism = 1 + static_cast<int>(m_random.below(4));
    options.start = how;
    options.host = &m_host;
    options.keepAlerts = keepAlerts;
    auto made = Job::create(run->spec, toConstants(run->parameters), *catalog, m_env, options);
    if (!made) return made.error();
    m_job = std::move(*made);
    return ok();
}

Status MemoryJob::change(const std::string& document)
{
    auto to = resolvedDocument(document, *catalog);
    return to ? m_job->change(to->spec, toConstants(to->parameters)) : Status(to.error());
}

void MemoryJob::steps(int count)
{
    for (; count > 0 && !isOver(state()); --count) {
        if (!m_host.step()) {
            clock.advance(std::chrono::milliseconds(1));
            m_job->poll();
        }
        if (m_random.below(16) == 0) m_job->poll();
        if (m_random.below(64) == 0) clock.advance(Duration(m_random.below(40'000)));
    }
}

bool MemoryJob::runUntil(const std::function<bool()>& condition)
{
    for (int i = 0; i < kMostSteps && !condition() && !isOver(state()); ++i) steps(1);
    return condition();
}

bool MemoryJob::runToEnd()
{
    return runUntil([this] { return isOver(state()); });
}

bool MemoryJob::stopHalfway(const std::string& document)
{
    if (!start(document)) return false;
    runUntil([this] { return m_job->status().lastCheckpoint.value > 0; });
    if (isOver(state()) || !m_job->request(JobAction::Stop)) return false;
    return runToEnd() && state() == JobState::Stopped;
}

JobTelemetry MemoryJob::telemetry()
{
    clock.advance(std::chrono::seconds(1));  // figures are kept for half a second
    return m_job->telemetry();
}

std::string MemoryJob::failure() const
{
    const JobStatus status = m_job->status();
    return status.failure ? status.failure->message : std::string();
}

std::vector<std::string> MemoryJob::linesOf(const std::string& path) const
{
    std::vector<std::string> lines;
    const std::string text = files.bytesOf(path);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

}  // namespace engine
