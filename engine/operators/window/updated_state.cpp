#include "operators/window/updated_state.h"

#include "operators/window/saved_groups.h"
#include "state/bytes.h"

namespace engine {
namespace {

TableSchema updatedSchema(const WindowLayout& layout)
{
    return savedSchema(UpdatedState::kName, {"end of a window of ", DataType::Time}, layout);
}

}  // namespace

UpdatedState::UpdatedState(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_schema(updatedSchema(*m_layout))
{
}

Status UpdatedState::adopt(WindowLayoutPtr layout)
{
    const WindowLayoutPtr before = m_layout;
    const TableSchema schema = updatedSchema(*layout);
    return adoptLayout(*this, *before, *layout, schema, [&](bool rowsStay) {
        m_layout = layout;
        m_schema = schema;
        if (!rowsStay) m_windows.clear();
    });
}

UpdatedWindow& UpdatedState::window(std::int64_t endUs)
{
    constexpr std::size_t kRowsExpected = 64;
    UpdatedWindow& found = m_windows[endUs];
    if (!found.table) found.table = std::make_unique<GroupTable>(m_layout, kRowsExpected);
    return found;
}

std::size_t UpdatedState::rows() const
{
    std::size_t total = 0;
    for (const auto& [end, window] : m_windows) total += window.table->size();
    return total;
}

std::size_t UpdatedState::bytes() const
{
    std::size_t total = 0;
    for (const auto& [end, window] : m_windows) total += sizeof window + window.table->bytes();
    return total;
}

std::size_t UpdatedState::heldBytes() const
{
    std::size_t total = m_frozen.bytesWithout(m_windows);
    for (const auto& [end, window] : m_windows) total += window.table->heldBytes();
    return total;
}

std::shared_ptr<const FrozenTable> UpdatedState::freeze()
{
    auto frozen = std::make_shared<SavedGroups>(m_layout, m_schema);
    m_frozen.begin(frozen);
    for (auto& [end, window] : m_windows) {
        m_frozen.add(end, window.table->frozenBytes());
        const auto headOf = [endUs = end](std::uint32_t, const char* row) {
            const auto& own = *reinterpret_cast<const UpdatedRow*>(row + sizeof(GroupRow));
            SavedHead head{endUs, {}};
            appendWord(head.own, static_cast<std::uint64_t>(own.version));
            appendWord(head.own, own.isChanged ? 1 : 0);
            return std::optional(std::move(head));
        };
        frozen->add(window.table->freeze(), window.table->size(), headOf);
    }
    return frozen;
}

Status UpdatedState::restoreAll(const TableSchema& saved, std::span<const StateRow> rows)
{
    const SavedGroupsReader reader(saved, m_schema, *m_layout);
    const auto take = [&](const SavedGroupsReader::Head& head, const StateRow& row) -> Status {
        std::string_view value = row.value;
        std::uint64_t version = 0, isChanged = 0;
        if (!takeWord(value, version) || !takeWord(value, isChanged)) return damagedWindow();
        UpdatedWindow& into = window(head.place);
        const std::uint32_t made = into.table->rowOf(head.key);
        own(*into.table, made) = {static_cast<std::int64_t>(version), isChanged != 0};
        into.isChanged |= isChanged != 0;
        return reader.cells(value, *into.table, made);
    };
    return reader.each(
        rows, [&](const auto& head) -> const GroupTable& { return *window(head.place).table; }, take);
}

}  // namespace engine
