#include "operators/window/window_state.h"
#include "state/bytes.h"
#include "state/group_value.h"

#include <algorithm>

namespace engine {

WindowProgress::WindowProgress()
    : m_schema{"windows_progress", 1, {}, {{"fired_until", DataType::Time}, {"arrivals", DataType::Int64}}}
{
}

void WindowProgress::keepGroups(int instance, int instances)
{
    m_instance = instance;
    m_instances = instances;
}

std::shared_ptr<const FrozenTable> WindowProgress::freeze()
{
    std::string value;
    appendWord(value, static_cast<std::uint64_t>(firedUntilUs));
    appendWord(value, static_cast<std::uint64_t>(arrivals));
    return freezeForGroups(m_schema, value, m_instance, m_instances);
}

Status WindowProgress::restore(const TableSchema&, const StateRow& row)
{
    std::string_view value = row.value;
    std::uint64_t fired = 0, arrived = 0;
    if (!takeWord(value, fired) || !takeWord(value, arrived))
        return Error{ErrorCode::Corrupt,
                     "The saved progress of a window cannot be read; its file is damaged. Start from an "
                     "older checkpoint.",
                     {}};
    firedUntilUs = std::max(firedUntilUs, static_cast<std::int64_t>(fired));
    arrivals = std::max(arrivals, static_cast<std::int64_t>(arrived));
    return ok();
}

}  // namespace engine
