#pragma once

#include "control/client/engine_client.h"
#include "ui/document/pipeline_document.h"
#include "ui/hot_change.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace ui {

// An open document with what an engine says of it. Owned by the Session, GUI thread.
struct OpenDocument {
    std::unique_ptr<PipelineDocument> document{};
    const engine::EngineClient* client = nullptr;
    QString unreadText{};  // typed as its text, with a mistake, so that it is not in the document
    QString unreadWhy{};   // the mistake; empty also where nobody has looked for it yet
    engine::AnalysisReply analysis{};
    std::uint64_t analysisAsked = 0;                 // only the answer to the last question counts
    std::uint64_t analysisTaken = 0;                 // the question that `analysis` answers
    std::vector<engine::Diagnostic> viewProblems{};  // of its charts, which mean nothing to an engine
    std::optional<engine::JobId> job{};
    bool isStarting = false;
    engine::JobTelemetry telemetry{};  // the newest; of the last run when none runs
    bool hasTelemetry = false;
    engine::Timestamp startedAt{};                   // of the run; by the engine's clock
    std::optional<engine::Error> failure{};          // of starting or of the last order
    bool isOrderRefused = false;                     // `failure` is of an order to the job
    std::optional<engine::JobId> refusedStart{};     // by which the list of jobs knows it
    bool isCheckpointWanted = false;                 // as soon as the last edit is the job's too
    bool isToRunAgain = false;                       // as it is then, as soon as its job has stopped
    std::optional<engine::PipelineSpec> asked{};     // what a job is being started with
    std::optional<engine::PipelineSpec> accepted{};  // what the job was started with, or last changed to
    std::optional<engine::PipelineSpec> inForce{};   // what it was before; none: all accepted is in force
    std::optional<engine::PipelineSpec> before{};    // what the last change replaced, for some seconds
    std::uint64_t changes = 0;                       // that came into force
    std::string changeRefused{};                     // the engine's sentence about the last change
    std::optional<engine::PipelineSpec> refused{};   // what that was about
    bool isChanging = false;                         // an answer is on its way
    std::vector<engine::PortRef> watched{};          // when the job was started: no row of theirs is missed

    bool isActive() const;                        // a job runs, or is being started
    const engine::PipelineSpec* running() const;  // what that runs; null: there is none
    // Rows of the port can still come: it runs, or was over before anybody could look.
    bool hasRowsOf(const engine::PortRef& port, bool hasSeenSome) const;
    ChangeState changeState() const;  // valid until the document or its job changes
    engine::JobState state() const { return telemetry.status.state; }
    bool canBeginAnew() const;                                // what is saved stands in the way, or may
    engine::NodeId nodeOf(const engine::Error& error) const;  // empty: of none
    // Everything to be said of the document, in the window's words: of its text, its meaning, the run.
    std::vector<engine::Diagnostic> problems() const;
};

// The client, the open documents, and which job runs which. Owned by runWindow, GUI thread; never blocks and
// shows nothing itself.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(std::unique_ptr<engine::EngineClient> client, QObject* parent = nullptr);
    ~Session() override;

    engine::EngineClient& client() { return *m_client; }
    const std::vector<std::unique_ptr<OpenDocument>>& documents() const { return m_documents; }
    OpenDocument* current() const { return m_current; }
    QString engineName() const { return m_engineName; }
    bool isConnected() const { return m_isConnected; }

    engine::Status open(const QString& path);  // a document that is open already is shown
    void add(std::unique_ptr<PipelineDocument> document);
    void show(OpenDocument* document);
    void close(OpenDocument* document);  // one whose job is over; the next one is shown
    void move(int from, int to);         // in documents()
    bool holds(const OpenDocument* document) const;

    // The ports whose rows are shown of the current document; also those of its next run from the first on.
    void setWatched(std::vector<engine::PortRef> ports) { m_watched = std::move(ports); }
    void run();  // the current document, or goes on when it is paused
    void run(OpenDocument& document, engine::StartFrom from = engine::StartFrom::SavedState);
    // Goes on with what a job ran when its window ended. What the document says else is an edit of that.
    void goOn(OpenDocument& document, const engine::PipelineSpec& running);
    OpenDocument* twinOf(const OpenDocument& document) const;  // that runs with the same id; null: none
    void setUnreadText(OpenDocument& document, const QString& text, const QString& why = {});
    void act(engine::JobAction action);  // on its job
    void act(OpenDocument& document, engine::JobAction action);

Q_SIGNALS:
    void currentAboutToChange();  // what is being typed still belongs to the one that goes
    void currentChanged();
    void documentsChanged();                         // one was opened, closed or moved
    void documentChanged();                          // the current one: an edit, undo or redo
    void jobChanged(ui::OpenDocument* document);     // as runChanged, of any document
    void startRefused(ui::OpenDocument* document);   // its `failure` says why
    void unreadChanged(ui::OpenDocument* document);  // its unreadText
    void analysed();                                 // the current document
    void changeTaken();  // the running job has taken, put in force or refused other parameters
    void runChanged();   // it began, changed its state, failed or ended
    void telemetry(const engine::JobTelemetry& telemetry);  // of the current document's job
    void connectionChanged();
    void logged(const engine::LogLine& line);
    void changeInForce(engine::JobId job, const engine::LogLine& line);  // one line for each value

private:
    void analyse(OpenDocument& open);
    void take(const engine::JobTelemetry& telemetry);
    void start(OpenDocument& document, const engine::PipelineSpec& spec, engine::StartFrom from);
    QString refusal(const OpenDocument& document) const;
    QString twinRefusal(const OpenDocument& document) const;
    void refuse(OpenDocument& document, engine::Error why);
    bool isUnderWay(const OpenDocument& open) const;
    void settle(OpenDocument& open);
    void offerChange(OpenDocument& open);
    void putInForce(OpenDocument& open);
    void takeChange(OpenDocument& open, const engine::PipelineSpec& asked, const engine::Status& status);

    std::unique_ptr<engine::EngineClient> m_client;
    std::vector<std::unique_ptr<OpenDocument>> m_documents;
    std::map<OpenDocument*, std::unique_ptr<OpenDocument>> m_closed;  // until no reply can come for them
    OpenDocument* m_current = nullptr;
    std::vector<engine::PortRef> m_watched;
    QString m_engineName;
    bool m_isConnected = false;
};

}  // namespace ui
