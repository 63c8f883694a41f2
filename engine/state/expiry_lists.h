#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace engine {

// Numbers of keys by the time at which they may be forgotten, roughly: in lists for spans of time, so that
// nothing is looked at before its span is over. A key is in one list. Belongs to one task; never saved.
class ExpiryLists {
public:
    // A key is looked at so much too late at most.
    explicit ExpiryLists(std::int64_t spanUs) : m_spanUs(std::max<std::int64_t>(spanUs, 1)) { }
    void add(std::uint32_t key, std::int64_t timeUs) { m_lists[spanOf(timeUs)].push_back(key); }
    void clear() { m_lists.clear(); }
    // Calls timeOf(key) for keys whose time may have come: it forgets the key and answers kNoWatermark, or
    // says when to ask again. Before that ahead(list, index), so that what it will need can be fetched.
    template <class TimeOf, class Ahead>
    void expire(std::int64_t watermarkUs, TimeOf&& timeOf, Ahead&& ahead)
    {
        if (m_lists.empty() || m_lists.begin()->first >= spanOf(watermarkUs)) return;
        const auto behind = m_lists.lower_bound(spanOf(watermarkUs));
        std::vector<std::vector<std::uint32_t>> due;
        for (auto list = m_lists.begin(); list != behind; ++list) due.push_back(std::move(list->second));
        m_lists.erase(m_lists.begin(), behind);
        for (const auto& list : due)
            for (std::size_t index = 0; index < list.size(); ++index) {
                ahead(list, index);
                if (const std::int64_t again = timeOf(list[index]); again != kNoWatermark)
                    add(list[index], std::max(again, watermarkUs));
            }
    }
    std::size_t bytes() const
    {
        std::size_t total = 0;
        for (const auto& [span, list] : m_lists) total += list.capacity() * sizeof(std::uint32_t);
        return total;
    }

private:
    std::int64_t spanOf(std::int64_t timeUs) const
    {
        return timeUs / m_spanUs - (timeUs % m_spanUs < 0 ? 1 : 0);
    }
    std::int64_t m_spanUs;
    std::map<std::int64_t, std::vector<std::uint32_t>> m_lists;
};

}  // namespace engine
