#include "jobs/sample_rows.h"

#include "jobs/job.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <set>

namespace engine {

namespace {

constexpr const char* kSampleSink = "sample_sink_";
constexpr Duration kLookEvery = std::chrono::milliseconds(5);

// The rows that came out of one port; filled by a sink task, watched by the caller.
class SampleBox {
public:
    explicit SampleBox(std::size_t wanted) : m_wanted(wanted) { }
    void add(const RecordBatch& batch)
    {
        const std::lock_guard lock(m_mutex);
        if (m_rows >= m_wanted) return;
        const std::size_t count = std::min(batch.rows(), m_wanted - m_rows);
        m_batches.push_back(batch.slice(0, count).compact());
        m_rows += count;
    }
    std::size_t rows() const
    {
        const std::lock_guard lock(m_mutex);
        return m_rows;
    }
    std::vector<RecordBatch> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::move(m_batches);
    }

private:
    const std::size_t m_wanted;
    mutable std::mutex m_mutex;
    std::size_t m_rows = 0;
    std::vector<RecordBatch> m_batches;
};

class SampleSink final : public Sink {
public:
    explicit SampleSink(std::shared_ptr<SampleBox> box) : m_box(std::move(box)) { }
    Status open(SinkContext&, const std::string&) override { return ok(); }
    Status write(const RecordBatch& batch) override
    {
        m_box->add(batch);
        return ok();
    }
    Status flush() override { return ok(); }

private:
    std::shared_ptr<SampleBox> m_box;
};

struct SampleParams { };

Component sampleComponent(const std::string& id, std::shared_ptr<SampleBox> box)
{
    ComponentInfo info;
    info.id = id;
    info.kind = ComponentKind::Sink;
    info.outputs = {};
    return component(std::move(info), Params<SampleParams>(),
                     [box](const SampleParams&, const BindContext&) -> std::optional<Binding> {
                         Binding binding;
                         binding.needs.kind = Distribution::Single;
                         binding.make = Factory<Sink>([box] { return std::make_unique<SampleSink>(box); });
                         return binding;
                     });
}

// The nodes of the ports and all that feeds them.
PipelineSpec partBefore(const PipelineSpec& whole, std::span<const PortRef> ports)
{
    std::set<NodeId> kept;
    for (const PortRef& port : ports) kept.insert(port.node);
    for (bool grew = true; grew;) {
        grew = false;
        for (const EdgeSpec& edge : whole.edges)
            if (kept.count(edge.to.node) > 0 && kept.insert(edge.from.node).second) grew = true;
    }
    PipelineSpec part = whole;
    std::erase_if(part.nodes, [&](const NodeSpec& node) { return kept.count(node.id) == 0; });
    std::erase_if(part.edges, [&](const EdgeSpec& edge) {
        return kept.count(edge.to.node) == 0 || kept.count(edge.from.node) == 0;
    });
    return part;
}

// Gone with all that is in it when it goes out of scope.
class SampleDirectory {
public:
    explicit SampleDirectory(FileSystem& files) : m_files(files)
    {
        std::string name = "/tmp/streamwright-sample-XXXXXX";
        if (mkdtemp(name.data()) != nullptr) m_path = name;
    }
    ~SampleDirectory()
    {
        if (!m_path.empty()) (void)m_files.removeTree(m_path);
    }
    SampleDirectory(const SampleDirectory&) = delete;
    SampleDirectory& operator=(const SampleDirectory&) = delete;
    const std::string& path() const { return m_path; }

private:
    FileSystem& m_files;
    std::string m_path;
};

using Boxes = std::vector<std::shared_ptr<SampleBox>>;

Status runUntilFull(Job& job, const Boxes& boxes, Env& env, const SampleOptions& options)
{
    const MonotonicTime begun = env.clock.monotonic();
    bool isEnding = false;
    while (!isOver(job.status().state)) {
        job.waitAndPoll(kLookEvery);
        const Duration passed = env.clock.monotonic() - begun;
        const auto haveAll = [&](std::size_t rows) {
            return std::all_of(boxes.begin(), boxes.end(),
                               [&](const auto& box) { return box->rows() >= rows; });
        };
        const bool isEnough = haveAll(options.rows) || (passed >= options.atLeast && haveAll(1));
        if (isEnding || !(isEnough || passed >= options.atMost || options.isCancelled())) continue;
        isEnding = true;
        (void)job.request(JobAction::Cancel);
    }
    const JobStatus status = job.status();
    if (status.state == JobState::Failed && status.failure && !isEnding) return *status.failure;
    return ok();
}

}  // namespace

Result<std::vector<PortRows>> sampleRows(const PipelineSpec& spec, const Constants& constants,
                                         const Catalog& catalog, Env& env, std::span<const PortRef> ports,
                                         const SampleOptions& options)
{
    const SampleDirectory directory(env.files);
    if (directory.path().empty())
        return Error{ErrorCode::Io, "No folder could be made in /tmp for the sample.", {}};
    PipelineSpec part = partBefore(spec, ports);
    Catalog withSinks = catalog;
    Boxes boxes;
    for (const PortRef& port : ports) {
        const std::string number = std::to_string(boxes.size());
        boxes.push_back(std::make_shared<SampleBox>(options.rows));
        withSinks.add(sampleComponent(kSampleSink + number, boxes.back()));
        NodeSpec sink;
        sink.id.value = kSampleSink + number;
        while (part.find(sink.id) != nullptr) sink.id.value += "_";
        sink.component = kSampleSink + number;
        part.edges.push_back({port, {sink.id, "in"}});
        part.nodes.push_back(std::move(sink));
    }
    JobOptions jobOptions;
    jobOptions.stateDirectory = directory.path();
    jobOptions.baseDirectory = options.baseDirectory;
    jobOptions.threads = 1;
    jobOptions.parallelism = 1;
    jobOptions.start = JobOptions::Fresh;
    auto job = Job::create(part, constants, withSinks, env, jobOptions);
    if (!job) return job.error();
    if (auto status = runUntilFull(**job, boxes, env, options); !status) return status.error();
    std::vector<PortRows> sampled;
    for (std::size_t i = 0; i < ports.size(); ++i)
        sampled.push_back({ports[i], (*job)->schemaOf(ports[i]), boxes[i]->take()});
    return sampled;
}

}  // namespace engine
