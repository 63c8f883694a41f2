#pragma once

#include "component/metrics_feed.h"
#include "spec/messages.h"

#include <atomic>
#include <map>
#include <mutex>

namespace engine {

// The newest figures of all jobs of one engine, put there by the jobs and read by the sources that tell of
// them. Owned by whoever owns the jobs; any thread.
class MetricsRegistry final : public MetricsFeed {
public:
    void addReader() override { ++m_readers; }
    void removeReader() override { --m_readers; }
    std::vector<std::shared_ptr<const MetricReadings>> newest() override;

    bool hasReaders() const { return m_readers > 0; }
    void publish(const void* job, MetricReadings readings);
    void forget(const void* job);

private:
    std::atomic<int> m_readers = 0;
    std::mutex m_mutex;
    std::map<const void*, std::shared_ptr<const MetricReadings>> m_newest;  // guarded by m_mutex
};

// A job's telemetry as rows. A counter "name:partition" becomes the metric `name` of that partition.
MetricReadings readingsOf(const JobTelemetry& telemetry);

}  // namespace engine
