#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine {

// Records of text fields as one text of printable ASCII, for positions in checkpoints: fields separated by a
// tab, records by a newline, every other byte outside printable ASCII and '%' written as %XX.
std::string encodeFields(const std::vector<std::vector<std::string>>& records);
std::vector<std::vector<std::string>> decodeFields(std::string_view text);

}  // namespace engine
