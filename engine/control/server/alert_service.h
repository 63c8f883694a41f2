#pragma once

#include "base/env.h"
#include "jobs/alert_store.h"

#include <QObject>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

// Keeps what the alert rules of an engine's jobs tell, and who has seen it. Lives on a thread of its own,
// since a disk may be slow. Where the file cannot be used it says so and keeps the alerts of this run alone.
class AlertService : public QObject {
    Q_OBJECT
public:
    AlertService(std::string file, Env& env) : m_file(std::move(file)), m_env(env) { }

    void begin();  // on its thread
    void add(const std::vector<engine::AlertChange>& changes);
    // A job of the pipeline has begun: alerts of rules that are none of these are over.
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
    void observe(const AlertChange& seen);
    void fillIn(AlertEpisode& episode) const;
    std::string m_file;
    Env& m_env;
    std::unique_ptr<AlertStore> m_store;
    std::map<Key, std::vector<AlertPoint>> m_observed;  // of open alerts, since their last transition
};

}  // namespace engine
