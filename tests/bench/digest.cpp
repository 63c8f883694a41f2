// A digest of the rows of NDJSON files as a multiset: the same whatever their order. Numbers with a fraction
// count to eight decimals. digest FILE FIELD...
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

namespace {

std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    hash ^= hash >> 31;
    return hash * 0x9E3779B97F4A7C15ull;
}

std::string fieldText(simdjson::dom::element value)
{
    if (std::string_view text; !value.get(text)) return std::string(text);
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
    std::string line;
    for (auto row : rows) {
        line.clear();
        for (int i = 2; i < argc; ++i) {
            simdjson::dom::element value;
            line += row[std::string_view(argv[i])].get(value) ? "missing" : fieldText(value);
            line += '\x1f';
        }
        sum += hashOf(line);
        ++count;
    }
    std::printf("%llu rows %016llx\n", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(sum));
}
