#include "operators/temporal_join/temporal_join_operator.h"

namespace engine {
namespace {

struct TemporalJoinParams : JoinParams { };

std::optional<Binding> bindTemporalJoin(const TemporalJoinParams& params, const BindContext& context)
{
    context.summary([&] { return joinSummary(params); });
    auto layout = std::make_shared<JoinLayout>();
    readJoin(params, context, *layout);
    readJoinOutput(context, {}, *layout);
    if (context.hasProblems()) return {};
    Binding binding = joinBinding(*layout);
    const JoinLayoutPtr fixed = layout;
    binding.make = Factory<Operator>([fixed] { return std::make_unique<TemporalJoinOperator>(fixed); });
    return binding;
}

}  // namespace

void addTemporalJoin(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "temporal_join";
    info.title = "Temporal join";
    info.category = "Joins";
    info.help =
        "Gives each row the version of a table's row that was valid at its time: the last one of its key "
        "that is not later. Rows leave in the order of their times, once both inputs have come that far. "
        "Of the versions before that only the last of each key is kept.";
    info.inputs = {
        {"left", "Rows with an event time."},
        {"right", "Versions: each row is valid from its event time until the next one of its key."}};
    info.outputs = {{"out",
                     "The columns of the left row, then those of its version; a name that both have gets "
                     "\"_right\" there. The event time is the left row's."}};
    Params<TemporalJoinParams> params;
    addJoinParams(params, {"inner", "left"}, true);
    catalog.add(component(std::move(info), params, bindTemporalJoin));
}

}  // namespace engine
