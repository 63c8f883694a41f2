#pragma once

#include "base/time.h"
#include "grouping/slice_grid.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace engine {

// When something falls due, for very many rows: a calendar, of which only the page that is next is kept in
// order. An entry is never taken back: its owner knows whether it still holds. Belongs to one state table.
class DueQueue {
public:
    struct Entry {
        std::int64_t dueUs = 0;
        std::uint32_t row = 0;
    };
    explicit DueQueue(std::int64_t pageUs) : m_pageUs(std::max(pageUs, kMillisecondUs)) { }
    void push(std::int64_t dueUs, std::uint32_t row)
    {
        const std::int64_t page = quotientDown(dueUs, m_pageUs);
        if (!m_open.empty() && page > m_openPage) {
            m_pages[page].push_back({dueUs, row});
            return;
        }
        if (m_open.empty()) m_openPage = page;
        m_open.push_back({dueUs, row});
        std::push_heap(m_open.begin(), m_open.end(), isLater);
    }
    std::int64_t nextUs() const { return m_open.empty() ? kEndOfTime : m_open.front().dueUs; }
    Entry pop()
    {
        std::pop_heap(m_open.begin(), m_open.end(), isLater);
        const Entry entry = m_open.back();
        m_open.pop_back();
        if (m_open.empty()) openNext();
        return entry;
    }
    std::size_t bytes() const
    {
        std::size_t entries = m_open.capacity();
        for (const auto& [page, list] : m_pages) entries += list.capacity();
        return entries * sizeof(Entry);
    }

private:
    static bool isLater(const Entry& a, const Entry& b) { return a.dueUs > b.dueUs; }
    void openNext()
    {
        if (m_pages.empty()) return;
        m_openPage = m_pages.begin()->first;
        m_open = std::move(m_pages.begin()->second);
        m_pages.erase(m_pages.begin());
        std::make_heap(m_open.begin(), m_open.end(), isLater);
    }

    std::int64_t m_pageUs, m_openPage = 0;
    std::vector<Entry> m_open;  // a heap: of the page, and what fell before it
    std::map<std::int64_t, std::vector<Entry>> m_pages;
};

}  // namespace engine
