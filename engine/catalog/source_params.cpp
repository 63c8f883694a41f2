#include "catalog/source_params.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "spec/suggest.h"

namespace engine {

namespace {

std::string columnPath(std::size_t index, const char* member)
{
    return "columns[" + std::to_string(index) + "]." + member;
}

bool isRepeated(const DecodeParams& values, std::size_t index)
{
    const auto end = values.columns.begin() + static_cast<std::ptrdiff_t>(index);
    return std::any_of(values.columns.begin(), end,
                       [&](const ColumnParams& other) { return other.name == values.columns[index].name; });
}

// The columns as they are written; those with a mistake are left out, and what they may be is in `open`.
std::vector<DecodeColumn> columnsOf(const DecodeParams& values, const BindContext& context, OpenColumns& open)
{
    std::vector<DecodeColumn> columns;
    open.any = context.isWrong("columns");
    for (std::size_t i = 0; i < values.columns.size(); ++i) {
        const ColumnParams& column = values.columns[i];
        const bool isTaken = isRepeated(values, i);
        if (isTaken)
            context.problem(columnPath(i, "name"), "There are two columns named \"" + column.name + "\".");
        const auto type = dataTypeFromName(column.type);
        if (!type || context.isWrong(columnPath(i, "type"))) {
            open.names.push_back(column.name);
            continue;
        }
        if (!column.encoding.empty() && *type != DataType::Time)
            context.problem(columnPath(i, "encoding"),
                            "Only a timestamp column has an encoding, and \"" + column.name + "\" is none.");
        if (!isTaken && !column.name.empty())
            columns.push_back(
                {column.name, *type, column.path, column.encoding, column.lenient, column.required});
    }
    if (values.columns.empty() && values.format == "text")
        columns.push_back({"line", DataType::String, {}, {}, false, false});
    else if (values.columns.empty())
        context.problem("columns", "At least one column is needed.");
    return columns;
}

std::optional<std::size_t> timeColumnOf(const DecodeParams& values, const Schema& schema,
                                        const BindContext& context)
{
    const std::string& name = values.timeColumn.name;
    if (name.empty()) {
        if (values.watermarkDelay.count() > 0)
            context.warning("watermark_delay",
                            "\"watermark_delay\" does not count without a time_column; remove it, or name "
                            "the column that says when a record happened.");
        return {};
    }
    const auto index = context.column("time_column", name, schema);
    if (index && schema.field(*index).type != DataType::Time) {
        context.problem("time_column",
                        "The time column must be a timestamp, and \"" + name + "\" is " +
                            std::string(dataTypeName(schema.field(*index).type)) +
                            "; give the column the type timestamp.");
        return {};
    }
    return index;
}

void checkDelimiter(const DecodeParams& values, const Format& format, const BindContext& context)
{
    DecodeOptions alone;
    alone.delimiter = values.delimiter;
    alone.columns = {{"line", DataType::String, {}, {}, false, false}};
    const auto made = format.decoder(alone);
    if (!made && made.error().where == "delimiter") context.problem("delimiter", made.error().message);
}

// What the format says of each column by itself, so that a mistake in one hides none in another. A format
// that is not known is taken to be JSON, for paths and encodings are the same in all.
void checkColumns(const DecodeParams& values, const std::vector<DecodeColumn>& columns, const Format& format,
                  const BindContext& context)
{
    for (std::size_t i = 0; i < values.columns.size(); ++i) {
        const auto column = std::find_if(columns.begin(), columns.end(), [&](const DecodeColumn& each) {
            return each.name == values.columns[i].name;
        });
        if (column == columns.end() || isRepeated(values, i)) continue;
        DecodeOptions one;
        one.columns = {*column};
        one.schema = std::make_shared<const Schema>(std::vector<Field>{{column->name, column->type}});
        const auto made = format.decoder(one);
        if (made) continue;
        one.columns[0].encoding.clear();
        context.problem(columnPath(i, format.decoder(one) ? "encoding" : "path"), made.error().message);
    }
}

}  // namespace

std::optional<BoundFormat> bindFormat(const DecodeParams& values, const BindContext& context)
{
    const Format* format = context.isWrong("format") ? nullptr : context.catalog.findFormat(values.format);
    if (!format)
        context.problem("format",
                        "There is no format \"" + values.format + "\"" +
                            didYouMean(values.format, context.catalog.formatIds()) + ".");
    DecodeOptions options;
    OpenColumns open;
    options.columns = columnsOf(values, context, open);
    options.checkAll = values.check == "all";
    options.delimiter = values.delimiter;
    options.hasHeader = values.header;
    std::vector<Field> fields;
    for (const DecodeColumn& column : options.columns) fields.push_back({column.name, column.type});
    const Schema known = Schema(fields, !values.timeColumn.name.empty()).withOpen(open);
    context.output("out", std::make_shared<const Schema>(known));
    // A column without a name is not taken for the time column.
    if (!values.columns.empty()) open.any = false;
    options.timeColumn = timeColumnOf(values, known.withOpen(open), context);
    const SourceTraits traits = traitsOf(static_cast<const WatermarkParams&>(values));
    if (traits.isAligned() && values.timeColumn.name.empty())
        context.problem(traits.maxDriftUs > 0 ? "max_drift" : "alignment_group",
                        "Sources wait for each other by event time; give this one a time_column.");
    const Format* const judge = format ? format : context.catalog.findFormat("json");
    if (judge && judge->id != "text") checkColumns(values, options.columns, *judge, context);
    if (format) checkDelimiter(values, *format, context);
    if (context.hasProblems()) return {};
    options.schema = std::make_shared<const Schema>(std::move(fields), options.timeColumn.has_value());
    auto make = format->decoder(options);
    if (!make) {
        context.problem("columns", make.error().message);
        return {};
    }
    return BoundFormat{options, [framer = format->framer, options] { return framer(options); },
                       [decoder = *make, options](const std::vector<bool>& needed) {
                           DecodeOptions narrowed = options;
                           narrowed.needed = needed;
                           return decoder(narrowed);
                       }};
}

void waitUntil(const Clock& clock, MonotonicTime until)
{
    const Duration wait = until - clock.monotonic();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    if (wait.count() > 0) std::condition_variable().wait_for(lock, wait);
}

SourceTraits traitsOf(const WatermarkParams& values)
{
    SourceTraits traits;
    traits.watermarkDelayUs = values.watermarkDelay.count();
    traits.idleTimeoutUs = values.idleTimeout.count();
    traits.heartbeat = values.watermarkHeartbeat.value_or(false);
    traits.maxDriftUs = values.maxDrift.value_or(Duration{0}).count();
    traits.choosesDrift = values.maxDrift.has_value() || !values.alignmentGroup.empty();
    traits.alignmentGroup = values.alignmentGroup;
    return traits;
}

SourceTraits traitsOf(const DecodeParams& values, const BoundFormat& format)
{
    SourceTraits traits = traitsOf(static_cast<const WatermarkParams&>(values));
    traits.maxRecordBytes = static_cast<std::size_t>(values.maxRecordBytes.bytes);
    traits.framer = format.framer;
    traits.decoder = format.decoder;
    traits.timeColumn = format.options.timeColumn;
    traits.hasEventTime = traits.timeColumn.has_value();
    return traits;
}

Params<ColumnParams> columnParams()
{
    Params<ColumnParams> params;
    params
        .field("name", &ColumnParams::name,
               {.title = "Name", .help = "What the column is called in this pipeline.", .required = true})
        .field("type", &ColumnParams::type,
               {.title = "Type",
                .help = "What its values are.",
                .choices = {"boolean", "bigint", "double", "string", "timestamp"}})
        .field("path", &ColumnParams::path,
               {.title = "Path",
                .help = "Where the value lies in a record, such as items[0].price; empty: the name."})
        .field("encoding", &ColumnParams::encoding,
               {.title = "Encoding",
                .help = "How a time is written: epoch_ms, epoch_s, epoch_us, iso8601 or a pattern such as "
                        "yyyy-MM-dd HH:mm:ss. "
                        "Empty: ISO 8601 or milliseconds, by what is there.",
                .visibleWhen = "type = timestamp"})
        .field("lenient", &ColumnParams::lenient,
               {.title = "Lenient",
                .help = "A value of another type becomes NULL; otherwise its record is rejected.",
                .advanced = true})
        .field("required", &ColumnParams::required,
               {.title = "Required", .help = "A record without a value here is rejected.", .advanced = true});
    return params;
}

ParamHints watermarkDelayHints()
{
    return {.title = "Watermark delay",
            .help = "How much later than others, in event time, a record may come and still be on time.",
            .min = 0};
}

ParamHints idleTimeoutHints()
{
    return {.title = "Idle timeout",
            .help = "An input that has given nothing for this long no longer holds the watermark back; 0s: "
                    "it always does.",
            .min = 0,
            .advanced = true};
}

ParamHints heartbeatHints()
{
    return {.title = "Watermark heartbeat",
            .help = "When all inputs are idle the watermark goes on with the clock on the wall. Not set: on "
                    "for this computer's load and for files that are followed, otherwise off.",
            .advanced = true};
}

ParamHints maxDriftHints()
{
    return {.title = "Greatest drift",
            .help = "The source waits while its watermark is this much ahead of the slowest source of its "
                    "group; 0s: it never waits. Not set: 60s where its rows meet those of other sources in a "
                    "join, and otherwise it never waits.",
            .min = 0,
            .advanced = true,
            .change = Change::ByRestart};
}

ParamHints alignmentGroupHints()
{
    return {.title = "Alignment group",
            .help = "Sources of one name are one group for the greatest drift; those with a drift and no "
                    "name are one too.",
            .advanced = true,
            .change = Change::ByRestart};
}

ParamHints columnsHints()
{
    return {.title = "Columns", .help = "What is taken from each record.", .change = Change::ByRestart};
}

ParamHints timeColumnHints()
{
    return {.title = "Time column",
            .help = "The timestamp column that says when a record happened. Windows over event time need it.",
            .columnsOf = "columns",
            .change = Change::ByRestart};
}

ParamHints formatHints()
{
    return {.title = "Format",
            .help = "How records are written. In CSV a field that begins with a quote goes on to the next "
                    "quote, over line ends too: with a quote too many, the lines up to the next one are one "
                    "record, and rejected as one.",
            .choices = {"json", "csv", "text"},
            .change = Change::ByRestart};
}

ParamHints delimiterHints()
{
    return {.title = "Delimiter",
            .help = "The character between two fields.",
            .visibleWhen = "format = csv",
            .change = Change::ByRestart};
}

ParamHints headerHints()
{
    return {
        .title = "Header",
        .help =
            "The first line holds the names of the columns. Otherwise columns are taken in their order here.",
        .visibleWhen = "format = csv",
        .change = Change::ByRestart};
}

ParamHints maxRecordHints()
{
    return {.title = "Longest record",
            .help = "A longer record is rejected.",
            .min = 64,
            .max = 1 << 30,
            .advanced = true,
            .change = Change::ByRestart};
}

ParamHints checkHints()
{
    return {.title = "Check",
            .help = "Which columns are checked: those that the pipeline uses, or all, and then a member that "
                    "is there twice is refused.",
            .choices = {"used", "all"},
            .advanced = true,
            .change = Change::ByRestart};
}

}  // namespace engine
