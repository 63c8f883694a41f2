#pragma once

#include "spec/messages.h"

#include <QObject>

#include <functional>

namespace engine {

// What a run goes on from: where the last one of the same id ended, or nothing, with what is saved set aside.
enum class StartFrom { SavedState, Beginning };

// The far end of an EngineClient: an engine in this process or on another machine. Lives on the client's
// thread; replies and signals come there, as finished values, in the order in which they were sent. Never
// blocks.
class Transport : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void analyse(const PipelineSpec& spec, const std::string& baseDirectory,
                         std::function<void(AnalysisReply)> reply) = 0;
    // Whether the rows of edges that are thought of would fit the nodes they lead to.
    virtual void checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges,
                            std::function<void(EdgeCheckReply)> reply) = 0;
    // Of `watched` ports the rows are kept from the first one on, until the tap that asks for them is opened.
    virtual void start(const PipelineSpec& spec, const std::string& baseDirectory, StartFrom from,
                       const std::vector<PortRef>& watched, std::function<void(Result<JobId>)> reply) = 0;
    virtual void act(JobId job, JobAction action, std::function<void(Status)> reply) = 0;
    // Values of the changed document, taken by the running job at its next barrier; refused with a sentence
    // when that cannot be.
    virtual void change(JobId job, const PipelineSpec& spec, std::function<void(Status)> reply) = 0;
    virtual void openTap(JobId job, const PortRef& port, std::function<void(Result<TapId>)> reply) = 0;
    virtual void closeTap(TapId tap) = 0;
    // Of previews asked for one after the other the older may answer with nothing.
    virtual void preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply) = 0;
    // Looks at the beginning of the file that a source names.
    virtual void detect(const PipelineSpec& spec, const std::string& baseDirectory, const NodeId& node,
                        std::function<void(Result<Detected>)> reply) = 0;
    // Alerts, those that changed last first; the transitions of one, oldest first.
    virtual void alerts(const AlertQuery& query, std::function<void(std::vector<AlertEpisode>)> reply) = 0;
    virtual void alertHistory(const std::string& pipeline, const std::string& episode,
                              std::function<void(std::vector<AlertChange>)> reply) = 0;
    // The values round an alert, oldest first.
    virtual void alertPoints(const std::string& pipeline, const std::string& episode,
                             std::function<void(std::vector<AlertPoint>)> reply) = 0;
    // Somebody has seen it: bound to the one episode, refused with a sentence when that is over.
    virtual void acknowledgeAlert(const std::string& pipeline, const std::string& episode,
                                  const AlertAcknowledgement& by, std::function<void(Status)> reply) = 0;

Q_SIGNALS:
    void telemetry(const engine::JobTelemetry& telemetry);
    void tapRows(const engine::TapRows& rows);
    void logged(const engine::LogLine& line);
    void alertsChanged(const std::vector<engine::AlertEpisode>& changed);
    void connectionChanged(bool isConnected, const QString& engineName);
};

}  // namespace engine
