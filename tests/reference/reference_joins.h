#pragma once

#include "reference/reference_evaluator.h"

namespace engine {

// Joins of two whole tables, each pair of rows looked at by itself: what joins come to where no row is late.
// Times are µs. The rows that come out are never late either.
struct RefJoin {
    std::string kind = "inner";  // inner, left, right, full, semi, anti
    std::vector<std::string> leftKeys{}, rightKeys{};
};

// left.at in [right.at - lower, right.at + upper]; a pair has the later time of both.
RefTable refIntervalJoin(const RefTable& left, const RefTable& right, const RefJoin& join,
                         std::int64_t lowerUs, std::int64_t upperUs,
                         const std::optional<ExpressionTree>& condition);

// Of windows with these starts on their grid; cumulative: `slide` is the step.
struct RefJoinWindows {
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;
    bool isCumulative = false;
};
RefTable refWindowJoin(const RefTable& left, const RefTable& right, const RefJoin& join,
                       const RefJoinWindows& windows);

// The right row of the greatest time up to the left row's; of equal times the one that stands last.
RefTable refTemporalJoin(const RefTable& left, const RefTable& right, const RefJoin& join);

}  // namespace engine
