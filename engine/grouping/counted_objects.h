#pragma once

#include "grouping/aggregate_object.h"

namespace engine {

std::unique_ptr<AggregateObject> makePercentile(DataType type);
std::unique_ptr<AggregateObject> makeTopValues(DataType type);
std::unique_ptr<AggregateObject> makeHistogram(double width);
std::unique_ptr<AggregateObject> makeCollectedSet(DataType type, std::int64_t limit);

}  // namespace engine
