#include "data/calendar.h"
#include "operators/window_join/window_join_operator.h"

namespace engine {
namespace {

// As the parameters of a window.
struct JoinWindowParams {
    std::string kind = "tumbling";
    std::optional<Duration> size{}, slide{}, step{};
    Duration offset{0};
};

struct WindowJoinParams : JoinParams {
    std::optional<JoinWindowParams> window{};
};

Params<JoinWindowParams> joinWindowParams()
{
    return Params<JoinWindowParams>()
        .field("kind", &JoinWindowParams::kind,
               {.title = "Kind",
                .help =
                    "Tumbling windows follow one another; hopping windows begin at every slide and overlap; "
                    "cumulative windows begin together and end a step later each, up to the size.",
                .choices = {"tumbling", "hopping", "cumulative"}})
        .field("size", &JoinWindowParams::size,
               {.title = "Size", .help = "How long a window is at most.", .min = 0.001, .required = true})
        .field("slide", &JoinWindowParams::slide,
               {.title = "Slide",
                .help = "From the start of a window to the start of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = hopping"})
        .field("step", &JoinWindowParams::step,
               {.title = "Step",
                .help = "From the end of a window to the end of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = cumulative"})
        .field("offset", &JoinWindowParams::offset,
               {.title = "Offset",
                .help = "Moves the starts of all windows, which otherwise count from 1970-01-01 00:00 UTC.",
                .advanced = true});
}

Params<WindowJoinParams> windowJoinParams()
{
    Params<WindowJoinParams> params;
    addJoinParams(params, {"inner", "left", "right", "full", "semi", "anti"}, false);
    params.record("window", &WindowJoinParams::window, joinWindowParams(),
                  {.title = "Window",
                   .help =
                       "The windows of both inputs. Without it both carry window_start and window_end, and "
                       "rows of equal windows meet."});
    return params;
}

constexpr std::int64_t kJoinWindowMaxUs = std::int64_t{1} << 60;  // ends of windows stay within 64 bits

// 0 where it is wrong, and then that is told.
std::int64_t lengthOf(const char* name, const std::optional<Duration>& length, const BindContext& context)
{
    const std::int64_t us = length.value_or(Duration{0}).count();
    const std::string param = std::string("window.") + name;
    if (us > kJoinWindowMaxUs)
        context.problem(param,
                        std::string("The ") + name + " must be at most " +
                            std::to_string(kJoinWindowMaxUs / kDayUs) + "d.");
    else if (us <= 0 || us % kMillisecondUs != 0)
        context.problem(
            param, std::string("The ") + name + " must be a whole number of milliseconds, at least 1ms.");
    else
        return us;
    return 0;
}

void readWindows(const JoinWindowParams& params, const BindContext& context, JoinWindows& windows)
{
    SliceGrid& grid = windows.grid;
    windows.kind = params.kind == "cumulative" ? JoinWindows::Cumulative : JoinWindows::Hopping;
    grid.sizeUs = grid.slideUs = lengthOf("size", params.size, context);
    if (context.isWrong("window.kind")) return;
    const char* const part = params.kind == "hopping" ? "slide" : "step";
    if (params.kind != "tumbling")
        grid.slideUs = lengthOf(part, params.kind == "hopping" ? params.slide : params.step, context);
    if (params.offset.count() % kMillisecondUs != 0)
        context.problem("window.offset", "The offset must be a whole number of milliseconds.");
    if (grid.sizeUs == 0 || grid.slideUs == 0) return;
    if (grid.sizeUs % grid.slideUs != 0)
        context.problem(std::string("window.") + part,
                        std::string("The size must be a whole multiple of the ") + part +
                            ", as 10s is of 2s.");
    const std::int64_t unit = windows.kind == JoinWindows::Cumulative ? grid.sizeUs : grid.slideUs;
    grid.offsetUs = params.offset.count() - quotientDown(params.offset.count(), unit) * unit;
}

// The columns by which rows say their windows; the start joins the keys.
void readAttached(const BindContext& context, WindowJoinLayout& layout)
{
    layout.windows.kind = JoinWindows::Attached;
    for (const std::size_t side : {kLeft, kRight}) {
        const Schema& input = *layout.inputs[side];
        const auto start = input.find("window_start"), end = input.find("window_end");
        const auto isTime = [&](const std::optional<std::size_t>& column) {
            return column && input.field(*column).type == DataType::Time;
        };
        if (isTime(start) && isTime(end)) {
            layout.startColumns[side] = *start;
            layout.endColumns[side] = *end;
            layout.keys[side].push_back(*start);
        } else if (input.isComplete()) {
            context.problem(
                "window",
                std::string("There is no window here, and the ") + (side == kLeft ? "left" : "right") +
                    " input has no timestamps window_start and window_end; set the window, or put a "
                    "window node before it.");
        }
    }
}

std::string windowJoinSummary(const WindowJoinParams& params)
{
    if (!params.window) return joinSummary(params) + ", equal windows";
    const auto text = [](const std::optional<Duration>& length) {
        return " " + ParamTraits<Duration>::toJson(*length).get<std::string>();
    };
    const JoinWindowParams& window = *params.window;
    std::string summary = joinSummary(params) + ", " + window.kind + text(window.size);
    if (window.kind == "hopping") summary += " /" + text(window.slide);
    if (window.kind == "cumulative") summary += " /" + text(window.step);
    return summary;
}

std::optional<Binding> bindWindowJoin(const WindowJoinParams& params, const BindContext& context)
{
    context.summary([&] { return windowJoinSummary(params); });
    auto layout = std::make_shared<WindowJoinLayout>();
    layout->hasWindow = true;
    readJoin(params, context, *layout);
    if (params.window)
        readWindows(*params.window, context, layout->windows);
    else if (!context.isWrong("window"))
        readAttached(context, *layout);
    std::vector<std::string> without;
    if (!params.window) without = {"window_start", "window_end"};
    readJoinOutput(context, without, *layout);
    if (context.hasProblems()) return {};

    const bool isAttached = layout->windows.kind == JoinWindows::Attached;
    std::array<std::vector<std::size_t>, 2> uses;
    if (isAttached) uses = {{{layout->endColumns[kLeft]}, {layout->endColumns[kRight]}}};
    Binding binding = joinBinding(*layout, std::move(uses));
    const SliceGrid& grid = layout->windows.grid;
    binding.stateFingerprint += std::to_string(static_cast<int>(layout->windows.kind)) + "/" +
        std::to_string(grid.sizeUs) + "/" + std::to_string(grid.slideUs) + "/" +
        std::to_string(grid.offsetUs);
    const WindowJoinLayoutPtr fixed = layout;
    binding.make = Factory<Operator>([fixed] { return std::make_unique<WindowJoinOperator>(fixed); });
    return binding;
}

}  // namespace

void addWindowJoin(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "window_join";
    info.title = "Window join";
    info.category = "Joins";
    info.help =
        "Brings together rows of two inputs whose keys are equal and that lie in the same window of time. "
        "They leave when the window closes. A row that comes after the last window that holds it has "
        "fired goes to the late port, with NULLs for the columns of the other side.";
    info.inputs = {{"left", "Rows with an event time."}, {"right", "Rows with an event time."}};
    info.outputs = {{"out",
                     "The columns of the left row, then those of the right one (but for semi and anti), then "
                     "window_start and window_end; a name that both have gets \"_right\" there."}};
    catalog.add(component(std::move(info), windowJoinParams(), bindWindowJoin));
}

}  // namespace engine
