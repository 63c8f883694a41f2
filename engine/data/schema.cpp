#include "data/schema.h"

#include <algorithm>
#include <array>

namespace engine {

namespace {
constexpr std::array<std::string_view, 5> kTypeNames{"boolean", "bigint", "double", "timestamp", "string"};
}

std::string_view dataTypeName(DataType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<DataType> dataTypeFromName(std::string_view name)
{
    for (std::size_t i = 0; i < kTypeNames.size(); ++i)
        if (kTypeNames[i] == name) return static_cast<DataType>(i);
    return {};
}

std::optional<std::size_t> Schema::find(std::string_view name) const
{
    for (std::size_t i = 0; i < m_fields.size(); ++i)
        if (m_fields[i].name == name) return i;
    return {};
}

Schema Schema::withOpen(OpenColumns open) const
{
    Schema schema = *this;
    schema.m_open = std::move(open);
    return schema;
}

bool Schema::mayHave(std::string_view name) const
{
    if (find(name)) return false;
    return m_open.any || std::find(m_open.names.begin(), m_open.names.end(), name) != m_open.names.end();
}

}  // namespace engine
