#include "catalog/source_params.h"
#include "connectors/kafka/kafka_sample.h"
#include "connectors/kafka/kafka_source.h"

#include <algorithm>
#include <charconv>
#include <re2/re2.h>

namespace engine {
namespace {

constexpr Duration kTryFor = std::chrono::seconds(10);

struct KafkaSourceParams : DecodeParams, KafkaParams {
    std::string topic{}, partitions{}, start = "committed", group{};
    std::optional<Timestamp> startTime{};
    ByteSize prefetch{16 << 20};
    Duration discovery{2'000'000};
};

constexpr const char* kPartitionsForm = "Partitions are written as 0, 2, 5-7; leave it empty for all.";

// Nothing where it is not that.
std::optional<std::vector<std::int32_t>> partitionsOf(std::string_view text)
{
    std::vector<std::int32_t> numbers;
    const auto number = [](std::string_view part) -> std::optional<std::int32_t> {
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        std::int32_t value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc{} || end != part.data() + part.size() || value < 0) return {};
        return value;
    };
    constexpr std::int32_t kMost = 100'000;
    for (std::size_t from = 0; !text.empty() && from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        const std::string_view part = text.substr(from, comma - from);
        const std::size_t dash = part.find('-');
        const auto first = number(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
        if (!first || !last || *last < *first || *last > kMost) return {};
        for (std::int32_t each = *first; each <= *last; ++each) numbers.push_back(each);
        from = comma + 1;
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

std::optional<KafkaColumn> besideOf(const ColumnParams& column, std::size_t index, const BindContext& context)
{
    constexpr std::string_view kHeader = "header:";
    const std::string path = "columns[" + std::to_string(index) + "]";
    KafkaColumn made;
    made.column = index;
    std::string type = "string";
    if (column.from == "key") {
        made.from = KafkaColumn::OfKey;
    } else if (column.from.rfind(kHeader, 0) == 0 && column.from.size() > kHeader.size()) {
        made.from = KafkaColumn::OfHeader;
        made.header = column.from.substr(kHeader.size());
    } else if (column.from == "partition" || column.from == "offset") {
        made.from = column.from == "offset" ? KafkaColumn::OfOffset : KafkaColumn::OfPartition;
        type = "bigint";
    } else if (column.from == "timestamp") {
        made.from = KafkaColumn::OfTimestamp;
        type = "timestamp";
    } else {
        context.problem(
            path + ".from",
            "A column is taken from key, header:NAME, partition, offset or timestamp, or from the "
            "record's value if this is empty; there is no \"" +
                column.from + "\".");
        return {};
    }
    if (column.type != type)
        context.problem(path + ".type",
                        "What is taken from " + column.from + " has the type " + type + "; choose that.");
    return made;
}

// The format sees the value's columns alone; what it says of them is told at their places in the document.
std::optional<BoundFormat> bindValues(const DecodeParams& values, const std::vector<std::size_t>& places,
                                      const BindContext& context)
{
    std::vector<Diagnostic> found;
    const BindContext inner(context.catalog, context.inputs, context.constants, found);
    auto bound = bindFormat(values, inner);
    for (const Diagnostic& each : found) {
        std::string param = each.param;
        constexpr std::string_view kBegin = "columns[";
        if (param.rfind(kBegin, 0) == 0) {
            const std::size_t close = param.find(']');
            const auto index = std::strtoul(param.c_str() + kBegin.size(), nullptr, 10);
            param = std::string(kBegin) + std::to_string(places[index]) + param.substr(close);
        }
        if (each.severity == Diagnostic::Problem)
            context.problem(param, each.message);
        else
            context.warning(param, each.message);
    }
    return bound;
}

struct BoundRows {
    KafkaRows rows{};
    std::optional<BoundFormat> format{};
};

std::optional<BoundRows> bindRows(const KafkaSourceParams& values, const BindContext& context)
{
    BoundRows bound;
    DecodeParams inside = values;
    inside.columns.clear();
    inside.header = false;
    std::vector<Field> fields;
    for (std::size_t i = 0; i < values.columns.size(); ++i) {
        const ColumnParams& column = values.columns[i];
        for (std::size_t before = 0; before < i; ++before)
            if (values.columns[before].name == column.name &&
                !(column.from.empty() && values.columns[before].from.empty()))
                context.problem("columns[" + std::to_string(i) + "].name",
                                "There are two columns named \"" + column.name + "\".");
        fields.push_back({column.name, dataTypeFromName(column.type).value_or(DataType::String)});
        if (column.from.empty()) {
            bound.rows.valueColumns.push_back(i);
            inside.columns.push_back(column);
            continue;
        }
        const auto beside = besideOf(column, i, context);
        if (!beside) continue;
        bound.rows.besides.push_back(*beside);
        if (beside->from == KafkaColumn::OfTimestamp && column.name == values.timeColumn.name) {
            bound.rows.timeIsBeside = true;
            inside.timeColumn.name.clear();
            inside.maxDrift = {};  // asks for a time column, and there is one
            inside.alignmentGroup.clear();
        }
    }
    if (context.hasProblems()) return {};
    const bool isTextLine = values.format == "text" && values.columns.empty();
    if (isTextLine) {
        fields.push_back({"line", DataType::String});
        bound.rows.valueColumns.push_back(0);
    }
    if (!inside.columns.empty() || bound.rows.besides.empty()) {
        bound.format = bindValues(inside, bound.rows.valueColumns, context);
        if (!bound.format) return {};
    }
    if (context.hasProblems()) return {};
    bound.rows.schema = std::make_shared<const Schema>(std::move(fields), !values.timeColumn.name.empty());
    return bound;
}

SourceTraits traitsOfKafka(const KafkaSourceParams& values, const BoundRows& bound)
{
    SourceTraits traits = traitsOf(static_cast<const WatermarkParams&>(values));
    traits.isEndless = true;
    traits.storesStart = true;
    traits.maxRecordBytes = static_cast<std::size_t>(values.maxRecordBytes.bytes);
    traits.hasEventTime = !values.timeColumn.name.empty();
    traits.decoder = [rows = bound.rows, format = bound.format](const std::vector<bool>& needed) {
        std::vector<bool> ofValues;
        for (const std::size_t column : rows.valueColumns)
            if (!needed.empty()) ofValues.push_back(needed[column]);
        return makeKafkaDecoder(format ? format->decoder(ofValues) : nullptr, rows, needed);
    };
    return traits;
}

void checkReading(const KafkaSourceParams& values, const BindContext& context)
{
    if (!values.topic.empty() && values.topic.front() == '^' && !RE2(values.topic, RE2::Quiet).ok())
        context.problem("topic", "After ^ follows a regular expression, and this is none; correct it.");
    if (values.topic.find_first_of(" /") != std::string::npos)
        context.problem("topic", "The name of a topic has neither blanks nor slashes; correct it.");
    if (values.start == "timestamp" && !values.startTime)
        context.problem("start_time", "Say from which time on; write it as 2026-01-31T08:00:00Z.");
    if (!partitionsOf(values.partitions))
        context.problem("partitions", kPartitionsForm);
}

std::optional<Binding> bindKafkaSource(const KafkaSourceParams& values, const BindContext& context)
{
    context.summary([&] { return values.topic + " at " + values.bootstrapServers; });
    checkKafkaParams(values, KafkaRole::Consumer, context);
    checkReading(values, context);
    const auto bound = bindRows(values, context);
    if (!bound || context.hasProblems()) return {};
    KafkaReading reading;
    reading.access = values;
    reading.topic = values.topic;
    reading.partitions = *partitionsOf(values.partitions);
    reading.start = values.start == "earliest" ? KafkaStart::Earliest
        : values.start == "latest"             ? KafkaStart::Latest
        : values.start == "timestamp"          ? KafkaStart::AtTime
                                               : KafkaStart::Committed;
    reading.startTime = values.startTime.value_or(Timestamp{});
    reading.group = values.group;
    reading.prefetchBytes = static_cast<std::size_t>(values.prefetch.bytes);
    reading.recordBytesMax = static_cast<std::size_t>(values.maxRecordBytes.bytes);
    reading.discoverEvery = values.discovery;
    reading.besides = bound->rows.besides;
    reading.needsTime = bound->rows.timeIsBeside;
    reading.linesAreOneRecord = values.format == "json";
    reading.blankIsFault = values.format == "json" && bound->format;
    Binding binding;
    binding.outputs = {{"out", bound->rows.schema}};
    binding.source = traitsOfKafka(values, *bound);
    binding.make = Factory<Source>([reading] { return std::make_unique<KafkaSource>(reading); });
    binding.tryOut = [reading](const TryContext& tried) -> Status {
        KafkaSource source(reading);
        SourceContext here{tried.env, tried.baseDirectory, limits::kChunkBytes, "validate"};
        const MonotonicTime until = tried.env.clock.monotonic() + kTryFor;
        for (;;) {
            const Status status = source.open(here, {});
            const bool mayComeTrue = !status && status.error().code == ErrorCode::Busy &&
                status.error().message.empty() && tried.env.clock.monotonic() < until;
            if (!mayComeTrue) return status ? source.tryOut() : status;
        }
    };
    return binding;
}

ParamHints fromHints()
{
    return {.title = "From",
            .help =
                "Where the column is taken from: key, header:NAME, partition, offset or timestamp. Empty: "
                "from the record's value.",
            .advanced = true};
}

Result<SourceSample> sampleOf(const KafkaSourceParams& values, const TryContext& context)
{
    if (values.bootstrapServers.empty())
        return Error{ErrorCode::InvalidSpec, "There are no brokers to ask; enter them first.", {}};
    const Catalog none;
    const Constants noConstants;
    std::vector<Diagnostic> mistakes;
    checkKafkaParams(values, KafkaRole::Consumer, BindContext(none, {}, noConstants, mistakes));
    if (hasProblem(mistakes)) return Error{ErrorCode::InvalidSpec, mistakes.front().message, {}};
    const auto access = kafkaAccess(values, context.env, context.baseDirectory);
    if (!access) return access.error();
    const auto partitions = partitionsOf(values.partitions);
    if (!partitions) return Error{ErrorCode::InvalidSpec, kPartitionsForm, {}};
    KafkaReading reading;
    reading.topic = values.topic;
    reading.partitions = *partitions;
    return sampleKafka(*access, reading, context.env.clock);
}

}  // namespace

void addKafkaSource(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "kafka_source";
    info.kind = ComponentKind::Source;
    info.title = "Kafka";
    info.category = "Sources";
    info.help = "Reads the records of a Kafka topic, or of all topics that fit a pattern. A record without a "
                "value is skipped and counted.";
    info.inputs = {};
    info.outputs = {{"out", "The records that could be read."}};
    Params<KafkaSourceParams> params;
    addKafkaServers(params);
    const auto byRestart = [](ParamHints hints) {
        hints.change = Change::ByRestart;
        return hints;
    };
    params
        .field("topic", &KafkaSourceParams::topic,
               byRestart({.title = "Topic",
                          .help = "The name of a topic, or ^ and a regular expression that the whole names "
                                  "fit: ^sensor_.*.",
                          .required = true}))
        .field("start", &KafkaSourceParams::start,
               byRestart({.title = "Start",
                          .help = "Where the first run begins: where the group's offsets say (and at the "
                                  "beginning without any), at the beginning, at the end, or at a time. "
                                  "Later runs go on from their checkpoint.",
                          .choices = {"committed", "earliest", "latest", "timestamp"}}))
        .field("start_time", &KafkaSourceParams::startTime,
               byRestart({.title = "Start time",
                          .help = "The first record is the first that the broker got at this time or later; "
                                  "for a time to come it is the next.",
                          .visibleWhen = "start = timestamp"}));
    Params<ColumnParams> columns = columnParams();
    columns.field("from", &ColumnParams::from, fromHints());
    addDecodeParams(params, std::move(columns));
    addKafkaSecurity(params);
    params
        .field(
            "partitions", &KafkaSourceParams::partitions,
            byRestart({.title = "Partitions",
                       .help = "Only these, such as 0, 2, 5-7. Empty: all, and those that are added later.",
                       .advanced = true}))
        .field(
            "group", &KafkaSourceParams::group,
            byRestart({.title = "Group",
                       .help = "Under this name the broker is told how far the run is, for tools that show "
                               "the lag. Empty: the pipeline's id.",
                       .advanced = true}))
        .field("partition_discovery", &KafkaSourceParams::discovery,
               byRestart({.title = "Look for partitions",
                          .help = "How often new partitions and topics are looked for.",
                          .min = 0.1,
                          .advanced = true}))
        .field("prefetch", &KafkaSourceParams::prefetch,
               byRestart({.title = "Read ahead",
                          .help = "So much memory is given to what is fetched before it can be worked on, of "
                               "all partitions together.",
                          .min = 1 << 20,
                          .max = 1 << 30,
                          .advanced = true}));
    Component made = component(std::move(info), params, bindKafkaSource);
    made.sample = [params](const Json& json, const TryContext& context) {
        std::vector<Diagnostic> mistakes;
        return sampleOf(params.readAll(json, mistakes), context);
    };
    catalog.add(std::move(made));
}

}  // namespace engine
