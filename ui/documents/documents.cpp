#include "ui/documents/documents.h"

#include "ui/document/whole_file.h"
#include "ui/plain_text.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace ui {

namespace {

std::string newId() { return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString(); }

QString fileName(const QString& path) { return QFileInfo(path).fileName(); }

}  // namespace

QString briefName(const OpenDocument& document)
{
    constexpr int kLongest = 32;
    return plainName(document.document->name().simplified(), kLongest - 1);
}

QString Documents::shownOnly(const OpenDocument& document)
{
    return tr("%1 is shown only: changing or saving it here would lose something. The file is as it was.")
        .arg(briefName(document));
}

Documents::Documents(Session& session, const Storage& storage)
    : m_session(session),
      m_storage(storage),
      m_recent(storage, m_worker),
      m_drafts(storage.folder.isEmpty() ? QString() : storage.folder + QStringLiteral("/drafts"))
{
    connect(&session, &Session::documentsChanged, this, &Documents::watch);
    connect(&session, &Session::jobChanged, this, &Documents::touch);
    connect(&session, &Session::unreadChanged, this, [this](OpenDocument* document) {
        touch(document);
        Q_EMIT modifiedChanged();
    });
    connect(&session, &Session::documentsChanged, this, &Documents::noteTabs);
    connect(&session, &Session::currentChanged, this, &Documents::noteTabs);
    watch();
}

Documents::~Documents() { m_worker.finish(); }

bool Documents::isUnsaved(const OpenDocument& document)
{
    return document.document->isModified() || !document.unreadText.isEmpty();
}

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
    write(&document, document.document->path(), std::move(then), isForced);
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
        this,
        [path, state = document.document->snapshot()] {
            auto read = readDocument(path);
            if (read) shareParams(read->state, *state);
            return read;
        },
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
    for (const auto& open : m_session.documents()) {
        if (open.get() == &document || open->document->path() != path) continue;
        Q_EMIT failed(
            tr("%1 is open in another tab. Close that first, or choose another name.").arg(fileName(path)));
        if (then) then(nullptr);
        return;
    }
    if (document.document->isReadOnly() || path == document.document->path() ||
        document.document->path().isEmpty()) {
        // The first time it keeps its id: what it has done so far is found by that.
        write(&document, path, std::move(then));
        return;
    }
    if (!document.isActive()) return write(&document, path, newId(), std::move(then));
    ReadDocument copy{document.document->state(), {}, false, {}, {}};
    copy.state.spec.id = newId();
    OpenDocument* other = add(std::move(copy), {});
    write(other, path, std::move(then));
}

void Documents::write(OpenDocument* document, const QString& path, Then then, bool isForced)
{
    write(document, path, {}, std::move(then), isForced);
}

void Documents::write(OpenDocument* document, const QString& path, const std::string& newId, Then then,
                      bool isForced)
{
    const auto state = document->document->snapshot();
    // A file of another name was agreed to in the dialog that asked for it.
    const bool isChecked = !isForced && path == document->document->path();
    const auto save = [state, path, newId, schemas = schemaOf(), written = m_watched.at(document)->written,
                       known = isChecked ? document->document->fileDigest() : QByteArray()]() -> Written {
        engine::PipelineSpec spec = specFromState(*state);
        if (!newId.empty()) spec.id = newId;
        const auto text = QByteArray::fromStdString(engine::writePipeline(spec, schemas));
        const QByteArray digest = digestOf(text);
        const QByteArray now = known.isEmpty() ? QByteArray() : digestOfFile(path);
        if (!now.isEmpty() && now != known && now != *written && now != digest) return {};
        const engine::Status status = writeWhole(path, text);
        if (status) *written = digest;
        return {status, digest};
    };
    m_worker.ask(this, save, [=, this, then = std::move(then)](const Written& written) {
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
        const bool isAsWritten = document->document->snapshot() == state;
        if (!newId.empty()) document->document->assignId(newId);
        document->document->setSaved(path, isAsWritten ? document->document->snapshot() : state,
                                     written.digest);
        if (const auto watched = m_watched.find(document); watched != m_watched.end())
            watched->second->example.clear();
        m_recent.add(document->document->path());
        touch(document);
        Q_EMIT saved(document);
        if (then) then(document);
    });
}

void Documents::giveOwnId(OpenDocument& document)
{
    if (document.isActive() || document.document->isReadOnly()) return;
    document.document->assignId(newId());
    document.document->setModified();
    document.failure.reset();
    touch(&document);
    Q_EMIT modifiedChanged();
    Q_EMIT m_session.runChanged();
    Q_EMIT m_session.jobChanged(&document);
}

void Documents::close(OpenDocument& document)
{
    if (document.isActive()) return;
    dropDraft(&document);
    m_session.close(&document);
}

}  // namespace ui
