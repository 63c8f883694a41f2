#include "grouping/aggregate_params.h"

#include "data/expression_tree.h"
#include "spec/json.h"

#include <algorithm>
#include <utility>

namespace engine {
namespace {

// One name that "function" may have. `of`: what its first argument may be.
struct Function {
    const char* name;
    enum { Anything, Ordered, Numeric } of;
    AggregateKind kind;  // of the plain form; kindOf() has the others
    bool takesTwo = false;
};

const std::vector<Function> kFunctions{
    {"count", Function::Anything, AggregateKind::Count},
    {"sum", Function::Numeric, AggregateKind::SumInteger},
    {"avg", Function::Numeric, AggregateKind::AverageInteger},
    {"min", Function::Ordered, AggregateKind::MinInteger},
    {"max", Function::Ordered, AggregateKind::MaxInteger},
    {"first", Function::Anything, AggregateKind::FirstWord},
    {"last", Function::Anything, AggregateKind::LastWord},
    {"stddev", Function::Numeric, AggregateKind::Moments},
    {"stddev_samp", Function::Numeric, AggregateKind::Moments},
    {"stddev_pop", Function::Numeric, AggregateKind::Moments},
    {"var_samp", Function::Numeric, AggregateKind::Moments},
    {"var_pop", Function::Numeric, AggregateKind::Moments},
    {"arg_min", Function::Anything, AggregateKind::ArgMin, true},
    {"arg_max", Function::Anything, AggregateKind::ArgMax, true},
    {"median", Function::Numeric, AggregateKind::Percentile},
    {"percentile", Function::Numeric, AggregateKind::Percentile},
    {"approx_count_distinct", Function::Anything, AggregateKind::DistinctSketch},
    {"top_k", Function::Anything, AggregateKind::TopValues},
    {"histogram", Function::Numeric, AggregateKind::Histogram},
    {"collect_list", Function::Anything, AggregateKind::CollectList},
    {"collect_set", Function::Anything, AggregateKind::CollectSet},
    {"covar_samp", Function::Numeric, AggregateKind::PairMoments, true},
    {"covar_pop", Function::Numeric, AggregateKind::PairMoments, true},
    {"corr", Function::Numeric, AggregateKind::PairMoments, true},
    {"regr_slope", Function::Numeric, AggregateKind::PairMoments, true},
    {"regr_intercept", Function::Numeric, AggregateKind::PairMoments, true}};

const Function* functionOf(const std::string& name)
{
    const auto found = std::ranges::find(kFunctions, name, &Function::name);
    return found == kFunctions.end() ? nullptr : &*found;
}

std::vector<std::string> functionNames()
{
    std::vector<std::string> names;
    for (const Function& function : kFunctions) names.emplace_back(function.name);
    return names;
}

bool isNumeric(DataType type) { return type == DataType::Float64 || type == DataType::Int64; }

bool takes(const Function& function, DataType type)
{
    if (function.of == Function::Numeric) return isNumeric(type);
    return function.of == Function::Anything || type != DataType::Bool;
}

// The kind for a function of one argument type.
AggregateKind kindOf(const Function& function, DataType type, bool isDistinct)
{
    const bool isText = type == DataType::String, isNumber = type == DataType::Float64;
    switch (function.kind) {
    case AggregateKind::Count: return isDistinct ? AggregateKind::CountDistinct : AggregateKind::Count;
    case AggregateKind::SumInteger: return isNumber ? AggregateKind::SumNumber : AggregateKind::SumInteger;
    case AggregateKind::AverageInteger:
        return isNumber ? AggregateKind::AverageNumber : AggregateKind::AverageInteger;
    case AggregateKind::MinInteger:
        if (isText) return AggregateKind::MinText;
        return isNumber ? AggregateKind::MinNumber : AggregateKind::MinInteger;
    case AggregateKind::MaxInteger:
        if (isText) return AggregateKind::MaxText;
        return isNumber ? AggregateKind::MaxNumber : AggregateKind::MaxInteger;
    case AggregateKind::FirstWord: return isText ? AggregateKind::FirstText : AggregateKind::FirstWord;
    case AggregateKind::LastWord: return isText ? AggregateKind::LastText : AggregateKind::LastWord;
    default: return function.kind;
    }
}

DataType resultType(const AggregateParams& params, AggregateKind kind, DataType argument)
{
    switch (kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct:
    case AggregateKind::DistinctSketch: return DataType::Int64;
    case AggregateKind::AverageInteger: return params.asDouble ? DataType::Float64 : DataType::Int64;
    case AggregateKind::Moments:
    case AggregateKind::PairMoments:
    case AggregateKind::Percentile: return DataType::Float64;
    case AggregateKind::TopValues:
    case AggregateKind::Histogram:
    case AggregateKind::CollectList:
    case AggregateKind::CollectSet: return DataType::String;
    default: return argument;
    }
}

Spread spreadOf(const std::string& function)
{
    if (function == "stddev_pop") return Spread::StddevPopulation;
    if (function == "var_samp") return Spread::VarianceSample;
    return function == "var_pop" ? Spread::VariancePopulation : Spread::StddevSample;
}

PairMeasure pairOf(const std::string& function)
{
    if (function == "covar_pop") return PairMeasure::CovariancePopulation;
    if (function == "corr") return PairMeasure::Correlation;
    if (function == "regr_slope") return PairMeasure::Slope;
    return function == "regr_intercept" ? PairMeasure::Intercept : PairMeasure::CovarianceSample;
}

// Of argument and filter, both without a mistake.
std::string meaningOf(const AggregateParams& params, const BindContext& context)
{
    const auto text = [&](const FormulaText& formula) {
        const auto parsed = parseExpression(formula.source, context.constants);
        const auto* tree = std::get_if<ExpressionTree>(&parsed);
        return tree ? formulaText(*tree) : formula.source;
    };
    return (params.argument.source.empty() ? "all rows" : text(params.argument)) +
        (params.argument2.source.empty() ? "" : " and " + text(params.argument2)) +
        (params.filter.source.empty() ? "" : " where " + text(params.filter));
}

// What the numbers of a function are, where what is kept depends on them; empty: it does not.
std::string limitsOf(const Aggregate& aggregate)
{
    if (aggregate.kind == AggregateKind::Histogram) return " in buckets of " + numberText(aggregate.width);
    const bool isCut =
        aggregate.kind == AggregateKind::CollectList || aggregate.kind == AggregateKind::CollectSet;
    return isCut ? ", " + std::to_string(aggregate.limit) + " at most" : std::string();
}

// The first argument, of the type that the function takes; false with the mistake told.
bool readArgument(const AggregateParams& params, const Function& function, std::size_t index,
                  const BindContext& context, Aggregate& aggregate, AggregateFormulas& compiled)
{
    const std::string path = aggregatePath(index, "argument");
    const bool isOfRows = function.kind == AggregateKind::Count && !params.distinct;
    if (params.argument.source.empty()) {
        if (isOfRows) return true;
        context.problem(path,
                        "The function " + params.function + (params.distinct ? " distinct" : "") +
                            " needs an argument: a column or a formula.");
        return false;
    }
    compiled.argument = context.formula(path, params.argument, *context.inputs[0]);
    if (!compiled.argument) return false;
    aggregate.argumentType = compiled.argument->type();
    if (takes(function, aggregate.argumentType)) return true;
    context.problem(path,
                    "The function " + params.function + " does not work on a " +
                        std::string(dataTypeName(aggregate.argumentType)) + ".");
    return false;
}

bool readSecond(const AggregateParams& params, const Function& function, std::size_t index,
                const BindContext& context, Aggregate& aggregate, AggregateFormulas& compiled)
{
    if (!function.takesTwo) return true;
    const std::string path = aggregatePath(index, "argument2");
    if (params.argument2.source.empty()) {
        context.problem(
            path, "The function " + params.function + " needs a second argument: a column or a formula.");
        return false;
    }
    compiled.second = context.formula(path, params.argument2, *context.inputs[0]);
    if (!compiled.second) return false;
    aggregate.secondType = compiled.second->type();
    const bool isOrder = function.of == Function::Anything;
    if (isOrder ? aggregate.secondType != DataType::Bool : isNumeric(aggregate.secondType)) return true;
    context.problem(path,
                    "The second argument of " + params.function + " cannot be a " +
                        std::string(dataTypeName(aggregate.secondType)) + ".");
    return false;
}

}  // namespace

Params<AggregateParams> aggregateParams()
{
    Params<AggregateParams> params;
    params.field("function", &AggregateParams::function,
                 {.title = "Function",
                  .help = "What to work out of the rows of a group.",
                  .choices = functionNames(),
                  .required = true});
    params.field("argument", &AggregateParams::argument,
                 {.title = "Of",
                  .help = "A formula over the input; count without one counts rows. NULLs are left out."});
    params.field("argument2", &AggregateParams::argument2,
                 {.title = "And",
                  .help = "A second formula: what arg_min and arg_max are least and greatest by, the "
                          "independent value of a regression.",
                  .visibleWhen =
                      "function = arg_min | arg_max | covar_samp | covar_pop | corr | regr_slope | "
                      "regr_intercept"});
    params.field(
        "distinct", &AggregateParams::distinct,
        {.title = "Distinct", .help = "Counts equal values once.", .visibleWhen = "function = count"});
    params.field(
        "filter", &AggregateParams::filter,
        {.title = "Only rows where", .help = "A condition; other rows do not count for this function."});
    params.field(
        "as_double", &AggregateParams::asDouble,
        {.title = "As double",
         .help = "The average of whole numbers keeps its fraction instead of being cut to a whole number.",
         .visibleWhen = "function = avg"});
    params.field("fraction", &AggregateParams::fraction,
                 {.title = "Fraction",
                  .help = "Of the values that lie below: 0.95 for the 95th percentile.",
                  .min = 0,
                  .max = 1,
                  .required = true,
                  .visibleWhen = "function = percentile"});
    params.field("exactness", &AggregateParams::exactness,
                 {.title = "Say whether exact",
                  .help = "A further column with \"_exact\" behind its name: a group with more than 4096 "
                          "different values is worked out to 1 %.",
                  .visibleWhen = "function = median | percentile"});
    params.field("limit", &AggregateParams::limit,
                 {.title = "At most",
                  .help =
                      "So many values, as JSON text: the most frequent (top_k), the first (collect_list), "
                      "the least (collect_set).",
                  .min = 1,
                  .max = 10000,
                  .visibleWhen = "function = top_k | collect_list | collect_set"});
    params.field("bucket_width", &AggregateParams::bucketWidth,
                 {.title = "Bucket width",
                  .help = "The result is JSON text: from, to and count of each bucket that has values.",
                  .required = true,
                  .visibleWhen = "function = histogram"});
    params.field(
        "name", &AggregateParams::name,
        {.title = "Name", .help = "Of the output column; without one it is made of function and argument."});
    return params;
}

std::string outputName(const AggregateParams& params)
{
    if (!params.name.empty()) return params.name;
    const auto parsed = parseExpression(params.argument.source);
    const auto* tree = std::get_if<ExpressionTree>(&parsed);
    return tree && tree->kind == TreeKind::Column ? params.function + "_" + tree->name : params.function;
}

std::string keysAndAggregates(const std::vector<ColumnRef>& keys,
                              const std::vector<AggregateParams>& aggregates)
{
    std::string text;
    for (const ColumnRef& key : keys) text += (text.empty() ? " by " : ", ") + key.name;
    const char* separator = ": ";
    for (const AggregateParams& aggregate : aggregates)
        text += std::exchange(separator, ", ") + outputName(aggregate);
    return text;
}

std::string aggregatePath(std::size_t index, const char* field)
{
    return "aggregates[" + std::to_string(index) + "]." + field;
}

bool readAggregate(const AggregateParams& params, std::size_t index, const BindContext& context,
                   Aggregate& aggregate, AggregateFormulas& compiled)
{
    if (!params.filter.source.empty())
        compiled.filter = context.formula(aggregatePath(index, "filter"), params.filter, *context.inputs[0],
                                          DataType::Bool);
    const Function* function = functionOf(params.function);
    if (!function || context.isWrong(aggregatePath(index, "function"))) {
        // Mistakes in what it is to be worked out of are told all the same.
        if (!params.argument.source.empty())
            (void)context.formula(aggregatePath(index, "argument"), params.argument, *context.inputs[0]);
        if (!params.argument2.source.empty())
            (void)context.formula(aggregatePath(index, "argument2"), params.argument2, *context.inputs[0]);
        return false;
    }
    const bool isGood = readArgument(params, *function, index, context, aggregate, compiled);
    if (!readSecond(params, *function, index, context, aggregate, compiled) || !isGood) return false;
    if (function->kind == AggregateKind::Histogram && !(params.bucketWidth.value_or(0) > 0)) {
        context.problem(aggregatePath(index, "bucket_width"), "The width of a bucket must be above 0.");
        return false;
    }
    aggregate.kind = kindOf(*function, aggregate.argumentType, params.distinct);
    aggregate.spread = spreadOf(params.function);
    aggregate.pair = pairOf(params.function);
    aggregate.fraction = params.function == "median" ? 0.5 : params.fraction.value_or(0.5);
    aggregate.width = params.bucketWidth.value_or(0);
    aggregate.limit = params.limit;
    aggregate.resultType = resultType(params, aggregate.kind, aggregate.argumentType);
    aggregate.meaning = meaningOf(params, context) + limitsOf(aggregate);
    aggregate.name = outputName(params);
    return true;
}

}  // namespace engine
