#include "base/env.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "commands/document.h"
#include "commands/signals.h"
#include "jobs/job.h"
#include "plan/plan.h"
#include "spec/suggest.h"
#include "spec/units.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace engine {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(20);
constexpr Duration kWaitFor = std::chrono::seconds(10);
constexpr const char* kPreviewSink = "preview_sink";

// What the sink of a preview has seen. Rows are printed as they come; the command watches `rows`.
struct PreviewProgress {
    std::int64_t wanted = 0;
    std::atomic<std::int64_t> rows{0};
};

// Prints the first rows as JSON, one a line, and drops the rest. Belongs to its sink task.
class PreviewSink final : public Sink {
public:
    PreviewSink(std::shared_ptr<PreviewProgress> progress, std::unique_ptr<Encoder> encoder)
        : m_progress(std::move(progress)),
          m_encoder(std::move(encoder))
    {
    }
    Status open(SinkContext&, const std::string&) override { return ok(); }
    Status write(const RecordBatch& batch) override
    {
        const std::int64_t missing = m_progress->wanted - m_progress->rows;
        if (missing <= 0) return ok();
        const auto count = std::min(batch.rows(), static_cast<std::size_t>(missing));
        std::string text;
        m_encoder->encode(batch.slice(0, count).compact(), text);
        // A row that cannot be printed is not waited for either; the end of the command says why.
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
            m_progress->rows = m_progress->wanted;
        m_progress->rows += static_cast<std::int64_t>(count);
        return ok();
    }
    Status flush() override { return ok(); }

private:
    std::shared_ptr<PreviewProgress> m_progress;
    std::unique_ptr<Encoder> m_encoder;
};

struct NoParams { };

Component previewComponent(std::shared_ptr<PreviewProgress> progress)
{
    ComponentInfo info;
    info.id = kPreviewSink;
    info.kind = ComponentKind::Sink;
    info.outputs = {};
    return component(std::move(info), Params<NoParams>(),
                     [progress](const NoParams&, const BindContext& context) -> std::optional<Binding> {
                         EncodeOptions options;
                         options.schema = context.inputs.front();
                         const Format* json = context.catalog.findFormat("json");
                         CHECK(json != nullptr);
                         Binding binding;
                         binding.needs.kind = Distribution::Single;
                         binding.make = Factory<Sink>([progress, options, json]() -> std::unique_ptr<Sink> {
                             return std::make_unique<PreviewSink>(progress, json->encoder(options));
                         });
                         return binding;
                     });
}

// The node and all that feeds it, with the preview's sink behind the port.
PipelineSpec cutAt(const PipelineSpec& whole, const PortRef& port)
{
    std::set<NodeId> kept{port.node};
    for (bool grew = true; grew;) {
        grew = false;
        for (const EdgeSpec& edge : whole.edges)
            if (kept.count(edge.to.node) > 0 && kept.insert(edge.from.node).second) grew = true;
    }
    PipelineSpec cut = whole;
    std::erase_if(cut.nodes, [&](const NodeSpec& node) { return kept.count(node.id) == 0; });
    std::erase_if(cut.edges, [&](const EdgeSpec& edge) {
        return kept.count(edge.to.node) == 0 || kept.count(edge.from.node) == 0;
    });
    NodeSpec sink;
    sink.id.value = "preview";
    while (whole.find(sink.id) != nullptr) sink.id.value += "_2";
    sink.component = kPreviewSink;
    cut.edges.push_back({port, {sink.id, "in"}});
    cut.nodes.push_back(std::move(sink));
    return cut;
}

Result<PortRef> findPort(const PipelineSpec& spec, const std::string& text)
{
    const std::size_t dot = text.find('.');
    const PortRef port{{text.substr(0, dot)}, dot == std::string::npos ? "out" : text.substr(dot + 1)};
    if (spec.find(port.node) != nullptr) return port;
    std::vector<std::string> ids;
    for (const NodeSpec& node : spec.nodes) ids.push_back(node.id.value);
    return Error{ErrorCode::InvalidSpec,
                 "There is no node \"" + port.node.value + "\"" + didYouMean(port.node.value, ids) + ".",
                 "--node"};
}

// A directory of its own, gone when it goes out of scope: a preview neither uses nor leaves state.
class TemporaryDirectory {
public:
    TemporaryDirectory()
    {
        std::string name = "/tmp/streamwright-preview-XXXXXX";
        if (mkdtemp(name.data()) != nullptr) m_path = name;
    }
    ~TemporaryDirectory()
    {
        if (!m_path.empty()) (void)systemFiles().removeTree(m_path);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

// "10 s", as a sentence has it.
std::string spacedInterval(Duration interval)
{
    std::string text = formatInterval(interval);
    return text.insert(text.find_first_not_of("0123456789"), " ");
}

int runUntilFull(const Document& document, const Catalog& catalog, Duration longest,
                 PreviewProgress& progress)
{
    const TemporaryDirectory directory;
    if (directory.path().empty())
        return fail(kJobFailed, "No directory could be made in /tmp for the preview.");
    JobOptions options;
    options.stateDirectory = directory.path();
    options.baseDirectory = directoryOf(document.file);
    options.start = JobOptions::Fresh;
    auto job = Job::create(document.spec, document.constants, catalog, systemEnv(), options);
    if (!job) return fail(job.error());
    const Clock& clock = systemEnv().clock;
    const MonotonicTime begin = clock.monotonic();
    bool isEnding = false, isTimeUp = false;
    while (!isOver((*job)->status().state)) {
        (*job)->waitAndPoll(kLookEvery);
        const bool isFull = progress.rows >= progress.wanted;
        isTimeUp = !isFull && clock.monotonic() - begin >= longest;
        if (!isEnding && (isFull || isTimeUp || wasInterrupted())) {
            isEnding = true;
            (void)(*job)->request(JobAction::Cancel);
        }
    }
    std::fflush(stdout);
    if (isEnding && isTimeUp)
        printErrorLine(document.file + ": no more rows came within " + spacedInterval(longest) +
                       "; give --duration to wait longer.");
    const JobStatus status = (*job)->status();
    if (status.state != JobState::Failed || !status.failure || isEnding) return kDone;
    return fail(*status.failure);
}

int preview(const Arguments& arguments)
{
    watchSignals();
    if (!arguments.has("node")) return fail(kWrongInput, "This command wants --node ID.");
    const auto rows = arguments.number("rows", 1, 20);
    if (!rows) return fail(rows.error());
    const auto longest = arguments.duration("duration", kWaitFor);
    if (!longest) return fail(longest.error());
    auto document = readDocument(arguments);
    if (!document) return fail(document.error());
    if (hasProblem(document->diagnostics)) {
        printDiagnostics(document->file, document->diagnostics);
        return kWrongInput;
    }
    const auto port = findPort(document->spec, arguments.value("node"));
    if (!port) return fail(port.error());
    document->spec = cutAt(document->spec, *port);

    const auto progress = std::make_shared<PreviewProgress>();
    progress->wanted = *rows;
    Catalog catalog;
    addBuiltinComponents(catalog);
    catalog.add(previewComponent(progress));
    const std::vector<Diagnostic> found = analyse(document->spec, catalog, document->constants).diagnostics;
    if (hasProblem(found)) {
        printDiagnostics(document->file, found);
        return kWrongInput;
    }
    return runUntilFull(*document, catalog, *longest, *progress);
}

}  // namespace

Command previewCommand()
{
    std::vector<OptionInfo> options = documentOptions();
    options.push_back({"node", "ID", "the node, or ID.PORT for another port than out", false});
    options.push_back({"rows", "N", "how many rows (default 20)", false});
    options.push_back({"duration", "TIME", "how long to wait for them (default 10s)", false});
    return {"preview", "FILE --node ID [options]",
            "The first rows out of a node, as JSON; no sink is written to.", std::move(options), preview};
}

}  // namespace engine
