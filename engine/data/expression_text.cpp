#include "data/expression_tree.h"

#include <array>
#include <charconv>
#include <cmath>

namespace engine {

namespace {

std::string numberText(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string number(text.data(), end);
    // A whole DOUBLE is no BIGINT: they divide differently.
    const bool looksWhole = std::isfinite(value) && number.find_first_of(".e") == std::string::npos;
    return looksWhole ? number + ".0" : number;
}

std::string inMarks(std::string_view text, char mark)
{
    std::string out(1, mark);
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == mark || text.substr(i).starts_with("${")) out += text[i];
    }
    return out + mark;
}

std::string literalText(const Scalar& literal)
{
    if (literal.isNull()) return "NULL";
    if (const auto* flag = std::get_if<bool>(&literal.value)) return *flag ? "TRUE" : "FALSE";
    if (const auto* number = std::get_if<double>(&literal.value)) return numberText(*number);
    if (const auto* text = std::get_if<std::string>(&literal.value)) return inMarks(*text, '\'');
    const std::string integer = std::to_string(std::get<std::int64_t>(literal.value));
    return literal.type == DataType::Time ? "TIME(" + integer + ")" : integer;
}

std::string columnText(const std::string& name)
{
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    const bool isPlain = name.find_first_not_of(kPlain) == std::string::npos;
    return isPlain ? name : inMarks(name, '"');
}

std::string callText(const ExpressionTree& tree)
{
    const bool isSign = tree.name.find_first_not_of("+-*/%|=<>") == std::string::npos;
    const bool isBetween = (isSign || tree.name == "AND" || tree.name == "OR") && tree.children.size() > 1;
    std::string out;
    for (const ExpressionTree& child : tree.children)
        out += (out.empty() ? "" : isBetween ? " " + tree.name + " " : ", ") + formulaText(child);
    if (isBetween) return "(" + out + ")";
    if (tree.name == "CAST" || tree.name == "TRY_CAST")
        out += " AS " + std::string(dataTypeName(tree.type));
    if (tree.unit != TimeUnit::Microsecond) out += ", UNIT " + std::to_string(static_cast<int>(tree.unit));
    return tree.name + "(" + out + ")";
}

}  // namespace

std::string formulaText(const ExpressionTree& tree)
{
    switch (tree.kind) {
    case TreeKind::Column: return columnText(tree.name);
    case TreeKind::Literal: return literalText(tree.literal);
    case TreeKind::Interval:
        return "INTERVAL " + literalText(tree.literal) + (tree.unit == TimeUnit::Month ? " MONTH" : "");
    case TreeKind::Call: return callText(tree);
    }
    return {};
}

}  // namespace engine
