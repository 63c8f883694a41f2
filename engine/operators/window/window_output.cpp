#include "operators/window/window_output.h"

#include "grouping/aggregate_cells.h"
#include "grouping/aggregates.h"
#include "grouping/group_key.h"

#include <algorithm>

namespace engine {

WindowOutput::WindowOutput(WindowLayoutPtr layout) : m_layout(std::move(layout)), m_builder(m_layout->output)
{
}

// The number of columns that were put.
std::size_t WindowOutput::putHead(const char* row, const WindowResult& result, BatchBuilder& into) const
{
    putGroupKey(*m_layout, headOf(row), into);
    std::size_t column = m_layout->keys.size();
    into.column(column++).addInteger(result.startUs);
    into.column(column++).addInteger(result.endUs);
    if (m_layout->hasVersions()) into.column(column++).addInteger(result.version);
    if (m_layout->hasReplaces()) {
        if (result.replaces.empty())
            into.column(column++).addNull();
        else
            into.column(column++).addText(result.replaces);
    }
    return column;
}

void WindowOutput::add(const char* row, const WindowResult& result, Output& out)
{
    std::size_t column = putHead(row, result, m_builder);
    bool hasResult = true;
    for (const Aggregate& aggregate : m_layout->aggregates)
        hasResult &= finishCell(aggregate, row, m_builder.column(column++));
    if (hasResult) {
        m_before.begin(m_builder.rows());
        return m_builder.endRow(result.endUs - kMillisecondUs);
    }
    m_builder.dropRow();
    reject(row, result, out);
}

std::size_t WindowOutput::addStep(const GroupTable& table, std::size_t first, const WindowResult& result,
                                  Output& out)
{
    constexpr std::size_t kStep = 256;
    const char* rows[kStep];
    const std::size_t size = std::min({kStep, table.size() - first, m_builder.room()});
    for (std::size_t i = 0; i < size; ++i) rows[i] = table.row(first + i);
    std::size_t column = 0;
    for (std::size_t i = 0; i < size; ++i) column = putHead(rows[i], result, m_builder);
    bool haveResults = true;
    for (const Aggregate& aggregate : m_layout->aggregates)
        haveResults &= finishCells(aggregate, rows, size, m_builder.column(column++));
    if (haveResults) {
        m_before.begin(m_builder.rows());
        m_builder.endRows(size, result.endUs - kMillisecondUs);
        return size;
    }
    m_builder.dropRow();
    for (std::size_t i = 0; i < size; ++i) add(rows[i], result, out);
    return size;
}

std::size_t WindowOutput::addStep(const KeptColumns& results, std::size_t first, const WindowResult& result)
{
    const std::size_t size = std::min(results.size() - first, m_builder.room());
    const std::size_t keys = m_layout->keys.size();
    for (std::size_t column = 0; column < keys; ++column)
        results.copy(column, first, size, m_builder.column(column));
    std::fill_n(m_builder.column(keys).addMany<std::int64_t>(size), size, result.startUs);
    std::fill_n(m_builder.column(keys + 1).addMany<std::int64_t>(size), size, result.endUs);
    for (std::size_t index = 0; index < m_layout->aggregates.size(); ++index)
        results.copy(keys + index, first, size, m_builder.column(keys + 2 + index));
    m_before.begin(m_builder.rows());
    m_builder.endRows(size, result.endUs - kMillisecondUs);
    return size;
}

void WindowOutput::reject(const char* row, const WindowResult& result, Output& out)
{
    BatchBuilder builder(m_layout->output);
    std::size_t column = putHead(row, result, builder);
    std::string names;
    for (const Aggregate& aggregate : m_layout->aggregates)
        if (!finishCell(aggregate, row, builder.column(column++)))
            names += (names.empty() ? "" : ", ") + aggregate.name;
    builder.endRow(result.endUs - kMillisecondUs);
    out.reject(builder.finish(), 0,
               "The sum of this group does not fit into a bigint (" + names + "); sum it as a double.");
}

}  // namespace engine
