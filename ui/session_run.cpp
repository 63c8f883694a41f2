#include "ui/session.h"
#include "ui/wording.h"

#include <QPointer>

#include <algorithm>
#include <utility>

// The part of the session that starts jobs.

namespace ui {

bool OpenDocument::canBeginAnew() const
{
    if (isActive() || document->isReadOnly()) return false;
    if (failure && isAboutSavedState(*failure)) return true;
    return hasTelemetry && state() == engine::JobState::Failed;
}

void Session::run()
{
    if (m_current) run(*m_current);
}

OpenDocument* Session::twinOf(const OpenDocument& document) const
{
    const auto twin = std::find_if(m_documents.begin(), m_documents.end(), [&](const auto& open) {
        const std::string& id = open->document->spec().id;
        return open.get() != &document && open->isActive() && !id.empty() &&
            id == document.document->spec().id;
    });
    return twin == m_documents.end() ? nullptr : twin->get();
}

// Why it is not even asked for; empty: it is.
QString Session::refusal(const OpenDocument& document) const
{
    if (document.document->isReadOnly())
        return tr("This document is shown only, since not all of it could be read; so it is not run either.");
    // What could not be read has no place in what is sent: something else would run in silence.
    if (document.document->hasProblem())
        return tr("The document has a mistake in its text, which Problems lists. Correct it, then run.");
    return twinRefusal(document);
}

QString Session::twinRefusal(const OpenDocument& document) const
{
    if (const OpenDocument* twin = twinOf(document))
        return tr("It has the same id as “%1”, which runs in a tab of its own, and what is saved of a run "
                  "belongs to one id. Stop that one first, or give this copy an id of its own.")
            .arg(twin->document->name().simplified().left(60));
    return {};
}

void Session::refuse(OpenDocument& document, engine::Error why)
{
    document.isStarting = false;
    document.failure = std::move(why);
    document.isOrderRefused = false;
    if (&document == m_current) Q_EMIT runChanged();
    Q_EMIT jobChanged(&document);
    Q_EMIT startRefused(&document);
    document.asked.reset();
}

void Session::run(OpenDocument& document, engine::StartFrom from)
{
    OpenDocument* open = &document;
    if (open->isActive()) {
        if (open->state() == engine::JobState::Paused) act(*open, engine::JobAction::Resume);
        return;
    }
    if (const QString why = refusal(document); !why.isEmpty())
        return refuse(document, {engine::ErrorCode::InvalidSpec, why.toStdString(), {}});
    start(document, specFromState(document.document->state()), from);
}

void Session::goOn(OpenDocument& document, const engine::PipelineSpec& running)
{
    if (document.isActive()) return;
    if (const QString why = twinRefusal(document); !why.isEmpty())
        return refuse(document, {engine::ErrorCode::InvalidSpec, why.toStdString(), {}});
    start(document, running, engine::StartFrom::SavedState);
}

void Session::start(OpenDocument& document, const engine::PipelineSpec& spec, engine::StartFrom from)
{
    OpenDocument* open = &document;
    open->isStarting = true;
    open->hasTelemetry = false;
    open->telemetry = {};
    open->failure.reset();
    open->isOrderRefused = false;
    open->job.reset();
    open->refusedStart.reset();
    open->asked = spec;
    open->accepted.reset();
    open->inForce.reset();
    open->before.reset();
    open->refused.reset();
    open->changeRefused.clear();
    open->isCheckpointWanted = open->isToRunAgain = false;
    open->watched = open == m_current ? m_watched : std::vector<engine::PortRef>{};
    QPointer<Session> self(this);
    const auto take = [self, open](engine::Result<engine::JobId> reply) {
        if (!self) return;
        if (!reply) return self->refuse(*open, reply.error());
        open->isStarting = false;
        open->job = *reply;
        open->accepted = std::exchange(open->asked, std::nullopt);
        if (const auto* latest = self->m_client->latest(*open->job)) self->take(*latest);
        if (open == self->m_current) Q_EMIT self->runChanged();
        Q_EMIT self->jobChanged(open);
        self->offerChange(*open);
    };
    m_client->start(spec, open->document->directory(), open->watched, take, from);
    Q_EMIT runChanged();
    Q_EMIT jobChanged(open);
}

}  // namespace ui
