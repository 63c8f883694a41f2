#include "ui/documents/file_watch.h"

#include <QFileInfo>

namespace ui {

namespace {

constexpr int kPauseMs = 150;  // a file is often removed and made again, or written in pieces

}  // namespace

FileWatch::FileWatch(Session& session, FileWorker& worker) : m_session(session), m_worker(worker)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &FileWatch::lookAtDirty);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this](const QString& path) {
        m_dirty.insert(path);
        if (!m_pause.isActive()) m_pause.start();
    });
    // A folder tells that a file that was gone is back; of what else happens in it nothing matters here.
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        for (const auto& [document, seen] : m_seen)
            if (seen.isGone) m_dirty.insert(seen.path);
        if (!m_dirty.empty() && !m_pause.isActive()) m_pause.start();
    });
    connect(&session, &Session::documentsChanged, this, &FileWatch::follow);
    follow();
}

void FileWatch::follow()
{
    std::erase_if(m_seen, [this](const auto& each) { return !m_session.holds(each.first); });
    std::set<QString> wanted;
    for (const auto& open : m_session.documents()) {
        OpenDocument* document = open.get();
        const QString path = document->document->path();
        const bool isNew = !m_seen.contains(document);
        Seen& seen = m_seen[document];
        if (isNew)
            connect(document->document.get(), &PipelineDocument::saved, this, [this, document] {
                follow();
                look(document);
            });
        if (!path.isEmpty()) wanted.insert({path, QFileInfo(path).absolutePath()});
        if (seen.path == path) continue;
        seen = {path, {}, false};
        look(document);
    }
    for (const QString& path : m_watcher.files() + m_watcher.directories())
        if (!wanted.contains(path)) m_watcher.removePath(path);
}

void FileWatch::check()
{
    for (const auto& open : m_session.documents()) look(open.get());
}

void FileWatch::lookAtDirty()
{
    const std::set<QString> dirty = std::exchange(m_dirty, {});
    for (const auto& open : m_session.documents())
        if (dirty.contains(open->document->path())) look(open.get());
}

void FileWatch::look(OpenDocument* document)
{
    const QString path = document->document->path();
    if (path.isEmpty()) return;
    // What was renamed over is another file of the same name; the watcher still holds on to the old one.
    m_watcher.removePath(path);
    m_watcher.addPath(path);
    m_watcher.addPath(QFileInfo(path).absolutePath());
    m_worker.ask(
        this, [path] { return digestOfFile(path); },
        [this, document, path](const QByteArray& digest) { take(document, path, digest); });
}

void FileWatch::take(OpenDocument* document, const QString& path, const QByteArray& digest)
{
    if (!m_session.holds(document) || document->document->path() != path) return;
    Seen& seen = m_seen[document];
    const QByteArray known = document->document->fileDigest();
    if (digest.isEmpty()) {
        if (!std::exchange(seen.isGone, true)) Q_EMIT gone(document);
        return;
    }
    if (known.isEmpty()) document->document->setFileDigest(digest);
    if (known.isEmpty() || digest == known) {
        const bool wasOther = seen.isGone || !seen.told.isEmpty();
        seen.isGone = false;
        seen.told.clear();
        if (wasOther) Q_EMIT agrees(document);
        return;
    }
    seen.isGone = false;
    if (seen.told == digest) return;
    seen.told = digest;
    Q_EMIT differs(document);
}

void FileWatch::accept(OpenDocument& document)
{
    Seen& seen = m_seen[&document];
    if (!seen.told.isEmpty()) document.document->setFileDigest(std::exchange(seen.told, {}));
}

}  // namespace ui
