#include "catalog/component.h"
#include "data/calendar.h"
#include "grouping/aggregate_params.h"
#include "operators/window/window_operator.h"

#include <algorithm>
#include <iterator>

namespace engine {
namespace {

struct WindowParams {
    std::string kind = "tumbling";
    std::optional<Duration> size{};
    std::optional<Duration> slide{};
    Duration offset{0};
    std::vector<ColumnRef> keys{};
    std::vector<AggregateParams> aggregates{};
    std::string order = "event_time";
};

Params<WindowParams> windowParams()
{
    return Params<WindowParams>()
        .field(
            "kind", &WindowParams::kind,
            {.title = "Kind",
             .help = "Tumbling windows follow one another; hopping windows begin at every slide and overlap.",
             .choices = {"tumbling", "hopping"}})
        .field("size", &WindowParams::size,
               {.title = "Size", .help = "How long a window is.", .min = 0.001, .required = true})
        .field("slide", &WindowParams::slide,
               {.title = "Slide",
                .help = "From the start of a window to the start of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = hopping"})
        .field("offset", &WindowParams::offset,
               {.title = "Offset",
                .help = "Moves the starts of all windows, which otherwise count from 1970-01-01 00:00 UTC.",
                .advanced = true})
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
                .advanced = true});
}

constexpr std::int64_t kSizeMaxUs = std::int64_t{1} << 60;  // ends of windows stay within 64 bits

void readGeometry(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    layout.sizeUs = params.size.value_or(Duration{0}).count();
    layout.slideUs = params.kind == "hopping" ? params.slide.value_or(Duration{0}).count() : layout.sizeUs;
    const auto wrong = [](std::int64_t us) { return us <= 0 || us > kSizeMaxUs || us % kMillisecondUs != 0; };
    const auto check = [&](const std::string& name, std::int64_t us) {
        if (!wrong(us)) return;
        context.problem(name,
                        "The " + name + " must be " +
                            (us > kSizeMaxUs ? "at most " + std::to_string(kSizeMaxUs / kDayUs) + "d."
                                             : "a whole number of milliseconds, at least 1ms."));
    };
    check("size", layout.sizeUs);
    if (params.kind == "hopping") check("slide", layout.slideUs);
    if (params.offset.count() % kMillisecondUs != 0)
        context.problem("offset", "The offset must be a whole number of milliseconds.");
    if (wrong(layout.sizeUs) || wrong(layout.slideUs)) return;
    if (layout.sizeUs % layout.slideUs != 0)
        context.problem("slide", "The size must be a whole multiple of the slide, as 10s is of 2s.");
    layout.offsetUs =
        params.offset.count() - quotientDown(params.offset.count(), layout.slideUs) * layout.slideUs;
}

// Fills in what the window is worked out of; the output's columns come out of it even where there are
// mistakes.
void readColumns(const WindowParams& params, const BindContext& context, WindowLayout& layout,
                 GroupFormulas& formulas)
{
    OutputColumns output(context);
    readKeys(params.keys, context, {"window_start", "window_end"}, layout, formulas, output);
    output.add({"window_start", DataType::Time});
    output.add({"window_end", DataType::Time});
    readAggregates(params.aggregates, context, layout, formulas, output);
    layout.output = output.schema();
}

ColumnUse columnUse(const WindowLayout& layout, const GroupFormulas& formulas)
{
    ColumnUse use;
    use.uses = columnsUsed(formulas);
    use.passes.resize(layout.output->size());
    for (std::size_t index = 0; index < formulas.keyColumns.size(); ++index)
        use.passes[index] = formulas.keyColumns[index];
    return use;
}

std::string summaryOf(const WindowParams& params, const WindowLayout& layout)
{
    const auto join = [](const auto& items, const char* separator) {
        std::string text;
        for (const auto& item : items) text += (text.empty() ? "" : separator) + item.name;
        return text;
    };
    std::string text = params.kind + " " + ParamTraits<Duration>::toJson(*params.size).get<std::string>();
    if (params.kind == "hopping")
        text += " / " + ParamTraits<Duration>::toJson(*params.slide).get<std::string>();
    if (!params.keys.empty()) text += " by " + join(params.keys, ", ");
    return layout.aggregates.empty() ? text : text + ": " + join(layout.aggregates, ", ");
}

std::optional<Binding> bindWindow(WindowParams params, const BindContext& context)
{
    const Schema& input = *context.inputs[0];
    auto layout = std::make_shared<WindowLayout>();
    auto formulas = std::make_shared<GroupFormulas>();
    if (!input.hasEventTime() && !input.open().any)
        context.problem("", "A window needs rows with an event time; set \"time_column\" at the source.");
    readGeometry(params, context, *layout);
    layout->byArrival = params.order == "arrival";
    if (params.aggregates.empty() && !context.isWrong("aggregates"))
        context.warning("aggregates",
                        "Nothing is worked out, so each window gives only its keys and times; add a "
                        "function such as count.");
    readColumns(params, context, *layout, *formulas);
    context.output("out", layout->output);
    if (context.hasProblems()) return {};
    layout->place();

    Binding binding;
    binding.outputs = {{"out", layout->output}};
    binding.needs.kind = params.keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = formulas->keyColumns;
    binding.columns = columnUse(*layout, *formulas);
    binding.summary = summaryOf(params, *layout);
    binding.stateFingerprint = std::to_string(layout->sizeUs) + "/" + std::to_string(layout->slideUs) + "/" +
        std::to_string(layout->offsetUs) + "/" + params.order;
    binding.stateFingerprint += fingerprintOf(*layout);
    const WindowLayoutPtr fixed = layout;
    const std::shared_ptr<const GroupFormulas> compiled = formulas;
    binding.make = Factory<Operator>([=] { return std::make_unique<WindowOperator>(fixed, compiled); });
    binding.partial = [=] { return std::make_unique<WindowPartialOperator>(fixed, compiled); };
    binding.merge = [=] { return std::make_unique<WindowOperator>(fixed, compiled); };
    return binding;
}

}  // namespace

void addWindow(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "window";
    info.title = "Window";
    info.category = "Windows";
    info.help = "Groups rows by time and keys and works out sums, averages and the like when a window of "
                "time is over. A row that "
                "comes after the last window that holds it has fired goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {
        {"out", "One row for each window and group: the keys, window_start, window_end, the aggregates."}};
    catalog.add(component(std::move(info), windowParams(), bindWindow));
}

}  // namespace engine
