#pragma once

#include "grouping/keyed_rows.h"
#include "grouping/watermarks_before.h"
#include "operators/over/over_layout.h"
#include "operators/over/over_spans.h"
#include "state/instance_progress.h"

namespace engine {

// For each row the aggregates over the rows of its key in a span that ends with it. Rows are given in the
// order of their times when the watermark reaches them; the watermark moves with every row, since which rows
// are late depends on what has been given. One for each instance, on its task's thread; what it keeps lies in
// the state store.
class OverOperator final : public Operator {
public:
    explicit OverOperator(OverLayoutPtr layout);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    // What is kept of a key; saved as it is. `forgetUs`: at this watermark the key is as if it had never
    // been.
    struct Given {
        std::int64_t lastUs = 0;  // time of the last rows given
        std::int64_t hasLast = 0;
        std::int64_t forgetUs = 0;
        std::int64_t isListed = 0;  // among those that may be forgotten
    };
    void begin();
    void take(const RecordBatch& batch, Output& out);
    Column furtherColumn(std::size_t aggregate) const;
    void judge(std::size_t index, std::int64_t watermarkUs, Output& out);
    void keep(std::uint32_t key, std::int64_t timeUs, std::size_t index);
    Flow moveTo(std::int64_t watermarkUs, Output& out);
    Flow give(std::int64_t watermarkUs, Output& out);
    bool nextRows(std::int64_t watermarkUs);
    void giveRow(std::uint32_t row, Output& out);
    void rejectRow(std::uint32_t row, const std::string& names, Output& out);
    void push(Output& out);

    OverLayoutPtr m_layout;
    SchemaPtr m_inputSchema;
    GroupInput m_input;
    OverSpans m_spans;
    BatchBuilder m_builder;
    Env* m_env = nullptr;
    NodeMetrics* m_metrics = nullptr;
    KeyedRows* m_state = nullptr;
    InstanceProgress* m_progress = nullptr;
    bool m_isReady = false;
    WatermarksBefore m_before;
    // The batch in hand, while process answers More.
    const GroupedInput* m_rows = nullptr;
    RecordBatch m_kept;  // its rows with further arguments
    std::vector<std::uint32_t> m_found;
    std::size_t m_firstRow = 0, m_nextRow = 0;
    // Rows of one key and time, likewise.
    std::vector<std::uint32_t> m_due;
    std::size_t m_nextDue = 0;
};

}  // namespace engine
