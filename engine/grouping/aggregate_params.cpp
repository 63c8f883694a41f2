#include "grouping/aggregate_params.h"

#include "data/expression_tree.h"

#include <algorithm>

namespace engine {
namespace {

const std::vector<std::string> kFunctions{"count",       "sum",        "avg",      "min",
                                          "max",         "first",      "last",     "stddev",
                                          "stddev_samp", "stddev_pop", "var_samp", "var_pop"};

// The kind for a function of one argument type, or nothing when they do not go together.
std::optional<AggregateKind> kindOf(const AggregateParams& params, DataType type)
{
    const std::string& function = params.function;
    const bool isText = type == DataType::String, isNumber = type == DataType::Float64;
    const bool isNumeric = isNumber || type == DataType::Int64;
    if (function == "count") return params.distinct ? AggregateKind::CountDistinct : AggregateKind::Count;
    if (function == "first") return isText ? AggregateKind::FirstText : AggregateKind::FirstWord;
    if (function == "last") return isText ? AggregateKind::LastText : AggregateKind::LastWord;
    if (function == "min" || function == "max") {
        const bool isMin = function == "min";
        if (type == DataType::Bool) return {};
        if (isText) return isMin ? AggregateKind::MinText : AggregateKind::MaxText;
        if (isNumber) return isMin ? AggregateKind::MinNumber : AggregateKind::MaxNumber;
        return isMin ? AggregateKind::MinInteger : AggregateKind::MaxInteger;
    }
    if (!isNumeric) return {};
    if (function == "sum") return isNumber ? AggregateKind::SumNumber : AggregateKind::SumInteger;
    if (function == "avg") return isNumber ? AggregateKind::AverageNumber : AggregateKind::AverageInteger;
    return AggregateKind::Moments;
}

DataType resultType(const AggregateParams& params, AggregateKind kind, DataType argument)
{
    switch (kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct: return DataType::Int64;
    case AggregateKind::AverageInteger: return params.asDouble ? DataType::Float64 : DataType::Int64;
    case AggregateKind::Moments: return DataType::Float64;
    default: return argument;
    }
}

Spread spreadOf(const std::string& function)
{
    if (function == "stddev_pop") return Spread::StddevPopulation;
    if (function == "var_samp") return Spread::VarianceSample;
    return function == "var_pop" ? Spread::VariancePopulation : Spread::StddevSample;
}

std::string defaultName(const AggregateParams& params, const AggregateFormulas& formulas, const Schema& input)
{
    const auto plain = formulas.argument ? formulas.argument->plainColumn() : std::nullopt;
    return plain ? params.function + "_" + input.field(*plain).name : params.function;
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
        (params.filter.source.empty() ? "" : " where " + text(params.filter));
}

}  // namespace

Params<AggregateParams> aggregateParams()
{
    return Params<AggregateParams>()
        .field("function", &AggregateParams::function,
               {.title = "Function",
                .help = "What to work out of the rows of a group.",
                .choices = kFunctions,
                .required = true})
        .field("argument", &AggregateParams::argument,
               {.title = "Of",
                .help = "A formula over the input; count without one counts rows. NULLs are left out."})
        .field("distinct", &AggregateParams::distinct,
               {.title = "Distinct", .help = "Counts equal values once.", .visibleWhen = "function = count"})
        .field(
            "filter", &AggregateParams::filter,
            {.title = "Only rows where", .help = "A condition; other rows do not count for this function."})
        .field("as_double", &AggregateParams::asDouble,
               {.title = "As double",
                .help =
                    "The average of whole numbers keeps its fraction instead of being cut to a whole number.",
                .visibleWhen = "function = avg"})
        .field("name", &AggregateParams::name,
               {.title = "Name",
                .help = "Of the output column; without one it is made of function and argument."});
}

std::string aggregatePath(std::size_t index, const char* field)
{
    return "aggregates[" + std::to_string(index) + "]." + field;
}

bool readAggregate(const AggregateParams& params, std::size_t index, const BindContext& context,
                   Aggregate& aggregate, AggregateFormulas& compiled)
{
    const Schema& input = *context.inputs[0];
    const std::string argument = aggregatePath(index, "argument");
    if (!params.filter.source.empty())
        compiled.filter =
            context.formula(aggregatePath(index, "filter"), params.filter, input, DataType::Bool);
    if (!params.argument.source.empty()) {
        compiled.argument = context.formula(argument, params.argument, input);
        if (!compiled.argument) return false;
        aggregate.argumentType = compiled.argument->type();
    } else if (params.function != "count" || params.distinct) {
        if (!context.isWrong(aggregatePath(index, "function")))
            context.problem(argument,
                            "The function " + params.function + (params.distinct ? " distinct" : "") +
                                " needs an argument: a column or a formula.");
        return false;
    }
    if (context.isWrong(aggregatePath(index, "function"))) return false;
    const auto kind = kindOf(params, aggregate.argumentType);
    if (!kind) {
        context.problem(argument,
                        "The function " + params.function + " does not work on a " +
                            std::string(dataTypeName(aggregate.argumentType)) + ".");
        return false;
    }
    aggregate.kind = *kind;
    aggregate.spread = spreadOf(params.function);
    aggregate.resultType = resultType(params, *kind, aggregate.argumentType);
    aggregate.meaning = meaningOf(params, context);
    aggregate.name = params.name.empty() ? defaultName(params, compiled, input) : params.name;
    return true;
}

bool OutputColumns::has(const std::string& name) const
{
    return std::find(m_names.begin(), m_names.end(), name) != m_names.end();
}

void OutputColumns::add(const Field& field)
{
    m_names.push_back(field.name);
    m_fields.push_back(field);
}

void OutputColumns::addAggregate(std::size_t index, const std::string& name, std::optional<DataType> type)
{
    if (!name.empty() && has(name))
        m_context.problem(aggregatePath(index, "name"),
                          "There are two columns \"" + name + "\"; give this one another name.");
    if (type)
        m_fields.push_back({name, *type});
    else
        addUnknown(name);
    m_names.push_back(name);
}

void OutputColumns::addUnknown(const std::string& name)
{
    m_open.any |= name.empty();
    m_open.names.push_back(name);
}

SchemaPtr OutputColumns::schema() const
{
    return std::make_shared<Schema>(Schema(m_fields, true).withOpen(m_open));
}

void readKeys(const std::vector<ColumnRef>& keys, const BindContext& context,
              const std::vector<std::string>& taken, GroupLayout& layout, GroupFormulas& formulas,
              OutputColumns& output)
{
    const Schema& input = *context.inputs[0];
    for (std::size_t index = 0; index < keys.size(); ++index) {
        const std::string& name = keys[index].name;
        const std::string path = "keys[" + std::to_string(index) + "]";
        const auto column = context.column(path, name, input);
        if (!column) {
            output.addUnknown(name);
            continue;
        }
        if (std::find(formulas.keyColumns.begin(), formulas.keyColumns.end(), *column) !=
            formulas.keyColumns.end())
            context.problem(path, "The column \"" + name + "\" is there twice.");
        if (std::find(taken.begin(), taken.end(), name) != taken.end())
            context.problem("keys",
                            "The output has a column \"" + name +
                                "\" of its own; rename the key with select first.");
        formulas.keyColumns.push_back(*column);
        layout.keys.push_back(input.field(*column));
        output.add(input.field(*column));
    }
    if (context.isWrong("keys")) output.addUnknown({});
}

void readAggregates(const std::vector<AggregateParams>& params, const BindContext& context,
                    GroupLayout& layout, GroupFormulas& formulas, OutputColumns& output)
{
    if (params.size() > kAggregatesMax)
        context.problem("aggregates",
                        "A node can work out at most 64 columns; use a second one for the others.");
    if (context.isWrong("aggregates")) output.addUnknown({});
    for (std::size_t index = 0; index < params.size(); ++index) {
        Aggregate aggregate;
        AggregateFormulas compiled;
        const bool isKnown = readAggregate(params[index], index, context, aggregate, compiled);
        output.addAggregate(index, isKnown ? aggregate.name : params[index].name,
                            isKnown ? std::optional(aggregate.resultType) : std::nullopt);
        if (!isKnown) continue;
        layout.aggregates.push_back(std::move(aggregate));
        formulas.aggregates.push_back(std::move(compiled));
    }
}

std::vector<std::size_t> columnsUsed(const GroupFormulas& formulas)
{
    std::vector<std::size_t> used = formulas.keyColumns;
    const auto add = [&used](const std::optional<Expression>& formula) {
        if (!formula) return;
        const auto columns = formula->columnsUsed();
        used.insert(used.end(), columns.begin(), columns.end());
    };
    for (const AggregateFormulas& aggregate : formulas.aggregates) {
        add(aggregate.argument);
        add(aggregate.filter);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    return used;
}

std::string fingerprintOf(const GroupLayout& layout)
{
    std::string text;
    for (const Field& key : layout.keys) text += "/" + key.name;
    for (const Aggregate& aggregate : layout.aggregates)
        text += "/" + aggregate.name + " " + std::to_string(static_cast<int>(aggregate.kind)) + " " +
            std::string(dataTypeName(aggregate.argumentType)) + " " + aggregate.meaning;
    return text;
}

}  // namespace engine
