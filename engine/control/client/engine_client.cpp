#include "control/client/engine_client.h"

namespace engine {

EngineClient::EngineClient(std::vector<ComponentInfo> catalog, std::unique_ptr<Transport> transport,
                           QObject* parent)
    : QObject(parent),
      m_catalog(std::move(catalog)),
      m_transport(std::move(transport))
{
    connect(m_transport.get(), &Transport::telemetry, this, [this](const JobTelemetry& telemetryNow) {
        m_latest[telemetryNow.job.value] = telemetryNow;
        Q_EMIT telemetry(telemetryNow);
    });
    connect(m_transport.get(), &Transport::tapRows, this, &EngineClient::tapRows);
    connect(m_transport.get(), &Transport::logged, this, &EngineClient::logged);
    connect(m_transport.get(), &Transport::alertsChanged, this, &EngineClient::alertsChanged);
    connect(m_transport.get(), &Transport::connectionChanged, this, &EngineClient::connectionChanged);
}

EngineClient::~EngineClient() = default;

const ComponentInfo* EngineClient::component(std::string_view id) const
{
    for (const ComponentInfo& info : m_catalog)
        if (info.id == id) return &info;
    return nullptr;
}

const ParamSchema* EngineClient::schemaOf(std::string_view id) const
{
    const ComponentInfo* info = component(id);
    return info ? &info->params : nullptr;
}

void EngineClient::analyse(const PipelineSpec& spec, const std::string& baseDirectory,
                           std::function<void(AnalysisReply)> reply)
{
    m_transport->analyse(spec, baseDirectory, std::move(reply));
}

void EngineClient::checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges,
                              std::function<void(EdgeCheckReply)> reply)
{
    m_transport->checkEdges(spec, edges, std::move(reply));
}

void EngineClient::alerts(const AlertQuery& query, std::function<void(std::vector<AlertEpisode>)> reply)
{
    m_transport->alerts(query, std::move(reply));
}

void EngineClient::alertHistory(const std::string& pipeline, const std::string& episode,
                                std::function<void(std::vector<AlertChange>)> reply)
{
    m_transport->alertHistory(pipeline, episode, std::move(reply));
}

void EngineClient::alertPoints(const std::string& pipeline, const std::string& episode,
                               std::function<void(std::vector<AlertPoint>)> reply)
{
    m_transport->alertPoints(pipeline, episode, std::move(reply));
}

void EngineClient::acknowledgeAlert(const std::string& pipeline, const std::string& episode,
                                    const AlertAcknowledgement& by, std::function<void(Status)> reply)
{
    m_transport->acknowledgeAlert(pipeline, episode, by, std::move(reply));
}

void EngineClient::start(const PipelineSpec& spec, const std::string& baseDirectory,
                         const std::vector<PortRef>& watched, std::function<void(Result<JobId>)> reply,
                         StartFrom from)
{
    m_transport->start(spec, baseDirectory, from, watched, std::move(reply));
}

void EngineClient::act(JobId job, JobAction action, std::function<void(Status)> reply)
{
    m_transport->act(job, action, std::move(reply));
}

void EngineClient::change(JobId job, const PipelineSpec& spec, std::function<void(Status)> reply)
{
    m_transport->change(job, spec, std::move(reply));
}

void EngineClient::openTap(JobId job, const PortRef& port, std::function<void(Result<TapId>)> reply)
{
    m_transport->openTap(job, port, std::move(reply));
}

void EngineClient::closeTap(TapId tap) { m_transport->closeTap(tap); }

void EngineClient::preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply)
{
    m_transport->preview(request, std::move(reply));
}

void EngineClient::detect(const PipelineSpec& spec, const std::string& baseDirectory, const NodeId& node,
                          std::function<void(Result<Detected>)> reply)
{
    m_transport->detect(spec, baseDirectory, node, std::move(reply));
}

const JobTelemetry* EngineClient::latest(JobId job) const
{
    const auto it = m_latest.find(job.value);
    return it == m_latest.end() ? nullptr : &it->second;
}

}  // namespace engine
