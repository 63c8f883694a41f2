#pragma once

#include <cstdint>

// Numbers that only look drawn by lot: the same seed gives the same everywhere.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : m_state(seed * 0x9E3779B97F4A7C15ull + 1) { }
    std::uint64_t next()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return m_state * 0x2545F4914F6CDD1Dull;
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};
