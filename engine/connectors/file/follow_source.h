#pragma once

#include "connectors/file/followed_file.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// Reads the files of a pattern as they grow, in turn, and those that come to fit it later. Never ends.
// Belongs to its source task.
class FollowSource final : public Source {
public:
    FollowSource(std::string path, Compression compression)
        : m_path(std::move(path)),
          m_compression(compression)
    {
    }
    Status open(SourceContext& context, std::span<const SplitState> resumeFrom) override;
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override;
    std::vector<SplitState> splits() const override;

private:
    Status findNew(MonotonicTime now);
    Status checkPath(const std::string& before) const;
    void add(std::string path);
    bool isKnown(const std::string& path, std::uint64_t inode, std::optional<SplitId> butFor) const;
    std::string m_path;
    Compression m_compression;
    const Clock* m_clock = nullptr;
    FileSystem* m_files = nullptr;
    std::vector<FollowedFile> m_entries;
    MonotonicTime m_lookedAt{};
};

std::string absolutePath(const std::string& path, const std::string& baseDirectory);
std::string placeOf(const std::string& path);  // equal for one file, however its path is written

}  // namespace engine
