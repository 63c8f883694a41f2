#pragma once

#include "ui/time_zone.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace ui {

struct Tick {
    double value = 0;  // of a time axis: microseconds
    QString label{};
};

// Round numbers that lie in [low, high], about `count` of them. Pure.
std::vector<Tick> numberTicks(double low, double high, int count);

// Times in [fromUs, toUs] that are round where the zone's clock hangs, at most `count`. Pure.
std::vector<Tick> timeTicks(std::int64_t fromUs, std::int64_t toUs, int count, const TimeZone& zone = {});

}  // namespace ui
