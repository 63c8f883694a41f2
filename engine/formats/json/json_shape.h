#pragma once

#include <cstdint>
#include <string_view>

namespace engine {

enum class JsonShape : std::uint8_t { Record, NotObject, Unclosed, MoreBehind, TooDeep };

// Whether a line without blanks at its ends is one record as far as its brackets tell: it opens an object,
// and the brackets outside texts, both kinds counted alike, first come to nothing at its last byte and never
// pass limits::kJsonDepth.
JsonShape jsonShapeOf(std::string_view line);

// The same question about the depth alone, quick for what cannot be deep.
bool isTooDeep(std::string_view line);

constexpr bool isJsonBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace engine
