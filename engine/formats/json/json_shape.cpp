#include "formats/json/json_shape.h"

#include "base/limits.h"

#include <algorithm>

namespace engine {

JsonShape jsonShapeOf(std::string_view line)
{
    if (line.empty() || line.front() != '{') return JsonShape::NotObject;
    std::size_t depth = 0;
    bool isInText = false, isTooDeepSomewhere = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '\\') {
            // Outside a text too: that is how the stream of documents sees quotes.
            if (i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\')) ++i;
        } else if (c == '"') {
            isInText = !isInText;
        } else if (isInText) {
            continue;
        } else if (c == '{' || c == '[') {
            isTooDeepSomewhere |= ++depth > limits::kJsonDepth;
        } else if (c == '}' || c == ']') {
            if (--depth > 0) continue;
            if (isTooDeepSomewhere) return JsonShape::TooDeep;
            if (i + 1 < line.size()) return JsonShape::MoreBehind;
            return c == '}' ? JsonShape::Record : JsonShape::Unclosed;
        }
    }
    return isTooDeepSomewhere ? JsonShape::TooDeep : JsonShape::Unclosed;
}

bool isTooDeep(std::string_view line)
{
    if (line.size() <= 2 * limits::kJsonDepth) return false;
    const auto opening = std::count_if(line.begin(), line.end(), [](char c) { return (c | 0x20) == '{'; });
    if (static_cast<std::size_t>(opening) <= limits::kJsonDepth) return false;
    return jsonShapeOf(line) == JsonShape::TooDeep;
}

}  // namespace engine
