#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

// Numbers of rows by time, those of one time in the order in which they came: the next one due is always at
// hand. Those that come in the order of their times cost next to nothing. Belongs to one task; never saved.
class TimeQueue {
public:
    struct Entry {
        std::int64_t timeUs = 0;
        std::int64_t order = 0;
        std::uint32_t row = 0;
        bool operator<(const Entry& other) const
        {
            return timeUs != other.timeUs ? timeUs < other.timeUs : order < other.order;
        }
    };
    bool isEmpty() const { return m_first == m_line.size() && m_heap.empty(); }
    const Entry& next() const { return isLineNext() ? m_line[m_first] : m_heap.front(); }
    void push(const Entry& entry)
    {
        if (m_first == m_line.size() || m_line.back() < entry)
            m_line.push_back(entry);
        else
            pushHeap(entry);
    }
    void pop()
    {
        if (!isLineNext()) return popHeap();
        if (++m_first < 4096 || m_first * 2 < m_line.size()) return;
        m_line.erase(m_line.begin(), m_line.begin() + static_cast<std::ptrdiff_t>(m_first));
        m_first = 0;
    }
    void clear()
    {
        m_line.clear();
        m_heap.clear();
        m_first = 0;
    }
    std::size_t bytes() const { return (m_line.capacity() + m_heap.capacity()) * sizeof(Entry); }

private:
    static constexpr std::size_t kChildren = 4;
    bool isLineNext() const
    {
        return m_first < m_line.size() && (m_heap.empty() || m_line[m_first] < m_heap.front());
    }
    void pushHeap(const Entry& entry)
    {
        std::size_t hole = m_heap.size();
        m_heap.push_back(entry);
        while (hole > 0 && entry < m_heap[(hole - 1) / kChildren]) {
            m_heap[hole] = m_heap[(hole - 1) / kChildren];
            hole = (hole - 1) / kChildren;
        }
        m_heap[hole] = entry;
    }
    void popHeap()
    {
        const Entry moved = m_heap.back();
        m_heap.pop_back();
        if (m_heap.empty()) return;
        std::size_t hole = 0;
        while (true) {
            const std::size_t first = hole * kChildren + 1;
            if (first >= m_heap.size()) break;
            std::size_t least = first;
            for (std::size_t child = first + 1; child < first + kChildren && child < m_heap.size(); ++child)
                if (m_heap[child] < m_heap[least]) least = child;
            if (!(m_heap[least] < moved)) break;
            m_heap[hole] = m_heap[least];
            hole = least;
        }
        m_heap[hole] = moved;
    }

    std::vector<Entry> m_line;  // ascending, from m_first on
    std::vector<Entry> m_heap;  // what came behind something later
    std::size_t m_first = 0;
};

}  // namespace engine
