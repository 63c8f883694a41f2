// State tables of a run that goes on from a checkpoint.
#include "jobs/task_graph.h"

#include <algorithm>
#include <atomic>

namespace engine {

Status TaskGraph::restore(Entry& entry, const CheckpointStore& store, const Manifest& manifest,
                          TableNames& unused)
{
    OperatorChain* chain = chainOf(entry);
    const auto ours = [&](int group) { return group % entry.plan->instances == entry.plan->instance; };
    for (std::size_t i = 0; i < chain->size(); ++i) {
        const std::string& node = entry.plan->nodes[i].value;
        const auto tableOf = [&](const std::string& name) {
            StateTable* table = chain->table(static_cast<int>(i), name);
            if (!table) unused.emplace(node, name);
            return table;
        };
        if (const auto status = store.restore(manifest, node, ours, tableOf); !status) {
            const Error& error = status.error();
            return Error{error.code, "It cannot go on from what was saved. " + error.message, node};
        }
    }
    return ok();
}

// No two tasks share a table, so that they need not wait for each other.
Status TaskGraph::restore(const CheckpointStore& store, const Manifest& manifest, JobHost& host, int threads,
                          TableNames& unused)
{
    struct Restored {
        Entry* entry;
        Status status = ok();
        TableNames unused{};
    };
    std::deque<Restored> all;
    for (Entry& entry : m_entries)
        if (chainOf(entry)) all.push_back({&entry});
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < all.size(); i = next++)
            all[i].status = restore(*all[i].entry, store, manifest, all[i].unused);
    };
    std::vector<std::unique_ptr<WorkQueue>> helpers;
    while (helpers.size() + 1 < std::min(all.size(), static_cast<std::size_t>(threads)))
        helpers.emplace_back(host.makeWriter())->post(work);
    work();
    for (const auto& helper : helpers) helper->finish();
    for (Restored& each : all) {
        TRY(each.status);
        unused.merge(each.unused);
    }
    // Now: a source must not begin before who works off what was restored.
    for (ChainTask* chain : m_chains) chain->restrain();
    return ok();
}

}  // namespace engine
