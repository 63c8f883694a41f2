#include "catalog/source_params.h"
#include "component/metrics_feed.h"

#include <algorithm>

namespace engine {
namespace {

struct MetricsParams : WatermarkParams {
    Duration interval{1'000'000};
    std::string metrics{};
};

SchemaPtr metricsSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"job", DataType::String},
                                                             {"node", DataType::String},
                                                             {"partition", DataType::String},
                                                             {"metric", DataType::String},
                                                             {"value", DataType::Float64},
                                                             {"at", DataType::Time}},
                                          true);
}

// The names in a text such as "restarts, rows_rejected"; none: all.
std::vector<std::string> metricNames(const std::string& text)
{
    std::vector<std::string> names(1);
    for (const char c : text) {
        if (c == ',' || c == ' ') {
            if (!names.back().empty()) names.emplace_back();
        } else {
            names.back().push_back(c);
        }
    }
    if (names.back().empty()) names.pop_back();
    return names;
}

// Gives once each interval what the engine knows of its jobs. Has no position: after a restart it goes on
// with what is then. Belongs to its source task.
class MetricsSource final : public Source {
public:
    MetricsSource(Duration interval, std::vector<std::string> names)
        : m_interval(interval),
          m_names(std::move(names))
    {
    }
    ~MetricsSource() override
    {
        if (m_feed) m_feed->removeReader();
    }
    Status open(SourceContext& context, std::span<const SplitState>) override
    {
        if (!context.metrics)
            return Error{ErrorCode::Unavailable, "This run keeps no metrics that could be read.", {}};
        m_clock = &context.env.clock;
        m_feed = context.metrics;
        m_feed->addReader();
        m_next = m_clock->monotonic() + m_interval;
        return ok();
    }
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override
    {
        waitUntil(*m_clock, std::min(m_next, deadline));
        const MonotonicTime now = m_clock->monotonic();
        if (now < m_next) return ReadState::Idle;
        // Readings that were missed are not made up for.
        m_next += m_interval * ((now - m_next) / m_interval + 1);
        const std::int64_t nowUs = floorToMilliseconds(m_clock->now().time_since_epoch().count());
        bool isEmpty = true;
        for (const auto& readings : m_feed->newest())
            for (const MetricReading& reading : *readings)
                if (isWanted(reading)) {
                    add(reading, nowUs);
                    isEmpty = false;
                    if (m_builder.isFull()) into.rows({}, m_builder.finish());
                }
        if (m_builder.rows() > 0) into.rows({}, m_builder.finish());
        return isEmpty ? ReadState::Idle : ReadState::More;
    }
    std::vector<SplitState> splits() const override { return {{{}, "this engine"}}; }

private:
    bool isWanted(const MetricReading& reading) const
    {
        return m_names.empty() || std::find(m_names.begin(), m_names.end(), reading.metric) != m_names.end();
    }
    void addText(std::size_t column, const std::string& text)
    {
        text.empty() ? m_builder.column(column).addNull() : m_builder.column(column).addText(text);
    }
    void add(const MetricReading& reading, std::int64_t nowUs)
    {
        addText(0, reading.job);
        addText(1, reading.node);
        addText(2, reading.partition);
        addText(3, reading.metric);
        m_builder.column(4).addNumber(reading.value);
        m_builder.column(5).addInteger(nowUs);
        m_builder.endRow(nowUs);
    }

    Duration m_interval;
    std::vector<std::string> m_names;
    const Clock* m_clock = nullptr;
    MetricsFeed* m_feed = nullptr;
    BatchBuilder m_builder{metricsSchema()};
    MonotonicTime m_next{};
};

std::optional<Binding> bindMetrics(const MetricsParams& values, const BindContext& context)
{
    const std::vector<std::string> names = metricNames(values.metrics);
    context.summary([&] {
        const double seconds = std::chrono::duration<double>(values.interval).count();
        return (names.empty() ? "all metrics" : values.metrics) + ", every " + numberText(seconds) + " s";
    });
    Binding binding;
    binding.outputs = {{"out", metricsSchema()}};
    binding.source = traitsOf(values);
    binding.source.heartbeat = values.watermarkHeartbeat.value_or(true);
    binding.source.hasEventTime = true;
    binding.source.isEndless = true;
    binding.make = Factory<Source>(
        [interval = values.interval, names] { return std::make_unique<MetricsSource>(interval, names); });
    return binding;
}

}  // namespace

void addMetricsSource(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "metrics_source";
    info.kind = ComponentKind::Source;
    info.title = "Metrics";
    info.category = "Sources";
    info.help =
        "Gives what the engine knows of itself: of this pipeline, and in the window of all that run there. "
        "Of a job: running, restarts, memory_bytes, checkpoints, checkpoint_age_seconds. Of a node: rows_in, "
        "rows_out and their rates, bytes_in, bytes_out, rows_rejected, rows_late, state_rows, state_bytes, "
        "watermark_lag_seconds, "
        "and of a Kafka source lag, in records, also of each partition, position and end_offset.";
    info.inputs = {};
    info.outputs = {{"out",
                     "One row for each figure: job, node, partition (NULL where it is of the whole), metric, "
                     "value, at (event time)."}};
    Params<MetricsParams> params;
    params
        .field("interval", &MetricsParams::interval,
               {.title = "Interval", .help = "From one reading to the next.", .min = 0.1, .max = 86'400})
        .field("metrics", &MetricsParams::metrics,
               {.title = "Metrics",
                .help = "Their names, with commas between, such as restarts, rows_rejected. Empty: all."});
    addWatermarkParams(params);
    catalog.add(component(std::move(info), params, bindMetrics));
}

}  // namespace engine
