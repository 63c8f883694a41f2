#pragma once

#include "spec/messages.h"

#include <optional>

namespace engine {

// How many records lie outside that a source has not read yet, by what it counts itself: the consumer lag of
// a Kafka topic. Nothing where that is not known. Pure; any thread.
inline std::optional<std::int64_t> unreadRecords(const NodeTelemetry& node)
{
    const auto lag = node.counters.find("lag");
    return lag == node.counters.end() ? std::optional<std::int64_t>() : lag->second;
}

inline std::optional<std::int64_t> unreadRecords(const JobTelemetry& telemetry)
{
    std::optional<std::int64_t> total;
    for (const NodeTelemetry& node : telemetry.nodes)
        if (const auto unread = unreadRecords(node)) total = total.value_or(0) + *unread;
    return total;
}

}  // namespace engine
