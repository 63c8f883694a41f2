#include "plan/guarantees.h"

namespace engine {

namespace {

std::string reasonOf(SinkGuarantee guarantee)
{
    switch (guarantee) {
    case SinkGuarantee::ExactlyOnce:
        return "rows get their place when a checkpoint is decided, and only then";
    case SinkGuarantee::OnceByKey:
        return "after a failure rows are written again, in the place of the same ones";
    case SinkGuarantee::AtLeastOnce:
        return "after a failure rows since the last checkpoint are written again";
    }
    return {};
}

}  // namespace

std::string_view guaranteeName(SinkGuarantee guarantee)
{
    switch (guarantee) {
    case SinkGuarantee::ExactlyOnce: return "exactly_once";
    case SinkGuarantee::OnceByKey: return "once_by_key";
    case SinkGuarantee::AtLeastOnce: return "at_least_once";
    }
    return {};
}

std::vector<SinkPromise> promisesOf(const PipelineSpec& spec, const Analysis& analysis)
{
    std::vector<SinkPromise> promises;
    for (const NodeSpec& node : spec.nodes) {
        const auto binding = analysis.bindings.find(node.id);
        if (binding == analysis.bindings.end() ||
            !std::holds_alternative<Factory<Sink>>(binding->second->make) || binding->second->keepsNothing)
            continue;
        const bool isInTransaction =
            binding->second->transaction.make && spec.settings.guarantee == Guarantee::ExactlyOnce;
        if (isInTransaction)
            promises.push_back(
                {node.id, SinkGuarantee::ExactlyOnce,
                 "in the transaction that decides checkpoints, for readers of what is committed"});
        else
            promises.push_back({node.id, binding->second->guarantee, reasonOf(binding->second->guarantee)});
    }
    return promises;
}

}  // namespace engine
