#pragma once

#include "base/faults.h"
#include "base/time.h"

#include <algorithm>
#include <cstdint>

namespace engine {

constexpr std::int64_t quotientDown(std::int64_t value,
                                    std::int64_t by)  // rounded toward minus infinity; by > 0
{
    const std::int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

// Where slices and windows begin and end; all in µs. A slice is as long as the slide; a window is size /
// slide slices.
struct SliceGrid {
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;

    std::int64_t sliceOf(std::int64_t timeUs) const
    {
        return quotientDown(timeUs - offsetUs, slideUs) * slideUs + offsetUs;
    }
    std::int64_t lastEnd(std::int64_t slice) const
    {
        return slice + sizeUs;
    }  // of the windows that hold the slice

    // A window fires when the watermark reaches this.
    static std::int64_t dueOf(std::int64_t end) { return end - leadUs(); }

    // The end of the first window with the slice that is not over at a watermark; beyond lastEnd when all are
    // over.
    std::int64_t firstEndAfter(std::int64_t slice, std::int64_t watermarkUs) const
    {
        if (watermarkUs < slice + slideUs - leadUs()) return slice + slideUs;
        const std::int64_t reached = std::min(watermarkUs, lastEnd(slice)) + leadUs();
        return slice + (quotientDown(reached - slice, slideUs) + 1) * slideUs;
    }
    // Late: the last window that holds the slice is over.
    bool isLate(std::int64_t slice, std::int64_t watermarkUs) const
    {
        return dueOf(lastEnd(slice)) <= watermarkUs;
    }

private:
    static std::int64_t leadUs() { return faultIsOn(faults::kFiresLate) ? 0 : kMillisecondUs; }
};

}  // namespace engine
