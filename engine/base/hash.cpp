#include "base/hash.h"

#include <array>
#include <cstring>
#include <xxhash.h>

namespace engine {

std::uint64_t stableHash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

namespace {

constexpr std::array<std::uint32_t, 256> makeCrcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0x82F63B78u : 0);
        table[i] = value;
    }
    return table;
}

constexpr auto kCrcTable = makeCrcTable();

#ifdef __x86_64__
__attribute__((target("sse4.2"))) std::uint32_t crcByInstruction(std::string_view bytes, std::uint32_t crc)
{
    std::uint64_t wide = ~crc;
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data(), 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    auto narrow = static_cast<std::uint32_t>(wide);
    for (const char c : bytes) narrow = __builtin_ia32_crc32qi(narrow, static_cast<unsigned char>(c));
    return ~narrow;
}
#endif

}  // namespace

std::uint32_t crc32cByTable(std::string_view bytes, std::uint32_t crc)
{
    crc = ~crc;
    for (const char c : bytes) crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
    return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc)
{
#ifdef __x86_64__
    static const bool kHasInstruction = __builtin_cpu_supports("sse4.2");
    if (kHasInstruction) return crcByInstruction(bytes, crc);
#endif
    return crc32cByTable(bytes, crc);
}

}  // namespace engine
