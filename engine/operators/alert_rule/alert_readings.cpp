#include "operators/alert_rule/alert_readings.h"

#include <algorithm>

namespace engine {

namespace {

// So that the values reach back to before the condition began to be true.
constexpr std::int64_t kValuesInPending = 40;
constexpr std::int64_t kSpacingLeastUs = 100'000;

}  // namespace

AlertReadings::AlertReadings(std::int64_t forUs)
    : m_spacingUs(std::max(kSpacingLeastUs, forUs / kValuesInPending))
{
}

AlertReadings::Series* AlertReadings::find(const std::string& key)
{
    const auto found = m_series.find(key);
    return found == m_series.end() ? nullptr : &found->second;
}

void AlertReadings::forget(const std::string& key) { m_series.erase(key); }

AlertReadings::Series* AlertReadings::makeRoom(const std::string& key, bool isQuiet)
{
    if (m_series.size() >= kLabelSets) {
        if (isQuiet) return nullptr;
        const auto quiet = std::find_if(m_series.begin(), m_series.end(),
                                        [](const auto& each) { return each.second.isQuiet; });
        if (quiet == m_series.end()) return nullptr;
        m_series.erase(quiet);
    }
    return &m_series[key];
}

AlertReadings::Series* AlertReadings::add(const std::string& key, std::int64_t atUs, double value,
                                          bool isQuiet)
{
    Series* series = find(key);
    if (!series) series = makeRoom(key, isQuiet);
    if (!series) return nullptr;
    const bool hasTurned = series->isQuiet != isQuiet;
    series->isQuiet = isQuiet;
    const std::int64_t since = atUs - series->lastUs;
    if (!series->values.empty() && since >= 0 && since < m_spacingUs && !hasTurned) return series;
    if (series->values.size() >= kValues) series->values.erase(series->values.begin());
    series->values.push_back({atUs, value});
    series->lastUs = atUs;
    return series;
}

}  // namespace engine
