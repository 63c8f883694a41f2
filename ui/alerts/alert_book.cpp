#include "ui/alerts/alert_book.h"

#include "ui/alerts/alert_look.h"

#include <QDateTime>
#include <QPointer>

#include <algorithm>

namespace ui {

namespace {

constexpr std::size_t kListed = 500;  // of those that are over, at the beginning

}  // namespace

AlertBook::AlertBook(engine::EngineClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    connect(&client, &engine::EngineClient::alertsChanged, this, &AlertBook::take);
    const QPointer<AlertBook> self(this);
    // What fires is asked for by itself: among very many it may not be of the newest.
    for (const bool onlyOpen : {true, false})
        client.alerts({.onlyOpen = onlyOpen, .max = onlyOpen ? kAlerts : kListed},
                      [self](const std::vector<engine::AlertEpisode>& all) {
                          if (!self || all.empty()) return;
                          // What was told in the meantime is newer.
                          for (const engine::AlertEpisode& alert : all)
                              self->m_alerts.try_emplace(keyOf(alert), alert);
                          self->dropOldest();
                          Q_EMIT self->loaded();
                          self->count();
                      });
}

engine::Timestamp AlertBook::now()
{
    return engine::Timestamp(std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch()));
}

QString AlertBook::user()
{
    const QString name = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
    return name.isEmpty() ? tr("this window") : name;
}

const engine::AlertEpisode* AlertBook::find(const AlertKey& key) const
{
    const auto found = m_alerts.find(key);
    return found == m_alerts.end() ? nullptr : &found->second;
}

void AlertBook::take(const std::vector<engine::AlertEpisode>& changed)
{
    std::vector<engine::AlertEpisode> fresh;
    for (const engine::AlertEpisode& alert : changed) {
        const engine::AlertEpisode* known = find(keyOf(alert));
        const bool isWorse = !known || !known->isOpen || severityOf(alert) > severityOf(*known);
        if (alert.isOpen && isWorse) fresh.push_back(alert);
        Q_EMIT told(m_alerts.insert_or_assign(keyOf(alert), alert).first->first);
    }
    dropOldest();
    count();
    if (!fresh.empty()) Q_EMIT fired(fresh);
}

void AlertBook::dropOldest()
{
    while (m_alerts.size() > kAlerts) {
        const auto isEarlier = [](const auto& one, const auto& other) {
            return std::pair(one.second.isOpen, one.second.last.at) <
                std::pair(other.second.isOpen, other.second.last.at);
        };
        const auto oldest = std::min_element(m_alerts.begin(), m_alerts.end(), isEarlier);
        const AlertKey key = oldest->first;
        m_alerts.erase(oldest);
        Q_EMIT dropped(key);
    }
}

void AlertBook::count()
{
    int firing = 0, unacknowledged = 0;
    bool isGrave = false;
    for (const auto& [key, alert] : m_alerts) {
        const AlertStage stage = stageOf(alert);
        firing += stage != AlertStage::Over;
        unacknowledged += stage == AlertStage::Firing;
        isGrave |= stage == AlertStage::Firing && severityOf(alert) == Severity::Critical;
    }
    if (std::tie(firing, unacknowledged, isGrave) == std::tie(m_firing, m_unacknowledged, m_isGrave)) return;
    m_firing = firing;
    m_unacknowledged = unacknowledged;
    m_isGrave = isGrave;
    Q_EMIT countsChanged();
}

void AlertBook::acknowledge(const AlertKey& key, const QString& note,
                            std::function<void(engine::Status)> reply)
{
    m_client.acknowledgeAlert(key.first, key.second,
                              {user().toStdString(), note.trimmed().left(500).toStdString(), {}},
                              std::move(reply));
}

}  // namespace ui
