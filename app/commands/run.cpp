#include "base/env.h"
#include "base/limits.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "commands/document.h"
#include "commands/left_alerts.h"
#include "commands/run_view.h"
#include "commands/signals.h"
#include "jobs/job.h"
#include "plan/plan.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace engine {

namespace {

constexpr Duration kSignalsEvery =
    std::chrono::milliseconds(100);  // how soon a signal or the end of --duration is seen
constexpr Duration kStandbyEvery = std::chrono::seconds(1);

struct RunOptions {
    JobOptions job{};
    std::optional<Duration> duration{};
    bool drain = false;
    bool standby = false;
};

Result<RunOptions> readOptions(const Arguments& arguments, const Document& document)
{
    RunOptions options;
    options.drain = arguments.has("drain");
    options.standby = arguments.has("standby");
    if (arguments.has("fresh") && arguments.has("resume"))
        return Error{ErrorCode::InvalidSpec, "Only one of --fresh and --resume can be meant.", {}};
    if (arguments.has("fresh")) options.job.start = JobOptions::Fresh;
    if (arguments.has("resume")) options.job.start = JobOptions::Resume;
    const auto duration = arguments.duration("duration", {});
    if (!duration) return duration.error();
    if (arguments.has("duration")) options.duration = *duration;
    const auto threads = arguments.number("threads", 1, 0, limits::kThreadsMax);
    if (!threads) return threads.error();
    const auto parallelism = arguments.number("parallelism", 1, 0, limits::kParallelismMax);
    if (!parallelism) return parallelism.error();
    options.job.threads = *threads;
    options.job.parallelism = *parallelism;
    options.job.stateDirectory = arguments.value("state");
    options.job.baseDirectory = directoryOf(document.file);
    return options;
}

Result<std::unique_ptr<Job>> createJob(const Document& document, const RunOptions& options)
{
    for (bool isTold = false;; isTold = true) {
        auto job = Job::create(document.spec, document.constants, builtinCatalog(), systemEnv(), options.job);
        const bool isHeld = !job && job.error().code == ErrorCode::Unavailable;
        if (!isHeld || !options.standby || wasInterrupted()) return job;
        if (!isTold) printErrorLine(document.file + ": Standing by. " + job.error().message);
        waitForSignal(kStandbyEvery);
    }
}

template <class Fits>
bool hasEdge(const JobTelemetry& telemetry, Fits fits)
{
    return std::any_of(telemetry.edges.begin(), telemetry.edges.end(),
                       [&](const EdgeTelemetry& each) { return fits(each.edge); });
}

bool isFed(const JobTelemetry& telemetry, const NodeTelemetry& node)
{
    return hasEdge(telemetry, [&](const EdgeSpec& edge) { return edge.to.node == node.node; });
}

// Whether a source read records of which none could be used, where nobody takes the rejected ones, or the end
// of a branch refused every row that came there.
bool isAllRejected(const JobTelemetry& telemetry, const NodeTelemetry& node)
{
    const PortRef rejected{node.node, std::string(kRejectedPort)};
    const bool isEnd = !hasEdge(telemetry, [&](const EdgeSpec& edge) { return edge.from.node == node.node; });
    const bool isTaken = hasEdge(telemetry, [&](const EdgeSpec& edge) { return edge.from == rejected; });
    return (!isFed(telemetry, node) || isEnd) && !isTaken && node.rowsRejected > 0 && node.rowsOut == 0 &&
        node.rowsRejected >= node.rowsIn;
}

std::string nothingCame(std::int64_t rejected, bool isFed)
{
    const std::string what = isFed ? "row" : "record";
    return (rejected == 1 ? "Its only " + what + " could not be "
                          : "None of its " + std::to_string(rejected) + " " + what + "s could be ") +
        (isFed ? "taken, so nothing came of this branch" : "used, so nothing came of this run");
}

int exitCodeOfRecords(const JobTelemetry& telemetry, const std::string& file)
{
    for (const NodeTelemetry& node : telemetry.nodes) {
        if (!isAllRejected(telemetry, node)) continue;
        const auto bad = std::find_if(telemetry.rejected.begin(), telemetry.rejected.end(),
                                      [&](const RejectedRow& row) { return row.node == node.node; });
        return fail(kJobFailed,
                    file + ": node \"" + node.node.value +
                        "\": " + nothingCame(node.rowsRejected, isFed(telemetry, node)) + ": " +
                        (bad == telemetry.rejected.end() ? std::string("no reason is kept.") : bad->reason));
    }
    return kDone;
}

// Says why a job failed, at the node where it did, or what it waited for in vain until it was stopped.
int exitCodeOf(const JobTelemetry& telemetry, const std::string& file)
{
    const JobStatus& status = telemetry.status;
    if (status.state == JobState::Stopped)
        for (const NodeTelemetry& node : telemetry.nodes)
            if (!node.waitsFor.empty())
                return fail(kOutsideFailed, file + ": node \"" + node.node.value + "\": " + node.waitsFor);
    const bool hasGivenUp = status.state == JobState::Stopped && status.isFailing;
    if (status.state != JobState::Failed && !hasGivenUp) return exitCodeOfRecords(telemetry, file);
    if (!status.failure) return fail(kJobFailed, file + ": The job failed.");
    const Error& failure = *status.failure;
    std::string place;
    for (const NodeTelemetry& node : telemetry.nodes)
        if (node.problem == failure.message) place = "node \"" + node.node.value + "\": ";
    return fail(exitCodeOf(failure.code), file + ": " + place + failure.message);
}

// Polls the job until it is over; asks it to end when the time is up or a signal comes.
// `opened` is called once, when it has found what it goes on from.
void watch(Job& job, const RunOptions& options, RunView& view, const std::string& file,
           const std::function<void()>& opened)
{
    const Clock& clock = systemEnv().clock;
    const MonotonicTime begin = clock.monotonic();
    job.telemetry();  // what the first rates are counted from
    bool isDrainBySignal = false;
    bool isOpenTold = false;
    std::optional<JobAction> asked;
    while (!isOver(job.status().state)) {
        if (job.isStateOpen() && !std::exchange(isOpenTold, true)) opened();
        job.waitAndPoll(kSignalsEvery);
        for (const LogLine& line : job.takeLog()) view.say(line, file);
        const Duration running = clock.monotonic() - begin;
        view.tell(job.takeAlerts());
        const bool isTimeUp = options.duration && running >= *options.duration;
        // A drain that the time has begun may take long: a signal stops it.
        const bool isStopWanted = wasInterrupted() && asked == JobAction::Drain && !isDrainBySignal;
        if ((!asked && (isTimeUp || wasInterrupted())) || isStopWanted) {
            isDrainBySignal = wasInterrupted();
            asked = options.drain && !asked ? JobAction::Drain : JobAction::Stop;
            if (const auto taken = job.request(*asked); !taken) printErrorLine(taken.error().message);
        }
        if (view.isDue(running)) view.update(job.telemetry(), running);
    }
    for (const LogLine& line : job.takeLog()) view.say(line, file);
    view.tell(job.takeAlerts());
    view.finish(job.telemetry(), clock.monotonic() - begin);
}

// A file that was asked for lies where it was asked for, as a file_sink's does: no folder is made for a name
// that may be mistyped.
Status checkDirectoryFor(const std::string& option, const std::string& file)
{
    if (file.empty())
        return Error{
            ErrorCode::InvalidSpec, "--" + option + " names no file; write the path of one behind it.", {}};
    const std::string directory = directoryOf(file);
    const auto about = systemFiles().info(directory);
    if (about && about->isDirectory) return ok();
    return Error{ErrorCode::Refused,
                 "There is no directory " + directory + "; make it, or choose another path for --" + option +
                     ".",
                 {}};
}

Result<std::unique_ptr<AlertTable>> openAlerts(const std::string& file)
{
    TRY(checkDirectoryFor("alerts", file));
    return AlertTable::open(file);
}

// Whether the figures can be written each second, as FileSystem::writeAtomically() does it.
Status checkMetrics(const std::string& file)
{
    TRY(checkDirectoryFor("metrics", file));
    const std::string path = systemFiles().followLinks(file);
    const auto about = systemFiles().info(path);
    if (about && !about->isRegular)
        return Error{ErrorCode::Refused,
                     path + (about->isDirectory ? " is a directory" : " is no ordinary file") +
                         "; choose another path for --metrics.",
                     {}};
    const Status tried = systemFiles().tryWriting(directoryOf(path));
    return tried ? tried : Status(Error{tried.error().code, "--metrics: " + tried.error().message, {}});
}

// FILE: node "x": sentence
int failAtStart(const Document& document, const Error& error)
{
    const bool isOfNode = document.spec.find(NodeId{error.where}) != nullptr;
    return fail(exitCodeOf(error.code),
                document.file + ": " + (isOfNode ? "node \"" + error.where + "\": " : std::string()) +
                    error.message);
}

int run(const Arguments& arguments)
{
    watchSignals();
    const auto document = readDocument(arguments);
    if (!document) return fail(document.error());
    const std::vector<Diagnostic> diagnostics = allDiagnostics(*document);
    printDiagnostics(document->file, diagnostics);
    if (hasProblem(diagnostics)) return kWrongInput;
    auto options = readOptions(arguments, *document);
    if (!options) return fail(options.error());

    std::unique_ptr<AlertTable> alerts;
    if (arguments.has("alerts")) {
        auto opened = openAlerts(arguments.value("alerts"));
        if (!opened) return fail(opened.error());
        alerts = std::move(*opened);
        options->job.keepAlerts = [&](const auto& changes) { return alerts->keep(changes); };
    }

    if (arguments.has("metrics"))
        if (const Status checked = checkMetrics(arguments.value("metrics")); !checked)
            return fail(checked.error());
    auto job = createJob(*document, *options);
    if (!job) return failAtStart(*document, job.error());
    RunView view({arguments.has("table"), arguments.has("json"), arguments.value("metrics")});
    const std::string& state = options->job.stateDirectory;
    const auto opened = [&] {
        if (state.empty() || state == defaultStateDirectory(document->spec.id))
            view.tell(endLeftAlerts(document->spec.id, (*job)->resumedRules()));
        if (alerts) view.tell(alerts->endOthers(document->spec.id, (*job)->resumedRules()));
    };
    watch(**job, *options, view, document->file, opened);
    return exitCodeOf((*job)->telemetry(), document->file);
}

}  // namespace

Command runCommand()
{
    std::vector<OptionInfo> options = documentOptions();
    const std::vector<OptionInfo> own{
        {"threads", "N", "lanes and tasks at a time (default: the document's, else the cores)", false},
        {"parallelism", "N", "keyed instances (default: the document's, else as many as threads)", false},
        {"duration", "TIME", "stops after this time: 20s, 5min", false},
        {"drain", "", "fires all windows when it stops, instead of keeping them for the next start", false},
        {"state", "DIR", "where the state lies (default: $XDG_STATE_HOME/streamwright/ID)", false},
        {"resume", "", "refuses to start without saved state", false},
        {"fresh", "", "moves saved state aside and begins anew", false},
        {"standby", "", "waits to take over while the state is held by another run", false},
        {"table", "", "the table of nodes even where standard error is no terminal", false},
        {"alerts", "FILE", "keeps the history of alerts in this SQLite file, as the window does", false},
        {"metrics", "FILE", "all figures as JSON, replaced once a second", false},
        {"json", "", "progress and summary as JSON", false}};
    options.insert(options.end(), own.begin(), own.end());
    return {"run", "FILE [options]", "Runs a document without a window.", std::move(options), run};
}

}  // namespace engine
