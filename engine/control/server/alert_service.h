#pragma once

#include "base/env.h"
#include "jobs/alert_store.h"

#include <QObject>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

// Keeps what the alert rules of an engine's jobs tell, and who has seen it. Lives on a thread of its own,
// since a disk may be slow. Where the file cannot be opened it says so and keeps the alerts of this run
// alone.
class AlertService : public QObject {
    Q_OBJECT
public:
    AlertService(std::string file, Env& env) : m_file(std::move(file)), m_env(env) { }

    void begin();  // on its thread
    Status keep(const std::vector<AlertChange>& changes);  // all of them, or none
    // A job of the pipeline has begun: alerts of rules that are none of these are over. Where that cannot be
    // written now, nothing is kept before it is.
    void endOthers(const std::string& pipeline, const std::set<std::string>& rules);
    std::vector<AlertEpisode> list(const AlertQuery& query);
    std::vector<AlertChange> history(const std::string& pipeline, const std::string& episode);
    std::vector<AlertPoint> points(const std::string& pipeline, const std::string& episode);
    Status acknowledge(const std::string& pipeline, const std::string& episode, AlertAcknowledgement by);

Q_SIGNALS:
    void changed(const std::vector<engine::AlertEpisode>& episodes);
    void logged(const engine::LogLine& line);

private:
    using Key = std::pair<std::string, std::string>;  // pipeline, episode
    void complain(const Error& error);
    Status endLeft();
    Status add(const std::vector<AlertChange>& changes);
    void observe(const AlertChange& seen);
    void fillIn(AlertEpisode& episode) const;
    std::string m_file;
    Env& m_env;
    std::unique_ptr<AlertStore> m_store;
    std::deque<std::pair<std::string, std::set<std::string>>> m_begun;  // pipelines, and rules that go on
    std::map<Key, std::vector<AlertPoint>> m_observed;  // of open alerts, since their last transition
};

}  // namespace engine
