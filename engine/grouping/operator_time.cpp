#include "grouping/operator_time.h"

#include "state/bytes.h"
#include "state/group_value.h"

namespace engine {

OperatorTime::OperatorTime() : m_schema{"operator_time", 1, {}, {{"time", DataType::Time}}, {}} { }

void OperatorTime::keepGroups(int instance, int instances)
{
    m_instance = instance;
    m_instances = instances;
}

std::shared_ptr<const FrozenTable> OperatorTime::freeze()
{
    std::string value;
    appendWord(value, static_cast<std::uint64_t>(m_us));
    return freezeForGroups(m_schema, value, m_instance, m_instances);
}

Status OperatorTime::restore(const TableSchema&, const StateRow& row)
{
    std::string_view value = row.value;
    std::uint64_t word = 0;
    if (!takeWord(value, word))
        return Error{ErrorCode::Corrupt,
                     "The saved time of a node cannot be read; its file is damaged. Start from an older "
                     "checkpoint.",
                     {}};
    reach(static_cast<std::int64_t>(word));
    return ok();
}

}  // namespace engine
