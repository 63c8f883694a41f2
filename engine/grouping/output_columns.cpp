#include "grouping/aggregate_params.h"

#include <algorithm>

namespace engine {

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
        layout.aggregates.push_back(aggregate);
        formulas.aggregates.push_back(std::move(compiled));
        if (aggregate.kind != AggregateKind::Percentile || !params[index].exactness) continue;
        aggregate.kind = AggregateKind::PercentileExactness;
        aggregate.name += "_exact";
        aggregate.resultType = DataType::Bool;
        output.addAggregate(index, aggregate.name, DataType::Bool);
        layout.aggregates.push_back(std::move(aggregate));
        formulas.aggregates.emplace_back();
    }
    if (layout.aggregates.size() > kAggregatesMax && params.size() <= kAggregatesMax)
        context.problem("aggregates",
                        "A node can work out at most 64 columns; use a second one for the others.");
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
        add(aggregate.second);
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
