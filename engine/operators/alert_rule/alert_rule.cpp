#include "catalog/component.h"
#include "operators/alert_rule/alert_operator.h"
#include "operators/alert_rule/alert_threshold.h"

#include <algorithm>

namespace engine {

SchemaPtr alertSchema(bool hasEventTime)
{
    return std::make_shared<const Schema>(std::vector<Field>{{"rule", DataType::String},
                                                             {"labels", DataType::String},
                                                             {"from", DataType::String},
                                                             {"to", DataType::String},
                                                             {"reason", DataType::String},
                                                             {"value", DataType::Float64},
                                                             {"episode", DataType::String},
                                                             {"at", DataType::Time}},
                                          hasEventTime);
}

namespace {

struct AlertParams {
    FormulaText condition{}, critical{}, recovery{}, value{};
    Duration evaluateEvery{1'000'000}, forTime{}, keepFiringFor{}, noDataAfter{300'000'000},
        errorAfter{60'000'000}, keepLastMax{600'000'000};
    std::string time = "event", onNoData = "own", onError = "own", severity = "warning", summary{};
    int missingAfter = 2;
    std::vector<ColumnRef> labels{};
    bool paused = false;
};

AlertPolicy policyOf(const std::string& name)
{
    if (name == "firing") return AlertPolicy::Fire;
    if (name == "normal") return AlertPolicy::Resolve;
    return name == "keep_last" ? AlertPolicy::KeepLast : AlertPolicy::Own;
}

// What the instances of a rule depend on: its kind of time, its thresholds with the constants in them, its
// labels.
std::string fingerprintOf(const AlertParams& params, const BindContext& context)
{
    const std::string thresholds =
        params.condition.source + '\n' + params.critical.source + '\n' + params.recovery.source;
    std::string text = params.time + '\n' + thresholds;
    for (const auto& [name, constant] : context.constants)
        if (thresholds.find("${" + name + "}") != std::string::npos)
            text += '\n' + name + '=' + constantText(constant);
    for (const ColumnRef& label : params.labels) text += "\nby " + label.name;
    return text;
}

bool isNumeric(DataType type) { return type == DataType::Int64 || type == DataType::Float64; }

// The number that the condition is about, where none is named: of its numeric columns the one named first.
std::optional<Expression> valueOf(const AlertParams& params, const Expression& condition,
                                  const BindContext& context)
{
    const Schema& input = *context.inputs[0];
    if (!params.value.source.empty()) {
        auto value = context.formula("value", params.value, input);
        if (value && !isNumeric(value->type()))
            context.problem("value",
                            "The value of an alert is a number, and this is " +
                                std::string(dataTypeName(value->type())) + ".");
        return value;
    }
    std::string first;
    std::size_t place = std::string::npos;
    for (const std::size_t column : condition.columnsUsed()) {
        const Field& field = input.field(column);
        const std::size_t found = params.condition.source.find(field.name);
        if (!isNumeric(field.type) || found >= place) continue;
        place = found;
        first = field.name;
    }
    if (first.empty()) return {};
    return context.formula("value", {"\"" + first + "\""}, input);
}

std::optional<Expression> optionalFormula(const std::string& param, const FormulaText& text,
                                          const BindContext& context)
{
    if (text.source.empty()) return {};
    return context.formula(param, text, *context.inputs[0], DataType::Bool);
}

void readLabels(const AlertParams& params, const BindContext& context, AlertRuleSpec& rule)
{
    for (const ColumnRef& label : params.labels) {
        const auto column = context.column("labels", label.name, *context.inputs[0]);
        if (!column) continue;
        if (std::find(rule.labelColumns.begin(), rule.labelColumns.end(), *column) != rule.labelColumns.end())
            context.problem("labels", "The column \"" + label.name + "\" is there twice.");
        rule.labelColumns.push_back(*column);
        rule.labels.push_back(context.inputs[0]->field(*column));
    }
}

void readSummary(const AlertParams& params, const BindContext& context, AlertRuleSpec& rule)
{
    auto [summary, unknown] = AlertSummary::parse(params.summary, rule.labels);
    if (unknown)
        context.problem("summary",
                        "The summary can speak of {rule}, {severity}, {state}, {reason}, {value} and the "
                        "labels; {" +
                            *unknown + "} is none of these. Write {{ for a brace.");
    rule.summary = std::move(summary);
}

ColumnUse columnsOf(const AlertRuleSpec& rule)
{
    ColumnUse use{.uses = rule.labelColumns};
    for (const auto* formula : {&rule.condition, &rule.critical, &rule.recovery, &rule.value}) {
        if (!*formula) continue;
        const auto columns = (*formula)->columnsUsed();
        use.uses.insert(use.uses.end(), columns.begin(), columns.end());
    }
    std::sort(use.uses.begin(), use.uses.end());
    use.uses.erase(std::unique(use.uses.begin(), use.uses.end()), use.uses.end());
    use.passes.resize(rule.output->size());
    return use;
}

std::string summaryOf(const AlertParams& params)
{
    std::string text = params.severity + " when " + params.condition.source;
    if (params.forTime.count() > 0)
        text += " for " + ParamTraits<Duration>::toJson(params.forTime).get<std::string>();
    return params.paused ? text + " (paused)" : text;
}

std::optional<Binding> bindAlertRule(const AlertParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    auto rule = std::make_shared<AlertRuleSpec>();
    rule->isEventTime = params.time == "event";
    if (rule->isEventTime && !context.inputs[0]->hasEventTime())
        context.problem("time",
                        "The rows have no event time. Set \"time_column\" at the source, or choose "
                        "processing.");
    rule->condition = context.formula("condition", params.condition, *context.inputs[0], DataType::Bool);
    rule->critical = optionalFormula("critical_condition", params.critical, context);
    rule->recovery = optionalFormula("recovery_condition", params.recovery, context);
    if (rule->condition) rule->value = valueOf(params, *rule->condition, context);
    readLabels(params, context, *rule);
    readSummary(params, context, *rule);
    if (context.hasProblems()) return {};
    rule->times = {params.forTime.count(),    params.keepFiringFor.count(), params.noDataAfter.count(),
                   params.errorAfter.count(), params.keepLastMax.count(),   params.missingAfter,
                   policyOf(params.onNoData), policyOf(params.onError),     rule->recovery.has_value()};
    rule->evaluateEveryUs = params.evaluateEvery.count();
    rule->isPaused = params.paused;
    const auto levelOf = [&context](const FormulaText& formula) {
        return AlertRuleSpec::Level{conditionText(formula.source, context.constants),
                                    thresholdOf(formula.source, context.constants)};
    };
    rule->firing = levelOf(params.condition);
    rule->whenCritical = levelOf(params.critical);
    rule->severity = params.severity;
    rule->fingerprint = fingerprintOf(params, context);
    rule->output = alertSchema(rule->isEventTime);

    Binding binding;
    binding.outputs = {{"out", rule->output}};
    binding.needs.kind = Distribution::Single;
    binding.columns = columnsOf(*rule);
    binding.make = Factory<Operator>(
        [fixed = AlertRuleSpecPtr(std::move(rule))] { return std::make_unique<AlertOperator>(fixed); });
    return binding;
}

void addConditionParams(Params<AlertParams>& params)
{
    params
        .field("condition", &AlertParams::condition,
               {.title = "Condition",
                .help = "A formula that is true where something is wrong, such as avg_temperature > 80. "
                        "Each row is an evaluation for its labels; NULL means no data.",
                .required = true,
                .columnsOf = "in"})
        .field("critical_condition", &AlertParams::critical,
               {.title = "Critical when",
                .help = "A formula that raises the alert to critical. It is the same alert, at another "
                        "level.",
                .columnsOf = "in"})
        .field("recovery_condition", &AlertParams::recovery,
               {.title = "Recovered when",
                .help = "A formula that is true where all is well again, such as avg_temperature < 75. "
                        "Between the two an alert goes on firing. Empty: when the condition is not true.",
                .columnsOf = "in"})
        .field("evaluate_every", &AlertParams::evaluateEvery,
               {.title = "Evaluate every",
                .help = "How often it is looked whether rows, or those of single labels, are missing. Rows "
                        "should come at least this often.",
                .min = 0.001,
                .max = 86'400})
        .field("time", &AlertParams::time,
               {.title = "Time",
                .help = "event: the rows' own time, and the same rows always give the same alerts. "
                        "processing: the clock on the wall, which goes on when no row comes.",
                .choices = {"event", "processing"}})
        .field("for", &AlertParams::forTime,
               {.title = "For",
                .help = "So long must the condition be true before the alert fires; until then it is "
                        "pending.",
                .min = 0})
        .field("keep_firing_for", &AlertParams::keepFiringFor,
               {.title = "Keep firing for",
                .help = "So long must all be well again before the alert is resolved; until then it is "
                        "recovering.",
                .min = 0});
}

void addMissingParams(Params<AlertParams>& params)
{
    const ParamHints after{.min = 0, .advanced = true};
    const auto hints = [&](const char* title, const char* help) {
        ParamHints made = after;
        made.title = title;
        made.help = help;
        return made;
    };
    ParamHints noData = hints("On no data",
                              "own: an alert of its own kind after a time. firing, normal: as if the "
                              "condition were true, or false. keep_last: as it was, for a time.");
    noData.choices = {"own", "firing", "normal", "keep_last"};
    ParamHints error = hints("On error", "The same for rows whose formula fails.");
    error.choices = noData.choices;
    ParamHints missing = hints("Missing after",
                               "After so many evaluations without a row of some labels, while others come, "
                               "these labels are taken as gone and their alert is resolved.");
    missing.min = 1;
    missing.max = 1'000'000;
    params
        .field("no_data_after", &AlertParams::noDataAfter,
               hints("No data after", "So long must data be missing before that is an alert."))
        .field("error_after", &AlertParams::errorAfter,
               hints("Error after", "So long must the formulas fail before that is an alert."))
        .field("on_no_data", &AlertParams::onNoData, noData)
        .field("on_error", &AlertParams::onError, error)
        .field("keep_last_max", &AlertParams::keepLastMax,
               hints("Keep last for", "The longest time for which keep_last holds on to what was."))
        .field("missing_after", &AlertParams::missingAfter, missing);
}

void addTextParams(Params<AlertParams>& params)
{
    params
        .field("labels", &AlertParams::labels,
               {.title = "Labels",
                .help = "The columns that tell alerts of this rule apart: one alert for each of their "
                        "values. None: one alert.",
                .columnsOf = "in"})
        .field("severity", &AlertParams::severity,
               {.title = "Severity",
                .help = "How bad it is when the condition is true.",
                .choices = {"info", "warning", "critical"}})
        .field("summary", &AlertParams::summary,
               {.title = "Summary",
                .help = "What the operator is told. {value}, {rule}, {severity}, {state}, {reason} and each "
                        "label in braces are filled in."})
        .field("value", &AlertParams::value,
               {.title = "Value",
                .help = "The number that is shown with the alert. Empty: the first numeric column of the "
                        "condition.",
                .advanced = true,
                .columnsOf = "in"})
        .field("paused", &AlertParams::paused,
               {.title = "Paused",
                .help = "Nothing is evaluated, and what fires is resolved.",
                .advanced = true});
}

}  // namespace

void addAlertRule(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "alert_rule";
    info.title = "Alert rule";
    info.category = "Alerts";
    info.help = "Watches a condition for each set of labels and says when it begins to be true, is so for "
                "long enough, and is over; also when data is missing or a formula fails.";
    info.inputs = {{"in", "The rows to watch."}};
    info.outputs = {
        {"out", "One row for each change: rule, labels (JSON), from, to, reason, value, episode, at."}};
    Params<AlertParams> params;
    addConditionParams(params);
    addMissingParams(params);
    addTextParams(params);
    catalog.add(component(std::move(info), params, bindAlertRule));
}

}  // namespace engine
