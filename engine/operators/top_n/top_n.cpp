#include "catalog/component.h"
#include "grouping/aggregate_params.h"
#include "grouping/window_geometry.h"
#include "operators/top_n/top_n_operator.h"

#include <algorithm>

namespace engine {
namespace {

struct OrderParams {
    ColumnRef column{};
    bool descending = false;
};

struct TopNParams {
    std::vector<ColumnRef> keys{};
    std::int64_t n = 1;
    std::vector<OrderParams> orderBy{};
    std::optional<WindowGeometry> window{};
    std::string rankColumn{};
};

constexpr double kCountMax = 1'000'000;

Params<OrderParams> orderParams()
{
    return Params<OrderParams>()
        .field("column", &OrderParams::column,
               {.title = "Column", .help = "What rows are ordered by.", .required = true, .columnsOf = "in"})
        .field("descending", &OrderParams::descending,
               {.title = "Greatest first",
                .help = "NULL counts as the least value: it comes last then, and first otherwise."});
}

Params<TopNParams> topNParams()
{
    return Params<TopNParams>()
        .field("keys", &TopNParams::keys,
               {.title = "For each",
                .help = "The columns that make a group; none: all rows of a window are one. NULL is a group "
                        "too.",
                .columnsOf = "in"})
        .field("n", &TopNParams::n,
               {.title = "Rows",
                .help = "How many rows of each window and group are given.",
                .min = 1,
                .max = kCountMax,
                .required = true})
        .records("order_by", &TopNParams::orderBy, orderParams(),
                 {.title = "Ordered by",
                  .help = "The columns by which the first rows are found. Rows alike in all of them come in "
                          "the order of their arrival, and where nobody knows that, by their other columns.",
                  .min = 1,
                  .required = true})
        .record("window", &TopNParams::window, windowGeometryParams(),
                {.title = "In windows",
                 .help = "How rows are put into windows; to be left out where they have the columns "
                         "window_start and window_end."})
        .field("rank_column", &TopNParams::rankColumn,
               {.title = "Rank into",
                .help = "The name of a column for the place of the row in its group, from 1; without one "
                        "there is none."});
}

// The order's columns; where the order of arrival is no help, all others behind them.
std::vector<RowOrder::Column> readOrder(const TopNParams& params, const BindContext& context,
                                        const std::vector<std::size_t>& keys)
{
    const Schema& input = *context.inputs[0];
    std::vector<RowOrder::Column> columns;
    std::vector<bool> isThere(input.size(), false);
    for (std::size_t i = 0; i < params.orderBy.size(); ++i) {
        const std::string path = "order_by[" + std::to_string(i) + "].column";
        const std::string& name = params.orderBy[i].column.name;
        if (name.empty()) continue;
        const auto column = context.column(path, name, input);
        if (!column) continue;
        if (isThere[*column]) context.problem(path, "The column \"" + name + "\" is there twice.");
        isThere[*column] = true;
        columns.push_back({*column, input.field(*column).type, params.orderBy[i].descending});
    }
    if (context.isArrivalCertain) return columns;
    for (const std::size_t key : keys) isThere[key] = true;
    bool mayTie = false;
    for (std::size_t column = 0; column < input.size(); ++column) {
        if (isThere[column]) continue;
        const std::string& name = input.field(column).name;
        // What stands before them is what a window groups by: it tells its rows apart.
        if (name == "window_start" && !mayTie) return columns;
        mayTie = true;
        columns.push_back({column, input.field(column).type, false});
    }
    if (mayTie)
        context.warning("order_by",
                        "In which order rows come here is not certain, so it cannot decide between rows that "
                        "are alike in these columns; add columns that tell them apart, such as the keys of "
                        "the node before.");
    return columns;
}

void readWindow(const TopNParams& params, const BindContext& context, TopLayout& layout)
{
    const Schema& input = *context.inputs[0];
    layout.makesWindows = params.window.has_value() || context.isWrong("window");
    if (layout.makesWindows) {
        layout.grid = readWindowGeometry(params.window.value_or(WindowGeometry{}), context);
        for (const char* name : {"window_start", "window_end"})
            if (input.find(name))
                context.problem("window",
                                "The rows have a column \"" + std::string(name) +
                                    "\" already; leave the window out, or rename the column with select "
                                    "first.");
        return;
    }
    for (const char* name : {"window_start", "window_end"}) {
        const auto column = input.find(name);
        if (column && input.field(*column).type == DataType::Time) {
            layout.endColumn = *column;
            continue;
        }
        if (!input.mayHave(name))
            context.problem("window",
                            "The rows have no timestamp column \"" + std::string(name) +
                                "\"; say here how they are put into windows, or put the node behind one "
                                "that does.");
    }
}

SchemaPtr outputOf(const TopNParams& params, const BindContext& context, const TopLayout& layout)
{
    const Schema& input = *context.inputs[0];
    std::vector<Field> fields = input.fields();
    if (layout.makesWindows)
        fields.insert(fields.end(), {{"window_start", DataType::Time}, {"window_end", DataType::Time}});
    if (!params.rankColumn.empty()) {
        const auto same = [&](const Field& field) { return field.name == params.rankColumn; };
        if (std::any_of(fields.begin(), fields.end(), same))
            context.problem("rank_column",
                            "There is a column \"" + params.rankColumn + "\" already; give this one another "
                                                                         "name.");
        fields.push_back({params.rankColumn, DataType::Int64});
    }
    return std::make_shared<Schema>(Schema(std::move(fields), true).withOpen(input.open()));
}

std::string summaryOf(const TopNParams& params)
{
    std::string text = params.n == 1 ? "first by" : "first " + std::to_string(params.n) + " by";
    for (const OrderParams& order : params.orderBy)
        text += (&order == &params.orderBy.front() ? " " : ", ") + order.column.name +
            (order.descending ? " desc" : "");
    for (const ColumnRef& key : params.keys)
        text += (&key == &params.keys.front() ? " for each " : ", ") + key.name;
    return params.window ? text + " in " + textOf(*params.window) : text;
}

ColumnUse columnUse(const TopLayout& layout, const GroupFormulas& formulas,
                    const std::vector<RowOrder::Column>& order)
{
    ColumnUse use;
    use.uses = formulas.keyColumns;
    for (const RowOrder::Column& column : order) use.uses.push_back(column.index);
    if (!layout.makesWindows) use.uses.push_back(layout.endColumn);
    std::sort(use.uses.begin(), use.uses.end());
    use.uses.erase(std::unique(use.uses.begin(), use.uses.end()), use.uses.end());
    use.passes.resize(layout.output->size());
    for (std::size_t column = 0; column < layout.columns.size(); ++column) use.passes[column] = column;
    return use;
}

std::optional<Binding> bindTopN(TopNParams params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    const Schema& input = *context.inputs[0];
    auto layout = std::make_shared<TopLayout>();
    if (!input.hasEventTime() && !input.open().any)
        context.problem("", "Windows need rows with an event time; set \"time_column\" at the source.");
    GroupLayout keys;
    GroupFormulas formulas;
    OutputColumns keyColumns(context);
    readKeys(params.keys, context, {}, keys, formulas, keyColumns);
    const std::vector<RowOrder::Column> order = readOrder(params, context, formulas.keyColumns);
    readWindow(params, context, *layout);
    layout->output = outputOf(params, context, *layout);
    context.output("out", layout->output);
    if (context.hasProblems()) return {};
    keys.place();
    layout->keys = std::make_shared<const GroupLayout>(std::move(keys));
    layout->columns = input.fields();
    layout->form = RowForm(layout->columns);
    layout->order = RowOrder(order);
    layout->count = static_cast<std::size_t>(params.n);
    layout->hasRank = !params.rankColumn.empty();
    const SliceGrid& grid = layout->grid;
    layout->meaning = "slice, size " + std::to_string(grid.sizeUs) + " us, slide " +
        std::to_string(grid.slideUs) + " us, offset " + std::to_string(grid.offsetUs) +
        (grid.isCumulative ? " us, cumulative; first " : " us; first ") + std::to_string(params.n) + " by";
    for (const RowOrder::Column& column : order)
        layout->meaning += " " + input.field(column.index).name + (column.isDescending ? " desc" : "");

    Binding binding;
    binding.outputs = {{"out", layout->output}};
    binding.needs.kind = params.keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = formulas.keyColumns;
    binding.columns = columnUse(*layout, formulas, order);
    binding.stateFingerprint = layout->meaning + fingerprintOf(*layout->keys);
    const TopLayoutPtr fixed = layout;
    const auto compiled = std::make_shared<const GroupFormulas>(std::move(formulas));
    binding.make = Factory<Operator>([=] { return std::make_unique<TopNOperator>(fixed, compiled); });
    return binding;
}

}  // namespace

void addTopN(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "top_n";
    info.title = "Top N";
    info.category = "Windows";
    info.help = "Gives the first rows of each window and group in some order, such as the five greatest, "
                "when the window is over. A row that comes after the last window that holds it has fired "
                "goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {{"out",
                     "The rows as they came; behind their columns window_start and window_end, where the "
                     "node makes the windows, and the rank."}};
    catalog.add(component(std::move(info), topNParams(), bindTopN));
}

}  // namespace engine
