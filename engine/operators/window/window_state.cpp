#include "operators/window/window_state.h"

#include "operators/window/saved_groups.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::size_t kRowsExpected = 64;  // in a slice, when nothing is known

TableSchema sliceSchema(const WindowLayout& layout)
{
    return savedSchema("windows", {"slice of a window of ", DataType::Time}, layout);
}

}  // namespace

WindowState::WindowState(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_schema(sliceSchema(*m_layout))
{
}

Status WindowState::adopt(WindowLayoutPtr layout)
{
    const WindowLayoutPtr before = m_layout;
    const TableSchema schema = sliceSchema(*layout);
    return adoptLayout(*this, *before, *layout, schema, [&](bool rowsStay) {
        if (!rowsStay) m_slices.clear();
        m_layout = layout;
        m_schema = schema;
        m_bytesBeside = 0;
    });
}

GroupTable& WindowState::slice(std::int64_t start)
{
    const auto found = m_slices.find(start);
    if (found != m_slices.end()) return *found->second;
    const std::size_t rowsElsewhere = m_slices.empty() ? 0 : m_slices.begin()->second->size();
    auto table = std::make_unique<GroupTable>(m_layout, std::max(rowsElsewhere, kRowsExpected));
    return *m_slices.emplace(start, std::move(table)).first->second;
}

bool WindowState::tryPlace(std::int64_t start, std::unique_ptr<GroupTable>& table)
{
    return m_slices.try_emplace(start, std::move(table)).second;
}

std::size_t WindowState::rows() const
{
    std::size_t total = 0;
    for (const auto& [start, table] : m_slices) total += table->size();
    return total;
}

std::size_t WindowState::bytes() const
{
    std::size_t total = m_bytesBeside;
    for (const auto& [start, table] : m_slices) total += sizeof *table + table->bytes();
    return total;
}

std::size_t WindowState::heldBytes() const
{
    std::size_t total = m_frozen.bytesWithout(m_slices);
    for (const auto& [start, table] : m_slices) total += table->heldBytes();
    return total;
}

std::shared_ptr<const FrozenTable> WindowState::freeze()
{
    auto frozen = std::make_shared<SavedGroups>(m_layout, m_schema);
    m_frozen.begin(frozen);
    for (auto& [start, table] : m_slices) {
        m_frozen.add(start, table->frozenBytes());
        frozen->add(table->freeze(), table->size(), [time = start](std::uint32_t, const char*) {
            return std::optional<SavedHead>({time, {}});
        });
    }
    return frozen;
}

Status WindowState::restoreAll(const TableSchema& saved, std::span<const StateRow> rows)
{
    const SavedGroupsReader reader(saved, m_schema, *m_layout);
    const auto take = [&](const SavedGroupsReader::Head& head, const StateRow& row) -> Status {
        GroupTable& table = slice(head.place);
        return reader.cells(row.value, table, table.rowOf(head.key));
    };
    return reader.each(
        rows, [&](const auto& head) -> const GroupTable& { return slice(head.place); }, take);
}

}  // namespace engine
