#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

// A path such as $.a.b[0]['c d'] into a JSON text, perhaps with `lax` or `strict` before it. Immutable.
class JsonPath {
public:
    // Nothing when the text is no such path, or has wildcards or filters.
    static std::optional<JsonPath> compile(std::string_view text);
    // The bytes of the value that the path leads to, or nothing. The JSON must be valid; of equal names the
    // last counts.
    std::optional<std::string_view> find(std::string_view validJson) const;

private:
    std::vector<std::variant<std::string, std::int64_t>>
        m_steps;  // a name, or an index (from the end when negative)
};

// Appends what a JSON string means; `quoted` is a valid one with its quotes.
void appendJsonText(std::string& out, std::string_view quoted);

}  // namespace engine
