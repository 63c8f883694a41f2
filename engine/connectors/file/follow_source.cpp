#include "connectors/file/follow_source.h"

#include "base/log.h"
#include "catalog/source_params.h"

#include <algorithm>
#include <filesystem>
#include <fnmatch.h>

namespace engine {

namespace {
constexpr Duration kFindEvery = std::chrono::seconds(1);
}

std::string absolutePath(const std::string& path, const std::string& baseDirectory)
{
    const bool isRelative = !path.empty() && path.front() != '/';
    return isRelative && !baseDirectory.empty() ? baseDirectory + "/" + path : path;
}

std::string placeOf(const std::string& path)
{
    std::error_code failed;
    return std::filesystem::absolute(path, failed).lexically_normal().string();
}

// What is followed may be away for a moment: its name decides, not whether it is there.
Status FollowSource::checkPath(const std::string& before) const
{
    const std::string was = placeOf(before), is = placeOf(m_path);
    if (was == is || ::fnmatch(is.c_str(), was.c_str(), FNM_PATHNAME) == 0) return ok();
    return Error{ErrorCode::Refused,
                 "The file " + before + " was followed by the run before, and does not fit the path " +
                     m_path + " any more; put the old path back, or start with --fresh.",
                 m_path};
}

void FollowSource::add(std::string path)
{
    const SplitId id{static_cast<std::uint32_t>(m_entries.size())};
    m_entries.emplace_back(
        std::move(path), id, m_compression,
        [this, id](const std::string& other, std::uint64_t inode) { return isKnown(other, inode, id); });
}

bool FollowSource::isKnown(const std::string& path, std::uint64_t inode, std::optional<SplitId> butFor) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const FollowedFile& entry) {
        return entry.split() != butFor && entry.knows(path, inode);
    });
}

Status FollowSource::open(SourceContext& context, std::span<const SplitState> resumeFrom)
{
    m_clock = &context.env.clock;
    m_files = &context.env.files;
    m_path = absolutePath(m_path, context.baseDirectory);
    for (const SplitState& split : resumeFrom) {
        if (isLetGo(split)) continue;
        TRY(checkPath(split.name));
        add(split.name);
        TRY(m_entries.back().restore(*m_files, split.position));
    }
    for (FollowedFile& entry : m_entries) TRY(entry.open(*m_files));
    TRY(findNew(m_clock->monotonic()));
    // A name without a star in it is waited for.
    if (!m_entries.empty() || m_path.find_first_of("*?[") != std::string::npos) return ok();
    add(m_path);
    return m_entries.back().open(*m_files);
}

Status FollowSource::findNew(MonotonicTime now)
{
    m_lookedAt = now;
    auto found = m_files->glob(m_path);
    if (!found) return found.error();
    if (found->empty() && m_files->exists(m_path)) found->push_back(m_path);
    std::set<std::uint64_t> inodes;
    for (std::string& path : *found) {
        const auto info = m_files->info(path);
        if (!info || info->isDirectory) continue;
        inodes.insert(info->inode);
        const bool isNamed = std::any_of(m_entries.begin(), m_entries.end(), [&](const FollowedFile& entry) {
            return !entry.isLetGo() && entry.path() == path;
        });
        // A file that was renamed is finished by whoever reads it.
        if (isNamed || isKnown(path, info->inode, {})) continue;
        add(std::move(path));
        TRY(m_entries.back().open(*m_files));
    }
    for (FollowedFile& entry : m_entries) {
        entry.forgetGone(inodes);
        if (entry.path() == m_path) continue;  // it is waited for
        if (entry.letGo(inodes, now))
            log(LogLevel::Info, "The file " + entry.path() + " is gone, and was read to its end.");
    }
    return ok();
}

Result<ReadState> FollowSource::read(SourceOutput& into, MonotonicTime deadline)
{
    MonotonicTime now = m_clock->monotonic();
    if (now - m_lookedAt >= kFindEvery) TRY(findNew(now));
    bool gaveAny = false, gave = true;
    while (gave && into.hasRoom() && now < deadline) {
        gave = false;
        for (FollowedFile& entry : m_entries) {
            auto got = entry.read(into, now);
            if (!got) return got.error();
            gave = gave || *got;
        }
        gaveAny = gaveAny || gave;
        now = m_clock->monotonic();
    }
    if (gaveAny) return ReadState::More;
    waitUntil(*m_clock, deadline);
    return ReadState::Idle;
}

std::vector<SplitState> FollowSource::splits() const
{
    std::vector<SplitState> splits;
    for (const FollowedFile& entry : m_entries) splits.push_back(entry.state());
    return splits;
}

}  // namespace engine
