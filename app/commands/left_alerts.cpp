#include "commands/left_alerts.h"

#include "base/env.h"
#include "commands/command.h"
#include "jobs/alert_store.h"

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

}  // namespace engine
