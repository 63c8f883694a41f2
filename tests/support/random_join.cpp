#include "support/random_join.h"

#include "reference/reference_joins.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

using Object = nlohmann::ordered_json;

// Columns of one type, one of each side; a text always goes.
void drawKeys(Random& random, const std::vector<Field>& left, const std::vector<Field>& right, RefJoin& join)
{
    for (const Field& a : left)
        for (const Field& b : right)
            if (a.type == b.type && a.type != DataType::Float64 && a.type != DataType::Time &&
                join.leftKeys.size() < 2 && random.below(2) == 0) {
                join.leftKeys.push_back(a.name);
                join.rightKeys.push_back(b.name);
                break;
            }
}

void drawInterval(Random& random, const RefTable& left, const RefTable& right, const RefJoin& join,
                  Object& params, RandomJoin& made)
{
    const std::int64_t lowerUs = (static_cast<std::int64_t>(random.below(16)) - 4) * 500'000;
    const std::int64_t upperUs =
        std::max<std::int64_t>(-lowerUs, (static_cast<std::int64_t>(random.below(16)) - 4) * 500'000);
    params["lower"] = inMilliseconds(lowerUs);
    params["upper"] = inMilliseconds(upperUs);
    std::optional<ExpressionTree> condition;
    if (random.below(3) == 0) {
        params["condition"] = "rx > 5e0";
        condition = std::get<ExpressionTree>(parseExpression("rx > 5e0"));
    }
    made.component = "interval_join";
    made.result = refIntervalJoin(left, right, join, lowerUs, upperUs, condition);
}

void drawWindow(Random& random, const RefTable& left, const RefTable& right, const RefJoin& join,
                Object& params, RandomJoin& made)
{
    static const std::int64_t kMilliseconds[][2] = {{1000, 1000}, {5000, 5000}, {3000, 1000}, {250, 250}};
    const auto& [size, slide] = kMilliseconds[random.below(4)];
    RefJoinWindows windows{size * 1000, slide * 1000, 0, size != slide && random.below(2) == 0};
    Object window{{"kind",
                   size == slide              ? "tumbling"
                       : windows.isCumulative ? "cumulative"
                                              : "hopping"},
                  {"size", inMilliseconds(windows.sizeUs)}};
    if (size != slide) window[windows.isCumulative ? "step" : "slide"] = inMilliseconds(windows.slideUs);
    if (random.below(3) == 0) {
        window["offset"] = "70ms";
        windows.offsetUs = 70'000;
    }
    params["window"] = window;
    made.component = "window_join";
    made.result = refWindowJoin(left, right, join, windows);
}

}  // namespace

RandomJoin makeRandomJoin(Random& random, const RefTable& left, const std::vector<Field>& leftFields,
                          const RefTable& right, const std::vector<Field>& rightFields)
{
    static const char* const kKinds[] = {"inner", "left", "right", "full", "semi", "anti"};
    RandomJoin made;
    RefJoin join;
    drawKeys(random, leftFields, rightFields, join);
    const std::uint64_t which = join.leftKeys.empty() ? 1 : random.below(3);
    join.kind = kKinds[random.below(which == 0 ? 4 : which == 1 ? 6 : 2)];
    Object params{{"kind", join.kind}, {"left_keys", join.leftKeys}, {"right_keys", join.rightKeys}};
    if (which == 0) drawInterval(random, left, right, join, params, made);
    if (which == 1) drawWindow(random, left, right, join, params, made);
    if (which == 2) {
        made.component = "temporal_join";
        made.result = refTemporalJoin(left, right, join);
    }
    made.params = params.dump();
    made.fields = leftFields;
    if (join.kind != "semi" && join.kind != "anti")
        made.fields.insert(made.fields.end(), rightFields.begin(), rightFields.end());
    if (which == 1) {
        made.fields.push_back({"window_start", DataType::Time});
        made.fields.push_back({"window_end", DataType::Time});
    }
    return made;
}

}  // namespace engine
