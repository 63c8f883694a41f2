#include "runtime/wake_up.h"

#include "state/bytes.h"
#include "state/group_value.h"

#include <algorithm>

namespace engine {

WakeUp::WakeUp(int instance, int instances)
    : m_schema{kName, 1, {}, {{"wake_at", DataType::Time}}},
      m_instance(instance),
      m_instances(instances)
{
}

std::shared_ptr<const FrozenTable> WakeUp::freeze()
{
    std::string value;
    appendWord(value, static_cast<std::uint64_t>(atUs));
    return freezeForGroups(m_schema, std::move(value), m_instance, m_instances);
}

Status WakeUp::restore(const TableSchema&, const StateRow& row)
{
    std::string_view value = row.value;
    std::uint64_t saved = 0;
    if (!takeWord(value, saved) || !value.empty())
        return Error{ErrorCode::Corrupt,
                     "A saved timer cannot be read; its file is damaged. Start from an older checkpoint.",
                     {}};
    atUs = std::min(atUs, static_cast<std::int64_t>(saved));
    return ok();
}

}  // namespace engine
