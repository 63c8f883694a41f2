#pragma once

#include "base/ids.h"
#include "base/limits.h"
#include "data/record_batch.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace engine {

// A row that a node refused: what goes to its `rejected` port and to whoever looks.
struct RejectedRecord {
    std::string reason{}, node{}, column{}, coordinates{}, raw{};
    std::int64_t atUs = 0;  // wall clock
};

// The newest rejected rows of one node. Any thread; never in a row's way unless it is bad.
class RejectLog {
public:
    // `passed`: the newest barrier that the task has passed since it began.
    void add(const RejectedRecord& record, Epoch passed)
    {
        const std::lock_guard lock(m_mutex);
        m_newest.push_back({record, std::max(passed, m_begunAt)});
        if (m_newest.size() > limits::kRejectsKept) m_newest.pop_front();
    }
    // All tasks begin anew at this checkpoint, and what came behind its barrier comes again.
    void goBackTo(Epoch checkpoint)
    {
        const std::lock_guard lock(m_mutex);
        m_begunAt = checkpoint;
        std::erase_if(m_newest, [&](const Kept& kept) { return kept.passed >= checkpoint; });
    }
    std::vector<RejectedRecord> newest() const
    {
        const std::lock_guard lock(m_mutex);
        std::vector<RejectedRecord> records;
        for (const Kept& kept : m_newest) records.push_back(kept.record);
        return records;
    }

private:
    struct Kept {
        RejectedRecord record;
        Epoch passed;
    };
    mutable std::mutex m_mutex;
    std::deque<Kept> m_newest;  // guarded by m_mutex
    Epoch m_begunAt{};          // guarded by m_mutex
};

SchemaPtr rejectedSchema();  // reason, node, column, coordinates, raw, at
RecordBatch rejectedBatch(const std::vector<RejectedRecord>& records);
// The row as JSON text, cut to limits::kRejectPreviewBytes.
std::string rowAsText(const RecordBatch& batch, std::uint32_t physicalRow);

}  // namespace engine
