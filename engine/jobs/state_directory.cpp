#include "jobs/state_directory.h"

#include "jobs/checkpoint_store.h"
#include "jobs/job.h"

#include <map>

namespace engine {

namespace {

std::string lastPart(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

// The directories of what was moved aside, with their paths.
Result<std::vector<std::string>> asideOf(Env& env, const std::string& directory)
{
    auto names = env.files.list(directory);
    if (!names) return names.error();
    std::vector<std::string> found;
    for (const std::string& name : *names)
        if (name.starts_with(CheckpointStore::kAside) && CheckpointStore::isOwnName(name))
            found.push_back(directory + "/" + name);
    return found;
}

Result<std::uint64_t> bytesOfAside(Env& env, const std::string& directory)
{
    const auto aside = asideOf(env, directory);
    if (!aside) return aside.error();
    std::uint64_t bytes = 0;
    for (const std::string& path : *aside) {
        const auto names = env.files.list(path);
        if (!names) return names.error();
        for (const std::string& name : *names)
            if (const auto about = env.files.info(path + "/" + name)) bytes += about->size;
    }
    return bytes;
}

std::optional<std::string> holderOfState(Env& env, const std::string& directory)
{
    return env.files.lockHolder(directory + "/" + std::string(CheckpointStore::kLock));
}

// Holds what is to be removed, so that no run begins meanwhile.
Result<std::unique_ptr<CheckpointStore>> openState(Env& env, const std::string& directory)
{
    const auto names = env.files.list(directory);
    if (!names || !CheckpointStore::isState(*names))
        return Error{ErrorCode::Refused, "There is no saved state in " + directory + "; nothing was deleted.",
                     directory};
    return CheckpointStore::open(env, directory);
}

}  // namespace

std::string stateRoot() { return directoryOf(defaultStateDirectory("x")); }

Result<SavedState> showState(Env& env, const std::string& directory)
{
    auto about = env.files.info(directory);
    if (!about) return about.error();
    SavedState state;
    state.id = lastPart(directory);
    state.path = directory;
    if (const auto holder = holderOfState(env, directory)) state.heldBy = "by process " + *holder;
    auto aside = bytesOfAside(env, directory);
    if (!aside) return aside.error();
    state.asideBytes = *aside;
    ManifestAuthority authority(env, directory);
    auto last = authority.lastDecision();
    if (!last) {
        state.problem = last.error().message;
        return state;
    }
    if (!*last) return state;
    auto names = env.files.list(directory);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        if (!name.starts_with("manifest-")) continue;
        auto text = env.files.readAll(directory + "/" + name);
        auto manifest = text ? readManifest(*text, directory + "/" + name) : Result<Manifest>(text.error());
        if (!manifest || manifest->epoch != (*last)->epoch) continue;
        state.name = manifest->name;
        state.epoch = manifest->epoch.value;
        state.bytes = manifest->bytes();
        state.atUs = manifest->atUs;
        state.isFinished = manifest->isFinished;
        std::map<std::pair<std::string, std::string>, std::uint64_t> rows;
        for (const SavedFile& file : manifest->files)
            for (const SavedTable& table : file.tables)
                for (const SavedGroup& group : table.groups)
                    rows[{table.node, table.schema.name}] += group.rows;
        for (const auto& [table, count] : rows) state.tables.push_back({table.first, table.second, count});
        for (const auto& [place, text2] : manifest->progress)
            for (const SplitState& split : decodeSplits(text2))
                if (place.first.find('#') == std::string::npos)
                    state.positions.emplace_back(place.first + ": " + split.name, split.position);
    }
    return state;
}

Result<std::vector<SavedState>> listStates(Env& env, const std::string& root)
{
    std::vector<SavedState> states;
    if (!env.files.exists(root)) return states;
    auto names = env.files.list(root);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        auto about = env.files.info(root + "/" + name);
        if (!about || !about->isDirectory) continue;
        const auto within = env.files.list(root + "/" + name);
        if (!within || !CheckpointStore::isState(*within)) continue;
        auto state = showState(env, root + "/" + name);
        if (!state) return state.error();
        states.push_back(std::move(*state));
    }
    return states;
}

Status removeAside(Env& env, const std::string& directory)
{
    const auto store = openState(env, directory);
    if (!store) return store.error();
    const auto aside = asideOf(env, directory);
    if (!aside) return aside.error();
    for (const std::string& path : *aside)
        if (const auto removed = CheckpointStore::removeOwn(env.files, path); !removed)
            return removed.error();
    return ok();
}

Result<bool> tryState(Env& env, const std::string& directory)
{
    std::string there = directory;
    while (!env.files.exists(there) && there != directoryOf(there)) there = directoryOf(there);
    TRY(env.files.tryWriting(there));
    if (there != directory) return true;
    if (const auto holder = holderOfState(env, directory))
        return Error{ErrorCode::Unavailable,
                     "The pipeline is already running as process " + *holder + " (state in " + directory +
                         ").",
                     {}};
    const auto last = ManifestAuthority(env, directory).lastDecision();
    if (!last) return last.error();
    if (!*last) return true;
    const auto manifest = CheckpointStore::readOf(env, directory, **last);
    if (!manifest) return manifest.error();
    return manifest->isFinished;
}

Result<bool> deleteState(Env& env, const std::string& directory)
{
    const auto store = openState(env, directory);
    if (!store) return store.error();
    return CheckpointStore::removeOwn(env.files, directory);
}

}  // namespace engine
