#include "support/node_harness.h"

#include "data/batch_builder.h"
#include "data/key_bytes.h"
#include "runtime/task_waker.h"

#include <algorithm>

namespace engine {

// Checks what every batch must be, then hands it on or keeps its rows.
class NodeHarness::Collector final : public Output {
public:
    explicit Collector(NodeHarness& harness) : m_harness(harness) { }

    void push(RecordBatch batch, int port) override
    {
        const auto& ports = m_harness.m_binding.outputs;
        CHECK(port >= 0 && static_cast<std::size_t>(port) < ports.size());
        const SchemaPtr& schema = ports[static_cast<std::size_t>(port)].schema;
        if (*batch.schema() != *schema)
            m_harness.keep(Error{ErrorCode::BadData, "A batch has another schema than its port.", {}});
        if (batch.rows() > limits::kBatchRows)
            m_harness.keep(Error{ErrorCode::Limit, "A batch has too many rows.", {}});
        if (batch.rows() == 0 || !m_harness.m_error.empty()) return;
        NodeOutput& output = m_harness.m_output;
        if (output.take)
            output.take(port, std::move(batch));
        else
            appendRows(output.ports[static_cast<std::size_t>(port)], batch);
    }
    void reject(const RecordBatch& batch, std::uint32_t row, std::string_view reason,
                std::string_view) override
    {
        m_harness.m_output.rejected.push_back({batch.schema(), rowAt(batch, row), std::string(reason)});
    }
    void late(const RecordBatch& batch, std::uint32_t row, std::int64_t missedEndUs,
              std::int64_t watermarkUs) override
    {
        m_harness.m_output.late.push_back({rowAt(batch, row), missedEndUs, watermarkUs});
    }

private:
    NodeHarness& m_harness;
};

struct NodeHarness::Instance final : Timers {
    Instance(TestWorld& world, int number, int count)
        : context{state,  metrics, world.env,           *this, number, count,
                  "node", nullptr, world.baseDirectory, waker}
    {
    }
    void wakeAt(Timestamp time) override { wakeUs = std::min(wakeUs, time.time_since_epoch().count()); }
    StateStore state;
    NodeMetrics metrics;
    std::shared_ptr<WaitingWaker> waker = std::make_shared<WaitingWaker>();
    OperatorContext context;
    std::unique_ptr<Operator> op;
    MergeOperator* merge = nullptr;  // the same object, when the node was made to merge
    std::unique_ptr<PartialOperator> lane;
    std::int64_t wakeUs = kEndOfTime;
    bool isRestored = false;                                   // and has not been woken since
    bool hasThreads() const { return waker.use_count() > 2; }  // its own and the context's
};

NodeHarness::NodeHarness(const Binding& binding, TestWorld& world, NodeOutput& output, int instances)
    : m_binding(binding),
      m_world(world),
      m_output(output)
{
    m_output.ports.resize(binding.outputs.size());
    makeInstances(instances);
}

NodeHarness::~NodeHarness() = default;

void NodeHarness::keep(const Status& status)
{
    if (!status && m_error.empty()) m_error = status.error().message;
}

void NodeHarness::makeInstances(int count)
{
    m_instances.clear();
    for (int i = 0; i < count; ++i) {
        auto made = std::make_unique<Instance>(m_world, i, count);
        if (m_binding.merge) {
            std::unique_ptr<MergeOperator> merge = m_binding.merge();
            made->merge = merge.get();
            made->op = std::move(merge);
        } else {
            made->op = std::get<Factory<Operator>>(m_binding.make)();
        }
        keep(made->op->open(made->context));
        if (m_binding.partial) {
            made->lane = m_binding.partial();
            keep(made->lane->open(made->context));
        }
        m_instances.push_back(std::move(made));
    }
}

// A node that wants no input waits for the threads that work for it, or for its own timer: the clock then
// goes on to it.
void NodeHarness::settle(Instance& instance)
{
    while (m_error.empty() && !instance.op->wantsInput()) {
        if (instance.hasThreads() && !instance.isRestored) {
            if (!instance.waker->waitFor(std::chrono::seconds(20)))
                return keep(Error{ErrorCode::Limit, "The node's threads wake it no more.", {}});
        } else {
            if (instance.wakeUs == kEndOfTime)
                return keep(Error{ErrorCode::Limit, "The node waits for ever.", {}});
            const std::int64_t now = m_world.clock.now().time_since_epoch().count();
            m_world.clock.setTo(Timestamp(Duration(std::max(now, instance.wakeUs))));
            instance.wakeUs = kEndOfTime;
        }
        instance.isRestored = false;
        Collector out(*this);
        Result<Flow> flow = Flow::More;
        while (flow && *flow == Flow::More) flow = instance.op->tick(m_world.clock.now(), out);
        if (!flow) keep(flow.error());
    }
}

template <class Call>
void NodeHarness::untilDone(Instance& instance, Call call)
{
    Result<Flow> flow = Flow::More;
    while (m_error.empty() && flow && *flow == Flow::More) {
        settle(instance);
        Collector out(*this);
        flow = call(*instance.op, out);
    }
    if (!flow) keep(flow.error());
}

bool NodeHarness::isForInstance(int port, const RecordBatch& batch, std::uint32_t row, std::size_t instance)
{
    m_keyBytes.clear();
    for (const std::size_t column : m_binding.needs.keyColumnsOf(static_cast<std::size_t>(port)))
        appendKeyBytes(batch.column(column), row, m_keyBytes);
    return static_cast<std::size_t>(keyGroupOf(m_keyBytes)) % m_instances.size() == instance;
}

void NodeHarness::process(int port, const RecordBatch& batch)
{
    const bool isByKey = m_binding.needs.kind == Distribution::ByKey && m_instances.size() > 1;
    for (std::size_t i = 0; i < m_instances.size(); ++i) {
        RecordBatch part = batch;
        if (isByKey) {
            std::vector<std::uint32_t> rows;
            forEachRow(batch, [&](std::uint32_t row) {
                if (isForInstance(port, batch, row, i)) rows.push_back(row);
            });
            part = batch.select(std::move(rows));
        } else if (i != m_turn % m_instances.size()) {
            continue;
        }
        if (part.rows() > 0)
            untilDone(*m_instances[i],
                      [&](Operator& op, Output& out) { return op.process(port, part, out); });
    }
    ++m_turn;
}

void NodeHarness::give(int port, const RecordBatch& batch)
{
    process(port, batch);
    advance(batch.watermarks().after);
}

void NodeHarness::advance(std::int64_t watermarkUs)
{
    if (watermarkUs <= m_watermarkUs) return;
    m_watermarkUs = watermarkUs;
    for (auto& instance : m_instances)
        untilDone(*instance, [&](Operator& op, Output& out) { return op.advance(watermarkUs, out); });
}

std::int64_t NodeHarness::watermarkBehind(std::int64_t watermarkUs) const
{
    return m_instances.front()->op->watermarkBehind(watermarkUs);
}

void NodeHarness::finish()
{
    for (auto& instance : m_instances)
        untilDone(*instance, [](Operator& op, Output& out) { return op.finish(out); });
}

void NodeHarness::saveAndRestore(int count)
{
    if (!m_error.empty()) return;
    std::vector<std::shared_ptr<const FrozenTable>> frozen;
    std::int64_t wakeUs = kEndOfTime;
    for (auto& instance : m_instances) {
        for (auto& table : instance->state.freeze()) frozen.push_back(std::move(table));
        wakeUs = std::min(wakeUs, instance->wakeUs);
    }
    makeInstances(count);
    for (const auto& table : frozen) {
        table->visit([&](const StateRow& row) {
            const std::size_t owner = static_cast<std::size_t>(keyGroupOf(row.groupKey)) % m_instances.size();
            StateTable* into = m_instances[owner]->state.find(table->schema().name);
            if (!into)
                return keep(Error{ErrorCode::Corrupt, "A saved table is not made anew by open().", {}});
            keep(into->restore(table->schema(), row));
        });
    }
    for (auto& instance : m_instances) {
        instance->wakeUs = wakeUs;
        instance->isRestored = wakeUs != kEndOfTime;
    }
}

void NodeHarness::giveChunk(std::span<const RecordBatch> inLane, std::span<const RecordBatch> merged,
                            std::int64_t delayUs, std::int64_t afterUs)
{
    Instance& instance = *m_instances.front();
    CHECK(instance.merge && instance.lane);
    Collector out(*this);
    for (const RecordBatch& batch : inLane) keep(instance.lane->process(batch, out));
    const std::unique_ptr<Partial> partial = instance.lane->finish();
    const ChunkWatermark watermark{.before = m_watermarkUs, .ownBefore = m_watermarkUs, .delayUs = delayUs};
    int failed = 0;
    const auto left = instance.merge->merge(*partial, watermark, out, failed);
    if (!left) return keep(left.error());
    m_slicesFailed += failed;
    if (*left) {
        OutputWithoutRejects again(out);
        for (const RecordBatch& batch : merged) keep(instance.merge->mergeRows(batch, again));
    }
    advance(afterUs);
}

std::vector<RecordBatch> batchesOf(const SchemaPtr& schema, std::span<const TestRow> rows,
                                   std::size_t batchRows, std::int64_t afterUs)
{
    std::vector<RecordBatch> batches;
    for (std::size_t first = 0; first < rows.size(); first += batchRows) {
        const std::size_t count = std::min(batchRows, rows.size() - first);
        const bool isLast = first + count == rows.size();
        batches.push_back(batchOf(schema, rows.subspan(first, count),
                                  isLast ? afterUs : rows[first + count].watermarkBefore));
    }
    return batches;
}

std::vector<RecordBatch> laneBatchesOf(const SchemaPtr& schema, std::span<const TestRow> rows,
                                       std::size_t batchRows)
{
    TestRows inLane(rows.begin(), rows.end());
    std::int64_t greatest = kNoWatermark;
    for (TestRow& row : inLane) {
        row.watermarkBefore = greatest;
        greatest = std::max(greatest, row.at.value_or(kNoWatermark));
    }
    return batchesOf(schema, inLane, batchRows, greatest);
}

std::int64_t deriveWatermarks(TestRows& rows, std::int64_t delayUs)
{
    std::int64_t watermark = kNoWatermark;
    for (TestRow& row : rows) {
        row.watermarkBefore = watermark;
        if (row.at) watermark = std::max(watermark, *row.at - delayUs);
    }
    return watermark;
}

}  // namespace engine
