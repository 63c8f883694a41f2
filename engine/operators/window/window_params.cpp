#include "operators/window/window_params.h"

#include "data/calendar.h"

namespace engine {
namespace {

constexpr double kRowsMax = 1e9;                 // of a count window
constexpr std::int64_t kWindowsOfRowMax = 1000;  // where a row is added to each window that holds it
constexpr std::int64_t kSlicesMax = 100'000;     // so many windows can fall due for one row
constexpr std::int64_t kSizeMaxUs = std::int64_t{1} << 60;  // ends of windows stay within 64 bits

// The duration in µs; 0, and the mistake told, where it is none that windows can have.
std::int64_t lengthOf(const char* name, const std::optional<Duration>& value, const BindContext& context)
{
    const std::int64_t us = value.value_or(Duration{0}).count();
    if (us > 0 && us <= kSizeMaxUs && us % kMillisecondUs == 0) return us;
    context.problem(name,
                    "The " + std::string(name) + " must be " +
                        (us > kSizeMaxUs ? "at most " + std::to_string(kSizeMaxUs / kDayUs) + "d."
                                         : "a whole number of milliseconds, at least 1ms."));
    return 0;
}

WindowKind kindOf(const std::string& name)
{
    if (name == "hopping") return WindowKind::Hopping;
    if (name == "cumulative") return WindowKind::Cumulative;
    if (name == "session") return WindowKind::Session;
    return name == "count" ? WindowKind::Count : WindowKind::Tumbling;
}

void readGrid(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    layout.sizeUs = layout.slideUs = lengthOf("size", params.size, context);
    const char* part = layout.kind == WindowKind::Hopping ? "slide" : "step";
    if (layout.kind != WindowKind::Tumbling)
        layout.slideUs =
            lengthOf(part, layout.kind == WindowKind::Hopping ? params.slide : params.step, context);
    if (params.offset.count() % kMillisecondUs != 0)
        context.problem("offset", "The offset must be a whole number of milliseconds.");
    if (layout.sizeUs == 0 || layout.slideUs == 0) return;
    if (layout.sizeUs % layout.slideUs != 0)
        context.problem(
            part, "The size must be a whole multiple of the " + std::string(part) + ", as 10s is of 2s.");
    if (layout.sizeUs / layout.slideUs > kSlicesMax)
        context.problem(part,
                        "Each row would be in " + std::to_string(layout.sizeUs / layout.slideUs) +
                            " windows; choose a longer " + part +
                            " or a smaller size, so that there are at most " + std::to_string(kSlicesMax) +
                            ".");
    const std::int64_t period = layout.kind == WindowKind::Cumulative ? layout.sizeUs : layout.slideUs;
    layout.offsetUs = params.offset.count() - quotientDown(params.offset.count(), period) * period;
}

void readCounts(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    layout.rows = params.rows.value_or(0);
    layout.slideRows = params.slideRows.value_or(layout.rows);
    if (layout.rows < 1 || layout.slideRows < 1) return;
    if (layout.slideRows > layout.rows)
        context.problem("slide_rows",
                        "The slide must be at most as many rows as a window holds, or some rows would be in "
                        "none.");
    else if (layout.rows / layout.slideRows > kWindowsOfRowMax)
        context.problem("slide_rows",
                        "Each row would be in " + std::to_string(layout.rows / layout.slideRows) +
                            " windows; choose a longer slide or fewer rows, so that there are at most " +
                            std::to_string(kWindowsOfRowMax) + ".");
}

std::string textOf(const std::optional<Duration>& duration)
{
    return duration ? ParamTraits<Duration>::toJson(*duration).get<std::string>() : std::string();
}

void readUpdates(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    if (layout.kind == WindowKind::Count) return;
    if (params.allowedLateness.count() != 0)
        layout.latenessUs = lengthOf("allowed_lateness", params.allowedLateness, context);
    if (params.earlyFiring.count() != 0)
        layout.earlyUs = lengthOf("early_firing", params.earlyFiring, context);
    if (!layout.hasVersions() || layout.slideUs == 0 || layout.sizeUs / layout.slideUs <= kWindowsOfRowMax)
        return;
    context.problem(layout.latenessUs > 0 ? "allowed_lateness" : "early_firing",
                    "Where results are given early or again, a row can be in at most " +
                        std::to_string(kWindowsOfRowMax) + " windows; here it would be in " +
                        std::to_string(layout.sizeUs / layout.slideUs) + ".");
}

Params<WindowParams> placeParams()
{
    return Params<WindowParams>()
        .field("kind", &WindowParams::kind,
               {.title = "Kind",
                .help = "Tumbling windows follow one another; hopping windows begin at every slide and "
                        "overlap; cumulative windows begin together and grow by a step, up to the size; a "
                        "session goes on as long as rows of its keys follow within the gap; count windows "
                        "hold a number of rows of their keys, in the order in which these come.",
                .choices = {"tumbling", "hopping", "cumulative", "session", "count"}})
        .field("size", &WindowParams::size,
               {.title = "Size",
                .help = "How long a window is; of cumulative windows the longest.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = tumbling | hopping | cumulative"})
        .field("slide", &WindowParams::slide,
               {.title = "Slide",
                .help = "From the start of a window to the start of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = hopping"})
        .field("step", &WindowParams::step,
               {.title = "Step",
                .help = "From the end of a window to the end of the next longer one; the size is a multiple "
                        "of it. Each step gives every key seen so far since the common start.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = cumulative"})
        .field("gap", &WindowParams::gap,
               {.title = "Gap",
                .help = "Rows exactly so far apart still belong to one session; it ends so long after its "
                        "last row. A row in between may join two sessions to one.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = session"})
        .field("rows", &WindowParams::rows,
               {.title = "Rows",
                .help = "How many rows of its keys a window holds. It is given when it has them, and never "
                        "with fewer. Its window_start is the earliest event time of its rows, its window_end "
                        "one millisecond after the latest. No row is late.",
                .min = 1,
                .max = kRowsMax,
                .required = true,
                .visibleWhen = "kind = count"})
        .field("slide_rows", &WindowParams::slideRows,
               {.title = "Slide in rows",
                .help = "From the first row of a window to that of the next, at most as many as it "
                        "holds; as many when this is left out.",
                .min = 1,
                .max = kRowsMax,
                .visibleWhen = "kind = count"})
        .field("offset", &WindowParams::offset,
               {.title = "Offset",
                .help = "Moves the starts of all windows, which otherwise count from 1970-01-01 00:00 UTC.",
                .advanced = true,
                .visibleWhen = "kind = tumbling | hopping | cumulative"});
}

}  // namespace

Params<WindowParams> windowParams()
{
    return placeParams()
        .field("keys", &WindowParams::keys,
               {.title = "For each",
                .help = "The columns that make a group; none: all rows are one group. NULL is a group too.",
                .columnsOf = "in"})
        .records("aggregates", &WindowParams::aggregates, aggregateParams(),
                 {.title = "Work out",
                  .help = "The columns of the result, behind keys, window_start and window_end."})
        .field("order", &WindowParams::order,
               {.title = "First and last by",
                .help = "Event time with arrival as tie-break, or arrival alone.",
                .choices = {"event_time", "arrival"},
                .advanced = true})
        .field("allowed_lateness", &WindowParams::allowedLateness,
               {.title = "Allowed lateness",
                .help = "Above 0 a window is kept so long after its end, and each late row that comes in "
                        "that time gives its result again. The column version then counts the results of a "
                        "window from 1; of sessions the column replaces lists, as JSON, the window_start of "
                        "each result that this one takes the place of, or is NULL.",
                .min = 0,
                .advanced = true,
                .visibleWhen = "kind = tumbling | hopping | cumulative | session"})
        .field("early_firing", &WindowParams::earlyFiring,
               {.title = "Early results every",
                .help = "Above 0 a window gives a result whenever event time has gone on so far since its "
                        "start, for the keys that have new rows, and at its end for all; with the same "
                        "columns as an allowed lateness.",
                .min = 0,
                .advanced = true,
                .visibleWhen = "kind = tumbling | hopping | cumulative | session"});
}

void readGeometry(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    layout.kind = kindOf(params.kind);
    if (layout.kind == WindowKind::Session)
        layout.gapUs = lengthOf("gap", params.gap, context);
    else if (layout.kind == WindowKind::Count)
        readCounts(params, context, layout);
    else
        readGrid(params, context, layout);
    readUpdates(params, context, layout);
}

std::string lengthOf(const WindowParams& params)
{
    if (params.kind == "hopping") return textOf(params.size) + " / " + textOf(params.slide);
    if (params.kind == "cumulative") return textOf(params.size) + " by " + textOf(params.step);
    if (params.kind == "session") return textOf(params.gap);
    if (params.kind != "count") return textOf(params.size);
    const std::string slide = params.slideRows ? " / " + std::to_string(*params.slideRows) : "";
    return std::to_string(*params.rows) + slide + " rows";
}

}  // namespace engine
