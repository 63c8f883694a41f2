#pragma once

#include <cstdint>
#include <string_view>

namespace engine {

// XXH3, 64 bits, seed 0: the hash that is written in checkpoints (key groups, digests) and so never changes.
std::uint64_t stableHash(std::string_view bytes);

// The multiply and rotate mixing of a word that is already a key; for tables in memory only.
constexpr std::uint64_t mixBits(std::uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15ull;
    x ^= x >> 29;
    return x;
}

// CRC-32C (Castagnoli) of bytes, continuing from `crc` (0 to begin). By the processor's own instruction where
// it has one, which is many times faster than by a table.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);
std::uint32_t crc32cByTable(std::string_view bytes, std::uint32_t crc = 0);  // the same on any processor

}  // namespace engine
