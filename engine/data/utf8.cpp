#include "data/utf8.h"

namespace engine {

namespace {

// Bytes of the code point at `at` as RFC 3629 allows it; 0 when there is none.
std::size_t soundCodePointBytes(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t bytes = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (bytes == 0 || codePointBytes(text, at) != bytes) return 0;
    const bool isOverlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool isSurrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool isTooGreat = lead == 0xF4 && byte(1) >= 0x90;
    return isOverlong || isSurrogate || isTooGreat ? 0 : bytes;
}

}  // namespace

std::string utf8Preview(std::string_view bytes, std::size_t bytesMax)
{
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = soundCodePointBytes(bytes, at);
        const std::string_view next = length ? bytes.substr(at, length) : kReplacement;
        if (text.size() + next.size() > bytesMax) break;
        text += next;
        at += length ? length : 1;
    }
    return text;
}

}  // namespace engine
