#include "state/instance_progress.h"

#include "state/bytes.h"
#include "state/group_value.h"

#include <algorithm>

namespace engine {

InstanceProgress::InstanceProgress(std::string name)
    : m_schema{std::move(name), 1, {}, {{"watermark", DataType::Time}, {"arrivals", DataType::Int64}}, {}}
{
}

void InstanceProgress::keepGroups(int instance, int instances)
{
    m_instance = instance;
    m_instances = instances;
}

std::shared_ptr<const FrozenTable> InstanceProgress::freeze()
{
    std::string value;
    appendWord(value, static_cast<std::uint64_t>(watermarkUs));
    appendWord(value, static_cast<std::uint64_t>(arrivals));
    return freezeForGroups(m_schema, value, m_instance, m_instances);
}

Status InstanceProgress::restore(const TableSchema&, const StateRow& row)
{
    std::string_view value = row.value;
    std::uint64_t watermark = 0, arrived = 0;
    if (!takeWord(value, watermark) || !takeWord(value, arrived))
        return Error{ErrorCode::Corrupt,
                     "The saved progress of this node cannot be read; its file is damaged. Start from an "
                     "older checkpoint.",
                     {}};
    watermarkUs = std::max(watermarkUs, static_cast<std::int64_t>(watermark));
    arrivals = std::max(arrivals, static_cast<std::int64_t>(arrived));
    return ok();
}

}  // namespace engine
