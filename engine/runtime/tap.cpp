#include "runtime/tap.h"

#include "base/limits.h"

#include <algorithm>

namespace engine {

void Tap::offer(const RecordBatch& batch)
{
    const auto rows = static_cast<std::int64_t>(batch.rows());
    if (rows == 0) return;
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock) {
        m_skipped.fetch_add(rows, std::memory_order_relaxed);
        return;
    }
    m_ring.push_back(batch);
    m_bytes += batch.memoryBytes();
    while (m_bytes > limits::kTapBytes && m_ring.size() > 1) {
        m_bytes -= m_ring.front().memoryBytes();
        m_skipped.fetch_add(static_cast<std::int64_t>(m_ring.front().rows()), std::memory_order_relaxed);
        m_ring.pop_front();
    }
}

std::vector<RecordBatch> Tap::take()
{
    std::deque<RecordBatch> taken;
    {
        const std::lock_guard lock(m_mutex);
        taken.swap(m_ring);
        m_bytes = 0;
    }
    std::vector<RecordBatch> dense;
    dense.reserve(taken.size());
    for (const RecordBatch& batch : taken) dense.push_back(batch.compact());
    return dense;
}

void TapPoint::offer(const RecordBatch& batch)
{
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock) return;
    for (const auto& tap : m_taps) tap->offer(batch);
}

void TapPoint::add(std::shared_ptr<Tap> tap)
{
    const std::lock_guard lock(m_mutex);
    m_taps.push_back(std::move(tap));
    m_open.store(true, std::memory_order_relaxed);
}

void TapPoint::remove(const Tap* tap)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_taps, [tap](const auto& held) { return held.get() == tap; });
    m_open.store(!m_taps.empty(), std::memory_order_relaxed);
}

}  // namespace engine
