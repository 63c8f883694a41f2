// Joins of two sensors files in the plainest way, to compare results with: of the rows with a temperature
// above 20 each with each of the same key. interval: the left row at most so long before or after the right
// one; window: both in the same window. One thread, everything in memory. joins_by_hand LEFT RIGHT OUTPUT
// interval BOUND_MS | window SIZE_MS
#include "sensor_rows.h"

#include <string_view>
#include <unordered_map>

namespace {

using Rows = std::vector<SensorRow>;

std::string sideText(const SensorRow& row, const char* suffix)
{
    char text[160];
    std::snprintf(text, sizeof text, R"("sensor_id%s":"%s","temperature%s":%.17g,"ts%s":"%s")", suffix,
                  row.key.c_str(), suffix, row.temperature, suffix, isoTime(row.timeMs).c_str());
    return text;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 6) return 2;
    const Rows left = warmRows(argv[1]), right = warmRows(argv[2]);
    const bool isWindow = std::string_view(argv[4]) == "window";
    const std::int64_t ms = std::atoll(argv[5]);
    std::FILE* output = std::fopen(argv[3], "wb");
    if (!output) return 1;
    std::unordered_map<std::string, std::vector<const SensorRow*>> byKey;
    for (const SensorRow& row : right) byKey[row.key].push_back(&row);
    for (const SensorRow& row : left) {
        const auto found = byKey.find(row.key);
        if (found == byKey.end()) continue;
        for (const SensorRow* other : found->second) {
            const std::int64_t apart = row.timeMs - other->timeMs;
            if (isWindow ? row.timeMs / ms != other->timeMs / ms : apart < -ms || apart > ms) continue;
            std::fprintf(output, "{%s,%s}\n", sideText(row, "").c_str(), sideText(*other, "_right").c_str());
        }
    }
    return std::fclose(output);
}
