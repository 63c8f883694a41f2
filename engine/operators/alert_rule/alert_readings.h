#pragma once

#include "component/alerts.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace engine {

// The last values of a rule's label sets, so that an alert can be shown with what led to it. Belongs to the
// operator; no state: a restart begins with none, and nothing depends on them. Bounded: one value in so much
// time, and of very many label sets only some, those that are not normal first.
class AlertReadings {
public:
    static constexpr std::size_t kLabelSets = 256, kValues = 120;
    struct Series {
        std::vector<AlertReading> values{};  // not given away yet, oldest first
        std::string episode{};               // that is open; empty: none
        std::int64_t lastUs = 0;
        bool isQuiet = true;
    };

    explicit AlertReadings(std::int64_t forUs);
    // Null where there is no room for this label set.
    Series* add(const std::string& key, std::int64_t atUs, double value, bool isQuiet);
    Series* find(const std::string& key);
    void forget(const std::string& key);
    std::map<std::string, Series>& all() { return m_series; }

private:
    Series* makeRoom(const std::string& key, bool isQuiet);
    std::int64_t m_spacingUs;
    std::map<std::string, Series> m_series;
};

}  // namespace engine
