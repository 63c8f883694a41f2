#pragma once

#include "ui/documents/storage.h"

#include <QObject>
#include <QStringList>

#include <set>

namespace ui {

class FileWorker;

// The files that were opened or saved last, newest first, kept in the settings. Owned by Documents, GUI
// thread; whether they are still there is found out by the file worker.
class RecentFiles : public QObject {
    Q_OBJECT
public:
    static constexpr int kFiles = 10;
    RecentFiles(const Storage& storage, FileWorker& worker);
    const QStringList& paths() const { return m_paths; }
    bool isMissing(const QString& path) const { return m_missing.contains(path); }
    void add(const QString& path);
    void check();  // which are there; changed() when that is other than before

Q_SIGNALS:
    void changed();

private:
    QString m_settingsFile;
    FileWorker& m_worker;
    QStringList m_paths;
    std::set<QString> m_missing;
};

}  // namespace ui
