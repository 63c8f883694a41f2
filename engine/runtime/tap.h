#pragma once

#include "data/record_batch.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace engine {

// A window onto one port for charts and tables: the newest batches, at most limits::kTapBytes. Any number of
// tasks offer and never wait (a failed try drops the batch and counts it); one reader takes. Full means the
// oldest goes and is counted.
class Tap {
public:
    void offer(const RecordBatch& batch);  // any task's thread
    std::vector<RecordBatch> take();       // control thread; dense, oldest first
    void countSkipped(std::int64_t rows) { m_skipped.fetch_add(rows, std::memory_order_relaxed); }
    std::int64_t skipped() const { return m_skipped.load(std::memory_order_relaxed); }

private:
    std::mutex m_mutex;
    std::deque<RecordBatch> m_ring;  // guarded by m_mutex
    std::size_t m_bytes = 0;         // guarded by m_mutex
    std::atomic<std::int64_t> m_skipped = 0;
};

// Where a port's taps hang. Owned by the job; read by the port's tasks, one relaxed load when nobody looks.
class TapPoint {
public:
    bool isOpen() const { return m_open.load(std::memory_order_relaxed); }
    void offer(const RecordBatch& batch);
    void add(std::shared_ptr<Tap> tap);
    void remove(const Tap* tap);

private:
    std::atomic<bool> m_open = false;
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Tap>> m_taps;  // guarded by m_mutex
};

}  // namespace engine
