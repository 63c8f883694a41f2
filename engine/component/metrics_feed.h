#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine {

// One figure that an engine knows of a job, of one of its nodes or of one of a node's partitions. `node` and
// `partition` are empty where the figure is of the whole.
struct MetricReading {
    std::string job{}, node{}, partition{}, metric{};
    double value = 0;
    std::int64_t atUs = 0;  // wall clock
    bool operator==(const MetricReading&) const = default;
};
using MetricReadings = std::vector<MetricReading>;

// Where a source gets the newest figures of the engine it runs in. Outlives the jobs; any thread. Figures are
// only collected while there is a reader.
class MetricsFeed {
public:
    virtual ~MetricsFeed() = default;
    virtual void addReader() = 0;
    virtual void removeReader() = 0;
    // Of each job the newest readings.
    virtual std::vector<std::shared_ptr<const MetricReadings>> newest() = 0;
};

}  // namespace engine
