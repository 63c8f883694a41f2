#include "control/server/alert_service.h"

namespace engine {

void AlertService::complain(const Error& error) { Q_EMIT logged({m_env.clock.now(), 3, {}, error.message}); }

void AlertService::begin()
{
    auto opened = AlertStore::open(m_file);
    if (!opened) {
        complain(opened.error());
        opened = AlertStore::open(AlertStore::kInMemory);
    }
    if (opened) m_store = std::move(*opened);
}

void AlertService::add(const std::vector<engine::AlertChange>& changes)
{
    if (!m_store) return;
    auto added = m_store->add(changes, m_env.clock.now());
    if (!added) return complain(added.error());
    if (!added->empty()) Q_EMIT changed(*added);
}

std::vector<AlertEpisode> AlertService::list(const AlertQuery& query)
{
    if (!m_store) return {};
    auto found = m_store->list(query);
    if (found) return std::move(*found);
    complain(found.error());
    return {};
}

std::vector<AlertChange> AlertService::history(const std::string& pipeline, const std::string& episode)
{
    if (!m_store) return {};
    auto found = m_store->history(pipeline, episode);
    if (found) return std::move(*found);
    complain(found.error());
    return {};
}

Status AlertService::acknowledge(const std::string& pipeline, const std::string& episode,
                                 AlertAcknowledgement by)
{
    if (!m_store) return Error{ErrorCode::Unavailable, "The table of alerts is not open.", {}};
    by.at = m_env.clock.now();
    auto acknowledged = m_store->acknowledge(pipeline, episode, by);
    if (!acknowledged) return acknowledged.error();
    Q_EMIT changed({*acknowledged});
    return ok();
}

}  // namespace engine
