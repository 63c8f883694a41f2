#include "data/expression_operators.h"

#include <algorithm>

namespace engine {

namespace {

// The interval that a tree is, perhaps with a minus before it, or null.
const ExpressionTree* intervalOf(const ExpressionTree& tree, bool& negative)
{
    if (tree.kind == TreeKind::Interval) return &tree;
    if (tree.kind != TreeKind::Call || tree.name != "UNARY -") return nullptr;
    negative = !negative;
    return intervalOf(tree.children[0], negative);
}

void addMonthsKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        if (const auto time = addMonths(call[0].integer(row), call[1].integer(row)))
            call.out.setInteger(row, *time);
        else
            call.out.fault(row, "time out of range");
    });
}

NodePtr shifted(ExpressionBinder& binder, const ExpressionTree& timeTree, const ExpressionTree& interval,
                bool negative)
{
    NodePtr bound = binder.bind(timeTree);
    if (!bound) return nullptr;
    NodePtr time = binder.converted(bound, DataType::Time);
    if (!time)
        return binder.fail("Found a value that is no time beside an interval; expected a TIMESTAMP.",
                           timeTree);
    const std::int64_t amount = std::get<std::int64_t>(interval.literal.value);
    NodePtr by = literalNode(Scalar{DataType::Int64, negative ? -amount : amount});
    if (interval.unit == TimeUnit::Month)
        return callNode(DataType::Time, addMonthsKernel, {std::move(time), std::move(by)}, {true, true, {}});
    return arithmeticNode(Arithmetic::Add, std::move(time), std::move(by));
}

NodePtr numeric(ExpressionBinder& binder, const ExpressionTree& tree, Arithmetic operation,
                std::vector<NodePtr> nodes)
{
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const DataType type = nodes[i]->type();
        if (nodes[i]->isUntypedNull() || type == DataType::Int64 || type == DataType::Float64) continue;
        const std::string sign = tree.name;
        if (type == DataType::Time)
            return binder.fail("Found a TIMESTAMP beside " + sign +
                                   "; use TIMESTAMPDIFF(SECOND, a, b) for the distance of two times, "
                                   "and INTERVAL '5' MINUTE to move one.",
                               tree.children[i]);
        if (type == DataType::String)
            return binder.fail("Found a STRING beside " + sign +
                                   "; expected a number. CAST(... AS DOUBLE) reads one, || joins texts.",
                               tree.children[i]);
        return binder.fail("Found a BOOLEAN beside " + sign + "; expected a number.", tree.children[i]);
    }
    if (nodes[0]->isUntypedNull() && nodes[1]->isUntypedNull())
        nodes[0] = literalNode(Scalar{DataType::Int64, {}});
    if (!binder.unify(tree, nodes)) return nullptr;
    return arithmeticNode(operation, std::move(nodes[0]), std::move(nodes[1]));
}

NodePtr numericOf(ExpressionBinder& binder, const ExpressionTree& tree, Arithmetic operation)
{
    std::vector<NodePtr> nodes;
    if (tree.children.size() != 2) return binder.fail("Expected two numbers: " + tree.name + "(a, b).", tree);
    return binder.bindAll(tree.children, nodes) ? numeric(binder, tree, operation, std::move(nodes))
                                                : nullptr;
}

std::optional<Comparison> comparisonOf(std::string_view sign)
{
    if (sign == "=") return Comparison::Equal;
    if (sign == "<>") return Comparison::NotEqual;
    if (sign == "<") return Comparison::Less;
    if (sign == "<=") return Comparison::LessEqual;
    if (sign == ">") return Comparison::Greater;
    return Comparison::GreaterEqual;
}

NodePtr negated(NodePtr node)
{
    return callNode(DataType::Bool,
                    [](Call& call) {
                        call.eachValid([&](std::uint32_t row) { call.out.setFlag(row, !call[0].flag(row)); });
                    },
                    {std::move(node)});
}

bool sameAt(const Vector& a, const Vector& b, std::uint32_t row)
{
    switch (a.type()) {
    case DataType::Bool: return a.flag(row) == b.flag(row);
    case DataType::Float64: return a.number(row) == b.number(row);
    case DataType::String: return a.text(row) == b.text(row);
    default: return a.integer(row) == b.integer(row);
    }
}

void distinctKernel(Call& call)
{
    call.rows.forEach([&](std::uint32_t row) {
        const bool leftNull = call[0].isNull(row), rightNull = call[1].isNull(row);
        call.out.setFlag(row, leftNull || rightNull ? leftNull != rightNull : !sameAt(call[0], call[1], row));
    });
}

}  // namespace

NodePtr bindPlus(ExpressionBinder& binder, const ExpressionTree& tree)
{
    for (std::size_t i = 0; i < 2; ++i) {
        bool negative = false;
        if (const ExpressionTree* interval = intervalOf(tree.children[i], negative))
            return shifted(binder, tree.children[1 - i], *interval, negative);
    }
    return numericOf(binder, tree, Arithmetic::Add);
}

NodePtr bindMinus(ExpressionBinder& binder, const ExpressionTree& tree)
{
    bool negative = true;
    if (const ExpressionTree* interval = intervalOf(tree.children[1], negative))
        return shifted(binder, tree.children[0], *interval, negative);
    return numericOf(binder, tree, Arithmetic::Subtract);
}

NodePtr bindInterval(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return binder.fail("An interval has no brackets; write it as INTERVAL '5' MINUTE.", tree);
}

NodePtr bindArithmetic(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return numericOf(binder, tree,
                     tree.name == "*"       ? Arithmetic::Multiply
                         : tree.name == "/" ? Arithmetic::Divide
                                            : Arithmetic::Remainder);
}

NodePtr bindNegate(ExpressionBinder& binder, const ExpressionTree& tree)
{
    NodePtr node = binder.bind(tree.children[0]);
    if (!node) return nullptr;
    // -1 * x keeps the sign of a zero, which 0 - x does not.
    const bool isNumber = node->type() == DataType::Float64;
    NodePtr minusOne =
        literalNode(isNumber ? Scalar{DataType::Float64, -1.0} : Scalar{DataType::Int64, std::int64_t{-1}});
    if (!node->isUntypedNull() && node->type() != DataType::Int64 && !isNumber)
        return binder.fail("Found a value that is no number behind the minus.", tree.children[0]);
    std::vector<NodePtr> nodes{std::move(node), std::move(minusOne)};
    return binder.unify(tree, nodes)
        ? arithmeticNode(Arithmetic::Multiply, std::move(nodes[0]), std::move(nodes[1]))
        : nullptr;
}

NodePtr bindComparison(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (!binder.bindAll(tree.children, nodes)) return nullptr;
    if (nodes[0]->isUntypedNull() && nodes[1]->isUntypedNull())
        return literalNode(Scalar{DataType::Bool, {}});
    if (!binder.unify(tree, nodes)) return nullptr;
    const Comparison comparison = *comparisonOf(tree.name);
    if (nodes[0]->type() == DataType::Bool && comparison != Comparison::Equal &&
        comparison != Comparison::NotEqual)
        return binder.fail("Found a BOOLEAN beside " + tree.name + "; conditions have no order, use = or <>.",
                           tree);
    return comparisonNode(comparison, std::move(nodes[0]), std::move(nodes[1]));
}

NodePtr bindDistinct(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (!binder.bindAll(tree.children, nodes)) return nullptr;
    if (nodes[0]->isUntypedNull() && nodes[1]->isUntypedNull())
        return literalNode(Scalar{DataType::Bool, false});
    if (!binder.unify(tree, nodes)) return nullptr;
    return callNode(DataType::Bool, distinctKernel, std::move(nodes));
}

NodePtr bindLogic(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    for (const ExpressionTree& child : tree.children) {
        NodePtr node = binder.bind(child);
        if (node) node = binder.needFlag(std::move(node), child, "beside " + tree.name);
        if (!node) return nullptr;
        nodes.push_back(std::move(node));
    }
    return logicNode(tree.name == "AND", std::move(nodes));
}

NodePtr bindNot(ExpressionBinder& binder, const ExpressionTree& tree)
{
    NodePtr node = binder.bind(tree.children[0]);
    if (node) node = binder.needFlag(std::move(node), tree.children[0], "behind NOT");
    return node ? negated(std::move(node)) : nullptr;
}

NodePtr bindIsNull(ExpressionBinder& binder, const ExpressionTree& tree)
{
    NodePtr node = binder.bind(tree.children[0]);
    if (!node) return nullptr;
    return callNode(DataType::Bool,
                    [](Call& call) {
                        call.rows.forEach(
                            [&](std::uint32_t row) { call.out.setFlag(row, call[0].isNull(row)); });
                    },
                    {std::move(node)});
}

NodePtr bindIsFlag(ExpressionBinder& binder, const ExpressionTree& tree)
{
    NodePtr node = binder.bind(tree.children[0]);
    if (node) node = binder.needFlag(std::move(node), tree.children[0], "before " + tree.name);
    if (!node) return nullptr;
    const Kernel isTrue = [](Call& call) {
        call.rows.forEach([&](std::uint32_t row) { call.out.setFlag(row, call[0].isTrue(row)); });
    };
    const Kernel isFalse = [](Call& call) {
        call.rows.forEach([&](std::uint32_t row) { call.out.setFlag(row, call[0].isFalse(row)); });
    };
    return callNode(DataType::Bool, tree.name == "IS TRUE" ? isTrue : isFalse, {std::move(node)});
}

NodePtr bindIn(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (!binder.bindAll(tree.children, nodes) || !binder.unify(tree, nodes)) return nullptr;
    const bool allKnown = std::all_of(nodes.begin() + 1, nodes.end(),
                                      [](const NodePtr& node) { return node->literal() != nullptr; });
    if (!allKnown) {
        std::vector<NodePtr> equalities;
        for (std::size_t i = 1; i < nodes.size(); ++i)
            equalities.push_back(comparisonNode(Comparison::Equal, nodes[0], nodes[i]));
        return equalities.size() == 1 ? equalities[0] : logicNode(false, std::move(equalities));
    }
    std::vector<Scalar> values;
    bool hasNull = false;
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        if (nodes[i]->literal()->isNull())
            hasNull = true;
        else
            values.push_back(*nodes[i]->literal());
    }
    return inNode(std::move(nodes[0]), std::move(values), hasNull);
}

NodePtr bindBetween(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (!binder.bindAll(tree.children, nodes) || !binder.unify(tree, nodes)) return nullptr;
    if (nodes[0]->type() == DataType::Bool)
        return binder.fail("Found a BOOLEAN in BETWEEN; conditions have no order.", tree);
    NodePtr low = comparisonNode(Comparison::GreaterEqual, nodes[0], nodes[1]);
    NodePtr high = comparisonNode(Comparison::LessEqual, nodes[0], nodes[2]);
    return logicNode(true, {std::move(low), std::move(high)});
}

NodePtr bindCase(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (!binder.bindAll(tree.children, nodes)) return nullptr;
    std::vector<std::size_t> values;
    for (std::size_t i = 0; i + 1 < nodes.size(); i += 2) {
        nodes[i] = binder.needFlag(nodes[i], tree.children[i], "behind WHEN");
        if (!nodes[i]) return nullptr;
        values.push_back(i + 1);
    }
    values.push_back(nodes.size() - 1);
    if (!binder.unifyAmong(tree, nodes, values)) return nullptr;
    const DataType type = nodes.back()->type();
    return caseNode(type, std::move(nodes));
}

NodePtr bindIf(ExpressionBinder& binder, const ExpressionTree& tree)
{
    if (tree.children.size() != 3)
        return binder.fail("Expected three arguments: IF(condition, value, otherwise).", tree);
    return bindCase(binder, tree);
}

NodePtr bindCoalesce(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (tree.children.empty())
        return binder.fail("Expected at least one argument: COALESCE(a, b, ...).", tree);
    if (!binder.bindAll(tree.children, nodes) || !binder.unify(tree, nodes)) return nullptr;
    const DataType type = nodes[0]->type();
    return coalesceNode(type, std::move(nodes));
}

NodePtr bindNullIf(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (tree.children.size() != 2) return binder.fail("Expected two arguments: NULLIF(a, b).", tree);
    if (!binder.bindAll(tree.children, nodes)) return nullptr;
    NodePtr first = nodes[0];
    if (!binder.unify(tree, nodes)) return nullptr;
    if (first->isUntypedNull()) first = nodes[0];
    const DataType type = first->type();
    NodePtr nothing = literalNode(Scalar{type, {}});
    return caseNode(
        type, {comparisonNode(Comparison::Equal, nodes[0], nodes[1]), std::move(nothing), std::move(first)});
}

}  // namespace engine
