#include "catalog/component.h"

#include <algorithm>

namespace engine {
namespace {

struct Route {
    std::string port{};
    FormulaText condition{};
};

struct SplitParams {
    std::vector<Route> routes{};
    std::string rest = "rest";
};

// Immutable; shared by all instances of one node.
struct SplitPlan {
    std::vector<Expression> conditions{};
    std::vector<std::string> ports{};  // of the conditions
    bool hasRest = false;
};

// Sends each row to the port of the first condition that is true. A later condition sees only the rows that
// no earlier one took. One for each instance, on its task's thread; keeps nothing between batches.
class SplitOperator final : public Operator {
public:
    explicit SplitOperator(std::shared_ptr<const SplitPlan> plan) : m_plan(std::move(plan)) { }

    Status open(OperatorContext& context) override
    {
        m_clock = &context.env.clock;
        return ok();
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        m_eval.processingTimeUs = m_clock->now().time_since_epoch().count();
        RecordBatch left = batch;
        int port = 0;
        for (const Expression& condition : m_plan->conditions) {
            if (left.rows() == 0) return Flow::Done;
            condition.select(left, m_eval, m_taken);
            if (m_taken.size() == left.rows()) {
                out.push(std::move(left), port);
                return Flow::Done;
            }
            for (const RowFault& fault : m_eval.faults)
                out.reject(left, fault.physicalRow,
                           m_plan->ports[static_cast<std::size_t>(port)] + ": " + fault.text());
            if (!m_taken.empty()) out.push(batch.select(m_taken), port);
            if (!m_taken.empty() || !m_eval.faults.empty()) left = rowsLeft(left);
            ++port;
        }
        if (m_plan->hasRest && left.rows() > 0) out.push(std::move(left), port);
        return Flow::Done;
    }

private:
    RecordBatch rowsLeft(const RecordBatch& batch)
    {
        m_left.clear();
        std::size_t taken = 0, faulty = 0;
        forEachRow(batch, [&](std::uint32_t row) {
            if (taken < m_taken.size() && m_taken[taken] == row)
                ++taken;
            else if (faulty < m_eval.faults.size() && m_eval.faults[faulty].physicalRow == row)
                ++faulty;
            else
                m_left.push_back(row);
        });
        return batch.select(m_left);
    }

    std::shared_ptr<const SplitPlan> m_plan;
    EvalContext m_eval;
    std::vector<std::uint32_t> m_taken, m_left;
    const Clock* m_clock = nullptr;
};

bool isPortName(std::string_view name)
{
    const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto isRest = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 64 && isLetter(name.front()) && std::ranges::all_of(name, isRest);
}

void checkPortName(const std::string& param, const std::string& name, const std::vector<PortBinding>& others,
                   const BindContext& context)
{
    if (!isPortName(name))
        context.problem(
            param, "\"" + name + "\" cannot name a port: use up to 64 of a-z, 0-9 and _, a letter first.");
    else if (name == "rejected" || name == "late")
        context.problem(param, "A port named \"" + name + "\" is there already; choose another name.");
    else if (std::ranges::find(others, name, &PortBinding::name) != others.end())
        context.problem(param, "Two ports are named \"" + name + "\"; give each its own name.");
}

std::string summaryOf(const SplitParams& params)
{
    std::string text;
    for (const Route& route : params.routes) text += (text.empty() ? "" : ", ") + route.port;
    return text;
}

std::optional<Binding> bindSplit(const SplitParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    const SchemaPtr& input = context.inputs[0];
    SplitPlan made;
    Binding binding;
    ColumnUse use;
    for (std::size_t i = 0; i < params.routes.size(); ++i) {
        const Route& route = params.routes[i];
        const std::string path = "routes[" + std::to_string(i) + "]";
        checkPortName(path + ".port", route.port, binding.outputs, context);
        binding.outputs.push_back({route.port, input});
        context.output(route.port, input);
        if (!isPortName(route.port)) context.mayHaveMoreOutputs();
        auto condition = context.formula(path + ".condition", route.condition, *input, DataType::Bool);
        if (!condition) continue;
        const auto used = condition->columnsUsed();
        use.uses.insert(use.uses.end(), used.begin(), used.end());
        made.conditions.push_back(std::move(*condition));
        made.ports.push_back(route.port);
    }
    if (context.isWrong("routes") || context.isWrong("rest")) context.mayHaveMoreOutputs();
    if (!params.rest.empty()) {
        checkPortName("rest", params.rest, binding.outputs, context);
        binding.outputs.push_back({params.rest, input});
        context.output(params.rest, input);
        made.hasRest = true;
    }
    if (context.hasProblems()) return {};
    std::ranges::sort(use.uses);
    const auto repeated = std::ranges::unique(use.uses);
    use.uses.erase(repeated.begin(), repeated.end());
    for (std::size_t i = 0; i < input->size(); ++i) use.passes.emplace_back(i);
    binding.make = Factory<Operator>([plan = std::make_shared<const SplitPlan>(std::move(made))] {
        return std::make_unique<SplitOperator>(plan);
    });
    binding.isStateless = true;
    binding.columns = std::move(use);
    return binding;
}

}  // namespace

void addSplit(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "split";
    info.title = "Split";
    info.category = "Rows";
    info.help = "Sends each row to the port of the first condition that is true for it; a row that meets "
                "none goes to "
                "the port for the rest.";
    info.inputs = {{"in", "The rows to send on."}};
    info.outputs = {{"rest", "The rows that met no condition. Each route adds a port of its own."}};
    info.stateless = true;
    Params<Route> row;
    row.field("port", &Route::port, {.title = "Port", .help = "The name of the output.", .required = true});
    row.field("condition", &Route::condition,
              {.title = "Condition",
               .help = "Which rows go there, of those that no route above took.",
               .required = true,
               .columnsOf = "in"});
    Params<SplitParams> params;
    params.records(
        "routes", &SplitParams::routes, std::move(row),
        {.title = "Routes", .help = "Tried in this order; the first that is true takes the row.", .min = 1});
    params.field("rest", &SplitParams::rest,
                 {.title = "Port for the rest", .help = "Empty: rows that meet no condition stop here."});
    catalog.add(component(std::move(info), params, bindSplit));
}

}  // namespace engine
