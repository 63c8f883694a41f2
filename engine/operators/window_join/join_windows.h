#pragma once

#include "grouping/slice_grid.h"

#include <algorithm>
#include <cstdint>

namespace engine {

// Where the windows of a join lie; all in µs. Rows are kept in slices, a window is a run of them. Attached:
// the rows say their windows themselves, and a slice is all rows of one window_end.
struct JoinWindows {
    enum Kind { Hopping, Cumulative, Attached } kind = Hopping;  // tumbling: the slide is the size
    SliceGrid grid{};                                            // cumulative: the slide is the step

    std::int64_t sliceUs() const { return kind == Attached ? 1 : grid.slideUs; }
    std::int64_t sliceOf(std::int64_t timeUs) const
    {
        return kind == Attached ? timeUs : grid.sliceOf(timeUs);
    }
    // The end of the last window that holds a slice.
    std::int64_t lastEnd(std::int64_t slice) const
    {
        if (kind == Attached) return slice;
        return kind == Cumulative ? firstSlice(slice + grid.slideUs) + grid.sizeUs : grid.lastEnd(slice);
    }
    // The end of the first window with the slice that is not over at a watermark; beyond lastEnd when all
    // are.
    std::int64_t firstEndAfter(std::int64_t slice, std::int64_t watermarkUs) const
    {
        if (kind == Attached) return SliceGrid::dueOf(slice) > watermarkUs ? slice : slice + 1;
        if (kind == Hopping) return grid.firstEndAfter(slice, watermarkUs);
        const SliceGrid whole{lastEnd(slice) - slice, grid.slideUs, slice};
        return whole.firstEndAfter(slice, watermarkUs);
    }
    bool isOver(std::int64_t slice, std::int64_t watermarkUs) const
    {
        return SliceGrid::dueOf(lastEnd(slice)) <= watermarkUs;
    }
    // The slices of the window that ends at `end`: from this one on, with times up to lastTime.
    std::int64_t firstSlice(std::int64_t end) const
    {
        if (kind == Attached) return end;
        if (kind == Hopping) return end - grid.sizeUs;
        return quotientDown(end - grid.slideUs - grid.offsetUs, grid.sizeUs) * grid.sizeUs + grid.offsetUs;
    }
    std::int64_t lastTime(std::int64_t end) const { return kind == Attached ? end : end - 1; }
};

}  // namespace engine
