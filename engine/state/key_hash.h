#pragma once

#include "base/hash.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace engine {

// Hashing and comparing keys in memory: inline, made for short texts. Never written anywhere: saved state
// uses stableHash.

inline std::uint64_t loadWord(const char* bytes)
{
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

inline std::uint64_t loadHalf(const char* bytes)
{
    std::uint32_t half;
    std::memcpy(&half, bytes, sizeof half);
    return half;
}

// The last 1 to 8 bytes of a text as one word, reading nothing outside it; 0 for none.
inline std::uint64_t loadTail(const char* bytes, std::size_t size)
{
    if (size >= 4) return loadHalf(bytes) | loadHalf(bytes + size - 4) << 32;
    if (size == 0) return 0;
    const auto at = [bytes](std::size_t index) {
        return std::uint64_t{static_cast<unsigned char>(bytes[index])};
    };
    return at(0) | at(size / 2) << 8 | at(size - 1) << 16;
}

inline std::uint64_t hashText(const char* bytes, std::size_t size)
{
    std::uint64_t hash = size * 0x9E3779B97F4A7C15ull;
    for (; size > 8; bytes += 8, size -= 8) {
        hash = (hash ^ loadWord(bytes)) * 0xD6E8FEB86659FD93ull;
        hash ^= hash >> 32;
    }
    hash = (hash ^ loadTail(bytes, size)) * 0xA0761D6478BD642Full;
    // Tables take the low bits, and in a product those know nothing of the text's last bytes: the high ones
    // are brought down.
    hash = (hash ^ (hash >> 32)) * 0xE7037ED1A0B428DBull;
    return hash ^ (hash >> 32);
}

inline bool sameBytes(const char* a, const char* b, std::size_t size)
{
    for (; size > 8; a += 8, b += 8, size -= 8)
        if (loadWord(a) != loadWord(b)) return false;
    return loadTail(a, size) == loadTail(b, size);
}

inline std::uint64_t hashText(std::string_view text) { return hashText(text.data(), text.size()); }

}  // namespace engine
