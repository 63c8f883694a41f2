#pragma once

#include "component/source.h"
#include "runtime/alignment.h"
#include "runtime/channel.h"
#include "runtime/chunk_assembler.h"
#include "runtime/restraint.h"
#include "runtime/task_common.h"

#include <atomic>
#include <map>
#include <mutex>

namespace engine {

struct SourceSetup {
    std::string node{};
    std::function<std::unique_ptr<Source>()> make{};
    std::function<std::unique_ptr<Framer>()> framer{};  // null: the source makes rows itself
    std::string baseDirectory{};
    std::size_t chunkBytes = limits::kChunkBytes;
    std::size_t maxRecordBytes = limits::kRecordBytes;
    std::int64_t delayUs = 0;
    std::int64_t idleTimeoutUs = 0;  // 0: never
    bool heartbeat = false;
    std::string resumeFrom{};  // its part of a checkpoint
    NodeMetrics* metrics = nullptr;
    Alignment alignment{};
    const Restraint* restraint = nullptr;
    std::string pipeline{};
    MetricsFeed* feed = nullptr;  // for a source of metrics
    bool storesStart = false;     // a checkpoint is asked for when it is open
};

std::string encodeSplits(const std::vector<SplitState>& splits);
std::vector<SplitState> decodeSplits(std::string_view text);

// Runs a source on a thread of its own: reads, frames, tickets, deals chunks out to the lanes in turn, sends
// barriers, idle marks and the end, keeps the positions. Orders come by its box.
class SourceTask final : public Task, SourceOutput {
public:
    SourceTask(TaskContext context, SourceSetup setup, std::vector<Channel*> lanes);
    ~SourceTask() override;
    bool mayBlock() const override { return true; }
    Progress step() override;
    OrderBox& orders() { return m_orders; }
    const std::string& node() const { return m_setup.node; }
    std::map<std::string, std::int64_t> counters() const;  // the source's own, any thread
    // Whether it waits for its last epoch to be decided and reports then; known when it has saved that epoch.
    bool tellsEnd() const { return m_tellsEnd.load(std::memory_order_acquire); }

private:
    struct Split;
    ByteInput& bytes(SplitId split) override;
    void rows(SplitId split, RecordBatch batch) override;
    void records(SplitId split, RawChunk raw, std::vector<RecordReject> rejects) override;
    bool hasRoom() const override;

    bool mayRead() const;
    bool isHeldBack();
    Progress failed(const Error& error);
    void tellWaiting(const std::string& why);
    Status open();
    std::uint32_t indexOf(SplitId split) const;
    void takeCounters();
    bool obey(const TaskOrder& order);  // true: nothing is read any more
    void endReading();
    Progress waitToTellEnd();
    Progress waitToRead();
    void addNewSplits();
    void emit(std::uint32_t split, SourceChunk chunk);
    void tellLanes();
    template <class Mark>
    void mark(Mark made);
    Status readOnce(ReadState& state);
    void watchIdle(const std::vector<SplitState>& states, std::int64_t askedUs);
    void beat(const std::vector<SplitState>& states, std::int64_t askedUs);
    void report(TaskReport::Kind kind, Epoch epoch);
    TaskContext m_context;
    SourceSetup m_setup;
    std::vector<Channel*> m_lanes;
    OrderBox m_orders;
    BlockedTimer m_blocked;
    std::unique_ptr<Source> m_source;
    std::vector<std::unique_ptr<Split>> m_splits;  // by the order in which the source tells them
    Ticket m_ticket = 0;
    std::int64_t m_allIdleUs = 0;  // asked since all are idle, or since the last heartbeat
    int m_chunksUntold = 0;        // the lanes were not woken for them yet
    std::string m_told;            // what it waits for
    MonotonicTime m_countedAt{};
    mutable std::mutex m_countersMutex;
    std::map<std::string, std::int64_t> m_counters;  // guarded by m_countersMutex
    bool m_opened = false, m_paused = false, m_draining = false;
    bool m_looksOutside = true;
    std::atomic<bool> m_tellsEnd = false;
};

}  // namespace engine
