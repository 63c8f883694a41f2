#include "catalog/source_params.h"
#include "connectors/system/system_readings.h"

#include <algorithm>

namespace engine {
namespace {

struct SystemParams : WatermarkParams {
    Duration interval{1'000'000};
    bool cpu = true, memory = true, disks = true, network = true, processes = true, temperature = true;
};

SchemaPtr systemSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"at", DataType::Time},
                                                             {"metric", DataType::String},
                                                             {"subject", DataType::String},
                                                             {"value", DataType::Float64},
                                                             {"unit", DataType::String}},
                                          true);
}

// Reads the computer's load once each interval. Has no position: after a restart it goes on with what is
// then. Belongs to its source task.
class SystemSource final : public Source {
public:
    SystemSource(Duration interval, SystemParts parts) : m_interval(interval), m_parts(parts) { }
    Status open(SourceContext& context, std::span<const SplitState>) override
    {
        m_clock = &context.env.clock;
        m_readings.emplace(context.env.files, m_parts);
        m_next = m_clock->monotonic() + m_interval;
        const auto first = m_readings->take(m_clock->monotonic());  // what rates are counted from
        return first ? ok() : Status(first.error());
    }
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override
    {
        waitUntil(*m_clock, std::min(m_next, deadline));
        const MonotonicTime now = m_clock->monotonic();
        if (now < m_next) return ReadState::Idle;
        // Readings that were missed are not made up for.
        m_next += m_interval * ((now - m_next) / m_interval + 1);
        auto readings = m_readings->take(now);
        if (!readings) return readings.error();
        const std::int64_t nowUs = floorToMilliseconds(m_clock->now().time_since_epoch().count());
        for (const SystemReading& reading : *readings) {
            m_builder.column(0).addInteger(nowUs);
            m_builder.column(1).addText(reading.metric);
            m_builder.column(2).addText(reading.subject);
            m_builder.column(3).addNumber(reading.value);
            m_builder.column(4).addText(reading.unit);
            m_builder.endRow(nowUs);
            if (m_builder.isFull()) into.rows({}, m_builder.finish());
        }
        if (m_builder.rows() > 0) into.rows({}, m_builder.finish());
        return ReadState::More;
    }
    std::vector<SplitState> splits() const override { return {{{}, "this computer"}}; }

private:
    Duration m_interval;
    SystemParts m_parts;
    const Clock* m_clock = nullptr;
    std::optional<SystemReadings> m_readings;
    BatchBuilder m_builder{systemSchema()};
    MonotonicTime m_next{};
};

std::optional<Binding> bindSystem(const SystemParams& values, const BindContext& context)
{
    context.output("out", systemSchema());
    context.summary([&] {
        const double seconds = std::chrono::duration<double>(values.interval).count();
        return "this computer, every " + numberText(seconds) + " s";
    });
    const SystemParts parts{values.cpu,     values.memory,    values.disks,
                            values.network, values.processes, values.temperature};
    if (!parts.cpu && !parts.memory && !parts.disks && !parts.network && !parts.processes &&
        !parts.temperature) {
        context.problem("cpu", "Nothing of this computer is to be read; switch at least one part on.");
        return {};
    }
    Binding binding;
    binding.outputs = {{"out", systemSchema()}};
    binding.source = traitsOf(values);
    binding.source.heartbeat = values.watermarkHeartbeat.value_or(true);
    binding.source.hasEventTime = true;
    binding.source.isEndless = true;
    binding.make = Factory<Source>(
        [interval = values.interval, parts] { return std::make_unique<SystemSource>(interval, parts); });
    return binding;
}

void addPartParams(Params<SystemParams>& params)
{
    params
        .field("cpu", &SystemParams::cpu,
               {.title = "Processors",
                .help = "cpu_busy and cpu_iowait (%) of each core and of all; load_1min."})
        .field("memory", &SystemParams::memory,
               {.title = "Memory",
                .help = "memory_total and memory_used (bytes), memory_used_share (%), swap_used (bytes)."})
        .field("disks", &SystemParams::disks,
               {.title = "Disks",
                .help = "Of each disk that is used: disk_read and disk_written (bytes/s), disk_reads and "
                        "disk_writes (1/s), disk_busy (%)."})
        .field("network", &SystemParams::network,
               {.title = "Network",
                .help = "Of each interface: network_received and network_sent (bytes/s), network_errors and "
                        "network_drops (1/s)."})
        .field("processes", &SystemParams::processes,
               {.title = "Processes",
                .help = "How many processes there are, processes_started (1/s), threads_running and "
                        "threads_blocked."})
        .field(
            "temperature", &SystemParams::temperature,
            {.title = "Temperature", .help = "temperature (°C) of each sensor, where the computer has one."});
}

}  // namespace

void addSystemSource(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "system_source";
    info.kind = ComponentKind::Source;
    info.title = "This computer";
    info.category = "Sources";
    info.help =
        "Reads the load of the computer that the pipeline runs on, from /proc and /sys. A rate is the "
        "mean since the reading before; a counter that began anew gives none for one interval.";
    info.inputs = {};
    info.outputs = {{"out",
                     "One row for each value read: at (event time), metric, subject (\"cpu0\", \"sda\", "
                     "\"eth0\", or \"all\"), value, unit."}};
    Params<SystemParams> params;
    params.field("interval", &SystemParams::interval,
                 {.title = "Interval", .help = "From one reading to the next.", .min = 0.1, .max = 86'400});
    addPartParams(params);
    addWatermarkParams(params);
    catalog.add(component(std::move(info), params, bindSystem));
}

}  // namespace engine
