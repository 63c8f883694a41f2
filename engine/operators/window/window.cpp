#include "catalog/component.h"
#include "data/calendar.h"
#include "data/expression_tree.h"
#include "operators/window/window_operator.h"

#include <algorithm>
#include <iterator>

namespace engine {
namespace {

struct AggregateParams {
    std::string function{};
    FormulaText argument{};
    bool distinct = false;
    FormulaText filter{};
    bool asDouble = false;
    std::string name{};
};

struct WindowParams {
    std::string kind = "tumbling";
    std::optional<Duration> size{};
    std::optional<Duration> slide{};
    Duration offset{0};
    std::vector<ColumnRef> keys{};
    std::vector<AggregateParams> aggregates{};
    std::string order = "event_time";
};

const std::vector<std::string> kFunctions{"count",       "sum",        "avg",      "min",
                                          "max",         "first",      "last",     "stddev",
                                          "stddev_samp", "stddev_pop", "var_samp", "var_pop"};

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

Params<WindowParams> windowParams()
{
    return Params<WindowParams>()
        .field(
            "kind", &WindowParams::kind,
            {.title = "Kind",
             .help = "Tumbling windows follow one another; hopping windows begin at every slide and overlap.",
             .choices = {"tumbling", "hopping"}})
        .field("size", &WindowParams::size,
               {.title = "Size", .help = "How long a window is.", .min = 0.001, .required = true})
        .field("slide", &WindowParams::slide,
               {.title = "Slide",
                .help = "From the start of a window to the start of the next; the size is a multiple of it.",
                .min = 0.001,
                .required = true,
                .visibleWhen = "kind = hopping"})
        .field("offset", &WindowParams::offset,
               {.title = "Offset",
                .help = "Moves the starts of all windows, which otherwise count from 1970-01-01 00:00 UTC.",
                .advanced = true})
        .field("keys", &WindowParams::keys,
               {.title = "For each",
                .help = "The columns that make a group; none: all rows are one group. NULL is a group too.",
                .columnsOf = "in"})
        .records("aggregates", &WindowParams::aggregates, aggregateParams(),
                 {.title = "Work out",
                  .help = "The columns of the result, behind keys, window_start and window_end."})
        .field("order", &WindowParams::order,
               {.title = "First and last by",
                .help = "Event time with arrival as tie-break, or arrival alone.",
                .choices = {"event_time", "arrival"},
                .advanced = true});
}

std::string aggregatePath(std::size_t index, const char* field)
{
    return "aggregates[" + std::to_string(index) + "]." + field;
}

constexpr std::int64_t kSizeMaxUs = std::int64_t{1} << 60;  // ends of windows stay within 64 bits

void readGeometry(const WindowParams& params, const BindContext& context, WindowLayout& layout)
{
    layout.sizeUs = params.size.value_or(Duration{0}).count();
    layout.slideUs = params.kind == "hopping" ? params.slide.value_or(Duration{0}).count() : layout.sizeUs;
    const auto wrong = [](std::int64_t us) { return us <= 0 || us > kSizeMaxUs || us % kMillisecondUs != 0; };
    const auto check = [&](const std::string& name, std::int64_t us) {
        if (!wrong(us)) return;
        context.problem(name,
                        "The " + name + " must be " +
                            (us > kSizeMaxUs ? "at most " + std::to_string(kSizeMaxUs / kDayUs) + "d."
                                             : "a whole number of milliseconds, at least 1ms."));
    };
    check("size", layout.sizeUs);
    if (params.kind == "hopping") check("slide", layout.slideUs);
    if (params.offset.count() % kMillisecondUs != 0)
        context.problem("offset", "The offset must be a whole number of milliseconds.");
    if (wrong(layout.sizeUs) || wrong(layout.slideUs)) return;
    if (layout.sizeUs % layout.slideUs != 0)
        context.problem("slide", "The size must be a whole multiple of the slide, as 10s is of 2s.");
    layout.offsetUs =
        params.offset.count() - quotientDown(params.offset.count(), layout.slideUs) * layout.slideUs;
}

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

// Into `aggregate` and `compiled`; false when it cannot be worked out.
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

// The output's columns while they are put together: keys, window_start, window_end, aggregates. Lives for one
// call of bind.
class OutputColumns {
public:
    explicit OutputColumns(const BindContext& context) : m_context(context) { }

    void addKey(const Field& field)
    {
        if (field.name == "window_start" || field.name == "window_end")
            m_context.problem("keys",
                              "The output has a column \"" + field.name +
                                  "\" of its own; rename the key with select first.");
        add(field);
    }
    void add(const Field& field)
    {
        m_names.push_back(field.name);
        m_fields.push_back(field);
    }
    void addAggregate(std::size_t index, const std::string& name, std::optional<DataType> type)
    {
        if (!name.empty() && std::find(m_names.begin(), m_names.end(), name) != m_names.end())
            m_context.problem(aggregatePath(index, "name"),
                              "There are two columns \"" + name + "\"; give this one another name.");
        if (type)
            m_fields.push_back({name, *type});
        else
            addUnknown(name);
        m_names.push_back(name);
    }
    // An empty name: that is not known either.
    void addUnknown(const std::string& name)
    {
        m_open.any |= name.empty();
        m_open.names.push_back(name);
    }
    SchemaPtr schema() const { return std::make_shared<Schema>(Schema(m_fields, true).withOpen(m_open)); }

private:
    const BindContext& m_context;
    std::vector<Field> m_fields;
    std::vector<std::string> m_names;
    OpenColumns m_open;
};

// Fills in what the window is worked out of; the output's columns come out of it even where there are
// mistakes.
void readColumns(const WindowParams& params, const BindContext& context, WindowLayout& layout,
                 WindowFormulas& formulas)
{
    const Schema& input = *context.inputs[0];
    OutputColumns output(context);
    for (std::size_t index = 0; index < params.keys.size(); ++index) {
        const std::string& name = params.keys[index].name;
        const std::string path = "keys[" + std::to_string(index) + "]";
        const auto column = context.column(path, name, input);
        if (!column) {
            output.addUnknown(name);
            continue;
        }
        if (std::find(formulas.keyColumns.begin(), formulas.keyColumns.end(), *column) !=
            formulas.keyColumns.end())
            context.problem(path, "The column \"" + name + "\" is there twice.");
        formulas.keyColumns.push_back(*column);
        layout.keys.push_back(input.field(*column));
        output.addKey(input.field(*column));
    }
    output.add({"window_start", DataType::Time});
    output.add({"window_end", DataType::Time});
    if (context.isWrong("keys") || context.isWrong("aggregates")) output.addUnknown({});
    for (std::size_t index = 0; index < params.aggregates.size(); ++index) {
        Aggregate aggregate;
        AggregateFormulas compiled;
        const bool isKnown = readAggregate(params.aggregates[index], index, context, aggregate, compiled);
        output.addAggregate(index, isKnown ? aggregate.name : params.aggregates[index].name,
                            isKnown ? std::optional(aggregate.resultType) : std::nullopt);
        if (!isKnown) continue;
        layout.aggregates.push_back(std::move(aggregate));
        formulas.aggregates.push_back(std::move(compiled));
    }
    layout.output = output.schema();
}

ColumnUse columnUse(const WindowLayout& layout, const WindowFormulas& formulas)
{
    ColumnUse use;
    const auto add = [&use](const std::optional<Expression>& formula) {
        if (!formula) return;
        const auto columns = formula->columnsUsed();
        use.uses.insert(use.uses.end(), columns.begin(), columns.end());
    };
    use.uses = formulas.keyColumns;
    for (const AggregateFormulas& aggregate : formulas.aggregates) {
        add(aggregate.argument);
        add(aggregate.filter);
    }
    std::sort(use.uses.begin(), use.uses.end());
    use.uses.erase(std::unique(use.uses.begin(), use.uses.end()), use.uses.end());
    use.passes.resize(layout.output->size());
    for (std::size_t index = 0; index < formulas.keyColumns.size(); ++index)
        use.passes[index] = formulas.keyColumns[index];
    return use;
}

std::string summaryOf(const WindowParams& params, const WindowLayout& layout)
{
    const auto join = [](const auto& items, const char* separator) {
        std::string text;
        for (const auto& item : items) text += (text.empty() ? "" : separator) + item.name;
        return text;
    };
    std::string text = params.kind + " " + ParamTraits<Duration>::toJson(*params.size).get<std::string>();
    if (params.kind == "hopping")
        text += " / " + ParamTraits<Duration>::toJson(*params.slide).get<std::string>();
    if (!params.keys.empty()) text += " by " + join(params.keys, ", ");
    return layout.aggregates.empty() ? text : text + ": " + join(layout.aggregates, ", ");
}

std::optional<Binding> bindWindow(WindowParams params, const BindContext& context)
{
    const Schema& input = *context.inputs[0];
    auto layout = std::make_shared<WindowLayout>();
    auto formulas = std::make_shared<WindowFormulas>();
    if (!input.hasEventTime() && !input.open().any)
        context.problem("", "A window needs rows with an event time; set \"time_column\" at the source.");
    readGeometry(params, context, *layout);
    layout->byArrival = params.order == "arrival";
    if (params.aggregates.size() > kAggregatesMax)
        context.problem("aggregates",
                        "A window can work out at most 64 columns; use a second window for the others.");
    if (params.aggregates.empty() && !context.isWrong("aggregates"))
        context.warning("aggregates",
                        "Nothing is worked out, so each window gives only its keys and times; add a "
                        "function such as count.");
    readColumns(params, context, *layout, *formulas);
    context.output("out", layout->output);
    if (context.hasProblems()) return {};
    layout->place();

    Binding binding;
    binding.outputs = {{"out", layout->output}};
    binding.needs.kind = params.keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = formulas->keyColumns;
    binding.columns = columnUse(*layout, *formulas);
    binding.summary = summaryOf(params, *layout);
    binding.stateFingerprint = std::to_string(layout->sizeUs) + "/" + std::to_string(layout->slideUs) + "/" +
        std::to_string(layout->offsetUs) + "/" + params.order;
    for (const Field& key : layout->keys) binding.stateFingerprint += "/" + key.name;
    for (const Aggregate& aggregate : layout->aggregates)
        binding.stateFingerprint += "/" + aggregate.name + " " +
            std::to_string(static_cast<int>(aggregate.kind)) + " " +
            std::string(dataTypeName(aggregate.argumentType)) + " " + aggregate.meaning;
    const WindowLayoutPtr fixed = layout;
    const std::shared_ptr<const WindowFormulas> compiled = formulas;
    binding.make = Factory<Operator>([=] { return std::make_unique<WindowOperator>(fixed, compiled); });
    binding.partial = [=] { return std::make_unique<WindowPartialOperator>(fixed, compiled); };
    binding.merge = [=] { return std::make_unique<WindowOperator>(fixed, compiled); };
    return binding;
}

}  // namespace

void addWindow(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "window";
    info.title = "Window";
    info.category = "Windows";
    info.help = "Groups rows by time and keys and works out sums, averages and the like when a window of "
                "time is over. A row that "
                "comes after the last window that holds it has fired goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {
        {"out", "One row for each window and group: the keys, window_start, window_end, the aggregates."}};
    catalog.add(component(std::move(info), windowParams(), bindWindow));
}

}  // namespace engine
