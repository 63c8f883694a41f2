#include "ui/session.h"

#include "ui/document/views.h"
#include "ui/wording.h"

#include <QFileInfo>
#include <QPointer>

#include <algorithm>

namespace ui {

namespace {

constexpr int kInForceShownMs = 6000;  // long enough to be noticed by who looks elsewhere when it happens

}  // namespace

bool OpenDocument::isActive() const
{
    return isStarting || (job && !(hasTelemetry && engine::isOver(state())));
}

const engine::PipelineSpec* OpenDocument::running() const
{
    if (isStarting) return asked ? &*asked : nullptr;
    return isActive() && accepted ? &*accepted : nullptr;
}

bool OpenDocument::hasRowsOf(const engine::PortRef& port, bool hasSeenSome) const
{
    if (!job) return false;
    return isActive() || (!hasSeenSome && std::find(watched.begin(), watched.end(), port) != watched.end());
}

ChangeState OpenDocument::changeState() const
{
    const bool isRunning = isActive() && accepted;
    return {&document->spec(), isRunning ? &*accepted : nullptr, inForce ? &*inForce : nullptr,
            before ? &*before : nullptr, !changeRefused.empty()};
}

engine::NodeId OpenDocument::nodeOf(const engine::Error& error) const
{
    if (document->spec().find(engine::NodeId{error.where})) return engine::NodeId{error.where};
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (node.problem == error.message) return node.node;
    return {};
}

std::vector<engine::Diagnostic> OpenDocument::problems() const
{
    std::vector<engine::Diagnostic> all;
    const auto add = [&](const engine::Error& error) {
        all.push_back({engine::Diagnostic::Problem, nodeOf(error), {}, {}, error.message, {}});
    };
    // What is wrong with the document is listed by itself.
    const bool isListed = failure && failure->code == engine::ErrorCode::InvalidSpec &&
        (document->hasProblem() || engine::hasProblem(analysis.diagnostics));
    if (failure && (!isListed || document->isReadOnly())) add(*failure);
    const auto& failed = telemetry.status.failure;
    // One that was overcome is in the log and among the restarts.
    const bool isFailing = telemetry.status.isFailing || state() == engine::JobState::Failed;
    if (hasTelemetry && failed && isFailing) add(*failed);
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (!node.problem.empty() && !(failed && failed->message == node.problem))
            all.push_back({engine::Diagnostic::Warning, node.node, {}, {}, node.problem, {}});
    engine::addDiagnostics(all, document->diagnostics());
    // Nothing can be said of what could not be read.
    const bool isUnread = document->isReadOnly() && document->spec().nodes.empty();
    if (!isUnread)
        for (const auto* list : {&analysis.diagnostics, &viewProblems}) engine::addDiagnostics(all, *list);
    if (document->spec().nodes.empty() && !isUnread) {
        std::erase_if(all, [](const engine::Diagnostic& diagnostic) { return diagnostic.path == "nodes"; });
        engine::Diagnostic hint;
        hint.severity = engine::Diagnostic::Hint;
        hint.path = "nodes";
        const QString empty =
            Session::tr("Nothing to run yet: add a source, then what is to become of its rows.");
        hint.message = empty.toStdString();
        all.push_back(std::move(hint));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    for (engine::Diagnostic& diagnostic : all) diagnostic.message = windowMessage(diagnostic, *this);
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
    open->client = m_client.get();
    connect(open->document.get(), &PipelineDocument::changed, this,
            [this, open](const engine::SpecDiff& diff) {
                // Titles, notes and places mean nothing to an engine.
                const bool isForTheEye = diff == engine::SpecDiff{.editor = true};
                if (!isForTheEye) analyse(*open);
                open->viewProblems = ui::viewProblems(open->document->spec(), open->analysis.schemas);
                if (open == m_current) Q_EMIT documentChanged();
            });
    open->viewProblems = ui::viewProblems(open->document->spec(), {});
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
    if (holds(m_current)) Q_EMIT currentAboutToChange();
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
                          target->analysisTaken = asked;
                          target->viewProblems =
                              ui::viewProblems(target->document->spec(), target->analysis.schemas);
                          self->offerChange(*target);
                          self->settle(*target);
                          if (target == self->m_current) Q_EMIT self->analysed();
                      });
}

// What of the document a running job can take while it runs is offered to it as soon as it makes sense.
void Session::offerChange(OpenDocument& open)
{
    if (!open.isActive() || !open.job || !open.accepted || open.isChanging) return;
    if (open.analysisTaken != open.analysisAsked) return;  // its answer comes here again
    engine::PipelineSpec wanted = hotSpec(*open.accepted, open.document->spec(), *m_client);
    if (wanted == *open.accepted) {
        if (open.changeRefused.empty()) return;
        open.changeRefused.clear();
        open.refused.reset();
        Q_EMIT changeTaken();
        return;
    }
    if (!open.analysis.runnable || open.refused == wanted) return;
    open.isChanging = true;
    QPointer<Session> self(this);
    OpenDocument* target = &open;
    m_client->change(*open.job, wanted, [self, target, wanted](engine::Status status) {
        if (self) self->takeChange(*target, wanted, status);
    });
}

void Session::takeChange(OpenDocument& open, const engine::PipelineSpec& asked, const engine::Status& status)
{
    open.isChanging = false;
    if (!open.accepted) return;
    if (status) {
        open.document->endStep();  // undo leads back to whatever the job has been
        if (!open.inForce) open.inForce = open.accepted;
        open.accepted = asked;
        open.changeRefused.clear();
        open.refused.reset();
    } else {
        open.changeRefused = status.error().message;
        open.refused = asked;
    }
    Q_EMIT changeTaken();
    offerChange(open);
    settle(open);
}

// A checkpoint may come within a second of the change, so what became of it is said for longer than it waits.
void Session::putInForce(OpenDocument& open)
{
    open.before = std::exchange(open.inForce, std::nullopt);
    const auto epoch = static_cast<qulonglong>(open.telemetry.checkpoint.epoch);
    for (const ChangedValue& value : changedValues(*open.before, *open.accepted, *m_client))
        Q_EMIT changeInForce(*open.job,
                             {open.telemetry.at, 1, value.node,
                              (epoch ? tr("%1, in force from checkpoint %2 on").arg(value.text).arg(epoch)
                                     : tr("%1, in force").arg(value.text))
                                  .toStdString()});
    Q_EMIT changeTaken();
    QTimer::singleShot(kInForceShownMs, this, [this, target = &open, number = ++open.changes] {
        if (!holds(target) || target->changes != number) return;
        target->before.reset();
        Q_EMIT changeTaken();
    });
}

// The last edit has still to be judged, or to be answered by the job.
bool Session::isUnderWay(const OpenDocument& open) const
{
    return open.isActive() && open.accepted && (open.isChanging || open.analysisTaken != open.analysisAsked);
}

void Session::settle(OpenDocument& open)
{
    if (!open.isCheckpointWanted || isUnderWay(open)) return;
    open.isCheckpointWanted = false;
    act(open, engine::JobAction::Checkpoint);
}

void Session::setUnreadText(OpenDocument& document, const QString& text, const QString& why)
{
    document.unreadWhy = why;
    if (document.unreadText == text) return;
    document.unreadText = text;
    Q_EMIT unreadChanged(&document);
}

void Session::act(engine::JobAction action)
{
    if (m_current) act(*m_current, action);
}

void Session::act(OpenDocument& document, engine::JobAction action)
{
    OpenDocument* open = &document;
    if (!open->job) return;
    // The last order counts.
    const bool isEnd = action == engine::JobAction::Stop || action == engine::JobAction::Drain;
    if (isEnd && std::exchange(open->isToRunAgain, false)) {
        if (open == m_current) Q_EMIT runChanged();
        Q_EMIT jobChanged(open);
    }
    // A checkpoint puts in force what was typed before it: the order is not to overtake that.
    if (action == engine::JobAction::Checkpoint && isUnderWay(*open)) {
        open->isCheckpointWanted = true;
        return;
    }
    QPointer<Session> self(this);
    m_client->act(*open->job, action, [self, open](engine::Status status) {
        if (!self || (status && !open->isOrderRefused)) return;
        open->isOrderRefused = !status;
        if (status)
            open->failure.reset();
        else
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
        if (open->inForce && !open->isChanging && !telemetryNow.isChangeWaiting) putInForce(*open);
        if (isOther) Q_EMIT jobChanged(open.get());
        if (open.get() != m_current) continue;
        if (isOther) Q_EMIT runChanged();
        Q_EMIT telemetry(telemetryNow);
    }
}

}  // namespace ui
