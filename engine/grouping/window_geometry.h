#pragma once

#include "catalog/component.h"
#include "grouping/slice_grid.h"

#include <optional>
#include <string>

namespace engine {

// The parameter "window" of a node that groups rows by windows as the window node does.
struct WindowGeometry {
    std::string kind = "tumbling";
    std::optional<Duration> size{};
    std::optional<Duration> slide{};
    std::optional<Duration> step{};
    Duration offset{0};
};

Params<WindowGeometry> windowGeometryParams();

// Where the windows begin and end; tells what is wrong with it at "window.size" and the like.
SliceGrid readWindowGeometry(const WindowGeometry& params, const BindContext& context);

// "hopping 10s / 1s"
std::string textOf(const WindowGeometry& params);

}  // namespace engine
