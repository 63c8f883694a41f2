#include "control/server/alert_service.h"

#include "jobs/alert_points.h"

#include <set>

namespace engine {

namespace {

constexpr std::size_t kObservedMax = 2000;  // alerts

}  // namespace

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

void AlertService::observe(const AlertChange& seen)
{
    const Key key(seen.pipeline, seen.episode);
    if (!m_observed.contains(key) && m_observed.size() >= kObservedMax) return;
    std::vector<AlertPoint>& points = m_observed[key];
    points.insert(points.end(), seen.points.begin(), seen.points.end());
    thinPoints(points, AlertStore::kPoints);
}

// The value of now, where there is a newer one than the table has.
void AlertService::fillIn(AlertEpisode& episode) const
{
    const auto seen = m_observed.find({episode.last.pipeline, episode.last.episode});
    if (seen != m_observed.end() && episode.isOpen && !seen->second.empty())
        episode.value = seen->second.back().value;
}

Status AlertService::keep(const std::vector<AlertChange>& changes)
{
    if (!m_store) return Error{ErrorCode::Unavailable, "The table of alerts is not open.", {}};
    TRY(endLeft());
    return changes.empty() ? ok() : add(changes);
}

Status AlertService::add(const std::vector<AlertChange>& changes)
{
    std::vector<AlertChange> transitions;
    std::set<Key> observed;
    std::map<Key, std::vector<AlertPoint>> used;
    for (const AlertChange& change : changes) {
        if (change.kind == AlertChange::Observed) {
            observe(change);
            observed.emplace(change.pipeline, change.episode);
            continue;
        }
        transitions.push_back(change);
        // What was seen since the last transition goes to the table with this one.
        if (auto seen = m_observed.extract({change.pipeline, change.episode})) {
            auto& points = transitions.back().points;
            points.insert(points.begin(), seen.mapped().begin(), seen.mapped().end());
            auto& kept = used[seen.key()];
            kept.insert(kept.end(), seen.mapped().begin(), seen.mapped().end());
        }
    }
    auto added = transitions.empty() ? Result<std::vector<AlertEpisode>>(std::vector<AlertEpisode>())
                                     : m_store->add(transitions, m_env.clock.now());
    if (!added) {
        for (auto& [key, points] : used) {
            auto& waiting = m_observed[key];
            waiting.insert(waiting.begin(), points.begin(), points.end());
        }
        return added.error();
    }
    for (const AlertEpisode& episode : *added) observed.erase({episode.last.pipeline, episode.last.episode});
    for (const auto& [pipeline, episode] : observed)
        if (auto found = m_store->find(pipeline, episode)) added->push_back(std::move(*found));
    for (AlertEpisode& episode : *added) fillIn(episode);
    if (!added->empty()) Q_EMIT changed(*added);
    return ok();
}

void AlertService::endOthers(const std::string& pipeline, const std::set<std::string>& rules)
{
    m_begun.emplace_back(pipeline, rules);
    if (const auto kept = keep({}); !kept) complain(kept.error());
}

Status AlertService::endLeft()
{
    for (; !m_begun.empty(); m_begun.pop_front()) {
        const auto& [pipeline, rules] = m_begun.front();
        const auto endings = m_store->endingsOf(pipeline, rules, m_env.clock.now());
        if (!endings) return endings.error();
        if (!endings->empty()) TRY(add(*endings));
    }
    return ok();
}

std::vector<AlertEpisode> AlertService::list(const AlertQuery& query)
{
    if (!m_store) return {};
    auto found = m_store->list(query);
    if (!found) {
        complain(found.error());
        return {};
    }
    for (AlertEpisode& episode : *found) fillIn(episode);
    return std::move(*found);
}

std::vector<AlertPoint> AlertService::points(const std::string& pipeline, const std::string& episode)
{
    if (!m_store) return {};
    auto found = m_store->points(pipeline, episode);
    if (!found) {
        complain(found.error());
        return {};
    }
    if (const auto seen = m_observed.find({pipeline, episode}); seen != m_observed.end())
        found->insert(found->end(), seen->second.begin(), seen->second.end());
    return std::move(*found);
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
    fillIn(*acknowledged);
    Q_EMIT changed({*acknowledged});
    return ok();
}

}  // namespace engine
