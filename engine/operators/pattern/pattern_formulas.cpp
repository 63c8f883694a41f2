#include "operators/pattern/pattern_formulas.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

using Kind = PatternReference::Kind;

std::optional<Kind> kindOfCall(const ExpressionTree& tree)
{
    static constexpr std::array<std::pair<std::string_view, Kind>, 8> kCalls{
        {{"FIRST", Kind::First},
         {"LAST", Kind::Last},
         {"COUNT", Kind::Count},
         {"SUM", Kind::Sum},
         {"AVG", Kind::Average},
         {"MIN", Kind::Least},
         {"MAX", Kind::Greatest},
         {"MATCH_ROWTIME", Kind::MatchTime}}};
    if (tree.kind != TreeKind::Call) return {};
    const auto found =
        std::ranges::find(kCalls, std::string_view(tree.name), &std::pair<std::string_view, Kind>::first);
    return found == kCalls.end() ? std::nullopt : std::optional(found->second);
}

bool isNumeric(DataType type) { return type == DataType::Int64 || type == DataType::Float64; }

}  // namespace

bool PatternFormulas::fail(Reading& reading, std::string message, const ExpressionTree& at) const
{
    reading.error = {std::move(message), at.offset, at.length};
    return false;
}

std::optional<std::size_t> PatternFormulas::variableOf(std::string_view name) const
{
    const auto found = std::ranges::find(m_spec.variables, name, &PatternVariable::name);
    if (found == m_spec.variables.end()) return {};
    return static_cast<std::size_t>(found - m_spec.variables.begin());
}

std::optional<ExpressionTree> PatternFormulas::parse(const std::string& param, const FormulaText& text) const
{
    if (m_context.isWrong(param)) return {};
    auto parsed = parseExpression(text.source, m_context.constants);
    if (auto* tree = std::get_if<ExpressionTree>(&parsed)) return std::move(*tree);
    m_context.mistake(param, text.source, std::get<ExpressionError>(parsed));
    return {};
}

// Columns lose their variable, which all of them must share.
bool PatternFormulas::inner(ExpressionTree& tree, Reading& reading, std::optional<std::size_t>& variable,
                            bool& hasColumn)
{
    if (kindOfCall(tree))
        return fail(reading, tree.name + " cannot stand inside another function of the rows of a match.",
                    tree);
    for (ExpressionTree& child : tree.children)
        if (!inner(child, reading, variable, hasColumn)) return false;
    if (tree.kind != TreeKind::Column) return true;
    std::optional<std::size_t> own;
    const std::size_t dot = tree.name.find('.');
    const auto isColumn = [this](const std::string& name) { return m_spec.input->find(name).has_value(); };
    if (dot != std::string::npos && (own = variableOf(tree.name.substr(0, dot)))) {
        tree.name.erase(0, dot + 1);
    } else if (dot != std::string::npos && !isColumn(tree.name) && isColumn(tree.name.substr(dot + 1))) {
        std::vector<std::string> names;
        for (const PatternVariable& each : m_spec.variables) names.push_back(each.name);
        const std::string nearest = nearestName(tree.name.substr(0, dot), names);
        return fail(reading,
                    "The pattern has no variable \"" + tree.name.substr(0, dot) + "\"" +
                        (nearest.empty() ? "." : " (did you mean \"" + nearest + "\"?)."),
                    tree);
    }
    if (hasColumn && own != variable)
        return fail(reading, "One function looks at the rows of one variable; these are of two.", tree);
    variable = own;
    hasColumn = true;
    return true;
}

bool PatternFormulas::offsetOf(const ExpressionTree& tree, Reading& reading, std::uint32_t& offset) const
{
    constexpr std::int64_t kOffsetMax = 1'000'000;
    const auto* number = std::get_if<std::int64_t>(&tree.literal.value);
    if (tree.kind != TreeKind::Literal || !number || *number < 0 || *number > kOffsetMax)
        return fail(reading, "The second argument says how many rows away: a whole number such as 1.", tree);
    offset = static_cast<std::uint32_t>(*number);
    return true;
}

// What is to be kept of each row; the same formula once.
bool PatternFormulas::keep(const ExpressionTree& tree, Reading& reading, std::size_t& value)
{
    const std::string text = formulaText(tree);
    const auto known = std::ranges::find(m_spec.valueTexts, text);
    value = static_cast<std::size_t>(known - m_spec.valueTexts.begin());
    if (known != m_spec.valueTexts.end()) return true;
    auto made = Expression::ofTree(tree, *m_spec.input);
    if (auto* error = std::get_if<ExpressionError>(&made)) {
        reading.error = *error;
        reading.isOpen = error->isOpen();
        return false;
    }
    m_spec.values.push_back(std::get<Expression>(std::move(made)));
    m_spec.valueTexts.push_back(text);
    return true;
}

// The tree becomes the column of a reference.
bool PatternFormulas::put(ExpressionTree& tree, Reading& reading, PatternReference made)
{
    const auto known = std::ranges::find(reading.references, made);
    const auto index = static_cast<std::size_t>(known - reading.references.begin());
    if (known == reading.references.end()) reading.references.push_back(made);
    ExpressionTree column;
    column.kind = TreeKind::Column;
    column.name = "#" + std::to_string(index);
    column.offset = tree.offset;
    column.length = tree.length;
    tree = std::move(column);
    return true;
}

bool PatternFormulas::reference(ExpressionTree& tree, Reading& reading, Kind kind)
{
    PatternReference made{.kind = kind};
    if (kind == Kind::MatchTime) {
        if (!reading.isMeasure)
            return fail(reading, "MATCH_ROWTIME() is known when the match is there: in a measure.", tree);
        if (!tree.children.empty()) return fail(reading, "MATCH_ROWTIME() takes nothing.", tree);
        made.type = DataType::Time;
        return put(tree, reading, made);
    }
    const bool isColumn = tree.kind == TreeKind::Column, isPlace = kind == Kind::First || kind == Kind::Last;
    const std::size_t most = isPlace ? 2 : 1;
    if (!isColumn && (tree.children.empty() || tree.children.size() > most))
        return fail(reading,
                    tree.name + " takes " +
                        (isPlace ? "a value and perhaps how many rows away." : "one value."),
                    tree);
    if (!isColumn && tree.children.size() == 2 && !offsetOf(tree.children[1], reading, made.offset))
        return false;
    ExpressionTree of = isColumn ? tree : tree.children[0];
    bool hasColumn = false;
    if (!inner(of, reading, made.variable, hasColumn)) return false;
    if (!hasColumn) return fail(reading, tree.name + " needs a column of the rows, such as A.price.", tree);
    if (!keep(of, reading, made.value)) return false;
    made.type = m_spec.values[made.value].type();
    const bool adds = kind == Kind::Sum || kind == Kind::Average;
    if ((adds && !isNumeric(made.type)) || (!isPlace && kind != Kind::Count && made.type == DataType::Bool))
        return fail(reading,
                    "The function " + tree.name + " does not work on a " +
                        std::string(dataTypeName(made.type)) + ".",
                    tree);
    if (kind == Kind::Count) made.type = DataType::Int64;
    reading.isOfRow = reading.isOfRow && isColumn && (!made.variable || made.variable == reading.own);
    return put(tree, reading, made);
}

bool PatternFormulas::rewrite(ExpressionTree& tree, Reading& reading)
{
    if (const auto kind = kindOfCall(tree)) return reference(tree, reading, *kind);
    if (tree.kind == TreeKind::Column) return reference(tree, reading, Kind::Last);
    return std::ranges::all_of(tree.children, [&](ExpressionTree& child) { return rewrite(child, reading); });
}

// Columns behind `before` of the schema, one for each reference.
Schema PatternFormulas::schemaOf(const std::vector<PatternReference>& references, std::size_t before) const
{
    std::vector<Field> fields;
    for (std::size_t i = 0; i < before; ++i)
        fields.push_back({"#key" + std::to_string(i), m_spec.input->field(m_spec.keys[i]).type});
    for (std::size_t i = 0; i < references.size(); ++i)
        fields.push_back({"#" + std::to_string(i), references[i].type});
    return Schema(std::move(fields));
}

void PatternFormulas::stripVariables(ExpressionTree& tree) const
{
    for (ExpressionTree& child : tree.children) stripVariables(child);
    const std::size_t dot = tree.name.find('.');
    if (tree.kind == TreeKind::Column && dot != std::string::npos && variableOf(tree.name.substr(0, dot)))
        tree.name.erase(0, dot + 1);
}

void PatternFormulas::readCondition(const std::string& param, const FormulaText& text, std::size_t variable)
{
    auto tree = parse(param, text);
    if (!tree) return;
    PatternFormula formula;
    Reading reading{.references = formula.references, .own = variable};
    const std::size_t kept = m_spec.values.size();
    ExpressionTree rewritten = *tree;
    if (!rewrite(rewritten, reading)) {
        if (!reading.isOpen) m_context.mistake(param, text.source, reading.error);
        return;
    }
    std::variant<Expression, ExpressionError> made;
    if (reading.isOfRow) {
        // Nothing need be kept of a row for what is asked when it comes.
        m_spec.values.erase(m_spec.values.begin() + static_cast<std::ptrdiff_t>(kept), m_spec.values.end());
        m_spec.valueTexts.resize(kept);
        stripVariables(*tree);
        made = Expression::ofTree(*tree, *m_spec.input);
    } else {
        formula.schema = std::make_shared<const Schema>(schemaOf(formula.references, 0));
        made = Expression::ofTree(rewritten, *formula.schema);
    }
    if (auto* error = std::get_if<ExpressionError>(&made))
        return m_context.mistake(param, text.source, *error);
    auto& expression = std::get<Expression>(made);
    if (expression.type() != DataType::Bool)
        return m_context.problem(param,
                                 "The formula gives " + std::string(dataTypeName(expression.type())) +
                                     ", but boolean is needed here.");
    PatternCondition& condition = m_spec.conditions[variable];
    condition.text = formulaText(*tree);
    if (reading.isOfRow) {
        condition.ofRow = std::move(expression);
        return;
    }
    formula.expression = std::move(expression);
    condition.ofMatch = std::move(formula);
}

std::optional<DataType> PatternFormulas::readMeasure(const std::string& param, const FormulaText& text)
{
    auto tree = parse(param, text);
    if (!tree) return {};
    Reading reading{.references = m_spec.references, .isMeasure = true};
    if (!rewrite(*tree, reading)) {
        if (!reading.isOpen) m_context.mistake(param, text.source, reading.error);
        return {};
    }
    // Later measures add columns behind these, and change nothing of their places.
    auto made = Expression::ofTree(*tree, schemaOf(m_spec.references, m_spec.keys.size()));
    if (auto* error = std::get_if<ExpressionError>(&made)) {
        m_context.mistake(param, text.source, *error);
        return {};
    }
    m_spec.measures.push_back(std::get<Expression>(std::move(made)));
    return m_spec.measures.back().type();
}

void PatternFormulas::finish()
{
    Schema schema = schemaOf(m_spec.references, m_spec.keys.size());
    m_spec.matchSchema = std::make_shared<const Schema>(schema.fields(), true);
}

}  // namespace engine
