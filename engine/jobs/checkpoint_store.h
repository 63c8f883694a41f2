#pragma once

#include "base/env.h"
#include "component/authority.h"
#include "jobs/manifest.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// The checkpoints of one pipeline in a directory that this process holds. seal() makes a manifest durable;
// only its authority says whether it was decided. Snapshot writer's thread, but for open and the reading at a
// start.
class CheckpointStore {
public:
    static constexpr std::string_view kAside = "aside-";  // begins the names of what was moved aside
    static constexpr std::string_view kLock = "lock";
    // Whether the name in a state directory is one that a store gives; all else there is somebody else's.
    static bool isOwnName(std::string_view name);
    // Whether the directory with these names is one of a store: a checkpoint lies there, or nothing but its
    // own.
    static bool isState(const std::vector<std::string>& names);
    // Removes what is a store's own, and the directory where nothing else is in it; false: it stays.
    static Result<bool> removeOwn(FileSystem& files, const std::string& directory);
    // Takes the directory; Unavailable names the process that holds it.
    static Result<std::unique_ptr<CheckpointStore>> open(Env& env, const std::string& directory,
                                                         const std::string& pipeline = {});
    const std::string& directory() const { return m_directory; }
    // Writes one task's tables; the name is unique for epoch, incarnation and task.
    Result<SavedFile> write(Epoch epoch, std::uint64_t incarnation, TaskId task,
                            const std::vector<TableToSave>& tables);
    Result<Decision> seal(const Manifest& manifest);
    Status publish(Epoch epoch);  // gives what was sealed the name of a decided manifest
    // What an authority outside has decided, be it published by now or not. Corrupt: it is not here.
    Result<Manifest> readDecided(const Decision& decision) const;
    Result<std::optional<Epoch>> newestSealed() const;
    Result<Manifest> read(const Decision& decision) const { return readOf(m_env, m_directory, decision); }
    static Result<Manifest> readOf(Env& env, const std::string& directory, const Decision& decision);
    // The wanted rows of a node into its tables; what `tableOf` has none for is not read. Any thread, and
    // several at once.
    Status restore(const Manifest& manifest, const std::string& node,
                   const std::function<bool(int keyGroup)>& wanted,
                   const std::function<StateTable*(const std::string& name)>& tableOf) const;
    // Removes what neither the newest `keep` decided manifests nor one newer than them needs.
    Status prune(std::size_t keep);
    Status discardUndecided();
    // All checkpoints into a directory of their own, for a fresh start. Of such directories the newest stays.
    Status moveAside();

private:
    CheckpointStore(Env& env, std::string directory, std::unique_ptr<FileLock> lock);
    Env& m_env;
    std::string m_directory;
    std::unique_ptr<FileLock> m_lock;
};

// Where no sink can decide: the manifest's rename into place is the decision (reliability.md 1.7).
class ManifestAuthority final : public Authority {
public:
    ManifestAuthority(Env& env, std::string directory) : m_env(env), m_directory(std::move(directory)) { }
    Result<std::optional<Decision>> lastDecision() override;
    Verdict decide(const Decision& decision) override;

private:
    Env& m_env;
    std::string m_directory;
};

}  // namespace engine
