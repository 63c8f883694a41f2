#include "catalog/component.h"

#include <algorithm>

namespace engine {
namespace {

struct ComputedColumn {
    std::string name{};
    FormulaText expression{};
};

struct ComputeParams {
    std::vector<ComputedColumn> columns{};
    bool keep = true;
};

// Where a column of the output comes from: a formula, or the input column of that index.
struct ColumnOrigin {
    std::optional<std::size_t> formula{};
    std::size_t inputColumn = 0;
};

// Immutable; shared by all instances of one node.
struct ComputePlan {
    SchemaPtr schema{};
    std::vector<Expression> formulas{};
    std::vector<std::string> names{};  // of the formulas' columns
    std::vector<ColumnOrigin> origins{};
};

// Adds columns worked out from each row. A row for which a formula has no value is rejected once, with the
// first reason. A batch whose texts come to too much is passed on in pieces. One for each instance, on its
// task's thread.
class ComputeOperator final : public Operator {
public:
    explicit ComputeOperator(std::shared_ptr<const ComputePlan> plan) : m_plan(std::move(plan)) { }

    Status open(OperatorContext& context) override
    {
        m_clock = &context.env.clock;
        return ok();
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        if (m_next == 0) m_eval.processingTimeUs = m_clock->now().time_since_epoch().count();
        std::size_t count = m_size.of(batch.rows() - m_next);
        RecordBatch piece = batch.piece(m_next, count);
        while (!evaluate(piece)) {
            m_size.wasTooMuch(count);
            count = m_size.of(count);
            piece = batch.piece(m_next, count);
        }
        m_size.fitted(count);
        give(piece, out);
        m_next += count;
        if (m_next < batch.rows()) return Flow::More;
        m_next = 0;
        return Flow::Done;
    }

private:
    struct Fault {
        RowFault fault{};
        std::size_t formula = 0;
    };
    // False: the texts came to too much for so many rows.
    bool evaluate(const RecordBatch& batch)
    {
        m_eval.texts = {0, batch.rows() > 1};
        m_computed.clear();
        m_faults.clear();
        for (std::size_t index = 0; index < m_plan->formulas.size(); ++index) {
            const Expression& formula = m_plan->formulas[index];
            if (const auto plain = formula.plainColumn()) {
                m_computed.push_back(batch.column(*plain));
                continue;
            }
            m_computed.push_back(formula.evaluate(batch, m_eval));
            if (m_eval.texts.isExceeded) return false;
            for (RowFault& fault : m_eval.faults) m_faults.push_back({std::move(fault), index});
        }
        return true;
    }
    void give(const RecordBatch& batch, Output& out)
    {
        std::vector<Column> columns;
        columns.reserve(m_plan->origins.size());
        for (const ColumnOrigin& origin : m_plan->origins)
            columns.push_back(origin.formula ? std::move(m_computed[*origin.formula])
                                             : batch.column(origin.inputColumn));
        RecordBatch result = batch.with(m_plan->schema, std::move(columns));
        if (!m_faults.empty()) result = withoutFaults(batch, std::move(result), out);
        if (result.rows() > 0) out.push(std::move(result));
    }
    RecordBatch withoutFaults(const RecordBatch& batch, RecordBatch result, Output& out)
    {
        const auto rowOf = [](const Fault& each) { return each.fault.physicalRow; };
        std::ranges::stable_sort(m_faults, {}, rowOf);
        const auto repeated = std::ranges::unique(m_faults, {}, rowOf);
        m_faults.erase(repeated.begin(), repeated.end());
        for (const auto& [fault, formula] : m_faults) {
            const std::string& column = m_plan->names[formula];
            out.reject(batch, fault.physicalRow, column + ": " + fault.text(), column);
        }
        m_rows.clear();
        std::size_t next = 0;
        forEachRow(batch, [&](std::uint32_t row) {
            if (next < m_faults.size() && rowOf(m_faults[next]) == row)
                ++next;
            else
                m_rows.push_back(row);
        });
        return result.select(m_rows);
    }

    std::shared_ptr<const ComputePlan> m_plan;
    EvalContext m_eval;
    std::vector<Column> m_computed;
    std::vector<Fault> m_faults;
    std::vector<std::uint32_t> m_rows;
    PieceSize m_size;
    std::size_t m_next = 0;  // of the rows of the batch that is given
    const Clock* m_clock = nullptr;
};

// Compiles the formulas and says where each column of the output comes from.
std::optional<ComputePlan> makePlan(const ComputeParams& params, const Schema& input,
                                    const BindContext& context)
{
    ComputePlan plan;
    std::vector<Field> fields;
    OpenColumns open;
    if (params.keep) {
        fields = input.fields();
        open = input.open();
        for (std::size_t i = 0; i < input.size(); ++i) plan.origins.push_back({{}, i});
    }
    for (std::size_t i = 0; i < params.columns.size(); ++i) {
        const ComputedColumn& column = params.columns[i];
        const std::string path = "columns[" + std::to_string(i) + "]";
        const auto earlier =
            std::ranges::find(params.columns.begin(), params.columns.begin() + static_cast<long>(i),
                              column.name, &ComputedColumn::name);
        if (earlier != params.columns.begin() + static_cast<long>(i))
            context.problem(path + ".name",
                            "Two new columns are named \"" + column.name + "\"; give each its own name.");
        auto formula = context.formula(path + ".expression", column.expression, input);
        if (!formula) {
            open.any |= column.name.empty();
            open.names.push_back(column.name);
            std::erase_if(fields, [&](const Field& field) { return field.name == column.name; });
            continue;
        }
        const Field field{column.name, formula->type()};
        const ColumnOrigin origin{plan.formulas.size(), 0};
        plan.formulas.push_back(std::move(*formula));
        plan.names.push_back(column.name);
        const auto replaced = params.keep ? input.find(column.name) : std::nullopt;
        if (!replaced) {
            fields.push_back(field);
            plan.origins.push_back(origin);
            continue;
        }
        if (input.hasEventTime() && input.field(*replaced).type == DataType::Time)
            context.warning(path + ".name",
                            "Column \"" + column.name +
                                "\" is replaced, but the event time of the rows "
                                "stays what it was; use another name if windows should not surprise.");
        fields[*replaced] = field;
        plan.origins[*replaced] = origin;
    }
    const Schema known(std::move(fields), input.hasEventTime());
    plan.schema = std::make_shared<const Schema>(known.withOpen(std::move(open)));
    context.output("out", plan.schema);
    if (context.hasProblems()) return {};
    return plan;
}

ColumnUse columnUse(const ComputePlan& plan)
{
    ColumnUse use;
    for (const Expression& formula : plan.formulas) {
        if (formula.plainColumn()) continue;
        const auto used = formula.columnsUsed();
        use.uses.insert(use.uses.end(), used.begin(), used.end());
    }
    std::ranges::sort(use.uses);
    const auto repeated = std::ranges::unique(use.uses);
    use.uses.erase(repeated.begin(), repeated.end());
    for (const ColumnOrigin& origin : plan.origins)
        use.passes.push_back(origin.formula ? plan.formulas[*origin.formula].plainColumn()
                                            : std::optional<std::size_t>(origin.inputColumn));
    return use;
}

std::string summaryOf(const ComputeParams& params)
{
    std::string text;
    for (const ComputedColumn& column : params.columns)
        text += (text.empty() ? "" : ", ") + column.name + " = " + column.expression.source;
    return text;
}

std::optional<Binding> bindCompute(const ComputeParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    auto made = makePlan(params, *context.inputs[0], context);
    if (!made) return {};
    const auto plan = std::make_shared<const ComputePlan>(std::move(*made));
    Binding binding;
    binding.outputs = {{"out", plan->schema}};
    binding.make = Factory<Operator>([plan] { return std::make_unique<ComputeOperator>(plan); });
    binding.isStateless = true;
    binding.columns = columnUse(*plan);
    return binding;
}

}  // namespace

void addCompute(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "compute";
    info.title = "Compute";
    info.category = "Rows";
    info.help = "Adds columns worked out from each row. A column with the name of one that is there takes "
                "its place. "
                "A row for which a formula has no value, such as a division by zero, is rejected.";
    info.inputs = {{"in", "The rows to work on."}};
    info.outputs = {{"out", "The same rows with the new columns."}};
    info.stateless = true;
    Params<ComputedColumn> row;
    row.field("name", &ComputedColumn::name,
              {.title = "Name", .help = "Of the new column.", .required = true});
    row.field("expression", &ComputedColumn::expression,
              {.title = "Formula",
               .help = "What the column holds, such as temperature * 1.8 + 32.",
               .required = true,
               .columnsOf = "in"});
    Params<ComputeParams> params;
    params.records("columns", &ComputeParams::columns, std::move(row),
                   {.title = "New columns",
                    .help = "Each formula sees the columns that come in, not the other new ones.",
                    .min = 1});
    params.field("keep", &ComputeParams::keep,
                 {.title = "Keep the other columns",
                  .help = "Off: only the new columns go on. The event time stays with the row either way."});
    catalog.add(component(std::move(info), params, bindCompute));
}

}  // namespace engine
