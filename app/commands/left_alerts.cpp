#include "commands/left_alerts.h"

#include "base/env.h"
#include "commands/command.h"

#include <algorithm>
#include <iterator>

namespace engine {

namespace {

Result<std::vector<AlertChange>> endIn(const std::string& file, const std::string& pipeline,
                                       const std::set<std::string>& rules)
{
    const Timestamp now = systemEnv().clock.now();
    auto store = AlertStore::open(file);
    if (!store) return store.error();
    auto endings = (*store)->endingsOf(pipeline, rules, now);
    if (!endings || endings->empty()) return endings;
    if (auto added = (*store)->add(*endings, now); !added) return added.error();
    return endings;
}

}  // namespace

std::vector<AlertChange> endLeftAlerts(const std::string& pipeline, const std::set<std::string>& rules)
{
    const std::string file = defaultAlertFile();
    if (!systemFiles().exists(file)) return {};
    auto ended = endIn(file, pipeline, rules);
    if (ended) return std::move(*ended);
    printErrorLine(ended.error().message);
    return {};
}

Result<std::unique_ptr<AlertTable>> AlertTable::open(const std::string& file)
{
    auto store = AlertStore::open(file);
    if (!store) return store.error();
    return std::unique_ptr<AlertTable>(new AlertTable(std::move(*store)));
}

Status AlertTable::keep(const std::vector<AlertChange>& changes)
{
    const std::lock_guard lock(m_mutex);
    if (const auto ended = endLeft(); !ended) return ended.error();
    std::vector<AlertChange> transitions;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(transitions),
                 [](const AlertChange& change) { return change.kind != AlertChange::Observed; });
    if (transitions.empty()) return ok();
    const auto added = m_store->add(transitions, systemEnv().clock.now());
    return added ? ok() : Status(added.error());
}

Result<std::vector<AlertChange>> AlertTable::endLeft()
{
    if (!m_begun) return std::vector<AlertChange>();
    const Timestamp now = systemEnv().clock.now();
    auto endings = m_store->endingsOf(m_begun->pipeline, m_begun->rules, now);
    if (!endings) return endings.error();
    if (!endings->empty())
        if (const auto added = m_store->add(*endings, now); !added) return added.error();
    m_begun.reset();
    return endings;
}

std::vector<AlertChange> AlertTable::endOthers(const std::string& pipeline,
                                               const std::set<std::string>& rules)
{
    const std::lock_guard lock(m_mutex);
    m_begun = Begun{pipeline, rules};
    auto ended = endLeft();
    if (ended) return std::move(*ended);
    printErrorLine(ended.error().message + " It is tried again before the next checkpoint.");
    return {};
}

}  // namespace engine
