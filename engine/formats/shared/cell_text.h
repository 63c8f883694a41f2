#pragma once

#include "component/format.h"
#include "data/time_text.h"
#include "formats/shared/number_text.h"

namespace engine {

// A value that is there and is no text, as the formats of plain lines write it.
inline void appendPlainCell(std::string& into, const Column& column, std::size_t row,
                            const EncodeOptions& options)
{
    switch (column.type()) {
    case DataType::Bool: into += column.flags()[row] ? "true" : "false"; return;
    case DataType::Int64: return appendInteger(into, column.integers()[row]);
    case DataType::Float64: {
        const double value = column.numbers()[row];
        if (std::isfinite(value)) return appendFinite(into, value);
        if (options.nonFiniteAsText) into += nonFiniteName(value);
        return;
    }
    case DataType::Time: {
        const std::int64_t timeUs = column.integers()[row];
        if (options.timesAsEpochMs) return appendInteger(into, floorToMilliseconds(timeUs) / kMillisecondUs);
        return appendIso8601Millis(into, timeUs);
    }
    case DataType::String: return;
    }
}

}  // namespace engine
