#include "operators/window/count_operator.h"
#include "operators/window/session_operator.h"
#include "operators/window/updated_operator.h"
#include "operators/window/window_operator.h"
#include "operators/window/window_params.h"

namespace engine {
namespace {

// Fills in what the window is worked out of; the output's columns come out of it even where there are
// mistakes.
void readColumns(const WindowParams& params, const BindContext& context, WindowLayout& layout,
                 GroupFormulas& formulas)
{
    OutputColumns output(context);
    std::vector<Field> own{{"window_start", DataType::Time}, {"window_end", DataType::Time}};
    if (layout.hasVersions()) own.push_back({"version", DataType::Int64});
    if (layout.hasReplaces()) own.push_back({"replaces", DataType::String});
    std::vector<std::string> taken;
    for (const Field& field : own) taken.push_back(field.name);
    readKeys(params.keys, context, taken, layout, formulas, output);
    for (const Field& field : own) output.add(field);
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

std::string summaryOf(const WindowParams& params)
{
    return params.kind + " " + lengthOf(params) + keysAndAggregates(params.keys, params.aggregates);
}

std::size_t ownBytes(const WindowLayout& layout)
{
    if (layout.kind == WindowKind::Session) return SessionState::ownBytes(layout);
    if (layout.kind == WindowKind::Count) return sizeof(CountRow);
    return layout.hasVersions() ? sizeof(UpdatedRow) : 0;
}

template <class Made>
void makes(const WindowLayoutPtr& layout, const std::shared_ptr<const GroupFormulas>& formulas,
           Binding& binding)
{
    binding.make = Factory<Operator>([=] { return std::make_unique<Made>(layout, formulas); });
}

void setFactories(const WindowLayoutPtr& layout, const std::shared_ptr<const GroupFormulas>& formulas,
                  Binding& binding)
{
    if (layout->kind == WindowKind::Session) return makes<SessionOperator>(layout, formulas, binding);
    if (layout->kind == WindowKind::Count) return makes<CountOperator>(layout, formulas, binding);
    if (layout->hasVersions()) return makes<UpdatedOperator>(layout, formulas, binding);
    makes<WindowOperator>(layout, formulas, binding);
    binding.partial = [=] { return std::make_unique<WindowPartialOperator>(layout, formulas); };
    binding.merge = [=] { return std::make_unique<WindowOperator>(layout, formulas); };
}

std::optional<Binding> bindWindow(WindowParams params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
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
    layout->ownBytes = ownBytes(*layout);
    layout->place();

    Binding binding;
    binding.outputs = {{"out", layout->output}};
    binding.needs.kind = params.keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = formulas->keyColumns;
    binding.watchesWatermark = layout->hasVersions() || layout->kind == WindowKind::Count;
    binding.columns = columnUse(*layout, *formulas);
    binding.stateFingerprint =
        params.kind + " " + layout->geometry() + "/" + params.order + fingerprintOf(*layout);
    if (layout->hasVersions()) binding.stateFingerprint += "/versions";
    setFactories(layout, formulas, binding);
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
                "time is over, or has got its number of rows. A row that comes after the last window that "
                "holds it has fired, and after what lateness is allowed, goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {
        {"out",
         "One row for each window and group: the keys, window_start, window_end, version and replaces where "
         "results come early or again, the aggregates."}};
    catalog.add(component(std::move(info), windowParams(), bindWindow));
}

}  // namespace engine
