#pragma once

#include "data/batch_builder.h"
#include "fake_alerts.h"
#include "fake_documents.h"

#include <QTimer>

#include <cmath>
#include <map>
#include <set>
#include <utility>

// A catalogue, documents and a far end that plays telemetry and rows, so that the window can be seen and
// measured without an engine. All of it repeats exactly: its clock counts ticks.

namespace fake {

using namespace engine;

inline ComponentInfo makeInfo(std::string id, ComponentKind kind, std::string title, std::string category,
                              std::string help)
{
    ComponentInfo info;
    info.id = std::move(id);
    info.kind = kind;
    info.title = std::move(title);
    info.category = std::move(category);
    info.help = std::move(help);
    if (kind == ComponentKind::Source) info.inputs.clear();
    if (kind == ComponentKind::Sink) info.outputs.clear();
    info.outputs.push_back({"rejected", "Rows that were refused."});
    return info;
}

inline std::vector<ComponentInfo> catalog()
{
    using enum ComponentKind;
    std::vector<ComponentInfo> all{
        makeInfo("generator_source", Source, "Generator", "Sources",
                 "Makes rows of a preset, the same ones for the same seed."),
        makeInfo("file_source", Source, "File", "Sources", "Reads files of JSON lines, CSV or text."),
        makeInfo("filter", Operator, "Filter", "Rows", "Passes on the rows that meet a condition."),
        makeInfo("compute", Operator, "Compute", "Rows", "Adds columns worked out by formulas."),
        makeInfo("select", Operator, "Select", "Rows", "Keeps, renames and orders columns."),
        makeInfo("split", Operator, "Split", "Rows",
                 "Sends each row to the first port whose condition holds."),
        makeInfo("union", Operator, "Union", "Rows", "Merges the rows of many edges."),
        makeInfo("sample", Operator, "Sample", "Rows", "Passes on a share of the rows."),
        makeInfo("throttle", Operator, "Throttle", "Rows", "Lets through so many rows a second."),
        makeInfo("window", Operator, "Window", "Windows",
                 "Groups rows by time and key and aggregates each group."),
        makeInfo("file_sink", Sink, "File", "Sinks", "Writes rows to a file, each exactly once."),
        makeInfo("console_sink", Sink, "Console", "Sinks", "Prints rows."),
        makeInfo("discard_sink", Sink, "Discard", "Sinks", "Counts rows and forgets them."),
    };
    for (ComponentInfo& info : all) {
        if (info.id == "file_source")
            info.params = {{"path", ParamType::Path, Json(), {.title = "File", .required = true}, {}},
                           {"columns", ParamType::Records, Json::array(), {}, {}}};
        const ParamHints condition{.title = "Keep rows where", .required = true};
        if (info.id == "filter") info.params = {{"condition", ParamType::Formula, Json(), condition, {}}};
    }
    return all;
}

class FakeTransport final : public FakeAlerts {
public:
    int rowsPerTick = 12;  // sent to each tap
    std::vector<Diagnostic> diagnostics{};
    std::map<EdgeSpec, std::string> edgeProblems{};
    std::vector<PipelineSpec> changes{};  // asked for
    std::string changeRefusal{};          // the sentence with which they are refused; empty: they are taken
    Error startRefusal{ErrorCode::InvalidSpec, "The pipeline has a mistake.", ""};
    StartFrom startedFrom = StartFrom::SavedState;  // the last time
    std::optional<Error> failure{};                 // with which the job has failed, as telemetry says it
    NodeId failedNode{};                            // likewise
    bool refusesStart = false, isChangeWaiting = false;  // the second is what telemetry says
    bool startsSlowly = false;   // finishStart() answers
    bool stopsSlowly = false;    // finishStop() ends what was told to stop
    std::string orderRefusal{};  // as changeRefusal, of orders to the job
    std::optional<std::int64_t> unread{};                // of each source, likewise
    std::map<std::string, std::int64_t> counters{};      // of each source, likewise
    std::vector<SplitTelemetry> splits{};                // likewise
    std::vector<std::pair<JobId, JobAction>> orders{};
    std::vector<std::size_t> changesBefore{};  // for each order, how many changes had been asked for
    std::vector<PreviewRequest> previews{};
    PreviewReply previewReply{};
    Result<Detected> detected = Error{ErrorCode::InvalidSpec, "There is no such file.", {}};

    explicit FakeTransport(int tickMs = 33)
    {
        m_timer.setInterval(tickMs);
        connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
    }

    void analyse(const PipelineSpec& spec, const std::string&,
                 std::function<void(AnalysisReply)> reply) override
    {
        AnalysisReply answer;
        answer.diagnostics = diagnostics;
        answer.runnable = !hasProblem(diagnostics);
        for (const NodeSpec& node : spec.nodes) {
            const Json* condition = findMember(node.params, "condition");
            if (condition && condition->is_string())
                answer.summaries[node.id] = condition->get<std::string>();
            if (node.component == "window") answer.summaries[node.id] = "1 s by line: avg, max";
            if (node.component == "generator_source") answer.summaries[node.id] = "sensors, 1,000 keys";
            if (!node.component.ends_with("sink"))
                answer.schemas[{node.id, "out"}] = isWindowed(spec, node) ? windowSchema() : sensorSchema();
        }
        later([reply = std::move(reply), answer] { reply(answer); });
    }

    void checkEdges(const PipelineSpec&, const std::vector<EdgeSpec>& edges,
                    std::function<void(EdgeCheckReply)> reply) override
    {
        EdgeCheckReply answer;
        for (const EdgeSpec& edge : edges)
            if (const auto problem = edgeProblems.find(edge); problem != edgeProblems.end())
                answer.problems.insert(*problem);
        later([reply = std::move(reply), answer] { reply(answer); });
    }

    void start(const PipelineSpec& spec, const std::string&, StartFrom from, const std::vector<PortRef>&,
               std::function<void(Result<JobId>)> reply) override
    {
        m_spec = spec;
        startedFrom = from;
        if (refusesStart && from == StartFrom::SavedState) {
            later([reply = std::move(reply), why = startRefusal] { reply(why); });
            return;
        }
        ++m_job;
        m_tick = 0;
        m_state = JobState::Running;
        m_started = [reply = std::move(reply), job = m_job] { reply(JobId{job}); };
        if (!startsSlowly) finishStart();
    }
    void finishStart()
    {
        m_timer.start();
        later(std::exchange(m_started, {}));
    }

    void act(JobId job, JobAction action, std::function<void(Status)> reply) override
    {
        orders.emplace_back(job, action);
        changesBefore.push_back(changes.size());
        if (!orderRefusal.empty())
            return later([reply = std::move(reply), why = orderRefusal] {
                reply(Error{ErrorCode::InvalidSpec, why, {}});
            });
        if (action == JobAction::Pause) m_state = JobState::Paused;
        if (action == JobAction::Resume) m_state = JobState::Running;
        if (action == JobAction::Stop) m_state = stopsSlowly ? JobState::Stopping : JobState::Stopped;
        if (action == JobAction::Drain) m_state = JobState::Finished;
        tick();
        if (isOver(m_state)) m_timer.stop();
        later([reply = std::move(reply)] { reply(ok()); });
    }

    void change(JobId, const PipelineSpec& spec, std::function<void(Status)> reply) override
    {
        changes.push_back(spec);
        later([reply = std::move(reply), refusal = changeRefusal] {
            reply(refusal.empty() ? ok() : Status(Error{ErrorCode::InvalidSpec, refusal, {}}));
        });
    }

    void openTap(JobId, const PortRef& port, std::function<void(Result<TapId>)> reply) override
    {
        const TapId tap{++m_lastTap};
        m_taps[tap] = port;
        later([reply = std::move(reply), tap] { reply(tap); });
    }

    void preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply) override
    {
        previews.push_back(request);
        later([reply = std::move(reply), answer = previewReply] { reply(answer); });
    }

    void detect(const PipelineSpec&, const std::string&, const NodeId&,
                std::function<void(Result<Detected>)> reply) override
    {
        later([reply = std::move(reply), answer = detected] { reply(answer); });
    }

    void closeTap(TapId tap) override { m_taps.erase(tap); }
    std::size_t openTaps() const { return m_taps.size(); }
    const PipelineSpec& started() const { return m_spec; }  // the last time

    void finishStop()
    {
        m_state = JobState::Stopped;
        tick();
        m_timer.stop();
    }

    void tick()
    {
        ++m_tick;
        Q_EMIT telemetry(makeTelemetry());
        if (m_state != JobState::Running) return;
        // A copy: who gets rows may close the tap.
        for (const auto& [tap, port] : std::map(m_taps)) Q_EMIT tapRows(makeRows(tap, port));
        if (m_tick % 30 == 1)
            Q_EMIT logged({now(), m_tick % 90 == 1 ? 2 : 1, NodeId{"hot_sensors"},
                           "Checkpoint " + std::to_string(m_tick / 30 + 1) + " is decided."});
    }

    static SchemaPtr sensorSchema()
    {
        static const SchemaPtr schema =
            std::make_shared<const Schema>(std::vector<Field>{{"sensor_id", DataType::String},
                                                              {"temperature", DataType::Float64},
                                                              {"humidity", DataType::Float64},
                                                              {"ts", DataType::Time}},
                                           true);
        return schema;
    }
    static SchemaPtr windowSchema()
    {
        static const SchemaPtr schema =
            std::make_shared<const Schema>(std::vector<Field>{{"line", DataType::String},
                                                              {"window_start", DataType::Time},
                                                              {"window_end", DataType::Time},
                                                              {"n", DataType::Int64},
                                                              {"avg_temperature", DataType::Float64},
                                                              {"max_temperature", DataType::Float64}},
                                           true);
        return schema;
    }

    JobTelemetry makeTelemetry() const
    {
        JobTelemetry job;
        job.job = {m_job};
        job.status = {.id = {m_job},
                      .name = m_spec.name,
                      .state = m_state,
                      .since = Timestamp(Duration(kBeginUs - 2'537'000'000))};
        if (failure) {
            job.status.state = JobState::Failed;
            job.status.failure = failure;
        }
        job.at = now();
        job.threads = 2;
        job.memoryBytes = 88'000'000 + static_cast<std::int64_t>(m_tick) * 1000;
        job.guarantee = "exactly_once";
        job.isChangeWaiting = isChangeWaiting;
        job.checkpoint = {m_tick / 30 + 1,
                          Timestamp(Duration(kBeginUs + static_cast<std::int64_t>(m_tick / 30) * 1'000'000)),
                          2'200'000, 3'100};
        double wave = 0;
        for (const NodeSpec& node : m_spec.nodes) {
            wave += 1;
            NodeTelemetry figures{.node = node.id};
            const double rate =
                rateOf(node.id.value) * (1 + 0.04 * std::sin(wave + static_cast<double>(m_tick) / 7));
            figures.rowsInRate = rate;
            figures.rowsOutRate = rate;
            figures.rowsIn = figures.rowsOut =
                static_cast<std::int64_t>(rate * static_cast<double>(m_tick) / 30);
            figures.busy = std::min(
                0.9, 0.2 + rate / 2.5e6 + 0.1 * std::sin(wave * 2 + static_cast<double>(m_tick) / 11));
            figures.blocked = node.id.value == "hot" ? 0.3 : 0;
            figures.idle = 1 - figures.busy - figures.blocked;
            figures.watermarkUs = job.at.time_since_epoch().count() - 500'000;
            figures.rowsRejected = node.id.value == "machines" ? 14 : 0;
            if (failure && node.id == failedNode) figures.problem = failure->message;
            if (node.component.ends_with("_source")) {
                figures.counters = counters;
                figures.splits = splits;
                if (unread) figures.counters["lag"] = *unread;
            }
            job.nodes.push_back(std::move(figures));
        }
        for (const EdgeSpec& edge : m_spec.edges) {
            const double rate =
                rateOf(edge.from.node.value) * (1 + 0.03 * std::sin(wave + static_cast<double>(m_tick) / 5));
            job.edges.push_back({edge, static_cast<std::int64_t>(rate * static_cast<double>(m_tick) / 30),
                                 rate, edge.from.node.value == "hot" ? 1.0 : 0.1,
                                 job.at.time_since_epoch().count() - 500'000});
            wave += 1;
        }
        job.rejected.push_back({NodeId{"machines"}, "The value is not a number.", "temperature",
                                "machines.csv:118", "m-7,line-2,n/a", job.at});
        return job;
    }

private:
    static constexpr std::int64_t kBeginUs = 1'775'000'000'000'000;
    Timestamp now() const
    {
        return Timestamp(Duration(kBeginUs + static_cast<std::int64_t>(m_tick) * 33'333));
    }

    static bool isWindowed(const PipelineSpec& spec, const NodeSpec& node)
    {
        if (node.component == "window") return true;
        for (const EdgeSpec& edge : spec.edges)
            if (edge.to.node == node.id)
                if (const NodeSpec* before = spec.find(edge.from.node);
                    before && before->component == "window")
                    return true;
        return false;
    }

    static double rateOf(const std::string& node)
    {
        static const std::map<std::string, double> kRates{
            {"sensors", 1.24e6},  {"machines", 3100}, {"hot", 612e3},        {"known", 3100}, {"all", 615e3},
            {"per_second", 8100}, {"too_hot", 42},    {"hot_sensors", 8100}, {"screen", 42}};
        const auto found = kRates.find(node);
        return found == kRates.end() ? 1000.0 * static_cast<double>(node.size()) : found->second;
    }

    TapRows makeRows(TapId tap, const PortRef& port)
    {
        const NodeSpec* node = m_spec.find(port.node);
        const bool isWindow = node && isWindowed(m_spec, *node);
        const SchemaPtr schema = isWindow ? windowSchema() : sensorSchema();
        BatchBuilder builder(schema);
        for (int i = 0; i < rowsPerTick && !builder.isFull(); ++i) {
            const std::int64_t at = floorToMilliseconds(now().time_since_epoch().count() +
                                                        std::int64_t{33'333} * (i / 3) * 3 / rowsPerTick);
            const int line = i % 3;
            const double t = static_cast<double>(m_tick) + static_cast<double>(i) / rowsPerTick;
            const double noise = std::sin(t * 12.9898 + line * 78.233) * 43758.5453;
            const double value =
                76 + 4 * line + 7 * std::sin(t / 60 + line * 2) + 2 * (noise - std::floor(noise));
            builder.column(0).addText((isWindow ? "line-" : "s-00001") + std::to_string(line + 1));
            if (isWindow) {
                builder.column(1).addInteger(at - 1'000'000);
                builder.column(2).addInteger(at);
                builder.column(3).addInteger(4000 + line);
                builder.column(4).addNumber(value);
                builder.column(5).addNumber(value + 6);
            } else {
                builder.column(1).addNumber(value);
                if (i % 5 == 0)
                    builder.column(2).addNull();
                else
                    builder.column(2).addNumber(50 + line);
                builder.column(3).addInteger(at);
            }
            builder.endRow(at);
        }
        TapRows rows;
        rows.tap = tap;
        rows.schema = schema;
        rows.batches.push_back(builder.finish());
        rows.skipped = static_cast<std::int64_t>(m_tick) * 400;
        return rows;
    }

    void later(std::function<void()> call) { QTimer::singleShot(0, this, std::move(call)); }

    QTimer m_timer;
    PipelineSpec m_spec;
    JobState m_state = JobState::Starting;
    std::uint64_t m_job = 0, m_tick = 0;
    std::uint32_t m_lastTap = 0;
    std::map<TapId, PortRef> m_taps;
    std::function<void()> m_started;  // the answer to the last start
};

}  // namespace fake
