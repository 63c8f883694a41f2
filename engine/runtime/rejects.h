#pragma once

#include "base/limits.h"
#include "data/record_batch.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace engine {

// A row that a node refused: what goes to its `rejected` port and to whoever looks.
struct RejectedRecord {
    std::string reason{}, node{}, column{}, coordinates{}, raw{};
    std::int64_t atUs = 0;  // wall clock
};

// The newest rejected rows of one node and how many there were for each reason. Any thread; never in a row's
// way unless it is bad.
class RejectLog {
public:
    void add(const RejectedRecord& record)
    {
        const std::lock_guard lock(m_mutex);
        m_newest.push_back(record);
        if (m_newest.size() > limits::kRejectsKept) m_newest.pop_front();
        if (m_reasons.size() < limits::kRejectsKept || m_reasons.contains(record.reason))
            ++m_reasons[record.reason];
    }
    std::vector<RejectedRecord> newest() const
    {
        const std::lock_guard lock(m_mutex);
        return {m_newest.begin(), m_newest.end()};
    }
    std::map<std::string, std::int64_t> reasons() const
    {
        const std::lock_guard lock(m_mutex);
        return m_reasons;
    }

private:
    mutable std::mutex m_mutex;
    std::deque<RejectedRecord> m_newest;            // guarded by m_mutex
    std::map<std::string, std::int64_t> m_reasons;  // guarded by m_mutex
};

SchemaPtr rejectedSchema();  // reason, node, column, coordinates, raw, at
RecordBatch rejectedBatch(const std::vector<RejectedRecord>& records);
SchemaPtr lateSchema(const Schema& input);  // the input's columns, late_by_ms, window_end
// The row as JSON text, cut to limits::kRejectPreviewBytes.
std::string rowAsText(const RecordBatch& batch, std::uint32_t physicalRow);

}  // namespace engine
