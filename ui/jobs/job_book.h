#pragma once

#include "control/client/engine_client.h"
#include "ui/panels/lines_model.h"

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <vector>

namespace ui {

struct JobEvent {
    engine::Timestamp at{};
    Mark mark = Mark::Hint;
    QString text{};
};

// What became of one job: its newest telemetry and what can be told from the order of them.
struct JobRecord {
    engine::JobTelemetry latest{};
    engine::Timestamp startedAt{};
    QString file{};                                    // of its document; empty: none is known
    std::deque<JobEvent> events{};                     // oldest first
    std::deque<engine::CheckpointInfo> checkpoints{};  // oldest first
    struct Rate {
        engine::Timestamp at{};
        double in = 0, out = 0;
    };
    std::deque<Rate> rates{};  // one a second
};

// The jobs of the engine since the window began, whether their documents are open or not. Owned by the main
// window, GUI thread; bounded, and the oldest jobs that are over go first.
class JobBook : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kJobs = 200, kEvents = 500, kCheckpoints = 100, kRates = 300;
    explicit JobBook(engine::EngineClient& client, QObject* parent = nullptr);
    const std::map<engine::JobId, JobRecord>& jobs() const { return m_jobs; }
    const JobRecord* find(engine::JobId job) const;
    int active() const;
    int paused() const;
    void add(engine::JobId job,
             const engine::LogLine& line);  // what happened to it, and telemetry does not say
    void take(const engine::JobTelemetry& telemetry);
    void setFile(engine::JobId job, const QString& path);
    // One that an engine would not start, as a job that failed at once; answers by what it is known here.
    engine::JobId addRefused(const std::string& name, const QString& why, engine::Timestamp at);
    using TitleOf = std::function<QString(const engine::JobTelemetry&, const engine::NodeId&)>;
    void setTitles(TitleOf titleOf) { m_titleOf = std::move(titleOf); }
    QString titleOf(const engine::JobTelemetry& job, const engine::NodeId& node) const;
    QString reasonOf(const JobRecord& record) const;  // why it failed; empty: it has not

Q_SIGNALS:
    void told(engine::JobId job);                           // a figure of it is new
    void listChanged();                                     // a job has come or gone
    void happened(engine::JobId job);                       // it has a new event or checkpoint
    void began(engine::JobId job, engine::JobState state);  // it is in a state it was not in
    void noted(const engine::LogLine& line);                // as a line of the log

private:
    static constexpr std::uint64_t kRefused = std::uint64_t{1} << 62;  // no engine counts that far
    // Whether there is a new event or checkpoint.
    bool note(JobRecord& record, const engine::JobTelemetry& now, bool isNew);
    std::map<engine::JobId, JobRecord> m_jobs;
    TitleOf m_titleOf;
    std::uint64_t m_refusals = 0;
};

}  // namespace ui
