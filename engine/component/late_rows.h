#pragma once

#include "data/schema.h"

#include <algorithm>

namespace engine {

// The columns of a late port: the input's, late_by_ms and window_end; where the input has a column of such a
// name, as behind another window, ours ends in "_late".
inline SchemaPtr lateRowsOf(const Schema& input)
{
    std::vector<Field> fields = input.fields();
    for (Field own : {Field{"late_by_ms", DataType::Int64}, Field{"window_end", DataType::Time}}) {
        const auto isTaken = [&own](const Field& field) { return field.name == own.name; };
        while (std::any_of(fields.begin(), fields.end(), isTaken)) own.name += "_late";
        fields.push_back(std::move(own));
    }
    return std::make_shared<const Schema>(std::move(fields), input.hasEventTime());
}

}  // namespace engine
