#pragma once

#include "grouping/group_layout.h"

namespace engine {

// The fixed part of a window: geometry, keys, aggregates. Made in bind, immutable, shared by all instances
// and their state.
struct WindowLayout : GroupLayout {
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;
    SchemaPtr output{};

    std::string geometry() const;  // in words; equal for equal windows
    bool sameState(const WindowLayout& other) const;
};
using WindowLayoutPtr = std::shared_ptr<const WindowLayout>;

}  // namespace engine
