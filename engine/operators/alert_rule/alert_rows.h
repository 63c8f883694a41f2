#pragma once

#include "component/operator.h"
#include "operators/alert_rule/alert_rule_spec.h"

#include <span>
#include <string>
#include <vector>

namespace engine {

// What a rule's formulas make of a batch: an evaluation and the labels' bytes for each selected row. Belongs
// to one operator; a row whose formula fails is rejected and counts as a fault of its label set.
class AlertRows {
public:
    struct Row {
        std::uint32_t physicalRow = 0;
        std::string key{};
        AlertEvaluation found{};
    };
    explicit AlertRows(AlertRuleSpecPtr rule) : m_rule(std::move(rule)) { }
    std::span<Row> read(const RecordBatch& batch, std::int64_t nowUs, Output& out);

private:
    Column columnOf(const std::optional<Expression>& formula, const RecordBatch& batch);
    bool isTrue(const Column& column, std::uint32_t row) const
    {
        return column.size() > 0 && !column.isNull(row) && column.flags()[row] != 0;
    }
    AlertEvaluation found(std::uint32_t row) const;

    AlertRuleSpecPtr m_rule;
    EvalContext m_eval;
    Column m_condition, m_critical, m_recovery, m_value;
    std::vector<RowFault> m_faults;  // of this batch, by row
    std::vector<Row> m_rows;
};

}  // namespace engine
