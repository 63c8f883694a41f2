#pragma once

#include "runtime/channel.h"
#include "runtime/operator_chain.h"
#include "runtime/task_common.h"

#include <deque>

namespace engine {

// A stateless operator behind the source, of which each lane has its own.
struct LaneStage {
    std::string node{};
    std::function<std::unique_ptr<Operator>()> make{};
    NodeMetrics* metrics = nullptr;
    TapPoint* tap = nullptr;
};

// What makes batches of chunks: used by each lane, and once more by the merge for chunks whose rows may be
// late.
struct LaneSetup {
    std::string sourceNode{};
    std::function<std::unique_ptr<Decoder>()> decoder{};  // null: the source makes rows itself
    std::function<std::unique_ptr<Decoder>()>
        fullDecoder{};  // of all columns, for a tap on the source's port; null: `decoder` is full
    bool hasEventTime = false;
    NodeMetrics* sourceMetrics = nullptr;
    TapPoint* sourceTap = nullptr;
    std::vector<LaneStage> stages{};
    std::string partialNode{};
    std::function<std::unique_ptr<PartialOperator>()> partial{};  // null: batches go on
    NodeMetrics* partialMetrics = nullptr;
};

// Decodes one chunk and runs the stateless operators on it. One thread at a time; keeps nothing from chunk to
// chunk.
class ChunkWorker {
public:
    // `counts`: whether it is the one that counts rows and offers taps, or repeats what was counted.
    ChunkWorker(LaneSetup setup, Env& env, bool counts);
    ~ChunkWorker();
    Status open();
    Status work(const SourceChunk& chunk, ChunkResult& into);  // its first part
    Status goOn(ChunkResult& into);                            // the next, until one is the last
    void apply(const PlanDelta& delta);
    void passBarrier(Epoch epoch);
    const std::string& failedNode() const { return m_failedNode; }

private:
    struct Collector;
    Status decode(const SourceChunk& chunk, ChunkResult& into);
    Status runStage(std::size_t index, ChunkResult& into);
    Status addUp(ChunkResult& into);
    std::deque<RecordBatch>* deepest();
    Status openStage(std::size_t index);
    void addContext(NodeMetrics& metrics);
    void showAll(const SourceChunk& chunk);
    LaneSetup m_setup;
    Env& m_env;
    const bool m_counts;
    std::unique_ptr<Decoder> m_decoder, m_fullDecoder;
    std::vector<std::unique_ptr<Operator>> m_operators;
    std::unique_ptr<PartialOperator> m_partial;
    std::vector<std::unique_ptr<StateStore>> m_states;
    std::vector<std::unique_ptr<NodeMetrics>> m_spare;  // of one that does not count
    std::unique_ptr<Timers> m_timers;
    std::vector<std::unique_ptr<OperatorContext>> m_contexts;  // operators keep references to them
    DecodedChunk m_decoded;
    // Of the chunk: what waits for each stage, last for the result. The deepest is served first, so that
    // little waits where an operator gives a batch in pieces.
    std::vector<std::deque<RecordBatch>> m_waiting;
    ChunkResult m_last;                        // what its last part says
    std::shared_ptr<const ChunkRecords> m_records;  // where the source framed them itself
    bool m_hasLines = false;
    std::uint64_t m_chunks = 0;
    std::string m_failedNode;
};

// One of a source's parallel lanes: chunk in, result out, in its own order. Marks pass through, so operators
// switch at the same ticket.
class LaneTask final : public Task {
public:
    LaneTask(TaskContext context, LaneSetup setup, Channel& input, Channel& output);
    Progress step() override;
    const Counter& chunks() const { return m_chunks; }

private:
    Progress failed(const Error& error, const std::string& node);
    Status handle(Element& element);
    Progress goOn();  // with the chunk
    TaskContext m_context;
    ChunkWorker m_worker;
    const bool m_keepsRaw;
    Channel& m_input;
    Channel& m_output;
    BlockedTimer m_blocked;
    Counter m_chunks;
    bool m_opened = false, m_finished = false;
    bool m_hasMore = false;  // of the chunk
};

}  // namespace engine
