#include "jobs/checkpoint_store.h"

#include "base/kill_points.h"

#include <algorithm>
#include <map>
#include <set>
#include <unistd.h>

namespace engine {

namespace {

constexpr std::string_view kManifest = "manifest-", kSealed = "sealed-", kSuffix = ".json";
constexpr std::string_view kAside = CheckpointStore::kAside, kLock = CheckpointStore::kLock;

std::string padded(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    return std::string(digits.size() < 20 ? 20 - digits.size() : 0, '0') + digits;
}

std::string nameOf(std::string_view kind, Epoch epoch)
{
    return std::string(kind) + padded(epoch.value) + std::string(kSuffix);
}

std::optional<Epoch> epochOf(std::string_view kind, const std::string& name)
{
    if (!name.starts_with(kind) || !name.ends_with(kSuffix)) return {};
    return Epoch{std::strtoull(name.c_str() + kind.size(), nullptr, 10)};
}

// The rest of the text behind its leading digits; nothing when it has none.
std::optional<std::string_view> behindDigits(std::string_view text)
{
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (end == 0) return {};
    return text.substr(end);
}

// "state-12-1-3.bin" is "state-", then numbers with dashes between, then ".bin".
bool isNumbered(std::string_view name, std::string_view begin, int numbers, std::string_view end)
{
    if (!name.starts_with(begin)) return false;
    name.remove_prefix(begin.size());
    for (int i = 0; i < numbers; ++i) {
        if (i > 0 && !name.starts_with('-')) return false;
        const auto rest = behindDigits(i > 0 ? name.substr(1) : name);
        if (!rest) return false;
        name = *rest;
    }
    return name == end || name == std::string(end) + ".tmp";
}

bool isManifestName(std::string_view name)
{
    return isNumbered(name, kManifest, 1, kSuffix) || isNumbered(name, kSealed, 1, kSuffix);
}

bool isAsideName(std::string_view name) { return isNumbered(name, kAside, 1, "") && !name.ends_with(".tmp"); }

}  // namespace

CheckpointStore::CheckpointStore(Env& env, std::string directory, std::unique_ptr<FileLock> lock)
    : m_env(env),
      m_directory(std::move(directory)),
      m_lock(std::move(lock))
{
}

bool CheckpointStore::isOwnName(std::string_view name)
{
    return name == kLock || isManifestName(name) || isAsideName(name) ||
        isNumbered(name, "state-", 3, ".bin");
}

bool CheckpointStore::isState(const std::vector<std::string>& names)
{
    return std::any_of(names.begin(), names.end(), isManifestName) ||
        (!names.empty() && std::all_of(names.begin(), names.end(), isOwnName));
}

Result<bool> CheckpointStore::removeOwn(FileSystem& files, const std::string& directory)
{
    const auto names = files.list(directory);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const std::string path = directory + "/" + name;
        const auto about = files.info(path);
        if (!about || !isOwnName(name) || about->isDirectory != isAsideName(name)) continue;
        if (!about->isDirectory) {
            TRY(files.remove(path));
        } else if (const auto removed = removeOwn(files, path); !removed) {
            return removed.error();
        }
    }
    return files.removeDirectory(directory);
}

Result<std::unique_ptr<CheckpointStore>> CheckpointStore::open(Env& env, const std::string& directory,
                                                               const std::string& pipeline)
{
    TRY(env.files.makeDirectories(directory));
    auto lock = env.files.lock(directory + "/" + std::string(kLock), std::to_string(::getpid()));
    if (!lock) {
        if (lock.error().code != ErrorCode::Unavailable) return lock.error();
        return Error{ErrorCode::Unavailable,
                     (pipeline.empty() ? "The pipeline" : "\"" + pipeline + "\"") +
                         " is already running as process " + lock.error().where + " (state in " + directory +
                         ").",
                     {}};
    }
    return std::unique_ptr<CheckpointStore>(new CheckpointStore(env, directory, std::move(*lock)));
}

Result<SavedFile> CheckpointStore::write(Epoch epoch, std::uint64_t incarnation, TaskId task,
                                         const std::vector<TableToSave>& tables)
{
    const std::string name = "state-" + padded(epoch.value) + "-" + std::to_string(incarnation) + "-" +
        std::to_string(task.value) + ".bin";
    return writeSnapshotFile(m_env.files, m_directory, name, tables);
}

Result<Decision> CheckpointStore::seal(const Manifest& manifest)
{
    const std::string text = writeManifest(manifest);
    killPoint("seal");
    TRY(m_env.files.writeAtomically(m_directory + "/" + nameOf(kSealed, manifest.epoch), text));
    killPoint("sealed");
    return Decision{manifest.epoch, manifest.incarnation, digestOf(text)};
}

Status CheckpointStore::publish(Epoch epoch)
{
    killPoint("publish");
    TRY(m_env.files.rename(m_directory + "/" + nameOf(kSealed, epoch),
                           m_directory + "/" + nameOf(kManifest, epoch)));
    return m_env.files.syncDirectory(m_directory);
}

Result<Manifest> CheckpointStore::readDecided(const Decision& decision) const
{
    for (const std::string_view kind : {kManifest, kSealed}) {
        const std::string path = m_directory + "/" + nameOf(kind, decision.epoch);
        if (!m_env.files.exists(path)) continue;
        const auto text = m_env.files.readAll(path);
        if (!text) return text.error();
        // Of the same number, but of a run before or after: sealed, and never decided.
        if (digestOf(*text) != decision.digest) continue;
        return readManifest(*text, path);
    }
    const std::string number = std::to_string(decision.epoch.value);
    return Error{
        ErrorCode::Corrupt,
        "Checkpoint " + number + " was decided, and the state in " + m_directory +
            " does not hold it as it was then: it is damaged or an older copy, or another run of this "
            "pipeline went on elsewhere. Put the state back, or start afresh with --fresh.",
        m_directory};
}

Result<std::optional<Epoch>> CheckpointStore::newestSealed() const
{
    auto names = m_env.files.list(m_directory);
    if (!names) return names.error();
    std::optional<Epoch> newest;
    for (const std::string& name : *names)
        if (const auto epoch = epochOf(kSealed, name)) newest = epoch;
    return newest;
}

Result<Manifest> CheckpointStore::readOf(Env& env, const std::string& directory, const Decision& decision)
{
    const std::string path = directory + "/" + nameOf(kManifest, decision.epoch);
    auto text = env.files.readAll(path);
    if (!text) return text.error();
    return readManifest(*text, path);
}

namespace {

std::vector<const SavedGroup*> wantedOf(const SavedTable& table, const std::function<bool(int)>& wanted)
{
    std::vector<const SavedGroup*> groups;
    for (const SavedGroup& group : table.groups)
        if (wanted(group.keyGroup)) groups.push_back(&group);
    return groups;
}

}  // namespace

Status CheckpointStore::restore(const Manifest& manifest, const std::string& node,
                                const std::function<bool(int)>& wanted,
                                const std::function<StateTable*(const std::string&)>& tableOf) const
{
    std::map<StateTable*, std::size_t> expected;
    const auto eachTable = [&](auto&& f) -> Status {
        for (const SavedFile& saved : manifest.files)
            for (const SavedTable& table : saved.tables) {
                if (table.node != node) continue;
                const auto groups = wantedOf(table, wanted);
                if (StateTable* into = groups.empty() ? nullptr : tableOf(table.schema.name))
                    TRY(f(saved, table, *into, groups));
            }
        return ok();
    };
    TRY(eachTable([&](const SavedFile&, const SavedTable&, StateTable& into, const auto& groups) -> Status {
        for (const SavedGroup* group : groups) expected[&into] += group->rows;
        return ok();
    }));
    for (const auto& [table, rows] : expected) table->expect(rows);
    return eachTable(
        [&](const SavedFile& saved, const SavedTable& table, StateTable& into, const auto& groups) -> Status {
            const std::string path = m_directory + "/" + saved.name;
            auto opened = m_env.files.openToRead(path);
            if (!opened)
                return Error{ErrorCode::Corrupt, "Saved state is missing. " + opened.error().message, path};
            SnapshotReader reader(std::move(*opened), path);
            for (const SavedGroup* group : groups) {
                const auto rows = reader.read(*group);
                if (!rows) return rows.error();
                TRY(into.restoreAll(table.schema, *rows));
            }
            return ok();
        });
}

Status CheckpointStore::discardUndecided()
{
    auto names = m_env.files.list(m_directory);
    if (!names) return names.error();
    for (const std::string& name : *names)
        if (name.starts_with(kSealed) || name.ends_with(".tmp"))
            TRY(m_env.files.remove(m_directory + "/" + name));
    return ok();
}

Status CheckpointStore::prune(std::size_t keep)
{
    auto names = m_env.files.list(m_directory);
    if (!names) return names.error();
    std::vector<std::string> manifests;
    for (const std::string& name : *names)
        if (name.starts_with(kManifest))
            manifests.push_back(name);  // sorted by epoch, for the numbers are padded
    std::set<std::string> needed;
    const std::size_t first = manifests.size() > keep ? manifests.size() - keep : 0;
    if (first > 0) killPoint("cleanup");
    for (std::size_t i = first; i < manifests.size(); ++i) {
        auto text = m_env.files.readAll(m_directory + "/" + manifests[i]);
        if (!text) return text.error();
        auto manifest = readManifest(*text, manifests[i]);
        if (!manifest) return manifest.error();
        for (const SavedFile& file : manifest->files) needed.insert(file.name);
    }
    for (std::size_t i = 0; i < first; ++i) TRY(m_env.files.remove(m_directory + "/" + manifests[i]));
    const std::string newest =
        manifests.empty() ? "" : "state-" + manifests.back().substr(kManifest.size(), 20);
    for (const std::string& name : *names)
        if (name.starts_with("state-") && !needed.contains(name) && name.substr(0, newest.size()) <= newest)
            TRY(m_env.files.remove(m_directory + "/" + name));
    return ok();
}

Status CheckpointStore::moveAside()
{
    auto names = m_env.files.list(m_directory);
    if (!names) return names.error();
    const bool isEmpty = std::all_of(names->begin(), names->end(), [](const std::string& name) {
        return !isOwnName(name) || name == kLock || isAsideName(name);
    });
    if (isEmpty) return ok();
    const std::string target = m_directory + "/" + std::string(kAside) +
        std::to_string(m_env.clock.now().time_since_epoch().count());
    TRY(m_env.files.makeDirectories(target));
    for (const std::string& name : *names)
        if (isOwnName(name) && name != kLock && !isAsideName(name))
            TRY(m_env.files.rename(m_directory + "/" + name, target + "/" + name));
    TRY(m_env.files.syncDirectory(target));
    TRY(m_env.files.syncDirectory(m_directory));
    for (const std::string& name : *names)
        if (isAsideName(name) && m_directory + "/" + name != target)
            if (const auto removed = removeOwn(m_env.files, m_directory + "/" + name); !removed)
                return removed.error();
    return ok();
}

Result<std::optional<Decision>> ManifestAuthority::lastDecision()
{
    auto names = m_env.files.list(m_directory);
    if (!names) return names.error();
    std::optional<Decision> last;
    for (const std::string& name : *names)
        if (const auto epoch = epochOf(kManifest, name)) last = Decision{*epoch, 0, {}};
    if (!last) return std::optional<Decision>{};
    const std::string path = m_directory + "/" + nameOf(kManifest, last->epoch);
    auto text = m_env.files.readAll(path);
    if (!text) return text.error();
    auto manifest = readManifest(*text, path);
    if (!manifest) return manifest.error();
    last->incarnation = manifest->incarnation;
    last->digest = digestOf(*text);
    return last;
}

Verdict ManifestAuthority::decide(const Decision& decision)
{
    const Error why{ErrorCode::Io,
                    "The checkpoint could not be decided in " + m_directory +
                        "; see whether the disk is full or read-only.",
                    m_directory};
    killPoint("rename");
    const auto renamed = m_env.files.rename(m_directory + "/" + nameOf(kSealed, decision.epoch),
                                            m_directory + "/" + nameOf(kManifest, decision.epoch));
    if (!renamed) return {Outcome::NotDone, why};
    if (!m_env.files.syncDirectory(m_directory)) return {Outcome::Unknown, why};
    killPoint("publish");
    return {};
}

}  // namespace engine
