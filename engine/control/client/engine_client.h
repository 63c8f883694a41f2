#pragma once

#include "control/client/transport.h"

#include <QHash>
#include <QObject>

#include <memory>
#include <vector>

namespace engine {

// The only door to an engine, here or on another machine. Owned by the window's session, GUI thread; calls
// return at once and answer by callback on that thread. Knows the catalogue and the newest telemetry of each
// job.
class EngineClient : public QObject {
    Q_OBJECT
public:
    EngineClient(std::vector<ComponentInfo> catalog, std::unique_ptr<Transport> transport,
                 QObject* parent = nullptr);
    ~EngineClient() override;

    const std::vector<ComponentInfo>& catalog() const { return m_catalog; }
    const ComponentInfo* component(std::string_view id) const;
    const ParamSchema* schemaOf(std::string_view component) const;

    void analyse(const PipelineSpec& spec, const std::string& baseDirectory,
                 std::function<void(AnalysisReply)> reply);
    void checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges,
                    std::function<void(EdgeCheckReply)> reply);
    void start(const PipelineSpec& spec, const std::string& baseDirectory,
               const std::vector<PortRef>& watched, std::function<void(Result<JobId>)> reply,
               StartFrom from = StartFrom::SavedState);
    void act(JobId job, JobAction action, std::function<void(Status)> reply);
    void change(JobId job, const PipelineSpec& spec, std::function<void(Status)> reply);
    void openTap(JobId job, const PortRef& port, std::function<void(Result<TapId>)> reply);
    void closeTap(TapId tap);
    void preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply);
    void detect(const PipelineSpec& spec, const std::string& baseDirectory, const NodeId& node,
                std::function<void(Result<Detected>)> reply);
    void alerts(const AlertQuery& query, std::function<void(std::vector<AlertEpisode>)> reply);
    void alertHistory(const std::string& pipeline, const std::string& episode,
                      std::function<void(std::vector<AlertChange>)> reply);
    void alertPoints(const std::string& pipeline, const std::string& episode,
                     std::function<void(std::vector<AlertPoint>)> reply);
    void acknowledgeAlert(const std::string& pipeline, const std::string& episode,
                          const AlertAcknowledgement& by, std::function<void(Status)> reply);
    const JobTelemetry* latest(JobId job) const;  // null before the first

Q_SIGNALS:
    void
    telemetry(const engine::JobTelemetry& telemetry);  // up to limits::kTelemetryHz a second for each job
    void tapRows(const engine::TapRows& rows);
    void logged(const engine::LogLine& line);
    void alertsChanged(const std::vector<engine::AlertEpisode>& changed);  // episodes as they are now
    void connectionChanged(bool isConnected, const QString& engineName);

private:
    std::vector<ComponentInfo> m_catalog;
    std::unique_ptr<Transport> m_transport;
    std::map<std::uint64_t, JobTelemetry> m_latest;
};

}  // namespace engine
