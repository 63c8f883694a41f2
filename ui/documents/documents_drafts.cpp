#include "ui/documents/documents.h"

#include <algorithm>
#include <utility>

// The part of Documents that keeps drafts and brings them back.

namespace ui {

namespace {

constexpr int kDraftDelayMs = 1000;   // after the last edit
constexpr int kDraftLatestMs = 1800;  // after the first, however long the editing goes on
constexpr int kDraftAgainMs = 3000;   // after one that could not be written

// Empty where nothing runs, or what the document says itself.
QByteArray runningText(const std::optional<engine::PipelineSpec>& running,
                       const engine::PipelineSpec* document, const engine::SchemaOf& schemas)
{
    if (!running) return {};
    if (document && engine::semanticHash(*running) == engine::semanticHash(*document)) return {};
    return QByteArray::fromStdString(engine::writePipeline(*running, schemas));
}

// What the next start goes on with.
std::optional<engine::PipelineSpec> runningOf(const OpenDocument& document)
{
    if (document.isToRunAgain) return specFromState(document.document->state());
    const engine::PipelineSpec* running = document.running();
    return running ? std::optional(*running) : std::nullopt;
}

bool isToGoOn(const OpenDocument& document) { return document.isActive() || document.isToRunAgain; }

}  // namespace

// Follows the session: every open document has a draft to be kept, closed ones have none.
void Documents::watch()
{
    for (auto watched = m_watched.begin(); watched != m_watched.end();)
        watched = m_session.holds(watched->first) ? std::next(watched) : m_watched.erase(watched);
    for (const auto& open : m_session.documents()) {
        auto& watched = m_watched[open.get()];
        if (watched) continue;
        OpenDocument* document = open.get();
        watched = std::make_unique<Watched>();
        watched->timer.setSingleShot(true);
        watched->timer.setInterval(kDraftDelayMs);
        const auto edited = [this, document] { touch(document); };
        connect(&watched->timer, &QTimer::timeout, this, [this, document] { writeDraft(document); });
        connect(document->document.get(), &PipelineDocument::changed, this, edited);
        connect(document->document.get(), &PipelineDocument::placed, this, edited);
        connect(document->document.get(), &PipelineDocument::refused, this,
                [this, document] { Q_EMIT failed(shownOnly(*document)); });
        connect(&document->document->undoStack(), &QUndoStack::cleanChanged, this, [this, document] {
            touch(document);
            Q_EMIT modifiedChanged();
        });
    }
}

void Documents::touch(OpenDocument* document)
{
    const auto watched = m_watched.find(document);
    if (watched == m_watched.end() || !m_drafts.isKeeping() || m_isEnding) return;
    if (isUnsaved(*document) || isToGoOn(*document)) {
        Watched& each = *watched->second;
        if (!each.timer.isActive()) each.waiting.start();
        const auto waitedMs = static_cast<int>(each.waiting.elapsed());
        each.timer.start(std::clamp(kDraftLatestMs - waitedMs, 0, kDraftDelayMs));
    } else {
        watched->second->timer.stop();
        dropDraft(document);
    }
}

void Documents::noteTabs()
{
    for (const auto& [document, watched] : m_watched)
        if (watched->isKept && m_session.holds(document)) touch(document);
}

Draft Documents::draftOf(OpenDocument& document, bool withText) const
{
    Draft draft;
    draft.path = document.document->path();
    draft.directory = QString::fromStdString(document.document->directory());
    draft.name = document.document->name();
    draft.digest = document.document->fileDigest();
    draft.wasRunning = isToGoOn(document);
    const auto& all = m_session.documents();
    const auto place =
        std::find_if(all.begin(), all.end(), [&](const auto& open) { return open.get() == &document; });
    draft.tab = static_cast<int>(place - all.begin());
    draft.isCurrent = m_session.current() == &document;
    draft.isModified = document.document->isModified();
    draft.unread = document.unreadText;
    if (const auto watched = m_watched.find(&document); watched != m_watched.end())
        draft.example = watched->second->example;
    if (withText)
        draft.text = QByteArray::fromStdString(
            engine::writePipeline(specFromState(document.document->state()), schemaOf()));
    return draft;
}

void Documents::writeDraft(OpenDocument* document)
{
    const auto found = m_watched.find(document);
    if (found == m_watched.end() || !m_drafts.isKeeping()) return;
    Watched& watched = *found->second;
    if (watched.file.isEmpty()) watched.file = m_drafts.newFile();
    watched.isKept = true;
    Draft draft = draftOf(*document, false);
    draft.file = watched.file;
    const bool needsText = isUnsaved(*document) || draft.path.isEmpty();
    const auto keep = [this, draft = std::move(draft), needsText, schemas = schemaOf(),
                       state = document->document->snapshot(), running = runningOf(*document)]() mutable {
        draft.running = runningText(running, &state->spec, schemas);
        if (needsText)
            draft.text = QByteArray::fromStdString(engine::writePipeline(specFromState(*state), schemas));
        if (const auto begun = m_drafts.begin(); !begun) return begun;
        return Drafts::write(draft);
    };
    m_worker.ask(this, keep, [this, document, file = watched.file](const engine::Status& status) {
        takeWritten(document, file, status);
    });
}

void Documents::takeWritten(OpenDocument* document, const QString& file, const engine::Status& status)
{
    const auto found = m_watched.find(document);
    if (found != m_watched.end() && found->second->file == file) {
        Watched& watched = *found->second;
        watched.isMissing = !status && watched.isKept;
        if (watched.isMissing && !watched.timer.isActive()) watched.timer.start(kDraftAgainMs);
    }
    if (!status && !std::exchange(m_hasSaidNoDrafts, true))
        Q_EMIT failed(tr("Unsaved changes cannot be kept for a crash: %1. It is tried again every few "
                         "seconds; save them soon.")
                          .arg(QString::fromStdString(status.error().message)));
    if (!isDraftMissing()) m_hasSaidNoDrafts = false;
    Q_EMIT draftsChanged();
}

bool Documents::isDraftMissing() const
{
    return std::any_of(m_watched.begin(), m_watched.end(),
                       [](const auto& watched) { return watched.second->isMissing; });
}

void Documents::dropDraft(OpenDocument* document)
{
    const auto found = m_watched.find(document);
    if (found == m_watched.end()) return;
    found->second->timer.stop();
    if (!found->second->isKept) return;
    found->second->isKept = found->second->isMissing = false;
    const auto remove = [file = found->second->file] {
        Drafts::remove(file);
        return true;
    };
    m_worker.ask(this, remove, [this](bool) { Q_EMIT draftsChanged(); });
}

void Documents::findLeftovers()
{
    if (!m_drafts.isKeeping()) return;
    const auto find = [this] {
        const auto begun = m_drafts.begin();
        return begun ? m_drafts.takeLeftovers() : std::vector<Draft>();
    };
    m_worker.ask(this, find, [this](std::vector<Draft> found) { takeLeftovers(std::move(found)); });
}

void Documents::takeLeftovers(std::vector<Draft> found)
{
    for (Draft& draft : found) {
        if (draft.isWanted)
            restore(draft);
        else
            m_leftovers.push_back(std::move(draft));
    }
    if (!m_leftovers.empty()) Q_EMIT leftoversFound();
}

void Documents::restoreLeftovers()
{
    for (const Draft& draft : std::exchange(m_leftovers, {})) restore(draft);
}

void Documents::discardLeftovers()
{
    for (const Draft& draft : std::exchange(m_leftovers, {}))
        m_worker.run([file = draft.file] { Drafts::remove(file); });
}

void Documents::restore(const Draft& draft)
{
    const auto read = [draft]() -> engine::Result<Restored> {
        auto document = draft.text.isEmpty() ? readDocument(draft.path) : readText(draft.text);
        if (!document) return document.error();
        Restored restored{std::move(*document), {}};
        if (draft.running.isEmpty()) return restored;
        engine::Parsed running = engine::parsePipeline(draft.running.toStdString());
        if (!running.readOnly && !engine::hasProblem(running.diagnostics))
            restored.running = std::move(running.spec);
        return restored;
    };
    ++m_restoring;
    m_worker.ask(this, read, [this, draft](engine::Result<Restored> result) {
        if (result) placeRestored(draft, std::move(*result));
        if (--m_restoring == 0) {
            OpenDocument* shown = std::exchange(m_restoredCurrent, nullptr);
            if (shown && m_session.holds(shown)) m_session.show(shown);
        }
        if (result) return;
        m_worker.run([file = draft.file] { Drafts::remove(file); });
        Q_EMIT failed(
            tr("%1 was not opened again. %2")
                .arg(draft.name.simplified().left(40), QString::fromStdString(result.error().message)));
    });
}

void Documents::placeRestored(const Draft& draft, Restored restored)
{
    OpenDocument* document = add(std::move(restored.read), draft.path);
    document->document->setDirectory(draft.directory);
    // The old draft stays until its document is saved or closed: a second crash loses nothing either.
    Watched& watched = *m_watched[document];
    watched.file = draft.file;
    watched.isKept = true;
    watched.example = draft.example;
    if (!draft.text.isEmpty()) {
        if (draft.isModified) document->document->setModified();
        document->document->setFileDigest(draft.digest);
    }
    m_session.setUnreadText(*document, draft.unread);
    if (draft.wasRunning && restored.running)
        m_session.goOn(*document, *restored.running);
    else if (draft.wasRunning)
        m_session.run(*document);
    if (draft.isCurrent) m_restoredCurrent = document;
    touch(document);
}

engine::Status Documents::keepForNextStart(bool keepsUnsaved)
{
    m_isEnding = true;
    if (!m_drafts.isKeeping()) return engine::ok();
    const auto status = std::make_shared<engine::Status>(engine::ok());
    for (const auto& [document, watched] : m_watched) {
        const bool isUnsavedOne = isUnsaved(*document);
        const bool needsText = (keepsUnsaved && isUnsavedOne) || document->document->path().isEmpty();
        if (!isToGoOn(*document) && !(keepsUnsaved && isUnsavedOne)) {
            dropDraft(document);
            continue;
        }
        watched->timer.stop();
        if (watched->file.isEmpty()) watched->file = m_drafts.newFile();
        Draft draft = draftOf(*document, needsText);
        draft.file = watched->file;
        draft.isWanted = true;
        const bool isKept = needsText || !isUnsavedOne;
        draft.running =
            runningText(runningOf(*document), isKept ? &document->document->spec() : nullptr, schemaOf());
        m_worker.run([this, draft, status] {
            engine::Status written = m_drafts.begin();
            if (written) written = Drafts::write(draft);
            if (!written) *status = written;
        });
    }
    m_worker.finish();
    m_isEnding = bool(*status);
    // It may go on from here.
    if (!m_isEnding)
        for (const auto& [document, watched] : m_watched) touch(document);
    return *status;
}

}  // namespace ui
