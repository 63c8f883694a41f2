#include "data/calendar.h"
#include "operators/interval_join/interval_join_operator.h"

namespace engine {
namespace {

struct IntervalJoinParams : JoinParams {
    std::optional<Duration> lower{}, upper{};
    FormulaText condition{};
};

Params<IntervalJoinParams> intervalJoinParams()
{
    Params<IntervalJoinParams> params;
    addJoinParams(params, {"inner", "left", "right", "full"}, true);
    params
        .field("lower", &IntervalJoinParams::lower,
               {.title = "At most before",
                .help =
                    "How much earlier than the right row the left row may be, this much included. Negative: "
                    "how much later it must be at least.",
                .required = true})
        .field("upper", &IntervalJoinParams::upper,
               {.title = "At most after",
                .help =
                    "How much later than the right row the left row may be, this much included. Negative: "
                    "how much earlier it must be at least.",
                .required = true})
        .field(
            "condition", &IntervalJoinParams::condition,
            {.title = "Only pairs where",
             .help =
                 "A further condition over the columns of the output. A row all of whose pairs fail it has "
                 "no partner.",
             .advanced = true,
             .columnsOf = "out"});
    return params;
}

constexpr std::int64_t kIntervalBoundMaxUs = std::int64_t{1} << 60;  // a time and a bound stay within 64 bits

std::int64_t intervalBoundOf(const std::string& name, const std::optional<Duration>& bound,
                             const BindContext& context)
{
    const std::int64_t us = bound.value_or(Duration{0}).count();
    if (us % kMillisecondUs != 0)
        context.problem(name, "The bound must be a whole number of milliseconds, for event times are.");
    if (us > kIntervalBoundMaxUs || us < -kIntervalBoundMaxUs)
        context.problem(name,
                        "The bound must be at most " + std::to_string(kIntervalBoundMaxUs / kDayUs) + "d.");
    return us;
}

std::string intervalJoinSummary(const IntervalJoinParams& params)
{
    const auto text = [](Duration bound) { return ParamTraits<Duration>::toJson(bound).get<std::string>(); };
    return joinSummary(params) + ", " + text(*params.lower) + " before to " + text(*params.upper) + " after";
}

std::optional<Binding> bindIntervalJoin(const IntervalJoinParams& params, const BindContext& context)
{
    context.summary([&] { return intervalJoinSummary(params); });
    auto layout = std::make_shared<IntervalJoinLayout>();
    readJoin(params, context, *layout);
    readJoinOutput(context, {}, *layout);
    layout->keptUs = {intervalBoundOf("lower", params.lower, context),
                      intervalBoundOf("upper", params.upper, context)};
    if (params.lower && params.upper && layout->meetsNever())
        context.warning(
            "lower",
            "No rows can meet: the earliest time allowed lies behind the latest. Make lower or upper "
            "greater.");
    if (!params.condition.source.empty())
        layout->condition = context.formula("condition", params.condition, *layout->output, DataType::Bool);
    if (context.hasProblems()) return {};

    std::array<std::vector<std::size_t>, 2> uses;
    if (layout->condition)
        for (const std::size_t column : layout->condition->columnsUsed()) {
            const std::size_t ofLeft = layout->columns[kLeft].size();
            uses[column < ofLeft ? kLeft : kRight].push_back(
                column < ofLeft ? layout->columns[kLeft][column] : layout->columns[kRight][column - ofLeft]);
        }
    Binding binding = joinBinding(*layout, std::move(uses));
    const IntervalJoinLayoutPtr fixed = layout;
    binding.make = Factory<Operator>([fixed] { return std::make_unique<IntervalJoinOperator>(fixed); });
    return binding;
}

}  // namespace

void addIntervalJoin(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "interval_join";
    info.title = "Interval join";
    info.category = "Joins";
    info.help =
        "Brings together rows of two inputs whose keys are equal and whose times lie near each other. A "
        "pair leaves when its later row arrives, with the later of both times; a row that is given "
        "without a partner leaves when none can come any more. A late row still meets what is kept.";
    info.inputs = {{"left", "Rows with an event time."}, {"right", "Rows with an event time."}};
    info.outputs = {{"out",
                     "The columns of the left row, then those of the right one; a name that both have gets "
                     "\"_right\" there."}};
    catalog.add(component(std::move(info), intervalJoinParams(), bindIntervalJoin));
}

}  // namespace engine
