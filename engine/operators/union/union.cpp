#include "catalog/component.h"

#include <algorithm>

namespace engine {
namespace {

struct UnionParams { };

// Passes on what comes, from whichever edge. The task keeps the watermark at the least of the edges. Keeps
// nothing.
class UnionOperator final : public Operator {
public:
    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        out.push(batch);
        return Flow::Done;
    }
};

std::string columnText(const Schema& schema, std::size_t index)
{
    if (index >= schema.size()) return "nothing";
    const Field& field = schema.field(index);
    return "\"" + field.name + "\" (" + std::string(dataTypeName(field.type)) + ")";
}

// A sentence on the first difference between two inputs, or an empty text.
std::string difference(const Schema& first, const Schema& other, std::size_t number)
{
    const std::string which = "input " + std::to_string(number);
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size() && i < other.size() && first.field(i) == other.field(i)) continue;
        return "Column " + std::to_string(i + 1) + " is " + columnText(first, i) + " in input 1, but " +
            columnText(other, i) + " in " + which + "; make them equal with select or compute nodes.";
    }
    if (first.hasEventTime() != other.hasEventTime())
        return (first.hasEventTime() ? "Input 1 has an event time, but " + which + " has none"
                                     : "Input 1 has no event time, but " + which + " has one") +
            "; name a time column in every source or in none.";
    if (first.mode() != other.mode() || first.keyColumns() != other.keyColumns())
        return "Input 1 and " + which + " carry different kinds of changes; union takes inputs of one kind.";
    return {};
}

std::optional<Binding> bindUnion(const UnionParams&, const BindContext& context)
{
    const std::size_t count = context.inputs.size();
    const auto isComplete = [](const SchemaPtr& input) { return input->isComplete(); };
    // Where nothing comes in there is one of which nothing is known.
    if (count > 1 || isComplete(context.inputs[0]))
        context.summary([&] { return count == 1 ? "1 input" : std::to_string(count) + " inputs"; });
    const auto known = std::find_if(context.inputs.begin(), context.inputs.end(), isComplete);
    context.output("out", known == context.inputs.end() ? context.inputs[0] : *known);
    const SchemaPtr& first = context.inputs[0];
    for (std::size_t i = 1; i < count; ++i) {
        if (!isComplete(first) || !isComplete(context.inputs[i])) continue;
        const std::string found = difference(*first, *context.inputs[i], i + 1);
        if (!found.empty()) context.problem({}, found);
    }
    if (context.hasProblems()) return {};
    ColumnUse use;
    for (std::size_t i = 0; i < first->size(); ++i) use.passes.emplace_back(i);
    Binding binding;
    binding.outputs = {{"out", first}};
    binding.make = Factory<Operator>([] { return std::make_unique<UnionOperator>(); });
    binding.columns = std::move(use);
    binding.takes = ChangeMode::Upsert;
    return binding;
}

}  // namespace

void addUnion(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "union";
    info.title = "Union";
    info.category = "Rows";
    info.help = "Brings streams with the same columns together, rows in the order in which they arrive. Time "
                "goes on as "
                "fast as in the slowest of them.";
    info.inputs = {{"in", "Any number of streams with the same columns."}};
    info.outputs = {{"out", "All their rows."}};
    catalog.add(component(std::move(info), Params<UnionParams>{}, bindUnion));
}

}  // namespace engine
