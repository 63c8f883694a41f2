#include "grouping/window_geometry.h"

#include "data/calendar.h"

namespace engine {
namespace {

constexpr std::int64_t kWindowSizeMaxUs = std::int64_t{1} << 60;  // ends of windows stay within 64 bits

// The duration in µs; 0, and the mistake told, where it is none that windows can have.
std::int64_t windowLengthOf(const std::string& name, const std::optional<Duration>& value,
                            const BindContext& context)
{
    const std::int64_t us = value.value_or(Duration{0}).count();
    if (us > 0 && us <= kWindowSizeMaxUs && us % kMillisecondUs == 0) return us;
    context.problem("window." + name,
                    "The " + name + " must be " +
                        (us > kWindowSizeMaxUs ? "at most " + std::to_string(kWindowSizeMaxUs / kDayUs) + "d."
                                               : "a whole number of milliseconds, at least 1ms."));
    return 0;
}

std::string durationText(const std::optional<Duration>& duration)
{
    return duration ? ParamTraits<Duration>::toJson(*duration).get<std::string>() : std::string();
}

}  // namespace

Params<WindowGeometry> windowGeometryParams()
{
    return Params<WindowGeometry>()
        .field("kind", &WindowGeometry::kind,
               {.title = "Kind",
                .help = "Tumbling windows follow one another; hopping windows begin at every slide and "
                        "overlap; cumulative windows begin together and grow by a step, up to the size.",
                .choices = {"tumbling", "hopping", "cumulative"}})
        .field("size", &WindowGeometry::size,
               {.title = "Size",
                .help = "How long a window is; of cumulative windows the longest.",
                .min = 0.001,
                .required = true})
        .field("slide", &WindowGeometry::slide,
               {.title = "Slide",
                .help = "From the start of a window to the start of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = hopping"})
        .field("step", &WindowGeometry::step,
               {.title = "Step",
                .help = "From the end of a window to the end of the next longer one; the size is a multiple "
                        "of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = cumulative"})
        .field("offset", &WindowGeometry::offset,
               {.title = "Offset",
                .help = "Moves the starts of all windows, which otherwise count from 1970-01-01 00:00 UTC.",
                .advanced = true});
}

SliceGrid readWindowGeometry(const WindowGeometry& params, const BindContext& context)
{
    SliceGrid grid;
    grid.isCumulative = params.kind == "cumulative";
    grid.sizeUs = grid.slideUs = windowLengthOf("size", params.size, context);
    const std::string part = grid.isCumulative ? "step" : "slide";
    if (params.kind != "tumbling")
        grid.slideUs = windowLengthOf(part, grid.isCumulative ? params.step : params.slide, context);
    if (params.offset.count() % kMillisecondUs != 0)
        context.problem("window.offset", "The offset must be a whole number of milliseconds.");
    if (grid.sizeUs == 0 || grid.slideUs == 0) return grid;
    if (grid.sizeUs % grid.slideUs != 0)
        context.problem("window." + part,
                        "The size must be a whole multiple of the " + part + ", as 10s is of 2s.");
    const std::int64_t period = grid.isCumulative ? grid.sizeUs : grid.slideUs;
    grid.offsetUs = params.offset.count() - quotientDown(params.offset.count(), period) * period;
    return grid;
}

std::string textOf(const WindowGeometry& params)
{
    std::string text = params.kind + " " + durationText(params.size);
    if (params.kind == "hopping") text += " / " + durationText(params.slide);
    if (params.kind == "cumulative") text += " by " + durationText(params.step);
    return text;
}

}  // namespace engine
