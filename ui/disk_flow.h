#pragma once

#include "ui/documents/documents.h"
#include "ui/documents/file_watch.h"

#include <QObject>

#include <deque>
#include <map>

namespace ui {

class NoticeBar;
class Overlay;

// Says when another program has changed the file of an open document, and asks before such a file is written
// over. Owned by the main window, GUI thread; never reads or writes itself.
class DiskFlow : public QObject {
    Q_OBJECT
public:
    DiskFlow(Session& session, Documents& documents, Overlay& overlay, NoticeBar& notices);
    FileWatch& watch() { return m_watch; }
    bool eventFilter(QObject* window, QEvent* event) override;  // looks again when it comes to the front

Q_SIGNALS:
    void saveAsWanted(ui::OpenDocument* document, const std::function<void(ui::OpenDocument*)>& then);

private:
    struct Question {
        OpenDocument* document = nullptr;
        Documents::Then then{};
    };
    void say(OpenDocument* document, bool isGone);
    void withdraw(OpenDocument* document);
    void askBeforeSaving(OpenDocument* document, const Documents::Then& then);
    void askNext();
    void answer(const std::function<void(OpenDocument&, const Documents::Then&)>& run);
    QString fileOf(const OpenDocument& document) const;

    Session& m_session;
    Documents& m_documents;
    Overlay& m_overlay;
    NoticeBar& m_notices;
    FileWatch m_watch;
    std::map<OpenDocument*, QString> m_said;
    std::deque<Question> m_questions;  // the first one is on the screen
};

}  // namespace ui
