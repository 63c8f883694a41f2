#include "grouping/watermarks_before.h"

#include "data/batch_builder.h"

namespace engine {

Column WatermarksBefore::finish(std::size_t rows)
{
    if (m_steps.empty()) return {};
    ColumnBuilder column(DataType::Int64, rows);
    std::int64_t watermarkUs = m_toldUs;
    auto next = m_steps.begin();
    for (std::size_t row = 0; row < rows; ++row) {
        if (next != m_steps.end() && next->row == row) watermarkUs = (next++)->watermarkUs;
        column.addInteger(watermarkUs);
    }
    m_steps.clear();
    return column.finish();
}

}  // namespace engine
