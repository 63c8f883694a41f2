#include "operators/window/count_state.h"

#include "operators/window/saved_groups.h"
#include "state/bytes.h"

namespace engine {
namespace {

TableSchema countSchema(const WindowLayout& layout)
{
    return savedSchema(CountState::kName, {"rows in a window of ", DataType::Int64}, layout);
}

}  // namespace

CountState::CountState(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_schema(countSchema(*m_layout)),
      m_lists(m_layout)
{
}

Status CountState::adopt(WindowLayoutPtr layout)
{
    const WindowLayoutPtr before = m_layout;
    const TableSchema schema = countSchema(*layout);
    return adoptLayout(*this, *before, *layout, schema, [&](bool rowsStay) {
        m_layout = layout;
        m_schema = schema;
        if (!rowsStay) m_lists = GroupLists(m_layout);
    });
}

std::shared_ptr<const FrozenTable> CountState::freeze()
{
    auto frozen = std::make_shared<SavedGroups>(m_layout, m_schema);
    frozen->add(m_lists.groups().freeze(), m_lists.size(), [](std::uint32_t, const char* row) {
        const auto& window = GroupLists::ownIn<CountRow>(row);
        if (!window.isLive) return std::optional<SavedHead>();
        SavedHead head{window.rows, {}};
        appendWord(head.own, static_cast<std::uint64_t>(window.earliestUs));
        appendWord(head.own, static_cast<std::uint64_t>(window.latestUs));
        return std::optional(std::move(head));
    });
    return frozen;
}

Status CountState::restoreAll(const TableSchema& saved, std::span<const StateRow> rows)
{
    const SavedGroupsReader reader(saved, m_schema, *m_layout);
    const auto take = [&](const SavedGroupsReader::Head& head, const StateRow& row) -> Status {
        std::string_view value = row.value;
        std::uint64_t earliest = 0, latest = 0;
        if (!takeWord(value, earliest) || !takeWord(value, latest)) return damagedWindow();
        const std::uint32_t first = m_lists.first(head.key);
        std::uint32_t behind = GroupLists::kNone;
        for (std::uint32_t each = first; each != GroupLists::kNone && window(each).rows < head.place;
             each = m_lists.next(each))
            behind = each;
        const std::uint32_t made = behind == GroupLists::kNone ? m_lists.openBefore(first, head.key)
                                                               : m_lists.open(head.key, behind);
        auto& own = m_lists.writable<CountRow>(made);
        own.rows = head.place;
        own.earliestUs = static_cast<std::int64_t>(earliest);
        own.latestUs = static_cast<std::int64_t>(latest);
        return reader.cells(value, m_lists.groups(), made);
    };
    return reader.each(
        rows, [&](const auto&) -> const GroupLists& { return m_lists; }, take);
}

}  // namespace engine
