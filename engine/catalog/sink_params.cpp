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

}  // namespace engine
