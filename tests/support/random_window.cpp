#include "support/random_window.h"

#include <algorithm>
#include <set>

namespace engine {
namespace {

using Object = nlohmann::ordered_json;

Object windowOnAGrid(Random& random, RefWindow& window)
{
    struct Shape {
        const char* kind;
        std::int64_t size, slide;
    };
    static const Shape kShapes[] = {{"tumbling", 1000, 1000},   {"tumbling", 5000, 5000},
                                    {"hopping", 3000, 1000},    {"hopping", 10000, 5000},
                                    {"tumbling", 250, 250},     {"cumulative", 3000, 1000},
                                    {"cumulative", 5000, 1000}, {"cumulative", 1000, 250},
                                    {"hopping", 1000, 250},     {"hopping", 20000, 1000}};
    const Shape& shape = kShapes[random.below(std::size(kShapes))];
    window.kind = shape.kind;
    window.sizeUs = shape.size * 1000;
    window.slideUs = shape.slide * 1000;
    Object params{{"kind", shape.kind}, {"size", inMilliseconds(shape.size * 1000)}};
    if (shape.size != shape.slide)
        params[window.kind == "hopping" ? "slide" : "step"] = inMilliseconds(shape.slide * 1000);
    if (random.below(3) == 0) {
        params["offset"] = "70ms";
        window.offsetUs = 70'000;
    }
    return params;
}

Object sessionWindow(Random& random, RefWindow& window)
{
    static const std::int64_t kGaps[] = {200, 1000, 3000, 20000};
    const std::int64_t gap = kGaps[random.below(4)];
    window.kind = "session";
    window.gapUs = gap * 1000;
    return {{"kind", "session"}, {"gap", inMilliseconds(gap * 1000)}};
}

Object countWindow(Random& random, RefWindow& window)
{
    window.kind = "count";
    window.rows = 1 + static_cast<std::int64_t>(random.below(12));
    window.slideRows = 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(window.rows)));
    return {{"kind", "count"}, {"rows", window.rows}, {"slide_rows", window.slideRows}};
}

}  // namespace

Object drawWindow(Random& random, bool isLinear, RefWindow& window)
{
    const std::uint64_t draw = random.below(8);
    if (draw == 0 && isLinear) return countWindow(random, window);
    Object params = draw < 4 ? sessionWindow(random, window) : windowOnAGrid(random, window);
    if (isLinear && random.below(3) == 0) {
        window.latenessUs = 100'000 << random.below(6);
        params["allowed_lateness"] = inMilliseconds(window.latenessUs);
    }
    if (isLinear && random.below(4) == 0) {
        window.earlyUs = 100'000 << random.below(5);
        params["early_firing"] = inMilliseconds(window.earlyUs);
    }
    return params;
}

void keepFromTouching(const RefTable& rows, Object& params, RefWindow& window)
{
    if (window.kind != "session") return;
    std::set<std::int64_t> times;
    for (const RefRow& row : rows.rows) times.insert(row.at);
    const auto touches = [&](std::int64_t time) { return times.contains(time + window.gapUs); };
    while (std::ranges::any_of(times, touches)) window.gapUs += 1000;
    params["gap"] = inMilliseconds(window.gapUs);
}

}  // namespace engine
