#include "ui/session.h"

#include <QFileInfo>
#include <QPointer>

#include <algorithm>

namespace ui {

bool OpenDocument::isActive() const
{
    return isStarting || (job && !(hasTelemetry && engine::isOver(state())));
}

std::vector<engine::Diagnostic> OpenDocument::problems() const
{
    std::vector<engine::Diagnostic> all;
    if (failure) all.push_back({engine::Diagnostic::Problem, {}, {}, {}, failure->message, {}});
    if (hasTelemetry && telemetry.status.failure)
        all.push_back({engine::Diagnostic::Problem,
                       engine::NodeId{telemetry.status.failure->where},
                       {},
                       {},
                       telemetry.status.failure->message,
                       {}});
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (!node.problem.empty() &&
            !(telemetry.status.failure && telemetry.status.failure->message == node.problem))
            all.push_back({engine::Diagnostic::Warning, node.node, {}, {}, node.problem, {}});
    for (const auto* list : {&document->diagnostics(), &analysis.diagnostics})
        for (const engine::Diagnostic& diagnostic : *list)
            if (std::find(all.begin(), all.end(), diagnostic) == all.end()) all.push_back(diagnostic);
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    return all;
}

Session::Session(std::unique_ptr<engine::EngineClient> client, QObject* parent)
    : QObject(parent),
      m_client(std::move(client)),
      m_engineName(tr("Embedded engine")),
      m_isConnected(true)
{
    connect(m_client.get(), &engine::EngineClient::telemetry, this, &Session::take);
    connect(m_client.get(), &engine::EngineClient::logged, this, &Session::logged);
    connect(m_client.get(), &engine::EngineClient::connectionChanged, this,
            [this](bool isConnected, const QString& name) {
                m_isConnected = isConnected;
                if (!name.isEmpty()) m_engineName = name;
                Q_EMIT connectionChanged();
            });
}

Session::~Session() = default;

engine::Status Session::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    for (const auto& open : m_documents) {
        if (open->document->path() != absolute) continue;
        show(open.get());
        return engine::ok();
    }
    auto document = PipelineDocument::open(path);
    if (!document) return document.error();
    add(std::move(*document));
    return engine::ok();
}

void Session::add(std::unique_ptr<PipelineDocument> document)
{
    m_documents.push_back(std::make_unique<OpenDocument>());
    OpenDocument* open = m_documents.back().get();
    open->document = std::move(document);
    connect(open->document.get(), &PipelineDocument::changed, this, [this, open] { analyse(*open); });
    Q_EMIT documentsChanged();
    show(open);
    analyse(*open);
}

void Session::close(OpenDocument* document)
{
    const auto found = std::find_if(m_documents.begin(), m_documents.end(),
                                    [document](const auto& open) { return open.get() == document; });
    if (found == m_documents.end() || document->isActive()) return;
    const auto index = static_cast<std::size_t>(found - m_documents.begin());
    std::unique_ptr<OpenDocument> closed = std::move(*found);
    m_documents.erase(found);
    if (m_current == document)
        show(m_documents.empty() ? nullptr : m_documents[std::min(index, m_documents.size() - 1)].get());
    disconnect(closed->document.get(), nullptr, this, nullptr);
    Q_EMIT documentsChanged();
    // Replies come in the order of the questions, so behind this one none can come for it any more.
    const std::string directory = closed->document->directory();
    m_closed.emplace(document, std::move(closed));
    QPointer<Session> self(this);
    m_client->analyse({}, directory, [self, document](const engine::AnalysisReply&) {
        if (self) self->m_closed.erase(document);
    });
}

void Session::move(int from, int to)
{
    const auto size = static_cast<int>(m_documents.size());
    if (from < 0 || to < 0 || from >= size || to >= size || from == to) return;
    auto moved = std::move(m_documents[static_cast<std::size_t>(from)]);
    m_documents.erase(m_documents.begin() + from);
    m_documents.insert(m_documents.begin() + to, std::move(moved));
    Q_EMIT documentsChanged();
}

bool Session::holds(const OpenDocument* document) const
{
    return std::any_of(m_documents.begin(), m_documents.end(),
                       [document](const auto& open) { return open.get() == document; });
}

void Session::show(OpenDocument* document)
{
    if (document == m_current) return;
    m_current = document;
    Q_EMIT currentChanged();
}

void Session::analyse(OpenDocument& open)
{
    const std::uint64_t asked = ++open.analysisAsked;
    QPointer<Session> self(this);
    OpenDocument* target = &open;
    m_client->analyse(specFromState(open.document->state()), open.document->directory(),
                      [self, target, asked](engine::AnalysisReply reply) {
                          if (!self || asked != target->analysisAsked) return;
                          target->analysis = std::move(reply);
                          if (target == self->m_current) Q_EMIT self->analysed();
                      });
}

void Session::run()
{
    OpenDocument* open = m_current;
    if (!open) return;
    if (open->isActive()) {
        if (open->state() == engine::JobState::Paused) act(engine::JobAction::Resume);
        return;
    }
    open->isStarting = true;
    open->hasTelemetry = false;
    open->telemetry = {};
    open->failure.reset();
    open->job.reset();
    QPointer<Session> self(this);
    m_client->start(specFromState(open->document->state()), open->document->directory(),
                    [self, open](engine::Result<engine::JobId> reply) {
                        if (!self) return;
                        open->isStarting = false;
                        if (reply)
                            open->job = *reply;
                        else
                            open->failure = reply.error();
                        if (open->job)
                            if (const auto* latest = self->m_client->latest(*open->job)) self->take(*latest);
                        if (open == self->m_current) Q_EMIT self->runChanged();
                        Q_EMIT self->jobChanged(open);
                    });
    Q_EMIT runChanged();
    Q_EMIT jobChanged(open);
}

void Session::act(engine::JobAction action)
{
    if (m_current) act(*m_current, action);
}

void Session::act(OpenDocument& document, engine::JobAction action)
{
    OpenDocument* open = &document;
    if (!open->job) return;
    QPointer<Session> self(this);
    m_client->act(*open->job, action, [self, open](engine::Status status) {
        if (!self || status) return;
        open->failure = status.error();
        if (open == self->m_current) Q_EMIT self->runChanged();
        Q_EMIT self->jobChanged(open);
    });
}

void Session::take(const engine::JobTelemetry& telemetryNow)
{
    for (const auto& open : m_documents) {
        if (open->job != telemetryNow.job) continue;
        const bool isOther = !open->hasTelemetry ||
            open->telemetry.status.state != telemetryNow.status.state ||
            open->telemetry.status.failure != telemetryNow.status.failure;
        if (!open->hasTelemetry) open->startedAt = telemetryNow.status.since;
        open->telemetry = telemetryNow;
        open->hasTelemetry = true;
        if (isOther) Q_EMIT jobChanged(open.get());
        if (open.get() != m_current) continue;
        if (isOther) Q_EMIT runChanged();
        Q_EMIT telemetry(telemetryNow);
    }
}

}  // namespace ui
