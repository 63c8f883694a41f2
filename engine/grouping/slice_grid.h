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
// slide slices. Of cumulative windows the slide is the step: they begin at every size and end at every step.
struct SliceGrid {
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;
    bool isCumulative = false;

    std::int64_t sliceOf(std::int64_t timeUs) const
    {
        return quotientDown(timeUs - offsetUs, slideUs) * slideUs + offsetUs;
    }
    std::int64_t lastEnd(std::int64_t slice) const  // of the windows that hold the slice
    {
        return (isCumulative ? firstStart(slice) : slice) + sizeUs;
    }
    std::int64_t startOf(std::int64_t end) const  // of the window that ends there
    {
        return isCumulative ? firstStart(end - slideUs) : end - sizeUs;
    }

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
    std::int64_t firstStart(std::int64_t slice) const  // of the cumulative windows that hold the slice
    {
        return quotientDown(slice - offsetUs, sizeUs) * sizeUs + offsetUs;
    }
    static std::int64_t leadUs() { return faultIsOn(faults::kFiresLate) ? 0 : kMillisecondUs; }
};

}  // namespace engine
