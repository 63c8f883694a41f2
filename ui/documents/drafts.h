#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QLockFile>
#include <QString>

#include <atomic>
#include <memory>
#include <vector>

namespace ui {

// What a window has to remember of one document until that is saved, stopped and closed: text that is in no
// file, and whether its job ran.
struct Draft {
    QString path{}, directory{}, name{};
    QByteArray text{};    // empty: the file has it all
    QByteArray digest{};  // of what the file said when it was read or written last
    bool wasRunning = false;
    QByteArray running{};   // what the job ran, where that is not what the document says
    bool isWanted = false;  // kept at an orderly end: comes back without a question
    int tab = 0;            // its place among the tabs
    bool isCurrent = false;
    bool isModified = true;  // an example that runs is in no file and yet not changed
    QString unread{};        // typed as its text, with a mistake
    QString example{};       // that it is an unsaved copy of
    QString file{};          // where the draft itself lies
};

// One file for each draft, named after the window that wrote it; a lock tells whether that window still
// lives. Owned by Documents; its functions touch the disk, so they run on the file worker.
class Drafts {
public:
    explicit Drafts(const QString& folder);  // empty: keeps none
    ~Drafts();

    bool isKeeping() const { return !m_folder.isEmpty(); }
    QString newFile();       // a name for a draft that is not there yet; any thread
    engine::Status begin();  // makes the folder and takes the lock
    // Those of windows that are gone; they belong to this one from now on.
    std::vector<Draft> takeLeftovers();

    static engine::Status write(const Draft& draft);
    static engine::Result<Draft> read(const QString& file);
    static void remove(const QString& file);

private:
    QString m_folder, m_own;
    std::atomic<int> m_last = 0;
    std::unique_ptr<QLockFile> m_lock;
};

}  // namespace ui
