#include "commands/left_alerts.h"

#include "base/env.h"
#include "commands/command.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

void AlertTable::complain(const Error& error)
{
    if (!std::exchange(m_hasComplained, true)) printErrorLine(error.message);
}

void AlertTable::add(const std::vector<AlertChange>& changes)
{
    std::vector<AlertChange> transitions;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(transitions),
                 [](const AlertChange& change) { return change.kind != AlertChange::Observed; });
    if (transitions.empty()) return;
    if (auto added = m_store->add(transitions, systemEnv().clock.now()); !added) complain(added.error());
}

std::vector<AlertChange> AlertTable::endOthers(const std::string& pipeline,
                                               const std::set<std::string>& rules)
{
    auto endings = m_store->endingsOf(pipeline, rules, systemEnv().clock.now());
    if (!endings) {
        complain(endings.error());
        return {};
    }
    add(*endings);
    return std::move(*endings);
}

}  // namespace engine
