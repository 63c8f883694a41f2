#include "catalog/component.h"
#include "data/calendar.h"
#include "grouping/aggregate_params.h"
#include "operators/deduplicate/deduplicate_operator.h"

namespace engine {
namespace {

struct DeduplicateParams {
    std::vector<ColumnRef> keys{};
    std::optional<Duration> ttl{};
    std::string keep = "first";
};

Params<DeduplicateParams> deduplicateParams()
{
    return Params<DeduplicateParams>()
        .field("keys", &DeduplicateParams::keys,
               {.title = "One row for each",
                .help = "The columns by which rows are the same. NULL is a value like any other.",
                .required = true,
                .columnsOf = "in"})
        .field("ttl", &DeduplicateParams::ttl,
               {.title = "Remember for",
                .help = "How long a key is remembered, from the event time of the row that was given: a row "
                        "so much later, to the millisecond, is a first one again. A key that is remembered "
                        "takes memory; 36500d is for ever.",
                .min = 0.001,
                .required = true})
        .field("keep", &DeduplicateParams::keep,
               {.title = "Keep",
                .help = "The row with the least event time; of several the one that came first.",
                .choices = {"first"},
                .advanced = true});
}

constexpr std::int64_t kTtlMaxUs = std::int64_t{1} << 60;  // ends of spans stay within 64 bits

std::string summaryOf(const DeduplicateParams& params)
{
    std::string text;
    for (const ColumnRef& key : params.keys) text += (text.empty() ? "" : ", ") + key.name;
    return text + " within " + ParamTraits<Duration>::toJson(*params.ttl).get<std::string>();
}

std::optional<Binding> bindDeduplicate(DeduplicateParams params, const BindContext& context)
{
    const SchemaPtr& input = context.inputs[0];
    context.output("out", input);
    context.summary([&] { return summaryOf(params); });
    if (!input->hasEventTime() && !input->open().any)
        context.problem("",
                        "What is first is a matter of event time, and the rows have none; set "
                        "\"time_column\" at the source.");
    const std::int64_t ttlUs = params.ttl.value_or(Duration{kMillisecondUs}).count();
    if (ttlUs > kTtlMaxUs)
        context.problem("ttl", "The time must be at most " + std::to_string(kTtlMaxUs / kDayUs) + "d.");
    else if (ttlUs % kMillisecondUs != 0)
        context.problem("ttl", "The time must be a whole number of milliseconds.");
    GroupLayout keys;
    GroupFormulas formulas;
    OutputColumns columns(context);
    readKeys(params.keys, context, {}, keys, formulas, columns);
    if (context.hasProblems()) return {};
    keys.place();

    DeduplicateLayout layout;
    layout.keys = std::make_shared<const GroupLayout>(std::move(keys));
    layout.formulas = std::make_shared<const GroupFormulas>(std::move(formulas));
    layout.schema = input;
    layout.ttlUs = ttlUs;
    Binding binding;
    binding.outputs = {{"out", input}};
    binding.needs = {Distribution::ByKey, layout.formulas->keyColumns};
    binding.columns.emplace();
    binding.columns->uses = layout.formulas->keyColumns;
    for (std::size_t column = 0; column < input->size(); ++column)
        binding.columns->passes.emplace_back(column);
    binding.stateFingerprint = fingerprintOf(*layout.keys);
    const auto fixed = std::make_shared<const DeduplicateLayout>(std::move(layout));
    binding.make = Factory<Operator>([=] { return std::make_unique<DeduplicateOperator>(fixed); });
    return binding;
}

}  // namespace

void addDeduplicate(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "deduplicate";
    info.title = "Deduplicate";
    info.category = "Windows";
    info.help = "Gives the first row of each key by event time and drops those that repeat it. A row waits "
                "until the watermark has reached its time, for an earlier one may come; one that comes when "
                "the watermark has passed it goes to the late port, and its key stays unseen.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {{"out", "The first row of each key, as it came."}};
    catalog.add(component(std::move(info), deduplicateParams(), bindDeduplicate));
}

}  // namespace engine
