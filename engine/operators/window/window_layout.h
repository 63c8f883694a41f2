#pragma once

#include "grouping/group_layout.h"
#include "grouping/slice_grid.h"

namespace engine {

enum class WindowKind : std::uint8_t { Tumbling, Hopping, Cumulative, Session, Count };

// The fixed part of a window: geometry, keys, aggregates. Made in bind, immutable, shared by all instances
// and their state.
struct WindowLayout : GroupLayout {
    WindowKind kind = WindowKind::Tumbling;
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;  // of a cumulative window slideUs is the step
    std::int64_t gapUs = 0;                              // of sessions
    std::int64_t rows = 0, slideRows = 0;                // of a count window
    std::int64_t latenessUs = 0, earlyUs = 0;            // 0: none
    SchemaPtr output{};

    SliceGrid grid() const { return {sizeUs, slideUs, offsetUs, kind == WindowKind::Cumulative}; }
    bool hasVersions() const { return latenessUs > 0 || earlyUs > 0; }
    bool hasReplaces() const { return hasVersions() && kind == WindowKind::Session; }
    // When the first early result after a watermark is due, of a window with this start; maybe past its end.
    std::int64_t nextEarly(std::int64_t startUs, std::int64_t watermarkUs) const;
    std::string geometry() const;       // in words; equal for equal windows
    std::string geometryNames() const;  // of the parameters that make it, in a list
    bool sameState(const WindowLayout& other) const;
};
using WindowLayoutPtr = std::shared_ptr<const WindowLayout>;

}  // namespace engine
