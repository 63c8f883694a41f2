#include "catalog/sink_params.h"

namespace engine {

ParamHints timesHints()
{
    return {.title = "Times",
            .help = "How times are written: as text with milliseconds (2024-05-01T12:00:00.123Z), or as "
                    "milliseconds since 1970.",
            .choices = {"iso8601", "epoch_ms"},
            .advanced = true,
            .change = Change::ByRestart};
}

ParamHints nonFiniteHints()
{
    return {.title = "NaN and infinities",
            .help = "Written as null, or as a text.",
            .choices = {"null", "text"},
            .advanced = true,
            .change = Change::ByRestart};
}

MakeEncoder bindEncoder(const std::string& format, EncodeOptions options, const BindContext& context)
{
    const Format* found = context.catalog.findFormat(format);
    if (!found || !found->encoder) {
        context.problem("format", "Rows cannot be written as \"" + format + "\".");
        return {};
    }
    options.schema = context.inputs[0];
    if (format == "text" && options.schema->isComplete() && options.schema->size() != 1)
        context.problem("format",
                        "The format text takes one column, and there are " +
                            std::to_string(options.schema->size()) +
                            "; choose one with select, or write json or csv.");
    return [make = found->encoder, options] { return make(options); };
}

}  // namespace engine
