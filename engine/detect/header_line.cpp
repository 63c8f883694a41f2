#include "detect/header_line.h"

#include "detect/value_census.h"

#include <algorithm>
#include <set>

namespace engine {

namespace {

constexpr std::size_t kNameBytes = 64;

bool isNameLike(const std::string& text)
{
    return text.size() <= kNameBytes && text.find_first_of(".,:/\n") == std::string::npos;
}

// Whether a column holds something else than texts; `isValue`: the first line has a value of its column.
bool isOtherKind(const std::vector<std::vector<std::string>>& records, std::size_t width, bool& isValue)
{
    bool isOther = false;
    for (std::size_t column = 0; column < width; ++column) {
        ValueCensus below;
        for (std::size_t i = 1; i < records.size(); ++i) {
            if (records[i].size() != width) continue;
            isValue |= records[i][column] == records.front()[column];
            below.addField(records[i][column]);
        }
        isOther |= !below.isEmpty() && !below.isOnlyTexts();
    }
    return isOther;
}

}  // namespace

HeaderLine headerLine(const std::vector<std::vector<std::string>>& records, std::size_t width)
{
    const std::vector<std::string>& first = records.front();
    if (first.size() != width || records.size() < 2) return {};
    std::set<std::string> names;
    std::string twice;
    for (const std::string& name : first) {
        ValueCensus census;
        census.addField(name);
        if (!census.isOnlyTexts()) return {};
        if (!names.insert(name).second && twice.empty()) twice = name;
    }
    bool isValue = false;
    const bool isOther = isOtherKind(records, width, isValue);
    if (isValue || !(isOther || std::all_of(first.begin(), first.end(), isNameLike))) return {};
    if (twice.empty()) return {true, {}};
    // Texts below texts may be records like any other.
    if (!isOther) return {};
    return {false,
            "The first line looks like the names of the columns, but \"" + twice +
                "\" is there twice, so it was taken for a record. Give each column a name of its own in the "
                "file, or leave that line out and name the columns in the source."};
}

}  // namespace engine
