#pragma once

#include "grouping/group_input.h"
#include "grouping/keyed_rows.h"
#include "grouping/watermarks_before.h"

#include <memory>

namespace engine {

// The fixed part of a deduplicate node. Made in bind, immutable, shared by its instances.
struct DeduplicateLayout {
    GroupLayoutPtr keys{};
    std::shared_ptr<const GroupFormulas> formulas{};
    SchemaPtr schema{};  // of rows in and out
    std::int64_t ttlUs = 0;
};

// The first row of each key by event time, then by arrival, within spans of `ttl` that begin with a row that
// was given. A row waits until the watermark reaches its time, since an earlier one may come. One for each
// instance, on its task's thread; what it keeps lies in the state store.
class DeduplicateOperator final : public Operator {
public:
    explicit DeduplicateOperator(std::shared_ptr<const DeduplicateLayout> layout);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    // What is kept of a key; saved as it is.
    struct Seen {
        std::int64_t spanEndUs = 0;  // of the last row given
        std::int64_t isGiven = 0;    // whether one was
        bool covers(std::int64_t timeUs) const { return isGiven && timeUs < spanEndUs; }
    };
    void begin();
    void judge(std::size_t index, Output& out);
    bool isDecided(std::uint32_t key, std::int64_t timeUs, std::int64_t watermarkUs) const;
    void release(std::uint32_t row);
    void push(Output& out);

    std::shared_ptr<const DeduplicateLayout> m_layout;
    GroupInput m_input;
    BatchBuilder m_builder;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    KeyedRows* m_state = nullptr;
    bool m_isReady = false;
    WatermarksBefore m_before;
    WatermarkSteps m_steps;
    std::vector<std::uint32_t> m_atWatermark;  // rows that came when the watermark was at their time
    const GroupedInput* m_rows = nullptr;       // the part of the batch in hand
    std::vector<std::uint32_t> m_found;         // keys of its rows
};

}  // namespace engine
