#pragma once

#include "ui/documents/documents.h"
#include "ui/jobs/job_book.h"

#include <QObject>

#include <functional>
#include <map>
#include <set>

namespace ui {

class NoticeBar;
class Overlay;

// Says what has to be said round a run: why it was not started, that one failed where nobody looks; and asks
// before saved state is set aside. Owned by the main window, GUI thread.
class RunFlow : public QObject {
    Q_OBJECT
public:
    // `isSeen`: whether the job is what the user looks at.
    RunFlow(Session& session, Documents& documents, JobBook& book, Overlay& overlay, NoticeBar& notices,
            std::function<bool(engine::JobId)> isSeen);
    void askToBeginAnew(OpenDocument* document);
    void runAgain(OpenDocument* document);   // as it is now, as soon as its job has stopped
    void tellOther(OpenDocument* document);  // that it runs already, as another graph
    void look();  // the user looks at something else than before
    int unseenFailures() const { return static_cast<int>(m_unseen.size()); }

Q_SIGNALS:
    void problemsWanted(ui::OpenDocument* document);
    void jobWanted(engine::JobId job);  // of a document that is not open
    void unseenChanged();

private:
    void runStopped(OpenDocument* document);
    void tellRefused(OpenDocument* document);
    void take(engine::JobId job, engine::JobState state);
    void tellFailed(const JobRecord& record);
    using Answer = std::pair<QString, void (RunFlow::*)(OpenDocument*)>;
    void say(OpenDocument* document, const QString& text, const std::vector<Answer>& answers);
    void withdraw(OpenDocument* document);
    void show(OpenDocument* document);
    void showTwin(OpenDocument* document);
    void giveOwnId(OpenDocument* document);
    OpenDocument* documentOf(engine::JobId job) const;

    Session& m_session;
    Documents& m_documents;
    JobBook& m_book;
    Overlay& m_overlay;
    NoticeBar& m_notices;
    std::function<bool(engine::JobId)> m_isSeen;
    std::set<engine::JobId> m_unseen;  // that failed
    std::map<OpenDocument*, QString> m_said;
};

}  // namespace ui
