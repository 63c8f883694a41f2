#include "data/key_bytes.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

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
    case DataType::Float64: {
        // Equal keys have equal bytes: one zero, one NaN.
        double value = column.numbers()[row];
        if (value == 0) value = 0;
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
        std::memcpy(payload, &value, 8);
        break;
    }
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
