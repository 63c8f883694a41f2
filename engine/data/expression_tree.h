#pragma once

#include "data/calendar.h"
#include "data/expression.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

enum class TreeKind : std::uint8_t {
    Literal,   // `literal`; NULL has no type of its own yet. A ${constant} is a literal too.
    Interval,  // `literal` is an Int64: microseconds, or months when `unit` is Month
    Column,    // `name`
    Call       // `name` of an operator or function in capitals, `children` its operands
};

// A formula as it was written, before types are known: a plain value that knows nothing of kernels. Operators
// are calls named as they are written: + - * / % || = <> < <= > >= AND OR NOT, "UNARY -", "IS NULL", "IS
// TRUE", "IS FALSE", "IS DISTINCT FROM", "IN", "BETWEEN", "LIKE" (two or three operands), "CASE" (condition,
// value, ..., else; the form with an operand is written out as equalities; ELSE is always there), "CAST" and
// "TRY_CAST" (to `type`), "EXTRACT", "FLOOR TO", "CEIL TO", "TIMESTAMPDIFF", "TIMESTAMPADD" (with `unit`).
// NOT IN, NOT LIKE and the like are a NOT around them; AND, OR have two or more operands.
struct ExpressionTree {
    TreeKind kind = TreeKind::Literal;
    std::string name{};
    std::vector<ExpressionTree> children{};
    Scalar literal{};
    DataType type = DataType::String;  // of a cast
    TimeUnit unit = TimeUnit::Microsecond;
    std::size_t offset = 0, length = 0;  // the bytes of the source that it stands for
    std::size_t height = 0;              // of the nodes below; never above limits::kExpressionDepth
};

// Constants become literals; nothing else of the formula is looked up. Any thread.
std::variant<ExpressionTree, ExpressionError> parseExpression(std::string_view source,
                                                              const Constants& constants = {});

// The formula in one way of writing it, with all its brackets: equal texts mean the same over the same
// columns.
std::string formulaText(const ExpressionTree& tree);

// The name out of `names` that `wrong` was most likely meant to be, or an empty text.
std::string nearestName(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace engine
