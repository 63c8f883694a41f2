// What a run goes on from, and whether it is this document's.
#include "jobs/job.h"
#include "spec/pipeline_spec.h"

namespace engine {

namespace {

// What each node has in a checkpoint, in words.
std::map<std::string, std::string> savedOf(const Manifest& manifest)
{
    std::map<std::string, std::uint64_t> rows;
    for (const SavedFile& file : manifest.files)
        for (const SavedTable& table : file.tables)
            // Without a key it is what each key group has once, and no row of the user's.
            for (const SavedGroup& group : table.groups)
                if (!table.schema.keyColumns.empty()) rows[table.node] += group.rows;
    std::map<std::string, std::string> saved;
    for (const auto& [node, count] : rows)
        if (count > 0) saved[node] = std::to_string(count) + (count == 1 ? " row" : " rows");
    for (const auto& [place, text] : manifest.progress)
        if (place.first.find('#') == std::string::npos) saved[place.first] = "a position in its input";
    for (const auto& [place, text] : manifest.staged)
        if (!text.empty()) saved[place.first] = "an output";
    return saved;
}

}  // namespace

// Takes hold of the state directory and finds what the run goes on from; where an authority outside has to be
// asked for that, it is found by recover().
Status Job::openState()
{
    m_store.reset();  // of a try before, whose lock would stand in the way
    auto store = CheckpointStore::open(m_env, m_options.stateDirectory, m_spec.name);
    if (!store) return store.error();
    m_store = std::move(*store);
    if (m_decider) return ok();
    m_authority = std::make_unique<ManifestAuthority>(m_env, m_options.stateDirectory);
    if (m_options.start == JobOptions::Fresh) TRY(m_store->moveAside());
    TRY(readDecided());
    TRY(checkResume());
    if (m_decided && m_decided->isFinished) {
        TRY(publishFinished(*m_decided));
        TRY(m_store->moveAside());
        m_decided.reset();
    }
    return takeState();
}

Status Job::checkResume() const
{
    if (m_options.start != JobOptions::Resume || (m_decided && !m_decided->isFinished)) return ok();
    return Error{ErrorCode::InvalidSpec,
                 m_decided ? "The last run is finished; there is nothing to resume."
                           : "There is no saved state to resume in " + m_options.stateDirectory + ".",
                 m_options.stateDirectory};
}

// What was decided is what this run goes on from.
Status Job::takeState()
{
    if (m_decided) TRY(compareWithSaved());
    m_resumed = m_decided.has_value();
    m_isStateOpen = true;
    return m_store->discardUndecided();
}

// What a restart begins from is what the authority says, whatever this process believes to have decided.
Status Job::readDecided()
{
    m_decided.reset();
    auto last = m_authority->lastDecision();
    if (!last) return last.error();
    if (!*last) return ok();
    auto manifest = m_store->read(**last);
    if (!manifest) return manifest.error();
    TRY(checkPipeline(*manifest));
    m_incarnation = std::max(m_incarnation, manifest->incarnation);
    m_decided = std::move(*manifest);
    return m_store->discardUndecided();
}

Status Job::checkPipeline(const Manifest& manifest) const
{
    if (manifest.pipeline == m_spec.id) return ok();
    return Error{ErrorCode::InvalidSpec,
                 "The state in " + m_options.stateDirectory + " belongs to pipeline " + manifest.pipeline +
                     (manifest.name.empty() ? "" : " (\"" + manifest.name + "\")") +
                     "; use another --state, or --fresh to move it aside.",
                 m_options.stateDirectory};
}

// A finished run may have died between its decision and the renaming of its files: that is made good before
// the next begins.
Status Job::publishFinished(const Manifest& manifest)
{
    for (const auto& [place, staged] : manifest.staged) {
        const auto binding = m_analysis->bindings.find(NodeId{place.first});
        if (binding == m_analysis->bindings.end() ||
            !std::holds_alternative<Factory<Sink>>(binding->second->make))
            continue;
        const auto sink = std::get<Factory<Sink>>(binding->second->make)();
        if (const Status published = sink->publishLeftOver(m_env, staged); !published)
            return Error{published.error().code, published.error().message, place.first};
    }
    return ok();
}

// A node is known by its id: what another component has saved is not for it, and what nobody takes is told.
Status Job::compareWithSaved()
{
    const Parsed before = parsePipeline(m_decided->document);
    for (const auto& [id, what] : savedOf(*m_decided)) {
        const NodeSpec* is = m_spec.find(NodeId{id});
        const NodeSpec* was = before.spec.find(NodeId{id});
        if (!is)
            note(2, {},
                 "The saved state has " + what + " of node \"" + id +
                     "\", which the document does not have any more: that is not used.");
        else if (was && was->component != is->component)
            return Error{ErrorCode::InvalidSpec,
                         "It was a " + was->component + " when the state in " + m_options.stateDirectory +
                             " was saved and is a " + is->component +
                             " now, which cannot go on from it; give it another id, or start with --fresh.",
                         id};
    }
    return ok();
}

Status Job::restoreTables()
{
    TaskGraph::TableNames unused;
    TRY(m_graph->restore(*m_store, *m_decided, m_host, m_threads, unused));
    for (const auto& [node, table] : unused)
        note(2, node,
             "The saved table \"" + table + "\" is not used: this node keeps none of that name any more.");
    return ok();
}

}  // namespace engine
