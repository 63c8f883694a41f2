// Windows over the sensors file in the plainest way, to compare results with: rows with a temperature above
// 20, sorted by key and time, each window added up from its own rows. One thread, everything in memory.
// windows_by_hand FILE OUTPUT hopping SIZE_MS SLIDE_MS | cumulative SIZE_MS STEP_MS | session GAP_MS
#include "sensor_rows.h"

#include <set>
#include <string_view>
#include <utility>

namespace {

using Window = std::pair<std::int64_t, std::int64_t>;  // start and end
using Rows = std::vector<SensorRow>;

std::vector<Window> windowsOf(std::string_view kind, std::int64_t sizeMs, std::int64_t slideMs,
                              std::int64_t timeMs)
{
    std::vector<Window> windows;
    if (kind == "hopping") {
        for (std::int64_t start = timeMs / slideMs * slideMs; start > timeMs - sizeMs; start -= slideMs)
            windows.emplace_back(start, start + sizeMs);
    } else {
        const std::int64_t start = timeMs / sizeMs * sizeMs;
        for (std::int64_t end = start + slideMs; end <= start + sizeMs; end += slideMs)
            if (timeMs < end) windows.emplace_back(start, end);
    }
    return windows;
}

// Of the rows of one key.
std::set<Window> windowsOf(const char* const* arguments, const SensorRow* begin, const SensorRow* end)
{
    std::set<Window> windows;
    const std::string_view kind = arguments[0];
    const std::int64_t size = std::atoll(arguments[1]);
    if (kind != "session") {
        const std::int64_t slide = std::atoll(arguments[2]);
        for (const SensorRow* row = begin; row != end; ++row)
            for (const Window& window : windowsOf(kind, size, slide, row->timeMs)) windows.insert(window);
        return windows;
    }
    for (const SensorRow *first = begin, *row = begin; row != end; ++row) {
        if (row + 1 != end && row[1].timeMs - row->timeMs <= size) continue;
        windows.emplace(first->timeMs, row->timeMs + size);
        first = row + 1;
    }
    return windows;
}

void write(std::FILE* output, const Window& window, const SensorRow* begin, const SensorRow* end)
{
    const auto isEarlier = [](const SensorRow& row, std::int64_t timeMs) { return row.timeMs < timeMs; };
    const SensorRow* row = std::lower_bound(begin, end, window.first, isEarlier);
    double sum = 0, least = row->temperature, most = row->temperature;
    long long count = 0;
    for (; row != end && row->timeMs < window.second; ++row, ++count) {
        sum += row->temperature;
        least = std::min(least, row->temperature);
        most = std::max(most, row->temperature);
    }
    std::fprintf(output,
                 R"({"sensor_id":"%s","window_start":"%s","window_end":"%s","n":%lld,)"
                 R"("avg_temperature":%.17g,"min_temperature":%.17g,"max_temperature":%.17g})"
                 "\n",
                 begin->key.c_str(), isoTime(window.first).c_str(), isoTime(window.second).c_str(), count,
                 sum / static_cast<double>(count), least, most);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 5 || (argc < 6 && std::string_view(argv[3]) != "session")) return 2;
    const Rows rows = warmRows(argv[1]);
    std::FILE* output = std::fopen(argv[2], "wb");
    if (!output) return 1;
    for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
        while (next < rows.size() && rows[next].key == rows[first].key) ++next;
        const SensorRow *begin = &rows[first], *end = rows.data() + next;
        for (const Window& window : windowsOf(argv + 3, begin, end)) write(output, window, begin, end);
    }
    return std::fclose(output);
}
