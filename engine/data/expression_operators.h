#pragma once

#include "data/expression_binder.h"

namespace engine {

// Binders of operators and conditions: what the table of functions refers to.
NodePtr bindPlus(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindMinus(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindInterval(ExpressionBinder& binder, const ExpressionTree& tree);  // written like a function
NodePtr bindArithmetic(ExpressionBinder& binder, const ExpressionTree& tree);  // * / % MOD
NodePtr bindNegate(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindComparison(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindDistinct(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindLogic(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindNot(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindIsNull(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindIsFlag(ExpressionBinder& binder, const ExpressionTree& tree);  // IS TRUE, IS FALSE
NodePtr bindIn(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindBetween(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindCase(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindIf(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindCoalesce(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindNullIf(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindExtreme(ExpressionBinder& binder, const ExpressionTree& tree);  // GREATEST, LEAST
NodePtr bindCast(ExpressionBinder& binder, const ExpressionTree& tree);

}  // namespace engine
