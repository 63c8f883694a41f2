#pragma once

#include "catalog/component.h"
#include "grouping/aggregate_params.h"
#include "operators/window/window_layout.h"

namespace engine {

// The parameters of a window as they stand in a document.
struct WindowParams {
    std::string kind = "tumbling";
    std::optional<Duration> size{};
    std::optional<Duration> slide{};
    std::optional<Duration> step{};
    std::optional<Duration> gap{};
    std::optional<std::int64_t> rows{};
    std::optional<std::int64_t> slideRows{};
    Duration offset{0};
    std::vector<ColumnRef> keys{};
    std::vector<AggregateParams> aggregates{};
    std::string order = "event_time";
    Duration allowedLateness{0};
    Duration earlyFiring{0};
};

Params<WindowParams> windowParams();

// Reads where windows begin and end into the layout; tells what is wrong with it.
void readGeometry(const WindowParams& params, const BindContext& context, WindowLayout& layout);

// "10s / 1s"
std::string lengthOf(const WindowParams& params);

}  // namespace engine
