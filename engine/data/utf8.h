#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace engine {

// Bytes of the code point that starts at `at`; a byte that belongs to none counts as one. `at` lies inside
// the text.
inline std::size_t codePointBytes(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t want = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 1;
    std::size_t bytes = 1;
    while (bytes < want && at + bytes < text.size() &&
           (static_cast<unsigned char>(text[at + bytes]) & 0xC0) == 0x80)
        ++bytes;
    return bytes;
}

inline std::size_t codePointCount(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += codePointBytes(text, at)) ++count;
    return count;
}

// The byte where the code point `index` starts, or the text's size.
inline std::size_t codePointOffset(std::string_view text, std::size_t index)
{
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index) at += codePointBytes(text, at);
    return at;
}

// The beginning of what may be any bytes, as UTF-8 of at most `bytesMax` bytes: cut behind a whole code
// point, and with U+FFFD for each byte that belongs to none.
std::string utf8Preview(std::string_view bytes, std::size_t bytesMax);

}  // namespace engine
