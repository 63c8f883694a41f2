#include "ui/charts/chart_buffer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kBlock = 64;      // points
constexpr std::size_t kReorder = 4096;  // how far back a late point may be put
constexpr std::size_t kSlotsFirst = 1024;
constexpr std::size_t kBreaksKept = 64;

}  // namespace

ChartBuffer::ChartBuffer(std::size_t capacity) : m_capacity(std::bit_ceil(std::max(capacity, kBlock)))
{
    grow(std::min(m_capacity, kSlotsFirst));
}

// Only while nothing has been overwritten, so that the oldest point is in the first slot.
void ChartBuffer::grow(std::size_t slots)
{
    m_times.resize(slots);
    m_values.resize(slots);
    m_blocks.resize(slots / kBlock);
    m_mask = slots - 1;
}

void ChartBuffer::clear()
{
    m_first = m_size = m_dropped = 0;
    m_breaks.clear();
}

void ChartBuffer::breakAt(std::int64_t timeUs)
{
    m_breaks.insert(std::upper_bound(m_breaks.begin(), m_breaks.end(), timeUs), timeUs);
    if (m_breaks.size() > kBreaksKept) m_breaks.erase(m_breaks.begin());
}

void ChartBuffer::append(std::int64_t timeUs, double value)
{
    if (!std::isfinite(value)) return;
    if (m_size > 0 && timeUs < m_times[slot(m_size - 1)]) return insert(timeUs, value);
    if (m_size == m_times.size() && m_size < m_capacity) grow(2 * m_size);
    if (m_size == m_times.size())
        m_first = (m_first + 1) & m_mask;
    else
        ++m_size;
    const std::size_t at = slot(m_size - 1);
    m_times[at] = timeUs;
    m_values[at] = value;
    // A full ring overwrites its oldest block from its start on, so the block's old bounds go with the first
    // new point.
    Block& block = m_blocks[at / kBlock];
    if (at % kBlock == 0) {
        block = {value, value, value};
        return;
    }
    if (m_size < kBlock) return renewBlock(at / kBlock);
    block.low = std::min(block.low, value);
    block.high = std::max(block.high, value);
    block.sum += value;
}

void ChartBuffer::insert(std::int64_t timeUs, double value)
{
    std::size_t at = m_size;
    const std::size_t least = m_size > kReorder ? m_size - kReorder : 0;
    while (at > least && timeAt(at - 1) > timeUs) --at;
    if (at == least && least > 0) {
        ++m_dropped;
        return;
    }
    const std::int64_t lastTime = timeAt(m_size - 1);
    const double lastValue = valueAt(m_size - 1);
    const std::size_t before = m_size;
    append(lastTime, lastValue);
    if (m_size == before) at = at > 0 ? at - 1 : 0;
    for (std::size_t i = m_size - 1; i > at; --i) {
        m_times[slot(i)] = m_times[slot(i - 1)];
        m_values[slot(i)] = m_values[slot(i - 1)];
    }
    m_times[slot(at)] = timeUs;
    m_values[slot(at)] = value;
    for (std::size_t i = at; i < m_size; ++i)
        if (i == at || slot(i) % kBlock == 0) renewBlock(slot(i) / kBlock);
}

// Of its points from its start on: in the block that is being overwritten the others are the oldest ones.
void ChartBuffer::renewBlock(std::size_t block)
{
    Block bounds;
    bool isFirst = true;
    const std::size_t start = (block * kBlock - m_first) & m_mask;
    for (std::size_t at = block * kBlock; at < (block + 1) * kBlock; ++at) {
        const std::size_t index = (at - m_first) & m_mask;
        if (index >= m_size || index < start) continue;
        const double value = m_values[at];
        bounds =
            isFirst ? Block{value, value, value}
                    : Block{std::min(bounds.low, value), std::max(bounds.high, value), bounds.sum + value};
        isFirst = false;
    }
    m_blocks[block] = bounds;
}

std::size_t ChartBuffer::firstAtOrAfter(std::int64_t timeUs) const
{
    std::size_t low = 0, high = m_size;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (timeAt(middle) < timeUs)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Span ChartBuffer::range(std::size_t first, std::size_t end) const
{
    if (first >= end) return {};
    Span span{valueAt(first), valueAt(first), valueAt(first), valueAt(end - 1), true, 0, end - first};
    for (std::size_t index = first; index < end;) {
        const std::size_t at = slot(index);
        if (at % kBlock == 0 && index + kBlock <= end) {
            span.low = std::min(span.low, m_blocks[at / kBlock].low);
            span.high = std::max(span.high, m_blocks[at / kBlock].high);
            span.sum += m_blocks[at / kBlock].sum;
            index += kBlock;
        } else {
            span.low = std::min(span.low, m_values[at]);
            span.high = std::max(span.high, m_values[at]);
            span.sum += m_values[at];
            ++index;
        }
    }
    return span;
}

void ChartBuffer::spans(std::int64_t fromUs, std::int64_t toUs, std::span<Span> perPixel) const
{
    const double step = static_cast<double>(toUs - fromUs) / static_cast<double>(perPixel.size());
    std::size_t begin = firstAtOrAfter(fromUs);
    for (std::size_t pixel = 0; pixel < perPixel.size(); ++pixel) {
        const std::int64_t until = fromUs + static_cast<std::int64_t>(step * static_cast<double>(pixel + 1));
        // Steps of doubling length, then halving: pixels hold few points or many.
        std::size_t reach = 1, end = begin;
        while (end + reach <= m_size && timeAt(end + reach - 1) < until) {
            end += reach;
            reach *= 2;
        }
        for (; reach > 0; reach /= 2)
            while (end + reach <= m_size && timeAt(end + reach - 1) < until) end += reach;
        perPixel[pixel] = range(begin, end);
        begin = end;
    }
}

}  // namespace ui
