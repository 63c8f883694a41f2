#include "data/expression_tree.h"
#include "operators/pattern/pattern_formulas.h"
#include "operators/pattern/pattern_operator.h"

#include <algorithm>

namespace engine {
namespace {

struct PatternOrderParams {
    ColumnRef column{};
    bool descending = false;
};

struct PatternDefinition {
    std::string variable{};
    FormulaText condition{};
};

struct PatternMeasure {
    std::string name{};
    FormulaText expression{};
};

struct PatternAbsenceParams {
    FormulaText condition{};
    std::optional<Duration> duration{};
};

struct PatternParams {
    std::vector<ColumnRef> keys{};
    std::vector<PatternOrderParams> orderBy{};
    std::string pattern{}, afterMatch = "past_last_row", skipTo{};
    std::vector<PatternDefinition> define{};
    std::vector<PatternMeasure> measures{};
    std::optional<Duration> within{};
    std::optional<PatternAbsenceParams> absent{};
};

std::string itemOf(const char* list, std::size_t index, const char* member)
{
    return std::string(list) + "[" + std::to_string(index) + "]" + member;
}

std::string listOf(const std::vector<PatternVariable>& variables)
{
    std::string text;
    for (const PatternVariable& each : variables) text += (text.empty() ? "" : ", ") + each.name;
    return text;
}

std::optional<std::size_t> variableIn(const PatternSpec& spec, const std::string& name)
{
    const auto found = std::ranges::find(spec.variables, name, &PatternVariable::name);
    if (found == spec.variables.end()) return {};
    return static_cast<std::size_t>(found - spec.variables.begin());
}

void readOrder(const PatternParams& params, const BindContext& context, PatternSpec& spec)
{
    const Schema& input = *context.inputs[0];
    for (std::size_t i = 0; i < params.keys.size(); ++i) {
        const auto column = context.column(itemOf("keys", i, ""), params.keys[i].name, input);
        if (column && std::ranges::find(spec.keys, *column) != spec.keys.end())
            context.problem(itemOf("keys", i, ""),
                            "The column \"" + params.keys[i].name + "\" is there twice.");
        else if (column)
            spec.keys.push_back(*column);
    }
    for (std::size_t i = 0; i < params.orderBy.size(); ++i)
        if (const auto column =
                context.column(itemOf("order_by", i, ".column"), params.orderBy[i].column.name, input))
            spec.order.push_back({*column, params.orderBy[i].descending});
}

void readAfter(const PatternParams& params, const BindContext& context, PatternSpec& spec)
{
    using After = PatternSpec::After;
    spec.after = params.afterMatch == "next_row" ? After::NextRow
        : params.afterMatch == "to_first"        ? After::ToFirst
        : params.afterMatch == "to_last"         ? After::ToLast
                                                 : After::PastLastRow;
    if (spec.after != After::ToFirst && spec.after != After::ToLast) return;
    if (params.skipTo.empty()) return context.problem("skip_to", "Name the variable where matching goes on.");
    if (context.isWrong("pattern") || spec.variables.empty()) return;
    const auto variable = variableIn(spec, params.skipTo);
    if (!variable)
        return context.problem("skip_to",
                               "The pattern has no variable \"" + params.skipTo + "\"; it has " +
                                   listOf(spec.variables) + ".");
    spec.skipTo = *variable;
    const bool isAlwaysFirst =
        *variable == 0 && (spec.after == After::ToFirst || spec.variables[0].most == 1);
    if (isAlwaysFirst)
        context.problem(
            "skip_to",
            "Matching would go on at the first row of the match, and find the same match for ever; "
            "choose a later variable, or next_row.");
}

void readDefinitions(const PatternParams& params, const BindContext& context, PatternSpec& spec,
                     PatternFormulas& formulas)
{
    if (spec.variables.empty()) return;
    std::vector<bool> isDefined(spec.variables.size());
    for (std::size_t i = 0; i < params.define.size(); ++i) {
        const std::string& name = params.define[i].variable;
        const auto variable = variableIn(spec, name);
        if (!variable) {
            std::vector<std::string> names;
            for (const PatternVariable& each : spec.variables) names.push_back(each.name);
            const std::string nearest = nearestName(name, names);
            context.problem(itemOf("define", i, ".variable"),
                            "The pattern has no variable \"" + name + "\"" +
                                (nearest.empty() ? "." : " (did you mean \"" + nearest + "\"?)."));
            continue;
        }
        if (isDefined[*variable])
            context.problem(itemOf("define", i, ".variable"), "The variable " + name + " is defined twice.");
        isDefined[*variable] = true;
        formulas.readCondition(itemOf("define", i, ".condition"), params.define[i].condition, *variable);
    }
}

void readMeasures(const PatternParams& params, const BindContext& context, PatternSpec& spec,
                  PatternFormulas& formulas)
{
    const Schema& input = *context.inputs[0];
    std::vector<Field> fields;
    for (const std::size_t key : spec.keys) fields.push_back(input.field(key));
    OpenColumns open;
    open.any =
        context.isWrong("measures") || context.isWrong("keys") || spec.keys.size() != params.keys.size();
    for (std::size_t i = 0; i < params.measures.size(); ++i) {
        const PatternMeasure& measure = params.measures[i];
        if (std::ranges::find(fields, measure.name, &Field::name) != fields.end())
            context.problem(itemOf("measures", i, ".name"),
                            "There are two columns \"" + measure.name + "\"; give this one another name.");
        std::optional<DataType> type;
        if (!spec.variables.empty())
            type = formulas.readMeasure(itemOf("measures", i, ".expression"), measure.expression);
        if (type) {
            fields.push_back({measure.name, *type});
            spec.measureNames.push_back(measure.name);
        } else {
            open.names.push_back(measure.name);
        }
    }
    formulas.finish();
    spec.output = std::make_shared<const Schema>(Schema(std::move(fields), true).withOpen(std::move(open)));
    context.output("out", spec.output);
}

void readAbsence(const PatternParams& params, const BindContext& context, PatternSpec& spec)
{
    if (!params.absent) return;
    auto condition =
        context.formula("absent.condition", params.absent->condition, *context.inputs[0], DataType::Bool);
    if (!params.absent->duration || context.isWrong("absent")) return;
    spec.absentUs = params.absent->duration->count();
    if (spec.absentUs % kMillisecondUs != 0)
        context.problem("absent.for", "The time must be a whole number of milliseconds.");
    if (!condition) return;
    spec.absentText = params.absent->condition.source;
    spec.absent = std::move(*condition);
}

// What is kept of matches that wait.
std::string absenceText(const PatternSpec& spec)
{
    std::string text = "/no " + spec.absentText + " for " + std::to_string(spec.absentUs);
    for (const PatternReference& each : spec.references) {
        text += "/" + std::to_string(each.kind) + " " + std::to_string(each.value) + " " +
            std::to_string(each.offset);
        if (each.variable) text += " " + std::to_string(*each.variable);
    }
    return text;
}

std::string fingerprintOf(const PatternParams& params, const PatternSpec& spec)
{
    std::string text = params.pattern + "/" + std::to_string(spec.withinUs);
    for (const std::size_t key : spec.keys) text += "/" + spec.input->field(key).name;
    for (const PatternOrder& by : spec.order)
        text += "/by " + spec.input->field(by.column).name + (by.isDescending ? " desc" : "");
    for (std::size_t i = 0; i < spec.conditions.size(); ++i)
        text += "/" + spec.variables[i].name + ": " + spec.conditions[i].text;
    for (const std::string& value : spec.valueTexts) text += "/" + value;
    if (spec.absent) text += absenceText(spec);
    return text;
}

ColumnUse columnsOf(const PatternSpec& spec)
{
    ColumnUse use{.uses = spec.keys};
    const auto add = [&use](const Expression& formula) {
        const auto columns = formula.columnsUsed();
        use.uses.insert(use.uses.end(), columns.begin(), columns.end());
    };
    for (const PatternOrder& by : spec.order) use.uses.push_back(by.column);
    for (const Expression& value : spec.values) add(value);
    for (const PatternCondition& condition : spec.conditions)
        if (condition.ofRow) add(*condition.ofRow);
    if (spec.absent) add(*spec.absent);
    std::ranges::sort(use.uses);
    const auto repeated = std::ranges::unique(use.uses);
    use.uses.erase(repeated.begin(), repeated.end());
    use.passes.resize(spec.output->size());
    for (std::size_t i = 0; i < spec.keys.size(); ++i) use.passes[i] = spec.keys[i];
    return use;
}

std::optional<Binding> bindPattern(const PatternParams& params, const BindContext& context)
{
    context.summary([&] { return params.pattern; });
    auto spec = std::make_shared<PatternSpec>();
    spec->input = context.inputs[0];
    if (!spec->input->hasEventTime() && !spec->input->open().any)
        context.problem("", "A pattern needs rows with an event time; set \"time_column\" at the source.");
    readOrder(params, context, *spec);
    if (!context.isWrong("pattern")) {
        auto parsed = parsePattern(params.pattern);
        if (const auto* error = std::get_if<ExpressionError>(&parsed))
            context.mistake("pattern", params.pattern, *error);
        else
            spec->variables = std::get<std::vector<PatternVariable>>(std::move(parsed));
    }
    spec->conditions.resize(spec->variables.size());
    if (params.within) spec->withinUs = params.within->count();
    readAfter(params, context, *spec);
    PatternFormulas formulas(context, *spec);
    readDefinitions(params, context, *spec, formulas);
    readMeasures(params, context, *spec, formulas);
    readAbsence(params, context, *spec);
    if (context.hasProblems()) return {};
    spec->fingerprint = fingerprintOf(params, *spec);

    Binding binding;
    binding.outputs = {{"out", spec->output}};
    binding.needs.kind = spec->keys.empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = spec->keys;
    binding.columns = columnsOf(*spec);
    binding.stateFingerprint = spec->fingerprint;
    const PatternSpecPtr fixed = std::move(spec);
    binding.make = Factory<Operator>([fixed] { return std::make_unique<PatternOperator>(fixed); });
    return binding;
}

Params<PatternDefinition> definitionParams()
{
    return Params<PatternDefinition>()
        .field("variable", &PatternDefinition::variable,
               {.title = "Variable", .help = "One of the pattern, such as B.", .required = true})
        .field(
            "condition", &PatternDefinition::condition,
            {.title = "Condition",
             .help =
                 "True for its rows. price, and B.price in the condition of B, are the row's own; A.price "
                 "is that of the last row of A, LAST(B.price, 1) that of the row before, FIRST(A.price) of "
                 "the first; COUNT, SUM, AVG, MIN and MAX look at all rows of a variable so far.",
             .required = true,
             .columnsOf = "in"});
}

Params<PatternMeasure> measureParams()
{
    return Params<PatternMeasure>()
        .field("name", &PatternMeasure::name,
               {.title = "Name", .help = "Of the output column.", .required = true})
        .field("expression", &PatternMeasure::expression,
               {.title = "Formula",
                .help = "Of the rows of the match, such as LAST(B.price) - A.price or COUNT(B.price). "
                        "MATCH_ROWTIME() is the time of its last row.",
                .required = true,
                .columnsOf = "in"});
}

Params<PatternAbsenceParams> absenceParams()
{
    return Params<PatternAbsenceParams>()
        .field("condition", &PatternAbsenceParams::condition,
               {.title = "No row with",
                .help =
                    "Looks at the columns of the row alone. True for rows that must not come; where it is "
                    "NULL the row may.",
                .required = true,
                .columnsOf = "in"})
        .field("for", &PatternAbsenceParams::duration,
               {.title = "For",
                .help =
                    "From the time of the last row of the match on, exclusive: a row that comes exactly so "
                    "much later changes nothing.",
                .min = 0.001,
                .required = true});
}

Params<PatternParams> patternParams()
{
    Params<PatternOrderParams> order;
    order
        .field("column", &PatternOrderParams::column,
               {.title = "Column",
                .help = "By which rows of one time are put in order.",
                .required = true,
                .columnsOf = "in"})
        .field("descending", &PatternOrderParams::descending,
               {.title = "Descending", .help = "The greatest comes first."});
    return Params<PatternParams>()
        .field("keys", &PatternParams::keys,
               {.title = "Keys",
                .help = "Rows are matched within equal values of these columns. None: all rows together.",
                .columnsOf = "in"})
        .records("order_by", &PatternParams::orderBy, std::move(order),
                 {.title = "Order of equal times",
                  .help =
                      "Rows are taken in the order of their event time, those of one time in that of these "
                      "columns, and then as they came."})
        .field("pattern", &PatternParams::pattern,
               {.title = "Pattern",
                .help =
                    "Variables in the order of their rows, without others in between: A B+ C. A quantifier "
                    "may follow: * + ? {2} {2,} {2,5}, which take as many rows as they can, so that the "
                    "next variable gets only rows that they would not take; or, with one more ?, as few as "
                    "will do.",
                .required = true})
        .records("define", &PatternParams::define, definitionParams(),
                 {.title = "Variables",
                  .help = "When a row is one of a variable. One without a condition takes any row."})
        .records("measures", &PatternParams::measures, measureParams(),
                 {.title = "Measures", .help = "The columns of a match, behind the keys.", .required = true})
        .field("after_match", &PatternParams::afterMatch,
               {.title = "After a match",
                .help =
                    "Where matching goes on: behind its last row, at the row behind its first one, or at the "
                    "first or last row of a variable.",
                .choices = {"past_last_row", "next_row", "to_first", "to_last"}})
        .field("skip_to", &PatternParams::skipTo,
               {.title = "Variable to go on at",
                .help = "A variable of the pattern; matching goes on at its first or last row.",
                .visibleWhen = "after_match = to_first | to_last"})
        .field("within", &PatternParams::within,
               {.title = "Within",
                .help =
                    "From the first to the last row of a match less time than this passes. It also bounds "
                    "what is kept.",
                .min = 0.001})
        .record("absent", &PatternParams::absent, absenceParams(),
                {.title = "And then no",
                 .help =
                     "Gives a match only if no such row of its keys comes behind it for some time, such as "
                     "an order that is not paid within an hour. The match then has the time of the last "
                     "millisecond of that, and MATCH_ROWTIME() is still the time of its last row. At the "
                     "end of the input nothing more comes. Where matching goes on does not depend on it."});
}

}  // namespace

void addPattern(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "pattern";
    info.title = "Pattern";
    info.category = "Windows";
    info.help =
        "Finds rows that follow each other in a pattern, as MATCH_RECOGNIZE of SQL does, and gives one "
        "row for each match with the time of its last row, or, with \"absent\", once no row of some kind has "
        "come behind it for a time. A row whose time the watermark has passed goes to the late port.";
    info.inputs = {{"in", "Rows with an event time."}};
    info.outputs = {{"out", "One row for each match: the keys, then the measures."}};
    catalog.add(component(std::move(info), patternParams(), bindPattern));
}

}  // namespace engine
