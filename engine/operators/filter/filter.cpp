#include "catalog/component.h"

namespace engine {
namespace {

struct FilterParams {
    FormulaText condition{};
};

// Lets through the rows for which the condition is true, by a selection over the same columns. One for each
// instance, on its task's thread; keeps nothing between batches.
class FilterOperator final : public Operator {
public:
    explicit FilterOperator(Expression condition) : m_condition(std::move(condition)) { }

    Status open(OperatorContext& context) override
    {
        m_clock = &context.env.clock;
        return ok();
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        m_eval.processingTimeUs = m_clock->now().time_since_epoch().count();
        m_condition.select(batch, m_eval, m_rows);
        for (const RowFault& fault : m_eval.faults) out.reject(batch, fault.physicalRow, fault.text());
        if (m_rows.size() == batch.rows()) {
            if (!m_rows.empty()) out.push(batch);
        } else if (!m_rows.empty()) {
            out.push(batch.select(m_rows));
        }
        return Flow::Done;
    }

private:
    Expression m_condition;
    EvalContext m_eval;
    std::vector<std::uint32_t> m_rows;
    const Clock* m_clock = nullptr;
};

std::optional<Binding> bindFilter(const FilterParams& params, const BindContext& context)
{
    const SchemaPtr& input = context.inputs[0];
    context.output("out", input);
    context.summary([&] { return params.condition.source; });
    auto condition = context.formula("condition", params.condition, *input, DataType::Bool);
    if (!condition) return {};
    ColumnUse use{.uses = condition->columnsUsed()};
    for (std::size_t i = 0; i < input->size(); ++i) use.passes.emplace_back(i);
    Binding binding;
    binding.outputs = {{"out", input}};
    binding.make = Factory<Operator>(
        [formula = std::move(*condition)] { return std::make_unique<FilterOperator>(formula); });
    binding.isStateless = true;
    binding.columns = std::move(use);
    return binding;
}

}  // namespace

void addFilter(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "filter";
    info.title = "Filter";
    info.category = "Rows";
    info.help = "Lets through the rows for which a condition is true. A row for which it is false or unknown "
                "(NULL) "
                "stops here.";
    info.inputs = {{"in", "The rows to look at."}};
    info.outputs = {{"out", "The rows for which the condition is true."}};
    info.stateless = true;
    Params<FilterParams> params;
    params.field("condition", &FilterParams::condition,
                 {.title = "Condition",
                  .help = "A formula that is true or false, such as temperature > 80.",
                  .required = true,
                  .columnsOf = "in"});
    catalog.add(component(std::move(info), params, bindFilter));
}

}  // namespace engine
