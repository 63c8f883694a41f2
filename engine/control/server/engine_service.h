#pragma once

#include "catalog/component.h"
#include "control/client/transport.h"
#include "jobs/job.h"
#include "spec/messages.h"
#include "spec/resolve.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace engine {

// What each request to an engine means. Lives on the control thread with its jobs and never blocks it for
// long; requests come by queued call and answers leave by signal and callback, as finished values.
class EngineService : public QObject {
    Q_OBJECT
public:
    // `keepAlerts`: JobOptions::keepAlerts of each job.
    EngineService(const Catalog& catalog, Env& env, AlertOutbox::Keep keepAlerts);
    ~EngineService() override;

    AnalysisReply analyse(const PipelineSpec& spec) const;
    EdgeCheckReply checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges) const;
    Result<JobId> start(const PipelineSpec& spec, const std::string& baseDirectory, StartFrom from,
                        const std::vector<PortRef>& watched);
    Status act(JobId job, JobAction action);
    Status change(JobId job, const PipelineSpec& spec);
    Result<TapId> openTap(JobId job, const PortRef& port);
    void closeTap(TapId tap);
    void
    stopAll();  // before the end: every job with a last checkpoint, as far as that is done in three seconds
    void begin();  // on the control thread: its timers begin to run

Q_SIGNALS:
    void telemetry(const engine::JobTelemetry& telemetry);
    void tapRows(const engine::TapRows& rows);
    void logged(const engine::LogLine& line);
    // With the alert rules that go on from where the pipeline was; before their first alert is kept.
    void begun(const std::string& pipeline, const std::set<std::string>& resumedRules);

private:
    struct OpenTap {
        JobId job{};
        PortRef port{};
        std::shared_ptr<Tap> tap{};
    };
    struct Running {
        std::unique_ptr<Job> job{};
        JobState told = JobState::Starting;
        bool isBegunTold = false, isOverTold = false;
    };
    Resolved resolved(const PipelineSpec& spec) const;
    void poll();
    void tell();
    void tellOf(JobId id, Running& running);
    void tellRows(TapId id, OpenTap& open);
    void tellAlerts(Running& running);
    const Catalog& m_catalog;
    Env& m_env;
    const AlertOutbox::Keep m_keepAlerts;
    QTimer m_poll, m_tell;
    MetricsRegistry m_metrics;  // before the jobs, which use it
    std::map<JobId, Running> m_jobs;
    std::map<TapId, OpenTap> m_taps;
    std::uint64_t m_nextJob = 1;
    std::uint32_t m_nextTap = 1;
};

}  // namespace engine
