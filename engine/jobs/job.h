#pragma once

#include "jobs/alert_outbox.h"
#include "jobs/checkpoint_coordinator.h"
#include "jobs/checkpoint_store.h"
#include "jobs/job_host.h"
#include "jobs/metrics_registry.h"
#include "jobs/restart_history.h"
#include "jobs/task_graph.h"
#include "spec/job_status.h"
#include "spec/messages.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine {

struct JobOptions {
    std::string stateDirectory{};     // of this pipeline; empty: $XDG_STATE_HOME/streamwright/<id>
    std::string baseDirectory = ".";  // relative paths of the document begin here
    int threads = 0;                  // 0: the document's, there 0: as many as cores
    int parallelism = 0;              // likewise
    enum Start { ResumeOrFresh, Fresh, Resume } start = ResumeOrFresh;
    std::vector<PortRef> watched{};      // their taps are there before the first row; see openTap()
    JobHost* host = nullptr;             // null: threads
    MetricsRegistry* metrics = nullptr;  // of all jobs of this engine; null: of this job alone
    // Where alerts are kept that must outlive a crash. Called on a thread of its own with each of them, again
    // with those that it could not keep, and before each decision, also with none: nothing is decided after
    // which a next run would not tell again what is not kept. Null: nowhere.
    AlertOutbox::Keep keepAlerts{};
};

std::string defaultStateDirectory(const std::string& pipelineId);

// One running pipeline: its tasks, its checkpoints, its state table. Lives on the control thread and moves
// only in poll(); the tasks, the snapshot writer and the authority have threads of their own.
class Job {
public:
    // `spec` is resolved. Refuses a document with problems (InvalidSpec, all of them in the message), a state
    // directory in use (Unavailable), damaged state (Corrupt).
    static Result<std::unique_ptr<Job>> create(PipelineSpec spec, Constants constants, const Catalog& catalog,
                                               Env& env, JobOptions options);
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void poll();                         // take in reports, step the state, send orders
    void waitAndPoll(Duration longest);  // poll(), having waited for something to happen
    Status request(JobAction action);
    // Parameters of the same graph, in force from the next barrier; a sentence when that cannot be.
    Status change(PipelineSpec spec, Constants constants);
    const std::string& pipeline() const { return m_spec.id; }
    JobStatus status() const;
    JobTelemetry telemetry();  // rates are over the last three seconds; taken anew every half second
    // The one that was there from the beginning, once, where there is one.
    std::shared_ptr<Tap> openTap(const PortRef& port);
    void closeTap(const PortRef& port, const Tap* tap);
    void closeUnusedTaps();  // those from the beginning that nobody came for
    const SchemaPtr& schemaOf(const PortRef& port) const;
    const std::vector<Diagnostic>& diagnostics() const { return m_analysis->diagnostics; }
    bool resumed() const { return m_resumed; }
    bool isStateOpen() const { return m_isStateOpen; }
    // Of this document, those that go on from a saved state: no other has alerts that it may still end.
    std::set<std::string> resumedRules() const;
    std::vector<LogLine> takeLog();
    std::vector<AlertChange> takeAlerts();  // made since the last call; after a crash some come again

private:
    struct Sample {
        MonotonicTime at{};
        std::map<NodeId, NodeTelemetry> nodes{};
        std::map<std::size_t, std::int64_t> edgeRows{};
        std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> tasks{};  // busy, blocked
    };
    struct WriterReport {
        // Kept: alerts, or with an error not; the epoch is the one whose decision waits for them. Answered:
        // the authority outside was asked what it has decided last. Begun: it has noted a fresh start.
        enum Kind { Durable, Kept, Sealed, Pruned, Answered, Begun } kind = Durable;
        TaskId task{};
        Epoch epoch{};
        bool isLast = false;  // the task has ended
        Result<SavedFile> file = SavedFile{};
        Outcome outcome = Outcome::Done;
        Error error{};
        Result<std::optional<Decision>> last = std::optional<Decision>{};
        std::int64_t bytes = 0;
    };
    struct HeldSeal {
        Epoch epoch{};
        EpochKind kind = EpochKind::Ordinary;
    };
    struct Wait {
        std::string why{};
        MonotonicTime since{};
    };
    struct TaskPart {  // what the newest durable snapshot of a task holds
        SavedFile file{};
        std::vector<TaskSnapshot::Part> parts{};  // without tables
    };

    Job(PipelineSpec spec, Constants constants, const Catalog& catalog, Env& env, JobOptions options);
    void publishMetrics();
    Status prepare();
    Status openState();
    Status checkResume() const;
    Status takeState();
    Status readDecided();
    Status checkPipeline(const Manifest& manifest) const;
    Status compareWithSaved();
    Status restoreTables();
    Status publishFinished(const Manifest& manifest);
    void makeAuthority();
    void startAgain();
    Status recover();
    void askAuthority();
    Status takeAnswer(const std::optional<Decision>& last);
    Status findDecided(const std::optional<Decision>& last);
    Status findWithoutDecision(const std::optional<Manifest>& published);
    Status takeFinished();
    Status beginAfresh();
    Status beginEmpty();
    void tellAuthorityWait(const std::string& why);
    void watchDecision();
    bool giveUpDeciding();
    Status begin();
    void endTasks();
    void finishWriting();
    void setState(JobState state);
    void note(int level, const std::string& node, std::string text);
    void takeReports();
    void take(TaskReport& report);
    void take(WriterReport& report);
    void save(TaskReport& report);
    void failed(Error error, const std::string& node);
    void takeWait(const TaskReport& report);
    void follow(const CheckpointOrder& order);
    void seal(Epoch epoch, EpochKind kind);
    void sealAndDecide(const Manifest& manifest);
    Verdict decideOutside(const Decision& decision, const Manifest& late);
    void tellVerdict(WriterReport done, const Verdict& verdict);
    void prune();
    void commit(Epoch epoch, EpochKind kind);
    void finishIfAllEnded();
    void wakeSleepers();
    enum class When { Running, AtTheEnd };
    bool checkRejectLimits(When when);  // false: the job has failed
    void checkUnfitRecords();
    void checkMemory();
    Error overLimit(std::int64_t total, std::int64_t most, std::int64_t budget, const NodeId& greatest) const;
    bool isKept(std::int64_t total, std::int64_t budget);
    void holdCopies(std::int64_t state, std::int64_t copies, std::int64_t budget);
    void giveUpEnding();
    void endAmongResults();
    bool endWithoutWaiting();  // false: nothing outside is waited for
    Status endWaiting();
    bool isWaitingToBegin() const { return m_state == JobState::Starting || m_state == JobState::Restarting; }
    void orderSources(const TaskOrder& order);
    void expectBarrier(const CheckpointOrder& order);
    std::string sinceWhen() const;  // the checkpoint that a next run goes on from
    Manifest manifestOf(Epoch epoch, bool isFinal);
    std::int64_t longestPauseUs() const;  // of the tasks, in the newest checkpoint
    void collectAlerts();
    void keepAlerts(Epoch sealing);
    void keepAndSeal(Epoch epoch, EpochKind kind);
    void watchKeeping();
    void keepLastAlerts();
    void takeKept(const WriterReport& report);
    void tellUnkept(const std::string& why);  // empty: all are kept
    std::string nodeOfAlerts() const;
    NodeTelemetry nodeTelemetry(const NodeSpec& node, double seconds, const Sample& before, Sample& now);

    PipelineSpec m_spec;
    Constants m_constants;
    const Catalog& m_catalog;
    Env& m_env;
    JobOptions m_options;
    JobHost& m_host;
    MetricsRegistry m_ownMetrics;
    MetricsRegistry& m_metrics;
    MonotonicTime m_publishAt{};
    std::vector<AlertChange> m_alerts;  // until they are taken
    AlertOutbox m_outbox;
    bool m_isKeeping = false;   // a try is under way
    bool m_isHeldBack = false;  // the sources do not read, for too many wait
    MonotonicTime m_keepAgainAt{};
    std::optional<HeldSeal> m_heldSeal;  // to be decided once alerts are kept
    int m_threads = 1;
    std::unique_ptr<Analysis> m_analysis;
    std::vector<std::unique_ptr<Analysis>> m_changed;  // those before a change, which running tasks refer to
    Plan m_plan;
    std::unique_ptr<CheckpointStore> m_store;
    std::unique_ptr<Authority> m_authority;
    std::string m_authorityKind;  // of one outside; empty: the manifest's name decides
    NodeId m_authorityNode;       // the first sink that writes in its transaction
    enum class Question { None, Asked, NotedFresh } m_question = Question::None;  // to it, not answered yet
    std::optional<MonotonicTime> m_decidingSince;
    bool m_hasWaited = false;     // for something outside, since the last decision
    std::string m_authorityWait;        // as it was told
    Epoch m_lastOutside{};              // that it has decided
    std::optional<Manifest> m_decided;  // what a restart begins from
    Manifest m_sealing;                 // durable or about to be, not decided
    std::uint64_t m_incarnation = 0;
    ReportBox m_reports;
    Mailbox<WriterReport> m_written;
    NodeBoard m_board;
    std::multimap<PortRef, std::shared_ptr<Tap>> m_unusedTaps;  // a port may be looked at twice
    std::unique_ptr<TaskGraph> m_graph;
    std::unique_ptr<Executor> m_executor;
    std::unique_ptr<CheckpointCoordinator> m_coordinator;
    std::map<TaskId, TaskPart> m_round, m_last;  // of the epoch begun last; of tasks that have ended
    std::map<NodeId, std::map<std::string, std::int64_t>> m_lastCounters;  // of tasks that are gone
    std::set<TaskId> m_waitingToPublish;
    JobState m_state = JobState::Starting;
    Timestamp m_since{};           // in its state, as it is told
    MonotonicTime m_stateBegun{};  // the same for reckoning
    std::optional<Error> m_failure;
    std::string m_failedNode;
    std::map<NodeId, std::map<TaskId, Wait>> m_waits;  // what nodes wait for outside
    bool m_isFailing = false;
    std::map<NodeId, std::string> m_unfit;  // sources of whose records none can be used, with the sentence
    std::map<NodeId, std::int64_t> m_rejectedBefore;
    MonotonicTime m_unfitCheckedAt{};
    bool m_isStateOpen = false, m_resumed = false, m_ran = false, m_final = false;
    int m_restarts = 0;
    RestartHistory m_restartHistory;
    MonotonicTime m_restartAt{};
    CheckpointInfo m_checkpoint;
    MonotonicTime m_roundBegan{};
    std::shared_ptr<const int> m_writing = std::make_shared<int>();  // shared by what tables are written by
    bool m_copiesWait = false, m_copiesToldOf = false;
    std::optional<Error> m_overLimit;  // it fails by that once what was read so far is kept
    MonotonicTime m_overSince{};
    Epoch m_overAt{};              // begun by then
    std::deque<Sample> m_samples;  // of the last few seconds, oldest first
    std::optional<JobTelemetry> m_lastTelemetry;
    std::deque<LogLine> m_log;
    std::unique_ptr<WorkQueue> m_writer;   // last, with the next: what they run uses the others
    std::unique_ptr<WorkQueue> m_keeper;   // of alerts; null: nobody keeps them
    std::unique_ptr<WorkQueue> m_decider;  // the thread of an authority outside; null: there is none
};

}  // namespace engine
