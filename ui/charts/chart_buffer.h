#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ui {

// What a pixel column shows of a line.
struct Span {
    double low = 0, high = 0, first = 0, last = 0;
    bool any = false;
    double sum = 0;
    std::size_t count = 0;
    double mean() const { return sum / static_cast<double>(count); }
};

// The recent points of one line, in order of time: a ring that grows to its capacity, plus least, greatest
// and sum of each block of points, so that painting costs little for each pixel whatever the number of
// points. GUI thread. A point older than the last few thousand is dropped and counted.
class ChartBuffer {
public:
    explicit ChartBuffer(std::size_t capacity);  // rounded up to a power of two

    void append(std::int64_t timeUs, double value);  // not finite: left out
    // The line is not drawn from the points before that time to those from it on, since what was between
    // is unknown.
    void breakAt(std::int64_t timeUs);
    const std::vector<std::int64_t>& breaks() const { return m_breaks; }  // in order, the recent ones
    void clear();

    std::size_t size() const { return m_size; }
    std::size_t dropped() const { return m_dropped; }
    std::int64_t timeAt(std::size_t index) const { return m_times[slot(index)]; }  // 0 is the oldest
    double valueAt(std::size_t index) const { return m_values[slot(index)]; }
    std::size_t firstAtOrAfter(std::int64_t timeUs) const;  // an index, size() if none

    // One span for each of the equal parts of [fromUs, toUs).
    void spans(std::int64_t fromUs, std::int64_t toUs, std::span<Span> perPixel) const;
    Span range(std::size_t first, std::size_t end) const;  // of points by index

private:
    struct Block {
        double low = 0, high = 0, sum = 0;
    };
    std::size_t slot(std::size_t index) const { return (m_first + index) & m_mask; }
    void renewBlock(std::size_t block);
    void insert(std::int64_t timeUs, double value);
    void grow(std::size_t slots);

    std::vector<std::int64_t> m_times;
    std::vector<double> m_values;
    std::vector<Block> m_blocks;
    std::vector<std::int64_t> m_breaks;
    std::size_t m_capacity, m_mask, m_first = 0, m_size = 0, m_dropped = 0;
};

}  // namespace ui
