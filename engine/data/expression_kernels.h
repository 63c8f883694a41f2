#pragma once

#include "data/expression_binder.h"

namespace engine {

// The kernels of the functions, and the binders of those that prepare something from a constant argument.

void absIntegerKernel(Call& call);
void absNumberKernel(Call& call);
void sameIntegerKernel(Call& call);
void ceilNumberKernel(Call& call);
void floorNumberKernel(Call& call);
void roundIntegerKernel(Call& call);
void roundNumberKernel(Call& call);
void signIntegerKernel(Call& call);
void signNumberKernel(Call& call);
void sqrtKernel(Call& call);
void powerKernel(Call& call);
void expKernel(Call& call);
void lnKernel(Call& call);
void log10Kernel(Call& call);

void upperKernel(Call& call);
void lowerKernel(Call& call);
void trimBothKernel(Call& call);
void trimLeadingKernel(Call& call);
void trimTrailingKernel(Call& call);
void substringKernel(Call& call);
void charLengthKernel(Call& call);
void positionKernel(Call& call);
void replaceKernel(Call& call);
void concatKernel(Call& call);
void splitIndexKernel(Call& call);
void md5Kernel(Call& call);
void sha256Kernel(Call& call);

NodePtr bindLike(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindRegexpExtract(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindRegexpReplace(ExpressionBinder& binder, const ExpressionTree& tree);

NodePtr bindExtract(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindRoundTime(ExpressionBinder& binder, const ExpressionTree& tree);  // FLOOR TO, CEIL TO
NodePtr bindTimestampDiff(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindTimestampAdd(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindDateFormat(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindToTimestamp(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindUnixTimestamp(ExpressionBinder& binder, const ExpressionTree& tree);
NodePtr bindProcessingTime(ExpressionBinder& binder, const ExpressionTree& tree);

NodePtr bindJson(ExpressionBinder& binder,
                 const ExpressionTree& tree);  // JSON_VALUE, JSON_QUERY, JSON_EXISTS

// The argument `index` of `tree` bound as `type`, or null with an error that shows the signature.
NodePtr argument(ExpressionBinder& binder, const ExpressionTree& tree, std::size_t index, DataType type);
bool argumentCount(ExpressionBinder& binder, const ExpressionTree& tree, std::size_t least, std::size_t most);

}  // namespace engine
