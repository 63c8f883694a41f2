// A digest of the rows of an NDJSON file as a multiset: the same whatever their order. Numbers with a
// fraction count to eight decimals, times to the millisecond however they are written. A field with ~ before
// its name is a sum whose last bits depend on an order: it is added up, weighted by what the rest of its row
// is. digest FILE FIELD...
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    hash ^= hash >> 31;
    return hash * 0x9E3779B97F4A7C15ull;
}

// 2023-11-14 22:13:20, 2023-11-14T22:13:20.5 and 2023-11-14T22:13:20.500Z are one time.
std::string timeText(std::string_view text)
{
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
        return std::string(text);
    std::string time(text.substr(0, 19));
    time[10] = 'T';
    std::string_view fraction = text.substr(19);
    if (fraction.ends_with('Z')) fraction.remove_suffix(1);
    time += fraction.empty() ? "." : fraction;
    time.resize(23, '0');
    return time;
}

std::string fieldText(simdjson::dom::element value)
{
    if (std::string_view text; !value.get(text)) return timeText(text);
    if (value.is_null()) return "null";
    if (bool flag = false; !value.get(flag)) return flag ? "true" : "false";
    double number = 0;
    if (value.get(number)) return "?";
    char text[64];
    std::snprintf(text, sizeof text, "%.8f", number);
    return text;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) return 2;
    simdjson::dom::parser parser;
    simdjson::dom::document_stream rows;
    if (parser.load_many(argv[1]).get(rows)) {
        std::fprintf(stderr, "%s cannot be read.\n", argv[1]);
        return 1;
    }
    std::uint64_t sum = 0, count = 0;
    std::vector<std::string_view> exact, weighed;
    for (int i = 2; i < argc; ++i) (argv[i][0] == '~' ? weighed : exact).emplace_back(argv[i]);
    std::vector<long double> totals(weighed.size());
    std::string line;
    for (auto row : rows) {
        if (row.error()) {
            std::fprintf(stderr, "%s: row %llu cannot be read.\n", argv[1],
                         static_cast<unsigned long long>(count + 1));
            return 1;
        }
        line.clear();
        for (const std::string_view field : exact) {
            simdjson::dom::element value;
            line += row[field].get(value) ? "missing" : fieldText(value);
            line += '\x1f';
        }
        const std::uint64_t hash = hashOf(line);
        sum += hash;
        ++count;
        for (std::size_t i = 0; i < weighed.size(); ++i) {
            double number = 0;
            if (!row[weighed[i].substr(1)].get(number))
                totals[i] += number * static_cast<double>(1 + hash % 97);
        }
    }
    std::printf("%llu rows %016llx", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(sum));
    for (const long double total : totals) std::printf(" %.2Lf", total);
    std::printf("\n");
}
