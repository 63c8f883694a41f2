#include "catalog/source_params.h"
#include "connectors/generator/row_maker.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

namespace engine {
namespace {

constexpr Timestamp kDefaultStart{Duration{1'700'000'000'000'000}};  // 2023-11-14T22:13:20Z

constexpr Duration kLeastWait{2'000};

struct GeneratorParams : WatermarkParams {
    std::string preset = "sensors", time = "simulated";
    double rate = 1000, skew = 0, swing = 0;
    std::int64_t rows = 0, keys = 1000, seed = 1;
    Duration disorder{}, timeStep{};
    Timestamp startTime = kDefaultStart;
};

struct Pace {
    double rowsPerSecond = 0;  // 0: as fast as rows are taken
    std::uint64_t rows = 0;    // 0: endless
    bool isEventTimeNow = false;
};

// Makes rows up by their number, so that its position is just the number of the next row. Belongs to its
// source task.
class GeneratorSource final : public Source {
public:
    GeneratorSource(GeneratorOptions options, Pace pace) : m_options(std::move(options)), m_pace(pace) { }
    Status open(SourceContext& context, std::span<const SplitState> resumeFrom) override;
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override;
    std::vector<SplitState> splits() const override
    {
        return {{{},
                 "generator",
                 std::to_string(m_next) + madeBy(),
                 isAtEnd() ? SplitState::Ended : SplitState::Active}};
    }
    std::size_t bytes() const override { return m_maker ? m_maker->bytes() : 0; }

private:
    bool isAtEnd() const { return m_pace.rows > 0 && m_next >= m_pace.rows; }
    // What tells the rows of one generator from those of another, in words: a number alone stands for any.
    std::string madeBy() const
    {
        return " of " + m_options.preset + ", seed " + std::to_string(m_options.seed);
    }
    std::uint64_t rowsDue() const;
    std::uint64_t rowsWorthwhile() const;
    void waitForRows(MonotonicTime deadline) const;

    GeneratorOptions m_options;
    Pace m_pace;
    const Clock* m_clock = nullptr;
    std::unique_ptr<RowMaker> m_maker;
    std::unique_ptr<BatchBuilder> m_builder;
    std::uint64_t m_next = 0;      // number of the next row
    std::uint64_t m_firstRow = 0;  // of this run
    MonotonicTime m_begun{};
};

Status GeneratorSource::open(SourceContext& context, std::span<const SplitState> resumeFrom)
{
    m_clock = &context.env.clock;
    if (!resumeFrom.empty() && !resumeFrom[0].position.empty()) {
        const std::string& text = resumeFrom[0].position;
        const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), m_next);
        if (error != std::errc{})
            return Error{ErrorCode::Corrupt,
                         "The saved position of the generator cannot be read; start again with --fresh.",
                         {}};
        const std::string made = text.substr(static_cast<std::size_t>(at - text.data()));
        if (!made.empty() && made != madeBy())
            return Error{ErrorCode::Refused,
                         "The saved state is about rows" + made + ", and the generator now makes rows" +
                             madeBy() + ", which are others; set both back, or start with --fresh.",
                         {}};
    }
    m_firstRow = m_next;
    m_begun = m_clock->monotonic();
    m_maker = makeRowMaker(m_options);
    m_builder = std::make_unique<BatchBuilder>(presetSchema(m_options.preset));
    return ok();
}

std::uint64_t GeneratorSource::rowsDue() const
{
    std::uint64_t due = limits::kBatchRows;
    if (m_pace.rowsPerSecond > 0) {
        const double seconds = std::chrono::duration<double>(m_clock->monotonic() - m_begun).count();
        const auto until = m_firstRow + static_cast<std::uint64_t>(seconds * m_pace.rowsPerSecond) + 1;
        due = until - std::min(until, m_next);
    }
    if (m_pace.rows > 0) due = std::min(due, m_pace.rows - std::min(m_next, m_pace.rows));
    return std::min<std::uint64_t>(due, limits::kBatchRows);
}

// So few are waited for: a high rate makes batches of more than a few rows.
std::uint64_t GeneratorSource::rowsWorthwhile() const
{
    if (isAtEnd() || m_pace.rowsPerSecond <= 0) return 0;
    const double leastSeconds = std::chrono::duration<double>(kLeastWait).count();
    const auto atOnce = static_cast<std::uint64_t>(m_pace.rowsPerSecond * leastSeconds);
    const std::uint64_t rest = m_pace.rows > 0 ? m_pace.rows - m_next : limits::kBatchRows;
    return std::min(std::clamp<std::uint64_t>(atOnce, 1, limits::kBatchRows), rest);
}

void GeneratorSource::waitForRows(MonotonicTime deadline) const
{
    constexpr Duration kMost{100'000};
    const double rowSeconds = static_cast<double>(m_next - m_firstRow) / m_pace.rowsPerSecond;
    const auto due =
        m_begun + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(rowSeconds));
    const MonotonicTime now = m_clock->monotonic();
    const Duration wait = std::min(std::clamp(due - now, kLeastWait, kMost), deadline - now);
    std::mutex mutex;
    std::unique_lock lock(mutex);
    if (wait.count() > 0) std::condition_variable().wait_for(lock, wait);
}

Result<ReadState> GeneratorSource::read(SourceOutput& into, MonotonicTime deadline)
{
    if (rowsDue() < rowsWorthwhile()) {
        waitForRows(deadline);
        if (rowsDue() == 0) return ReadState::Idle;
    }
    for (std::uint64_t due = rowsDue(); due > 0; due = rowsDue()) {
        const std::int64_t nowUs = m_clock->now().time_since_epoch().count();
        m_maker->fill(m_next, due, m_pace.isEventTimeNow ? &nowUs : nullptr, *m_builder);
        m_next += due;
        into.rows({}, m_builder->finish());
        if (due < limits::kBatchRows || !into.hasRoom() || m_clock->monotonic() >= deadline) break;
    }
    return isAtEnd() ? ReadState::End : ReadState::More;
}

std::string summaryOf(const GeneratorParams& values)
{
    std::string text = values.preset;
    if (values.rows > 0) text += ", " + std::to_string(values.rows) + (values.rows == 1 ? " row" : " rows");
    return text + (values.rate > 0 ? ", " + numberText(values.rate) + " rows/s" : ", as fast as possible");
}

std::optional<Binding> bindGenerator(const GeneratorParams& values, const BindContext& context)
{
    context.summary([&] { return summaryOf(values); });
    if (!context.isWrong("preset")) context.output("out", presetSchema(values.preset));
    GeneratorOptions options;
    options.preset = values.preset;
    options.keys = values.keys;
    options.skew = values.skew;
    options.swing = values.swing;
    options.disorderUs = values.disorder.count();
    options.seed = values.seed;
    options.startUs = values.startTime.time_since_epoch().count();
    options.stepUs = presetStepUs(values.preset);
    if (values.timeStep.count() > 0)
        options.stepUs = values.timeStep.count();
    else if (values.rate > 0)
        options.stepUs = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e6 / values.rate));
    const Pace pace{values.rate, static_cast<std::uint64_t>(values.rows), values.time == "now"};
    Binding binding;
    binding.outputs = {{"out", presetSchema(values.preset)}};
    binding.source = traitsOf(values);
    binding.source.hasEventTime = true;
    binding.source.isEndless = values.rows == 0;
    binding.make =
        Factory<Source>([options, pace] { return std::make_unique<GeneratorSource>(options, pace); });
    return binding;
}

void addRowParams(Params<GeneratorParams>& params)
{
    params
        .field("preset", &GeneratorParams::preset,
               {.title = "Preset",
                .help = "What the rows are about: readings of sensors, an access log, orders of a shop, or "
                        "the events of the Nexmark "
                        "benchmark.",
                .choices = {"sensors", "logs", "orders", "nexmark"},
                .change = Change::ByRestart})
        .field("rate", &GeneratorParams::rate,
               {.title = "Rate",
                .help = "Rows a second; 0: as fast as they are taken.",
                .unit = "rows/s",
                .zero = "as fast as possible",
                .min = 0,
                .max = 1e9})
        .field("rows", &GeneratorParams::rows,
               {.title = "Rows",
                .help = "After so many rows the input ends; 0: never.",
                .unit = "rows",
                .zero = "without end",
                .min = 0})
        .field("keys", &GeneratorParams::keys,
               {.title = "Keys",
                .help = "How many different sensors, clients, customers or persons there are.",
                .min = 1,
                .max = 10'000'000})
        .field("skew", &GeneratorParams::skew,
               {.title = "Skew",
                .help = "Zipf exponent of the keys: 0 means that all are equally frequent, 1.1 that a few "
                        "have most of the rows.",
                .min = 0,
                .max = 10})
        .field("swing", &GeneratorParams::swing,
               {.title = "Swing",
                .help = "Each sensor has a middle of its own, at most this far from 51 °C, and goes up and "
                        "down about it within a minute; 0: all read anything from 10 to 92 °C.",
                .unit = "°C",
                .min = 0,
                .max = 1000,
                .visibleWhen = "preset = sensors"});
}

void addTimeParams(Params<GeneratorParams>& params)
{
    params
        .field("disorder", &GeneratorParams::disorder,
               {.title = "Disorder",
                .help = "Event times lie up to this much behind their turn.",
                .min = 0,
                .max = 86'400})
        .field("seed", &GeneratorParams::seed,
               {.title = "Seed", .help = "The same seed gives the same rows.", .advanced = true})
        .field("start_time", &GeneratorParams::startTime,
               {.title = "Start time",
                .help = "Event time of the first row.",
                .advanced = true,
                .visibleWhen = "time = simulated"})
        .field("time_step", &GeneratorParams::timeStep,
               {.title = "Time step",
                .help = "Event time from one row to the next; 0s: what fits the rate, or the preset where "
                        "the rate is 0.",
                .min = 0,
                .advanced = true,
                .visibleWhen = "time = simulated"})
        .field("time", &GeneratorParams::time,
               {.title = "Event time",
                .help = "Simulated: counted on from the start time, the same in every run. Now: the time at "
                        "which a row is made.",
                .choices = {"simulated", "now"},
                .advanced = true});
}

}  // namespace

void addGeneratorSource(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "generator_source";
    info.kind = ComponentKind::Source;
    info.title = "Generator";
    info.category = "Sources";
    info.help = "Makes rows up, for trying things out and for measuring. The same seed gives the same rows.";
    info.inputs = {};
    info.outputs = {{"out", "The rows of the preset."}};
    Params<GeneratorParams> params;
    addRowParams(params);
    addTimeParams(params);
    addWatermarkParams(params);
    catalog.add(component(std::move(info), params, bindGenerator));
}

}  // namespace engine
