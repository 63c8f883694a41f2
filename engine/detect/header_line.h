#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace engine {

// Whether the first of some CSV records, of which most have `width` fields, names the columns: texts that are
// all there, all different, and none of them a value of its column.
struct HeaderLine {
    bool isThere = false;
    std::string why{};  // it is not, a sentence where it looks as if it were
};
HeaderLine headerLine(const std::vector<std::vector<std::string>>& records, std::size_t width);

}  // namespace engine
