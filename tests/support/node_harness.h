#pragma once

#include "catalog/component.h"
#include "component/operator.h"
#include "state/state_store.h"
#include "support/manual_clock.h"
#include "support/rows.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine {

struct RejectedTestRow {
    SchemaPtr schema{};  // of the row: the input's, or for a group that fails the output's
    TestRow row{};
    std::string reason{};
};
struct LateRow {
    TestRow row{};
    std::int64_t windowEndUs = 0, watermarkUs = 0;
};

// What a node has put out so far. `take`, when set, gets the batches instead of `ports`.
struct NodeOutput {
    std::vector<TestRows> ports{};
    std::vector<RejectedTestRow> rejected{};
    std::vector<LateRow> late{};
    std::function<void(int port, RecordBatch batch)> take{};
};

// Whose clock everything in a test reads; goes on only where a node waits for time.
struct TestWorld {
    explicit TestWorld(std::int64_t clockUs = 0) : clock(clockUs) { }
    ManualClock clock;
    Env env{clock, systemFiles(), 1};
    std::string baseDirectory{};
};

// Runs one node as the engine would, in the calling thread: any number of instances, rows spread as the
// binding asks, state frozen, visited and restored into new instances wherever the test says. A failure ends
// the run and is kept in `error`.
class NodeHarness {
public:
    NodeHarness(const Binding& binding, TestWorld& world, NodeOutput& output, int instances = 1);
    ~NodeHarness();

    void give(int port, const RecordBatch& batch);  // and then its `after` as a watermark
    void process(int port, const RecordBatch& batch);
    void advance(std::int64_t watermarkUs);
    void finish();
    std::int64_t watermarkBehind(std::int64_t watermarkUs) const;  // as the operator says
    void saveAndRestore(int instances);

    // The lanes' way: the chunk's batches as a lane sees them through a PartialOperator, then the merge,
    // which gets them again as `merged`, with the watermark before each row, where it asks.
    void giveChunk(std::span<const RecordBatch> inLane, std::span<const RecordBatch> merged,
                   std::int64_t delayUs, std::int64_t afterUs);
    std::int64_t slicesFailed() const { return m_slicesFailed; }
    const std::string& error() const { return m_error; }

private:
    struct Instance;
    class Collector;
    void makeInstances(int count);
    void settle(Instance& instance);
    template <class Call>
    void untilDone(Instance& instance, Call call);
    void keep(const Status& status);
    bool isForInstance(int port, const RecordBatch& batch, std::uint32_t row, std::size_t instance);

    const Binding& m_binding;
    TestWorld& m_world;
    NodeOutput& m_output;
    std::vector<std::unique_ptr<Instance>> m_instances;
    std::size_t m_turn = 0;
    std::int64_t m_watermarkUs = kNoWatermark;
    std::int64_t m_slicesFailed = 0;
    std::string m_error, m_keyBytes;
};

// Cuts rows into batches of at most `batchRows`, each with its watermarks; `afterUs` is the watermark behind
// the last row.
std::vector<RecordBatch> batchesOf(const SchemaPtr& schema, std::span<const TestRow> rows,
                                   std::size_t batchRows, std::int64_t afterUs);

// The same rows as a lane sees them: before each the greatest event time of those before it.
std::vector<RecordBatch> laneBatchesOf(const SchemaPtr& schema, std::span<const TestRow> rows,
                                       std::size_t batchRows);

// Gives each row the watermark that it meets: the greatest event time before it less the delay. The one
// behind them all.
std::int64_t deriveWatermarks(TestRows& rows, std::int64_t delayUs);

}  // namespace engine
