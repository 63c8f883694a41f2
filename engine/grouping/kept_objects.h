#pragma once

#include "grouping/aggregate_object.h"

namespace engine {

std::unique_ptr<AggregateObject> makeExtremeArgument(DataType value, DataType by, bool isMin);
std::unique_ptr<AggregateObject> makeCollectedList(DataType type, std::int64_t limit);
std::unique_ptr<AggregateObject> makeDistinctSketch();

}  // namespace engine
