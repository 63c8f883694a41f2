#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

namespace engine {

// Which slices of a table were frozen, by start, and how large they were: what is frozen has those alone that
// were dropped since. Belongs to the table.
class FrozenSliceSizes {
public:
    // What is frozen now, of which all slices are added next.
    void begin(const std::shared_ptr<const void>& frozen)
    {
        if (m_frozen.expired()) m_bytes.clear();
        m_frozen = frozen;
    }
    void add(std::int64_t start, std::size_t bytes)
    {
        std::size_t& known = m_bytes[start];  // of a freeze that is not over yet
        known = std::max(known, bytes);
    }
    // Of those that are not among `slices` any more, a map by start.
    template <class Slices>
    std::size_t bytesWithout(const Slices& slices) const
    {
        if (m_frozen.expired()) return 0;
        std::size_t total = 0;
        auto slice = slices.begin();
        for (const auto& [start, bytes] : m_bytes) {
            while (slice != slices.end() && slice->first < start) ++slice;
            if (slice == slices.end() || slice->first != start) total += bytes;
        }
        return total;
    }

private:
    std::weak_ptr<const void> m_frozen;
    std::map<std::int64_t, std::size_t> m_bytes;
};

}  // namespace engine
