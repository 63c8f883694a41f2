#pragma once

#include "control/client/transport.h"
#include "control/server/alert_service.h"
#include "control/server/engine_service.h"
#include "control/server/preview_service.h"

#include <QThread>

#include <memory>

namespace engine {

// An engine in this process: requests and answers are queued calls between the client's thread and a control
// thread of its own, nothing is serialised; previews have a second one, the table of alerts a third. Its
// destructor stops the jobs, each with a last checkpoint if that is done within a few seconds.
class InProcessTransport final : public Transport {
    Q_OBJECT
public:
    InProcessTransport(const Catalog& catalog, Env& env, QObject* parent = nullptr);
    ~InProcessTransport() override;
    void analyse(const PipelineSpec& spec, const std::string& baseDirectory,
                 std::function<void(AnalysisReply)> reply) override;
    void checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges,
                    std::function<void(EdgeCheckReply)> reply) override;
    void start(const PipelineSpec& spec, const std::string& baseDirectory, StartFrom from,
               const std::vector<PortRef>& watched, std::function<void(Result<JobId>)> reply) override;
    void act(JobId job, JobAction action, std::function<void(Status)> reply) override;
    void change(JobId job, const PipelineSpec& spec, std::function<void(Status)> reply) override;
    void openTap(JobId job, const PortRef& port, std::function<void(Result<TapId>)> reply) override;
    void closeTap(TapId tap) override;
    void preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply) override;
    void detect(const PipelineSpec& spec, const std::string& baseDirectory, const NodeId& node,
                std::function<void(Result<Detected>)> reply) override;
    void alerts(const AlertQuery& query, std::function<void(std::vector<AlertEpisode>)> reply) override;
    void alertHistory(const std::string& pipeline, const std::string& episode,
                      std::function<void(std::vector<AlertChange>)> reply) override;
    void alertPoints(const std::string& pipeline, const std::string& episode,
                     std::function<void(std::vector<AlertPoint>)> reply) override;
    void acknowledgeAlert(const std::string& pipeline, const std::string& episode,
                          const AlertAcknowledgement& by, std::function<void(Status)> reply) override;

private:
    // Runs `ask` on the service's thread and `reply` with its answer on this one.
    template <class Service, class Ask, class Reply>
    void post(Service& service, Ask ask, Reply reply);
    QThread m_thread, m_previewThread, m_alertThread;
    std::unique_ptr<AlertService> m_alerts;      // on m_alertThread; before the jobs, which use it
    std::unique_ptr<EngineService> m_service;    // on m_thread
    std::unique_ptr<PreviewService> m_previews;  // on m_previewThread
};

}  // namespace engine
