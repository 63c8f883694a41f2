#include "ui/charts/chart_axis.h"

#include "ui/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ui {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

double roundStep(double rough)
{
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

}  // namespace

std::vector<Tick> numberTicks(double low, double high, int count)
{
    std::vector<Tick> ticks;
    if (!(high > low) || count < 1) return ticks;
    const double step = roundStep((high - low) / count);
    const bool isLarge = std::max(std::abs(low), std::abs(high)) >= 10'000;
    const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 9);
    for (double at = std::ceil(low / step - 1e-9); at * step <= high + step * 1e-9; ++at) {
        const double value = at * step;
        ticks.push_back(
            {value, isLarge ? formatShort(value) : QString::number(value == 0 ? 0.0 : value, 'f', decimals)});
    }
    return ticks;
}

std::vector<Tick> timeTicks(std::int64_t fromUs, std::int64_t toUs, int count, const TimeZone& zone)
{
    static constexpr std::array<std::int64_t, 24> kSteps{1'000,
                                                         2'000,
                                                         5'000,
                                                         10'000,
                                                         20'000,
                                                         50'000,
                                                         100'000,
                                                         200'000,
                                                         500'000,
                                                         kSecondUs,
                                                         2 * kSecondUs,
                                                         5 * kSecondUs,
                                                         10 * kSecondUs,
                                                         30 * kSecondUs,
                                                         60 * kSecondUs,
                                                         120 * kSecondUs,
                                                         300 * kSecondUs,
                                                         600 * kSecondUs,
                                                         1800 * kSecondUs,
                                                         3600 * kSecondUs,
                                                         10800 * kSecondUs,
                                                         21600 * kSecondUs,
                                                         43200 * kSecondUs,
                                                         kDayUs};
    std::vector<Tick> ticks;
    if (toUs <= fromUs || count < 1) return ticks;
    std::int64_t step = kSteps.back();
    for (const std::int64_t candidate : kSteps)
        if ((toUs - fromUs) / candidate <= count) {
            step = candidate;
            break;
        }
    while ((toUs - fromUs) / step > count) step *= 2;
    const std::int64_t offset = ((zone.local(fromUs) % step) + step) % step;
    for (std::int64_t at = offset ? fromUs - offset + step : fromUs; at <= toUs; at += step) {
        const QString text = formatDateTime(zone.local(at));
        const QString label = step >= kDayUs ? text.left(10)
            : step >= kSecondUs              ? text.mid(11, 8)
                                             : text.mid(11, 12);
        ticks.push_back({static_cast<double>(at), label});
    }
    return ticks;
}

}  // namespace ui
