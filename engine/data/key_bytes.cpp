#include "data/key_bytes.h"

#include <bit>
#include <cstring>

namespace engine {

static_assert(std::endian::native == std::endian::little, "key bytes are written as they lie in memory");

void appendKeyBytes(const Column& column, std::size_t row, std::string& into)
{
    into += static_cast<char>(column.type());
    into += static_cast<char>(column.isNull(row));
    if (column.isNull(row)) return;
    char payload[8] = {};
    switch (column.type()) {
    case DataType::Bool: into += static_cast<char>(column.flags()[row]); return;
    case DataType::Int64:
    case DataType::Time: std::memcpy(payload, &column.integers()[row], 8); break;
    case DataType::Float64: std::memcpy(payload, &column.numbers()[row], 8); break;
    case DataType::String: {
        const std::string_view text = column.text(row);
        const auto length = static_cast<std::uint32_t>(text.size());
        std::memcpy(payload, &length, 4);
        into.append(payload, 4);
        into.append(text);
        return;
    }
    }
    into.append(payload, 8);
}

}  // namespace engine
