#include "support/random_keepers.h"

namespace engine {
namespace {

using Object = nlohmann::ordered_json;

void drawOrder(Random& random, const std::vector<std::string>& columns, std::size_t count, DrawnTopN& into)
{
    std::vector<std::string> left = columns;
    Object order = Object::array();
    while (order.size() < count) {
        const std::size_t place = random.below(left.size());
        const bool isDescending = random.below(2) == 0;
        order.push_back({{"column", left[place]}, {"descending", isDescending}});
        into.reference.order.emplace_back(left[place], isDescending);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(place));
    }
    into.params["order_by"] = order;
}

void drawCount(Random& random, DrawnTopN& into)
{
    into.reference.count = 1 + random.below(4);
    into.params["n"] = into.reference.count;
    if (random.below(2) == 0) return;
    into.reference.rankColumn = "place";
    into.params["rank_column"] = "place";
}

}  // namespace

std::vector<std::string> drawKeys(Random& random, const std::vector<Field>& fields)
{
    std::vector<std::string> keys;
    for (const Field& field : fields)
        if (field.type != DataType::Float64 && random.below(2) == 0 && keys.size() < 2)
            keys.push_back(field.name);
    return keys;
}

DrawnDeduplicate drawDeduplicate(Random& random, const std::vector<Field>& fields)
{
    static const std::int64_t kMilliseconds[] = {1, 300, 2000, 10000, 3'600'000};
    DrawnDeduplicate drawn;
    drawn.keys = drawKeys(random, fields);
    if (drawn.keys.empty()) drawn.keys.push_back(fields[0].name);
    drawn.ttlUs = kMilliseconds[random.below(5)] * 1000;
    drawn.params = {{"keys", drawn.keys}, {"ttl", inMilliseconds(drawn.ttlUs)}};
    return drawn;
}

DrawnTopN drawTopN(Random& random, const std::vector<Field>& fields, bool arrivalIsCertain)
{
    static const std::int64_t kSizes[][2] = {{1000, 1000}, {5000, 5000}, {3000, 1000}, {10000, 5000}};
    DrawnTopN drawn;
    drawn.reference.keys = drawKeys(random, fields);
    drawn.params["keys"] = drawn.reference.keys;
    drawCount(random, drawn);
    std::vector<std::string> columns;
    for (const Field& field : fields) columns.push_back(field.name);
    drawOrder(random, columns, arrivalIsCertain ? 1 + random.below(2) : columns.size(), drawn);
    const auto& [size, slide] = kSizes[random.below(4)];
    RefTopN& reference = drawn.reference;
    reference.sizeUs = size * 1000;
    reference.slideUs = slide * 1000;
    reference.isCumulative = size != slide && random.below(2) == 0;
    Object window{{"kind",
                   size == slide                ? "tumbling"
                       : reference.isCumulative ? "cumulative"
                                                : "hopping"},
                  {"size", inMilliseconds(reference.sizeUs)}};
    if (size != slide) window[reference.isCumulative ? "step" : "slide"] = inMilliseconds(reference.slideUs);
    if (random.below(3) == 0) {
        reference.offsetUs = 70'000;
        window["offset"] = "70ms";
    }
    drawn.params["window"] = window;
    return drawn;
}

DrawnTopN drawTopNBehindWindow(Random& random, const std::vector<std::string>& columns)
{
    DrawnTopN drawn;
    for (const std::string& column : columns) {
        if (column == "window_start") break;
        if (random.below(2) == 0) drawn.reference.keys.push_back(column);
    }
    drawn.params["keys"] = drawn.reference.keys;
    drawCount(random, drawn);
    drawOrder(random, columns, columns.size(), drawn);
    return drawn;
}

}  // namespace engine
