#pragma once

#include "ui/documents/file_worker.h"
#include "ui/session.h"

#include <QFileSystemWatcher>
#include <QTimer>

#include <map>
#include <set>

namespace ui {

// Notices when the file of an open document says something else than the document knows of. Compares what is
// in it, so that a touch, a save of its own and a rename over it are told apart. Owned by the DiskFlow, GUI
// thread; reads on the file worker.
class FileWatch : public QObject {
    Q_OBJECT
public:
    FileWatch(Session& session, FileWorker& worker);
    void check();  // all files
    // What the file says is known from now on; what is to be kept is the document.
    void accept(OpenDocument& document);

Q_SIGNALS:
    void differs(ui::OpenDocument* document);  // once for each content
    void gone(ui::OpenDocument* document);     // or not to be read
    void agrees(ui::OpenDocument* document);   // again

private:
    struct Seen {
        QString path{};
        QByteArray told{};
        bool isGone = false;
    };
    void follow();
    void lookAtDirty();
    void look(OpenDocument* document);
    void take(OpenDocument* document, const QString& path, const QByteArray& digest);

    Session& m_session;
    FileWorker& m_worker;
    QFileSystemWatcher m_watcher;
    QTimer m_pause;
    std::map<OpenDocument*, Seen> m_seen;
    std::set<QString> m_dirty;  // paths
};

}  // namespace ui
