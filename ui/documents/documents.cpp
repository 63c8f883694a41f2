#include "ui/documents/documents.h"

#include "ui/document/whole_file.h"
#include "ui/plain_text.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace ui {

namespace {

constexpr int kDraftDelayMs = 1000;   // after the last edit
constexpr int kDraftLatestMs = 1800;  // after the first, however long the editing goes on

std::string newId() { return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString(); }

QString fileName(const QString& path) { return QFileInfo(path).fileName(); }

QString shownOnly(const OpenDocument& document)
{
    return Documents::tr(
               "%1 is shown only: changing or saving it here would lose something. The file is as it "
               "was.")
        .arg(briefName(document));
}

}  // namespace

QString briefName(const OpenDocument& document)
{
    constexpr int kLongest = 32;
    return plainName(document.document->name().simplified(), kLongest - 1);
}

Documents::Documents(Session& session, const Storage& storage)
    : m_session(session),
      m_storage(storage),
      m_recent(storage, m_worker),
      m_drafts(storage.folder.isEmpty() ? QString() : storage.folder + QStringLiteral("/drafts"))
{
    connect(&session, &Session::documentsChanged, this, &Documents::watch);
    connect(&session, &Session::jobChanged, this, &Documents::touch);
    connect(&session, &Session::documentsChanged, this, &Documents::noteTabs);
    connect(&session, &Session::currentChanged, this, &Documents::noteTabs);
    watch();
}

Documents::~Documents() { m_worker.finish(); }

bool Documents::isUnsaved(const OpenDocument& document) { return document.document->isModified(); }

engine::SchemaOf Documents::schemaOf() const
{
    return [&client = m_session.client()](std::string_view id) { return client.schemaOf(id); };
}

OpenDocument* Documents::add(ReadDocument read, const QString& path)
{
    m_session.add(std::make_unique<PipelineDocument>(std::move(read), path));
    return m_session.current();
}

void Documents::create()
{
    ReadDocument read;
    read.state.spec.id = newId();
    read.state.spec.name = tr("Untitled").toStdString();
    OpenDocument* document = add(std::move(read), {});
    document->document->setDirectory(QDir::homePath());
}

void Documents::open(const QString& given, Then then)
{
    const QString path = QFileInfo(given).absoluteFilePath();
    for (const auto& open : m_session.documents()) {
        if (open->document->path() != path) continue;
        m_session.show(open.get());
        if (then) then(open.get());
        return;
    }
    if (!m_opening.insert(path).second) return;
    m_worker.ask(
        this, [path] { return readDocument(path); },
        [this, path, then = std::move(then)](engine::Result<ReadDocument> read) {
            m_opening.erase(path);
            if (!read) {
                Q_EMIT failed(tr("%1 was not opened. %2")
                                  .arg(fileName(path), QString::fromStdString(read.error().message)));
                m_recent.check();
                if (then) then(nullptr);
                return;
            }
            OpenDocument* document = add(std::move(*read), path);
            m_recent.add(path);
            if (then) then(document);
        });
}

void Documents::openExample(const QString& name, const QByteArray& text, const QString& directory, Then then)
{
    for (const auto& [open, watched] : m_watched) {
        if (watched->example != name) continue;
        m_session.show(open);
        if (then) then(open);
        return;
    }
    ReadDocument read = readText(text);
    read.state.spec.id = newId();
    OpenDocument* document = add(std::move(read), {});
    document->document->setDirectory(directory);
    m_watched[document]->example = name;
    if (then) then(document);
}

void Documents::save(OpenDocument& document, Then then, bool isForced)
{
    if (document.document->isReadOnly()) {
        Q_EMIT failed(shownOnly(document));
        if (then) then(nullptr);
        return;
    }
    write(&document, document.document->snapshot(), document.document->path(), std::move(then), isForced);
}

void Documents::reload(OpenDocument& document)
{
    const QString path = document.document->path();
    // There is nothing to undo in what is shown only.
    if (document.document->isReadOnly() && !document.isActive()) {
        close(document);
        return open(path);
    }
    m_worker.ask(
        this, [path] { return readDocument(path); },
        [this, own = &document](engine::Result<ReadDocument> read) {
            if (m_session.holds(own)) takeReload(own, std::move(read));
        });
}

void Documents::takeReload(OpenDocument* document, engine::Result<ReadDocument> read)
{
    const bool isWhole = read && !read->isReadOnly;
    if (isWhole) return document->document->reload(std::move(*read));
    const std::string why = !read   ? read.error().message
        : read->diagnostics.empty() ? std::string()
                                    : read->diagnostics.front().message;
    Q_EMIT failed(tr("%1 was not reloaded; what you have here is kept. %2")
                      .arg(fileName(document->document->path()), QString::fromStdString(why)));
}

void Documents::saveAs(OpenDocument& document, const QString& given, Then then)
{
    const QString path = QFileInfo(given).absoluteFilePath();
    if (document.document->isReadOnly() || path == document.document->path() ||
        document.document->path().isEmpty()) {
        // The first time it keeps its id: what it has done so far is found by that.
        write(&document, document.document->snapshot(), path, std::move(then));
        return;
    }
    for (const auto& open : m_session.documents()) {
        if (open->document->path() != path) continue;
        Q_EMIT failed(
            tr("%1 is open in another tab. Close that first, or choose another name.").arg(fileName(path)));
        if (then) then(nullptr);
        return;
    }
    if (!document.isActive()) {
        document.document->assignId(newId());
        write(&document, document.document->snapshot(), path, std::move(then));
        return;
    }
    ReadDocument copy{document.document->state(), {}, false, {}, {}};
    copy.state.spec.id = newId();
    OpenDocument* other = add(std::move(copy), {});
    write(other, other->document->snapshot(), path, std::move(then));
}

void Documents::write(OpenDocument* document, const std::shared_ptr<const DocumentState>& state,
                      const QString& path, Then then, bool isForced)
{
    // A file of another name was agreed to in the dialog that asked for it.
    const bool isChecked = !isForced && path == document->document->path();
    const auto save = [state, path, schemas = schemaOf(), written = m_watched.at(document)->written,
                       known = isChecked ? document->document->fileDigest() : QByteArray()]() -> Written {
        const auto text = QByteArray::fromStdString(engine::writePipeline(specFromState(*state), schemas));
        const QByteArray digest = digestOf(text);
        const QByteArray now = known.isEmpty() ? QByteArray() : digestOfFile(path);
        if (!now.isEmpty() && now != known && now != *written && now != digest) return {};
        const engine::Status status = writeWhole(path, text);
        if (status) *written = digest;
        return {status, digest};
    };
    m_worker.ask(this, save, [this, document, state, path, then = std::move(then)](const Written& written) {
        if (!m_session.holds(document)) return;
        const engine::Status& status = written.status;
        if (written.digest.isEmpty()) return Q_EMIT changedOnDisk(document, then);
        if (!status) {
            Q_EMIT failed(tr("%1 was not saved: %2. What was in the file is untouched, and your changes are "
                             "kept here. Save again, or elsewhere (Ctrl+Shift+S).")
                              .arg(fileName(path), QString::fromStdString(status.error().message)));
            if (then) then(nullptr);
            return;
        }
        document->document->setSaved(path, state, written.digest);
        if (const auto watched = m_watched.find(document); watched != m_watched.end())
            watched->second->example.clear();
        m_recent.add(document->document->path());
        touch(document);
        Q_EMIT saved(document);
        if (then) then(document);
    });
}

void Documents::close(OpenDocument& document)
{
    if (document.isActive()) return;
    dropDraft(&document);
    m_session.close(&document);
}

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
    if (isUnsaved(*document) || document->isActive()) {
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
    draft.wasRunning = document.isActive();
    const auto& all = m_session.documents();
    const auto place =
        std::find_if(all.begin(), all.end(), [&](const auto& open) { return open.get() == &document; });
    draft.tab = static_cast<int>(place - all.begin());
    draft.isCurrent = m_session.current() == &document;
    draft.isModified = isUnsaved(document);
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
                       state = document->document->snapshot()]() mutable {
        if (needsText)
            draft.text = QByteArray::fromStdString(engine::writePipeline(specFromState(*state), schemas));
        if (const auto begun = m_drafts.begin(); !begun) return begun;
        return Drafts::write(draft);
    };
    m_worker.ask(this, keep, [this](engine::Status status) {
        Q_EMIT draftsChanged();
        if (status || m_hasSaidNoDrafts) return;
        m_hasSaidNoDrafts = true;
        Q_EMIT failed(tr("Unsaved changes cannot be kept for a crash: %1. Save them soon.")
                          .arg(QString::fromStdString(status.error().message)));
    });
}

void Documents::dropDraft(OpenDocument* document)
{
    const auto found = m_watched.find(document);
    if (found == m_watched.end()) return;
    found->second->timer.stop();
    if (!found->second->isKept) return;
    found->second->isKept = false;
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
    const auto read = [draft]() -> engine::Result<ReadDocument> {
        return draft.text.isEmpty() ? readDocument(draft.path) : readText(draft.text);
    };
    ++m_restoring;
    m_worker.ask(this, read, [this, draft](engine::Result<ReadDocument> result) {
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

void Documents::placeRestored(const Draft& draft, ReadDocument read)
{
    OpenDocument* document = add(std::move(read), draft.path);
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
    if (draft.wasRunning) m_session.run();
    if (draft.isCurrent) m_restoredCurrent = document;
    touch(document);
}

void Documents::keepForNextStart(bool keepsUnsaved)
{
    m_isEnding = true;
    if (!m_drafts.isKeeping()) return;
    for (const auto& [document, watched] : m_watched) {
        const bool isUnsavedOne = isUnsaved(*document);
        const bool needsText = (keepsUnsaved && isUnsavedOne) || document->document->path().isEmpty();
        if (!document->isActive() && !(keepsUnsaved && isUnsavedOne)) {
            dropDraft(document);
            continue;
        }
        watched->timer.stop();
        if (watched->file.isEmpty()) watched->file = m_drafts.newFile();
        Draft draft = draftOf(*document, needsText);
        draft.file = watched->file;
        draft.isWanted = true;
        m_worker.run([this, draft] {
            if (m_drafts.begin()) (void)Drafts::write(draft);
        });
    }
    m_worker.finish();
}

}  // namespace ui
