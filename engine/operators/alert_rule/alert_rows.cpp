#include "operators/alert_rule/alert_rows.h"

#include "state/key_codec.h"

#include <algorithm>
#include <cmath>

namespace engine {

Column AlertRows::columnOf(const std::optional<Expression>& formula, const RecordBatch& batch)
{
    if (!formula) return {};
    Column column = formula->evaluate(batch, m_eval);
    m_faults.insert(m_faults.end(), m_eval.faults.begin(), m_eval.faults.end());
    return column;
}

AlertEvaluation AlertRows::found(std::uint32_t row) const
{
    AlertEvaluation evaluation;
    bool isNumber = true;
    if (m_value.size() > 0 && !m_value.isNull(row)) {
        const double value = m_value.type() == DataType::Float64
            ? m_value.numbers()[row]
            : static_cast<double>(m_value.integers()[row]);
        isNumber = !std::isnan(value);
        if (isNumber) evaluation.value = value;
    }
    evaluation.isCritical = isTrue(m_critical, row);
    evaluation.isRecovered = isTrue(m_recovery, row);
    if (evaluation.isCritical || isTrue(m_condition, row))
        evaluation.input = AlertInput::Breach;
    else if (m_condition.isNull(row) || !isNumber)
        evaluation.input = AlertInput::NoData;
    return evaluation;
}

std::span<AlertRows::Row> AlertRows::read(const RecordBatch& batch, std::int64_t nowUs, Output& out)
{
    m_eval.processingTimeUs = nowUs;
    m_faults.clear();
    m_condition = columnOf(m_rule->condition, batch);
    m_critical = columnOf(m_rule->critical, batch);
    m_recovery = columnOf(m_rule->recovery, batch);
    m_value = columnOf(m_rule->value, batch);
    std::stable_sort(m_faults.begin(), m_faults.end(), [](const RowFault& one, const RowFault& other) {
        return one.physicalRow < other.physicalRow;
    });
    m_rows.resize(batch.rows());
    std::size_t index = 0;
    auto fault = m_faults.begin();
    forEachRow(batch, [&](std::uint32_t row) {
        Row& made = m_rows[index++];
        made.physicalRow = row;
        made.key.clear();
        for (const std::size_t column : m_rule->labelColumns) appendKey(made.key, batch.column(column), row);
        while (fault != m_faults.end() && fault->physicalRow < row) ++fault;
        const bool isFault = fault != m_faults.end() && fault->physicalRow == row;
        made.found = isFault ? AlertEvaluation{.input = AlertInput::Fault} : found(row);
        if (isFault) out.reject(batch, row, fault->text());
    });
    return m_rows;
}

}  // namespace engine
