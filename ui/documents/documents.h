#pragma once

#include "ui/documents/drafts.h"
#include "ui/documents/file_worker.h"
#include "ui/documents/recent_files.h"
#include "ui/session.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <map>
#include <set>

namespace ui {

// Its name, short enough for a tab or a sentence.
QString briefName(const OpenDocument& document);

// Brings documents from the disk into the session and back: new, open, save, save as, close; keeps a draft of
// each that is not saved. Owned by the main window, GUI thread; never waits for the disk and asks nothing of
// the user.
class Documents : public QObject {
    Q_OBJECT
public:
    using Then = std::function<void(OpenDocument*)>;  // null: it did not work, and failed() said why

    Documents(Session& session, const Storage& storage);
    ~Documents() override;
    FileWorker& worker() { return m_worker; }
    RecentFiles& recent() { return m_recent; }
    const Storage& storage() const { return m_storage; }

    void create();
    void open(const QString& path, Then then = {});
    // An unsaved copy of an example with an id of its own; one that is open already is shown.
    void openExample(const QString& name, const QByteArray& text, const QString& directory, Then then = {});
    // Where it came from; it must have a path. When the file has become another meanwhile that is told
    // instead, unless `isForced`.
    void save(OpenDocument& document, Then then = {}, bool isForced = false);
    // What the file says now, as one undo step.
    void reload(OpenDocument& document);
    // A document that was never saved keeps its id, a copy gets a new one. While its job runs the copy is
    // another tab.
    void saveAs(OpenDocument& document, const QString& path, Then then = {});
    void close(OpenDocument& document);      // saved or not
    void giveOwnId(OpenDocument& document);  // a copy of a file has the id of what it was copied from
    static bool isUnsaved(const OpenDocument& document);

    void findLeftovers();  // of windows that were killed; leftoversFound() when there are any
    const std::vector<Draft>& leftovers() const { return m_leftovers; }
    void restoreLeftovers();
    void discardLeftovers();

    // At an orderly end: what is unsaved, if that is wanted, and what runs comes back at the next start.
    engine::Status keepForNextStart(bool keepsUnsaved);
    bool isDraftMissing() const;  // one could not be written, and is tried again

Q_SIGNALS:
    void failed(const QString& sentence);
    void saved(ui::OpenDocument* document);
    // It was to be saved and was not: another program has written the file.
    void changedOnDisk(ui::OpenDocument* document, const std::function<void(ui::OpenDocument*)>& then);
    void modifiedChanged();  // of some document
    void leftoversFound();
    void draftsChanged();  // one was written or removed

private:
    struct Watched {
        QString file{};  // of the draft; empty: none
        QString example{};
        QTimer timer{};
        QElapsedTimer waiting{};  // since the first edit that the draft does not have
        bool isKept = false;      // the draft is on the disk, or about to be
        bool isMissing = false;   // or could not be written the last time
        // What was written last; read and written on the worker alone.
        std::shared_ptr<QByteArray> written = std::make_shared<QByteArray>();
    };
    struct Written {
        engine::Status status = engine::ok();
        QByteArray digest{};  // empty: nothing was written, since the file has changed
    };
    // Of a draft; `running`: what its job goes on with, where the document says something else.
    struct Restored {
        ReadDocument read{};
        std::optional<engine::PipelineSpec> running{};
    };
    static QString shownOnly(const OpenDocument& document);
    void watch();
    void touch(OpenDocument* document);
    void writeDraft(OpenDocument* document);
    void takeWritten(OpenDocument* document, const QString& file, const engine::Status& status);
    void dropDraft(OpenDocument* document);
    Draft draftOf(OpenDocument& document, bool withText) const;
    engine::SchemaOf schemaOf() const;
    OpenDocument* add(ReadDocument read, const QString& path);
    void write(OpenDocument* document, const QString& path, Then then, bool isForced = false);
    // `newId` is the document's when that is in the file, and not before; empty: it keeps its own.
    void write(OpenDocument* document, const QString& path, const std::string& newId, Then then,
               bool isForced = false);
    void takeReload(OpenDocument* document, engine::Result<ReadDocument> read);
    void restore(const Draft& draft);
    void noteTabs();  // drafts know the place of their document
    void placeRestored(const Draft& draft, Restored restored);
    void takeLeftovers(std::vector<Draft> found);

    Session& m_session;
    Storage m_storage;
    FileWorker m_worker;
    RecentFiles m_recent;
    Drafts m_drafts;
    std::map<OpenDocument*, std::unique_ptr<Watched>> m_watched;
    std::set<QString> m_opening;
    std::vector<Draft> m_leftovers;
    int m_restoring = 0;                        // drafts that are being read
    OpenDocument* m_restoredCurrent = nullptr;  // to be shown when all are there
    bool m_hasSaidNoDrafts = false, m_isEnding = false;
};

}  // namespace ui
