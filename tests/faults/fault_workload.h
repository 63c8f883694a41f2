#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

// The records of the fault tests and what must become of them, reckoned from a seed: nothing is stored.
// Record i belongs to key i % keys, the n-th of it, and has an amount and an event time of its own.
class FaultWorkload {
public:
    FaultWorkload(std::uint64_t seed, std::int64_t records) : m_seed(seed), m_records(records) { }
    static constexpr std::int64_t kKeys = 200, kWindowMs = 1000, kLookBackMs = 2000;
    std::int64_t records() const { return m_records; }
    std::string record(std::int64_t i) const
    {
        return "{\"k\":\"k" + std::to_string(i % kKeys) + "\",\"n\":" + std::to_string(i / kKeys + 1) +
            ",\"a\":" + std::to_string(amount(i)) + ",\"ts\":" + std::to_string(timeMs(i)) + "}";
    }
    // Of one key and window: how many records and the sum of their amounts.
    using Sums = std::pair<std::int64_t, std::int64_t>;
    std::map<std::pair<std::int64_t, std::int64_t>, Sums> windows() const
    {
        std::map<std::pair<std::int64_t, std::int64_t>, Sums> all;
        for (std::int64_t i = 0; i < m_records; ++i) {
            Sums& sums = all[{i % kKeys, timeMs(i) / kWindowMs * kWindowMs}];
            ++sums.first;
            sums.second += amount(i);
        }
        return all;
    }
    // The records of the key up to its n-th, as far back from that as kLookBackMs.
    Sums lookBack(std::int64_t key, std::int64_t n) const
    {
        Sums sums;
        const std::int64_t last = (n - 1) * kKeys + key;
        for (std::int64_t i = last; i >= 0 && timeMs(i) >= timeMs(last) - kLookBackMs; i -= kKeys) {
            ++sums.first;
            sums.second += amount(i);
        }
        return sums;
    }

private:
    // Disordered by less than the records of a key lie apart, so that these are in order.
    std::int64_t timeMs(std::int64_t i) const { return 1'700'000'000'000 + i + drawn(i, 1) % (kKeys - 50); }
    std::int64_t amount(std::int64_t i) const { return drawn(i, 2) % 1000; }
    std::int64_t drawn(std::int64_t i, std::uint64_t what) const
    {
        std::uint64_t x = (m_seed ^ what * 0x9E3779B97F4A7C15ull) + static_cast<std::uint64_t>(i);
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdull;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ull;
        return static_cast<std::int64_t>((x ^ (x >> 33)) >> 1);
    }
    const std::uint64_t m_seed;
    const std::int64_t m_records;
};
