#include "catalog/sink_params.h"
#include "connectors/file/file_sink.h"

namespace engine {
namespace {

constexpr Duration kRollEndless = std::chrono::minutes(1);

struct FileSinkParams {
    PathText path{};
    std::string format = "json", delimiter = ",", ifExists = "refuse", times = "iso8601", nonFinite = "null";
    bool header = true;
    ByteSize rollSize{};
    Duration rollInterval{};
};

std::optional<Binding> bindFileSink(const FileSinkParams& values, const BindContext& context)
{
    FileSinkOptions options;
    options.rollBytes = static_cast<std::uint64_t>(values.rollSize.bytes);
    options.rollInterval = values.rollInterval;
    // The one file of an endless input would never get its name.
    const bool mustRoll = context.isInputEndless && !options.isRolling();
    context.summary([&] { return values.path.path + (mustRoll ? ", a new file each minute" : ""); });
    if (values.path.path == "-")
        context.problem("path", "A file sink writes to files; use console_sink for standard output.");
    EncodeOptions encode;
    encode.timesAsEpochMs = values.times == "epoch_ms";
    encode.nonFiniteAsText = values.nonFinite == "text";
    encode.delimiter = values.delimiter;
    encode.hasHeader = values.header;
    options.encoder = bindEncoder(values.format, encode, context);
    if (!options.encoder) return {};
    if (values.format == "csv" && values.delimiter.size() != 1)
        context.problem("delimiter", "The delimiter is one character, such as a comma or a semicolon.");
    options.path = values.path.path;
    options.ifExists = values.ifExists == "replace" ? IfExists::Replace
        : values.ifExists == "append"               ? IfExists::Append
                                                    : IfExists::Refuse;
    if (mustRoll) options.rollInterval = kRollEndless;
    Binding binding;
    binding.needs = {options.isRolling() ? Distribution::Any : Distribution::Single, {}};
    binding.writes = {plainPath(values.path.path), options.isRolling(), {}};
    binding.guarantee = SinkGuarantee::ExactlyOnce;
    binding.make = Factory<Sink>([options] { return std::make_unique<FileSink>(options); });
    binding.tryOut = [options](const TryContext& tried) { return FileSink(options).tryOut(tried); };
    return binding;
}

void addFileParams(Params<FileSinkParams>& params)
{
    params
        .field("path", &FileSinkParams::path,
               {.title = "Path",
                .help = "The file to write, or a link to it; one that is replaced leaves its permissions "
                        "behind. A directory, a pipe or a device is refused. Relative to the document.",
                .required = true,
                .change = Change::ByRestart})
        .field("format", &FileSinkParams::format,
               {.title = "Format",
                .help = "How rows are written. As text, a row whose value has a line break in it is "
                        "rejected.",
                .choices = {"json", "csv", "text"},
                .change = Change::ByRestart})
        .field("delimiter", &FileSinkParams::delimiter,
               {.title = "Delimiter",
                .help = "The character between two fields.",
                .visibleWhen = "format = csv",
                .change = Change::ByRestart})
        .field("header", &FileSinkParams::header,
               {.title = "Header",
                .help = "Each file begins with the names of the columns.",
                .visibleWhen = "format = csv",
                .change = Change::ByRestart})
        .field("if_exists", &FileSinkParams::ifExists,
               {.title = "If the file exists",
                .help = "What a fresh start does with output that is there: stop with an error, replace it, "
                        "or go on behind it; a CSV file must then have the same header.",
                .choices = {"refuse", "replace", "append"},
                .change = Change::ByRestart});
    params
        .field("roll_size", &FileSinkParams::rollSize,
               {.title = "New file by size",
                .help = "A new file begins at the checkpoint after this size; 0B: never.",
                .change = Change::ByRestart})
        .field("roll_interval", &FileSinkParams::rollInterval,
               {.title = "New file by time",
                .help = "A new file begins at the checkpoint after this time; 0s: never, but with an "
                        "endless input and no size given every minute. Files are then named after the "
                        "instance and their first checkpoint.",
                .min = 0,
                .change = Change::ByRestart})
        .field("times", &FileSinkParams::times, timesHints())
        .field("non_finite", &FileSinkParams::nonFinite, nonFiniteHints());
}

}  // namespace

void addFileSink(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "file_sink";
    info.kind = ComponentKind::Sink;
    info.title = "File";
    info.category = "Sinks";
    info.help = "Writes rows to a file. It gets its name when the run ends or stops, or, with rolling, at a "
                "checkpoint; until then it is "
                "called .inprogress, so that nobody reads half of it.";
    info.inputs = {{"in", "The rows to write."}};
    info.outputs = {};
    Params<FileSinkParams> params;
    addFileParams(params);
    catalog.add(component(std::move(info), params, bindFileSink));
}

}  // namespace engine
