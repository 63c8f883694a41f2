#include "operators/alert_rule/alert_threshold.h"

#include "data/expression_tree.h"
#include "spec/json.h"
#include "spec/units.h"

#include <cmath>

namespace engine {

namespace {

std::optional<double> numberOf(const ExpressionTree& tree)
{
    if (tree.kind == TreeKind::Literal) {
        if (const auto* integer = std::get_if<std::int64_t>(&tree.literal.value))
            return static_cast<double>(*integer);
        const auto* number = std::get_if<double>(&tree.literal.value);
        return number ? std::optional<double>(*number) : std::nullopt;
    }
    if (tree.kind != TreeKind::Call || tree.children.empty()) return {};
    const auto first = numberOf(tree.children[0]);
    if (!first) return {};
    if (tree.name == "UNARY -") return -*first;
    if (tree.children.size() != 2) return {};
    const auto second = numberOf(tree.children[1]);
    if (!second) return {};
    if (tree.name == "+") return *first + *second;
    if (tree.name == "-") return *first - *second;
    if (tree.name == "*") return *first * *second;
    if (tree.name == "/" && *second != 0) return *first / *second;
    return {};
}

std::optional<double> thresholdIn(const ExpressionTree& tree)
{
    if (tree.kind != TreeKind::Call) return {};
    if (tree.name == "AND" || tree.name == "OR") {
        for (const ExpressionTree& child : tree.children)
            if (const auto found = thresholdIn(child)) return found;
        return {};
    }
    const bool isComparison = tree.name == "<" || tree.name == "<=" || tree.name == ">" || tree.name == ">=";
    if (!isComparison || tree.children.size() != 2) return {};
    const auto right = numberOf(tree.children[1]);
    const auto found = right ? right : numberOf(tree.children[0]);
    return found && std::isfinite(*found) ? found : std::nullopt;
}

}  // namespace

std::string constantText(const Scalar& constant)
{
    if (const auto* flag = std::get_if<bool>(&constant.value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&constant.value)) return std::to_string(*integer);
    if (const auto* number = std::get_if<double>(&constant.value)) return numberText(*number);
    if (const auto* text = std::get_if<std::string>(&constant.value)) return *text;
    return "NULL";
}

std::optional<double> thresholdOf(std::string_view condition, const Constants& constants)
{
    const auto parsed = parseExpression(condition, constants);
    const auto* tree = std::get_if<ExpressionTree>(&parsed);
    return tree ? thresholdIn(*tree) : std::nullopt;
}

std::string conditionText(std::string_view condition, const Constants& constants)
{
    std::string text(condition);
    for (const auto& [name, constant] : constants) {
        const std::string place = "${" + name + "}", value = constantText(constant);
        for (std::size_t at = text.find(place); at != std::string::npos;
             at = text.find(place, at + value.size()))
            text.replace(at, place.size(), value);
    }
    return text;
}

}  // namespace engine
