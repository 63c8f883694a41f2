#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace engine {

static_assert(std::endian::native == std::endian::little, "saved state is little-endian");

// Little-endian words and length-prefixed texts in a string: the alphabet of saved state.
inline void appendWord(std::string& out, std::uint64_t word)
{
    out.append(reinterpret_cast<const char*>(&word), 8);
}
inline void appendHalf(std::string& out, std::uint32_t half)
{
    out.append(reinterpret_cast<const char*>(&half), 4);
}
inline void appendText(std::string& out, std::string_view text)
{
    appendHalf(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

// Each takes its value off the front of `in`; false, and nothing taken, when there is too little.
inline bool takeWord(std::string_view& in, std::uint64_t& word)
{
    if (in.size() < 8) return false;
    std::memcpy(&word, in.data(), 8);
    in.remove_prefix(8);
    return true;
}
inline bool takeHalf(std::string_view& in, std::uint32_t& half)
{
    if (in.size() < 4) return false;
    std::memcpy(&half, in.data(), 4);
    in.remove_prefix(4);
    return true;
}
inline bool takeText(std::string_view& in, std::string_view& text)
{
    std::string_view rest = in;
    std::uint32_t size = 0;
    if (!takeHalf(rest, size) || rest.size() < size) return false;
    text = rest.substr(0, size);
    in = rest.substr(size);
    return true;
}

}  // namespace engine
