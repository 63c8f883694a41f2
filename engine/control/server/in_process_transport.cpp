#include "control/server/in_process_transport.h"

namespace engine {

namespace {

// Any thread but that of the alerts, for as long as that runs.
AlertOutbox::Keep keeperOf(AlertService& alerts)
{
    return [&alerts](const std::vector<AlertChange>& changes) {
        Status kept = ok();
        QMetaObject::invokeMethod(
            &alerts, [&] { kept = alerts.keep(changes); }, Qt::BlockingQueuedConnection);
        return kept;
    };
}

}  // namespace

InProcessTransport::InProcessTransport(const Catalog& catalog, Env& env, QObject* parent)
    : Transport(parent),
      m_alerts(std::make_unique<AlertService>(defaultAlertFile(), env)),
      m_service(std::make_unique<EngineService>(catalog, env, keeperOf(*m_alerts))),
      m_previews(std::make_unique<PreviewService>(catalog, env))
{
    qRegisterMetaType<std::vector<AlertChange>>("std::vector<engine::AlertChange>");
    qRegisterMetaType<std::vector<AlertEpisode>>("std::vector<engine::AlertEpisode>");
    qRegisterMetaType<std::string>("std::string");
    qRegisterMetaType<std::set<std::string>>("std::set<std::string>");
    qRegisterMetaType<JobTelemetry>("engine::JobTelemetry");
    qRegisterMetaType<TapRows>("engine::TapRows");
    qRegisterMetaType<LogLine>("engine::LogLine");
    m_thread.setObjectName(QStringLiteral("control"));
    m_service->moveToThread(&m_thread);
    connect(m_service.get(), &EngineService::telemetry, this, &Transport::telemetry);
    connect(m_service.get(), &EngineService::tapRows, this, &Transport::tapRows);
    connect(m_service.get(), &EngineService::logged, this, &Transport::logged);
    connect(&m_thread, &QThread::started, m_service.get(), [service = m_service.get()] { service->begin(); });
    m_previewThread.setObjectName(QStringLiteral("preview"));
    m_previews->moveToThread(&m_previewThread);
    m_alertThread.setObjectName(QStringLiteral("alerts"));
    m_alerts->moveToThread(&m_alertThread);
    connect(&m_alertThread, &QThread::started, m_alerts.get(), &AlertService::begin);
    connect(m_service.get(), &EngineService::begun, m_alerts.get(), &AlertService::endOthers);
    connect(m_alerts.get(), &AlertService::changed, this, &Transport::alertsChanged);
    connect(m_alerts.get(), &AlertService::logged, this, &Transport::logged);
    m_alertThread.start();
    m_thread.start();
    m_previewThread.start(QThread::LowPriority);
    // Queued: whoever made this object has not connected yet.
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT connectionChanged(true, tr("Embedded engine")); }, Qt::QueuedConnection);
}

InProcessTransport::~InProcessTransport()
{
    m_previews->cancel();
    m_previewThread.quit();
    m_previewThread.wait();
    // The service ends on its own thread, where its timers and jobs are.
    QMetaObject::invokeMethod(
        m_service.get(),
        [this] {
            m_service->stopAll();
            m_service.reset();
        },
        Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    // Last, so that what the jobs told at their end is kept.
    QMetaObject::invokeMethod(
        m_alerts.get(), [this] { m_alerts.reset(); }, Qt::BlockingQueuedConnection);
    m_alertThread.quit();
    m_alertThread.wait();
}

template <class Service, class Ask, class Reply>
void InProcessTransport::post(Service& service, Ask ask, Reply reply)
{
    QMetaObject::invokeMethod(&service,
                              [this, &service, ask = std::move(ask), reply = std::move(reply)]() mutable {
                                  auto answer = ask(service);
                                  QMetaObject::invokeMethod(
                                      this,
                                      [reply = std::move(reply), answer = std::move(answer)]() mutable {
                                          reply(std::move(answer));
                                      },
                                      Qt::QueuedConnection);
                              });
}

void InProcessTransport::analyse(const PipelineSpec& spec, const std::string&,
                                 std::function<void(AnalysisReply)> reply)
{
    post(
        *m_service, [spec](EngineService& service) { return service.analyse(spec); }, std::move(reply));
}

void InProcessTransport::checkEdges(const PipelineSpec& spec, const std::vector<EdgeSpec>& edges,
                                    std::function<void(EdgeCheckReply)> reply)
{
    post(
        *m_service, [spec, edges](EngineService& service) { return service.checkEdges(spec, edges); },
        std::move(reply));
}

void InProcessTransport::start(const PipelineSpec& spec, const std::string& baseDirectory, StartFrom from,
                               const std::vector<PortRef>& watched, std::function<void(Result<JobId>)> reply)
{
    post(
        *m_service,
        [spec, baseDirectory, from, watched](EngineService& service) {
            return service.start(spec, baseDirectory, from, watched);
        },
        std::move(reply));
}

void InProcessTransport::act(JobId job, JobAction action, std::function<void(Status)> reply)
{
    post(
        *m_service, [job, action](EngineService& service) { return service.act(job, action); },
        std::move(reply));
}

void InProcessTransport::change(JobId job, const PipelineSpec& spec, std::function<void(Status)> reply)
{
    post(
        *m_service, [job, spec](EngineService& service) { return service.change(job, spec); },
        std::move(reply));
}

void InProcessTransport::openTap(JobId job, const PortRef& port, std::function<void(Result<TapId>)> reply)
{
    post(
        *m_service, [job, port](EngineService& service) { return service.openTap(job, port); },
        std::move(reply));
}

void InProcessTransport::preview(const PreviewRequest& request, std::function<void(PreviewReply)> reply)
{
    post(
        *m_previews,
        [request, number = m_previews->announce()](PreviewService& service) {
            return service.preview(request, number);
        },
        std::move(reply));
}

void InProcessTransport::detect(const PipelineSpec& spec, const std::string& baseDirectory,
                                const NodeId& node, std::function<void(Result<Detected>)> reply)
{
    post(
        *m_previews,
        [spec, baseDirectory, node](PreviewService& service) {
            return service.detect(spec, baseDirectory, node);
        },
        std::move(reply));
}

void InProcessTransport::alerts(const AlertQuery& query, std::function<void(std::vector<AlertEpisode>)> reply)
{
    post(
        *m_alerts, [query](AlertService& service) { return service.list(query); }, std::move(reply));
}

void InProcessTransport::alertHistory(const std::string& pipeline, const std::string& episode,
                                      std::function<void(std::vector<AlertChange>)> reply)
{
    post(
        *m_alerts, [pipeline, episode](AlertService& service) { return service.history(pipeline, episode); },
        std::move(reply));
}

void InProcessTransport::alertPoints(const std::string& pipeline, const std::string& episode,
                                     std::function<void(std::vector<AlertPoint>)> reply)
{
    post(
        *m_alerts, [pipeline, episode](AlertService& service) { return service.points(pipeline, episode); },
        std::move(reply));
}

void InProcessTransport::acknowledgeAlert(const std::string& pipeline, const std::string& episode,
                                          const AlertAcknowledgement& by, std::function<void(Status)> reply)
{
    post(
        *m_alerts,
        [pipeline, episode, by](AlertService& service) { return service.acknowledge(pipeline, episode, by); },
        std::move(reply));
}

void InProcessTransport::closeTap(TapId tap)
{
    QMetaObject::invokeMethod(m_service.get(), [service = m_service.get(), tap] { service->closeTap(tap); });
}

}  // namespace engine
