#include "operators/window/window_partial.h"

namespace engine {

std::size_t WindowPartial::bytes() const
{
    std::size_t total = sizeof *this;
    for (const Slice& slice : slices) total += sizeof slice + slice.table->bytes();
    return total;
}

WindowPartialOperator::WindowPartialOperator(WindowLayoutPtr layout,
                                             std::shared_ptr<const GroupFormulas> formulas)
    : m_layout(std::move(layout)),
      m_input(m_layout, std::move(formulas)),
      m_sliceRows(m_layout->grid())
{
}

Status WindowPartialOperator::open(OperatorContext& context)
{
    m_env = &context.env;
    return ok();
}

Status WindowPartialOperator::process(const RecordBatch& batch, Output& out)
{
    for (std::size_t first = 0; first < batch.rows();) {
        const GroupedInput& rows = m_input.prepare(batch, first, *m_env, m_partial->rows, out);
        first += rows.taken;
        add(rows);
    }
    m_partial->rows += static_cast<std::int64_t>(batch.rows());
    return ok();
}

void WindowPartialOperator::add(const GroupedInput& rows)
{
    const std::int64_t* times = rows.batch.eventTimes().data();
    m_sliceRows.clear();
    for (std::uint32_t i = 0; i < rows.rows.size(); ++i)
        m_sliceRows.at(times[rows.rows[i]]).rows.push_back(i);
    for (std::size_t index = 0; index < m_sliceRows.size(); ++index) {
        const SliceRows::Entry& entry = m_sliceRows.entry(index);
        WindowPartial::Slice& slice = sliceOf(entry);
        slice.greatestBeforeLast = rows.batch.watermarkBefore(rows.rows[entry.rows.back()]);
        slice.table->add(rows, entry.rows);
    }
}

WindowPartial::Slice& WindowPartialOperator::sliceOf(const SliceRows::Entry& entry)
{
    const auto [place, isNew] = m_bySlice.try_emplace(entry.slice, m_partial->slices.size());
    if (isNew)
        m_partial->slices.push_back(
            {entry.slice, kNoWatermark, std::make_unique<GroupTable>(m_layout, entry.rows.size())});
    return m_partial->slices[place->second];
}

std::unique_ptr<Partial> WindowPartialOperator::finish()
{
    m_bySlice.clear();
    return std::exchange(m_partial, std::make_unique<WindowPartial>());
}

}  // namespace engine
