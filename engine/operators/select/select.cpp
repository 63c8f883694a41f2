#include "catalog/component.h"

#include <algorithm>

namespace engine {
namespace {

struct SelectedColumn {
    ColumnRef column{};
    std::string as{};
};

struct SelectParams {
    std::vector<SelectedColumn> columns{};
};

// Which input columns go on, in which order and under which names. Immutable; shared by all instances of one
// node.
struct SelectPlan {
    SchemaPtr schema{};
    std::vector<std::size_t> columns{};
};

// Passes on chosen columns, shared with the batch that came. One for each instance, on its task's thread;
// keeps nothing.
class SelectOperator final : public Operator {
public:
    explicit SelectOperator(std::shared_ptr<const SelectPlan> plan) : m_plan(std::move(plan)) { }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        std::vector<Column> columns;
        columns.reserve(m_plan->columns.size());
        for (const std::size_t index : m_plan->columns) columns.push_back(batch.column(index));
        out.push(batch.with(m_plan->schema, std::move(columns)));
        return Flow::Done;
    }

private:
    std::shared_ptr<const SelectPlan> m_plan;
};

std::string summaryOf(const SelectParams& params)
{
    std::string text;
    for (const SelectedColumn& chosen : params.columns) {
        text += (text.empty() ? "" : ", ") + chosen.column.name;
        if (!chosen.as.empty() && chosen.as != chosen.column.name) text += " as " + chosen.as;
    }
    return text;
}

std::optional<Binding> bindSelect(const SelectParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    const SchemaPtr& input = context.inputs[0];
    SelectPlan made;
    std::vector<Field> fields;
    std::vector<std::string> names;
    OpenColumns open;
    for (std::size_t i = 0; i < params.columns.size(); ++i) {
        const SelectedColumn& chosen = params.columns[i];
        const std::string path = "columns[" + std::to_string(i) + "]";
        const auto index = context.column(path + ".column", chosen.column.name, *input);
        const std::string& name = chosen.as.empty() ? chosen.column.name : chosen.as;
        if (std::ranges::find(names, name) != names.end())
            context.problem(path + (chosen.as.empty() ? ".column" : ".as"),
                            "Two columns would be named \"" + name + "\"; give one of them another name.");
        names.push_back(name);
        if (index)
            fields.push_back({name, input->field(*index).type});
        else
            open.names.push_back(name);
        open.any |= name.empty();
        made.columns.push_back(index.value_or(0));
    }
    const Schema known(std::move(fields), input->hasEventTime());
    made.schema = std::make_shared<const Schema>(known.withOpen(std::move(open)));
    context.output("out", made.schema);
    if (context.hasProblems()) return {};
    ColumnUse use;
    for (const std::size_t index : made.columns) use.passes.emplace_back(index);
    const auto plan = std::make_shared<const SelectPlan>(std::move(made));
    Binding binding;
    binding.outputs = {{"out", plan->schema}};
    binding.make = Factory<Operator>([plan] { return std::make_unique<SelectOperator>(plan); });
    binding.isStateless = true;
    binding.columns = std::move(use);
    return binding;
}

}  // namespace

void addSelect(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "select";
    info.title = "Select";
    info.category = "Rows";
    info.help = "Passes on chosen columns, in the order given, and renames them. The event time stays with "
                "the row even "
                "if its column is left out.";
    info.inputs = {{"in", "The rows to choose columns of."}};
    info.outputs = {{"out", "The rows with the chosen columns."}};
    info.stateless = true;
    Params<SelectedColumn> row;
    row.field("column", &SelectedColumn::column,
              {.title = "Column", .help = "A column that comes in.", .required = true, .columnsOf = "in"});
    row.field("as", &SelectedColumn::as, {.title = "New name", .help = "Empty: the name stays."});
    Params<SelectParams> params;
    params.records("columns", &SelectParams::columns, std::move(row),
                   {.title = "Columns", .help = "In the order in which they go on.", .min = 1});
    catalog.add(component(std::move(info), params, bindSelect));
}

}  // namespace engine
