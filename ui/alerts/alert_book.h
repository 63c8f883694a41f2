#pragma once

#include "control/client/engine_client.h"

#include <QObject>

#include <map>
#include <string>
#include <vector>

namespace ui {

// Which alert: its pipeline and its episode.
using AlertKey = std::pair<std::string, std::string>;
inline AlertKey keyOf(const engine::AlertEpisode& alert) { return {alert.last.pipeline, alert.last.episode}; }

// The alerts of the engine as the window knows them. Owned by the main window, GUI thread; bounded, and what
// has been over for longest goes first. Judges nothing: what fires is what the engine says.
class AlertBook : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kAlerts = 2000;
    explicit AlertBook(engine::EngineClient& client, QObject* parent = nullptr);
    const std::map<AlertKey, engine::AlertEpisode>& alerts() const { return m_alerts; }
    const engine::AlertEpisode* find(const AlertKey& key) const;
    int firing() const { return m_firing; }                  // open, seen by somebody or not
    int unacknowledged() const { return m_unacknowledged; }  // of these
    bool isGrave() const { return m_isGrave; }               // one of the unacknowledged is critical
    engine::EngineClient& client() const { return m_client; }
    void acknowledge(const AlertKey& key, const QString& note, std::function<void(engine::Status)> reply);
    static engine::Timestamp now();
    static QString user();  // who acknowledges

Q_SIGNALS:
    void loaded();                       // all of them are other ones
    void told(const ui::AlertKey& key);  // one has come or is other than before
    void dropped(const ui::AlertKey& key);
    void countsChanged();
    // Or become graver, while the window is there.
    void fired(const std::vector<engine::AlertEpisode>& fresh);

private:
    void take(const std::vector<engine::AlertEpisode>& changed);
    void dropOldest();
    void count();

    engine::EngineClient& m_client;
    std::map<AlertKey, engine::AlertEpisode> m_alerts;
    int m_firing = 0, m_unacknowledged = 0;
    bool m_isGrave = false;
};

}  // namespace ui
