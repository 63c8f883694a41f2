#include "catalog/component.h"
#include "data/calendar.h"
#include "grouping/aggregate_params.h"
#include "operators/over/over_operator.h"

namespace engine {
namespace {

struct OverParams {
    std::vector<ColumnRef> keys{};
    std::optional<Duration> preceding{};
    std::vector<AggregateParams> aggregates{};
};

Params<OverParams> overParams()
{
    return Params<OverParams>()
        .field("keys", &OverParams::keys,
               {.title = "For each",
                .help = "The columns that make a group; none: all rows are one group. NULL is a group too.",
                .columnsOf = "in"})
        .field("preceding", &OverParams::preceding,
               {.title = "Look back",
                .help = "How far, in event time: rows of the group that are no older than that count, those "
                        "of the same time and the row itself among them.",
                .min = 0.001,
                .required = true})
        .records("aggregates", &OverParams::aggregates, aggregateParams(),
                 {.title = "Work out",
                  .help = "The columns behind those of the input.",
                  .min = 1,
                  .required = true});
}

constexpr std::int64_t kPrecedingMaxUs = std::int64_t{1} << 60;  // sums of times stay within 64 bits

void readPreceding(const OverParams& params, const BindContext& context, OverLayout& layout)
{
    layout.precedingUs = params.preceding.value_or(Duration{kMillisecondUs}).count();
    if (layout.precedingUs > kPrecedingMaxUs)
        context.problem("preceding",
                        "The look-back must be at most " + std::to_string(kPrecedingMaxUs / kDayUs) + "d.");
    else if (layout.precedingUs % kMillisecondUs != 0)
        context.problem("preceding", "The look-back must be a whole number of milliseconds.");
}

std::string summaryOf(const OverParams& params)
{
    return "last " + ParamTraits<Duration>::toJson(*params.preceding).get<std::string>() +
        keysAndAggregates(params.keys, params.aggregates);
}

std::optional<Binding> bindOver(OverParams params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    const Schema& input = *context.inputs[0];
    auto layout = std::make_shared<OverLayout>();
    if (!input.hasEventTime() && !input.open().any)
        context.problem("", "A look-back needs rows with an event time; set \"time_column\" at the source.");
    readPreceding(params, context, *layout);
    GroupLayout keys;
    GroupFormulas formulas;
    OutputColumns keyColumns(context), output(context);
    readKeys(params.keys, context, {}, keys, formulas, keyColumns);
    for (const Field& field : input.fields()) output.add(field);
    for (const std::string& name : input.open().names) output.addUnknown(name);
    if (input.open().any) output.addUnknown({});
    GroupLayout all = keys;
    readAggregates(params.aggregates, context, all, formulas, output);
    layout->output = output.schema();
    context.output("out", layout->output);
    if (context.hasProblems()) return {};
    keys.place();
    all.place();
    layout->keys = std::make_shared<const GroupLayout>(std::move(keys));
    layout->input = std::make_shared<const GroupLayout>(std::move(all));
    layout->formulas = std::make_shared<const GroupFormulas>(std::move(formulas));
    placeParts(*layout, input);

    Binding binding;
    binding.outputs = {{"out", layout->output}};
    binding.needs.kind = params.keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = layout->formulas->keyColumns;
    binding.columns.emplace();
    binding.columns->uses = columnsUsed(*layout->formulas);
    binding.columns->passes.resize(layout->output->size());
    for (std::size_t column = 0; column < input.size(); ++column) binding.columns->passes[column] = column;
    binding.stateFingerprint = std::to_string(layout->precedingUs) + fingerprintOf(*layout->input);
    const OverLayoutPtr fixed = layout;
    binding.make = Factory<Operator>([=] { return std::make_unique<OverOperator>(fixed); });
    return binding;
}

}  // namespace

void addOver(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "over";
    info.title = "Look back";
    info.category = "Windows";
    info.help = "Adds to each row sums, averages and the like over the rows of its group in a span of time "
                "that ends with it. Rows are given in the order of their times when the watermark reaches "
                "them; one that is no later than what its group has given already goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {{"out", "The rows as they came, and behind their columns the aggregates."}};
    catalog.add(component(std::move(info), overParams(), bindOver));
}

}  // namespace engine
