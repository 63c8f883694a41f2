#pragma once

#include "ui/documents/documents.h"
#include "ui/overlay/ask_card.h"

#include <QObject>

namespace ui {

class Overlay;

// Asks what has to be asked before a document or the window goes: about unsaved changes and running jobs.
// Owned by the main window, GUI thread; never closes the window itself.
class ClosingFlow : public QObject {
    Q_OBJECT
public:
    ClosingFlow(Session& session, Documents& documents, Overlay& overlay);
    void closeDocument(OpenDocument* document);
    void closeWindow();
    void askToDiscard(const QString& what, std::function<void()> discard);
    void askToReplace(const QString& path, std::function<void()> replace, std::function<void()> another);

Q_SIGNALS:
    void mayClose();
    void textWanted(ui::OpenDocument* document);
    void backgroundWanted();  // the window goes, the jobs stay
    void saveAsWanted(ui::OpenDocument* document, const std::function<void(ui::OpenDocument*)>& then);

private:
    void ask(const QString& title, const QString& text, std::vector<AskCard::Answer> answers);
    void askAboutJobs(bool keepsUnsaved);
    void end(bool keepsUnsaved);  // nothing runs
    void stopAll(bool keepsUnsaved);
    // Writes what is to come back; false: it cannot be, and `then` is called again if that is wanted.
    bool keep(bool keepsUnsaved, void (ClosingFlow::*then)(bool));
    void showStopping();
    void askAboutText();  // that is in no pipeline
    void saveAll();  // one after the other; those without a file are asked for one
    void goOn(OpenDocument* document);
    void stop(OpenDocument* document);
    void checkStopped();

    Session& m_session;
    Documents& m_documents;
    Overlay& m_overlay;
    std::set<OpenDocument*> m_stopping;  // to be closed when they are
    std::set<OpenDocument*> m_ordered;   // to stop, since the window ends
    QTimer m_patience;
    bool m_isEnding = false, m_isGivenUp = false;  // the second: what cannot be kept
};

}  // namespace ui
