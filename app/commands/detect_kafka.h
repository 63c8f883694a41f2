#pragma once

#include "catalog/component.h"
#include "commands/arguments.h"

#include <string_view>
#include <vector>

namespace engine {

inline constexpr std::string_view kKafkaScheme = "kafka://";

// The parameters of a kafka_source that reads kafka://host:port/topic, or no topic yet, with those that --set
// gives.
Result<Json> kafkaParams(std::string_view address, const Arguments& arguments);

Json topicsAsJson(const std::vector<SampleChoice>& topics);

}  // namespace engine
