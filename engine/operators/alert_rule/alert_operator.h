#pragma once

#include "component/alerts.h"
#include "data/batch_builder.h"
#include "operators/alert_rule/alert_readings.h"
#include "operators/alert_rule/alert_rows.h"
#include "operators/alert_rule/alert_tables.h"

#include <memory>
#include <optional>
#include <vector>

namespace engine {

// A rule round its machines, one for each label set. With event time, rows and ticks are taken in the order
// of their times as the watermark passes them, so that the history depends on the rows alone; with processing
// time at once, by the engine's clock. The only instance of its node, on its task's thread.
class AlertOperator final : public Operator {
public:
    explicit AlertOperator(AlertRuleSpecPtr rule);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;
    Result<Flow> tick(Timestamp now, Output& out) override;

private:
    std::int64_t nowUs() const { return m_context->env.clock.now().time_since_epoch().count(); }
    std::int64_t gridAtOrAfter(std::int64_t timeUs) const;
    void begin(Output& out);
    void takeOver(AlertProgress& progress, Output& out);
    void resetAll(AlertReason why, std::int64_t atUs, Output& out);
    void countAgain();
    void releaseUntil(std::int64_t watermarkUs, Output& out);
    void evaluate(const std::string& key, const AlertEvaluation& found, std::int64_t atUs, Output& out);
    void runTick(std::int64_t atUs, Output& out);
    bool judgeQuiet(const std::string& key, AlertInput input, std::int64_t atUs, std::int64_t& nextChangeUs,
                    Output& out);
    void tell(const std::string& key, const AlertState& state, const AlertTransition& change,
              std::int64_t atUs, Output& out);
    void raise(const std::string& key, const AlertTransition& change, AlertEvent event);
    void read(const std::string& key, const AlertState& state, const std::optional<double>& value,
              std::int64_t atUs);
    void observe();
    void flush(Output& out);

    AlertRuleSpecPtr m_rule;
    AlertRows m_rows;
    BatchBuilder m_builder;
    OperatorContext* m_context = nullptr;
    std::optional<AlertTables> m_tables;
    std::vector<std::string> m_labelNames;  // of the instances that are told of
    bool m_foundProgress = false, m_isBegun = false;
    std::int64_t m_settledUs = kNoWatermark;  // no missing data is judged before
    std::int64_t m_firing = 0, m_pending = 0;
    AlertReadings m_readings;
    MonotonicTime m_observed{};
};

}  // namespace engine
