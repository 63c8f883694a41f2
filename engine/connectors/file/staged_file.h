#pragma once

#include "base/file_system.h"
#include "component/sink.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// A file of a rolling sink that waits for its final name: the round that closed it may have been given up.
struct ClosedFile {
    std::string inProgress{};
    std::string final{};
    std::uint64_t epoch = 0;  // the one whose prepare() closed it
};

// What a file sink writes into a checkpoint: which file was how long, and what its publication is.
struct StagedFile {
    std::string inProgress{};  // empty: no file was open
    std::string final{};       // the name that readers see
    std::uint64_t length = 0;
    std::uint32_t blockCrc =
        0;  // of the bytes from the last multiple of kBlockBytes on that is below `length`
    std::uint64_t firstEpoch = 0;  // of a rolling sink's file
    std::uint64_t epoch = 0;       // the one that was prepared
    EpochKind kind = EpochKind::Ordinary;
    bool isPublished = false;  // the epoch's decision gives the file its final name
    bool ownsFinal = false;    // under the final name lies what this run published at a stop before
    std::vector<ClosedFile> closed{};  // in epochs before, not known to be decided
    static constexpr std::uint64_t kBlockBytes = 64 << 10;
};

std::string stagedText(const StagedFile& staged);
Result<StagedFile> stagedFrom(const std::string& text);
// Whether the file at `path` is at least as long as what was staged, and its last block is the same.
Result<bool> holdsStaged(FileSystem& files, const std::string& path, const StagedFile& staged);

// A file being written, with its length and the sum of its last block always known. Belongs to its sink task.
class StagedWriter {
public:
    Status create(FileSystem& files, const std::string& path, std::optional<unsigned> mode = {});
    // The file as it was staged: cut to that length, its last block checked.
    Status resume(FileSystem& files, const StagedFile& staged);
    // Copies `bytes` bytes of another file to the end.
    Status appendFrom(FileSystem& files, const std::string& path, std::uint64_t bytes);
    Status append(std::string_view bytes);
    Status checkNamed() const;  // whether the path still leads to the file: else nobody finds it
    Status sync();              // the bytes, and at first the file's name too
    Status close();
    bool isOpen() const { return m_file != nullptr; }
    const std::string& path() const { return m_path; }
    std::uint64_t length() const { return m_length; }
    std::uint32_t blockCrc() const { return m_blockCrc; }
    std::uint64_t inode() const { return m_inode; }

private:
    std::string m_path;
    FileSystem* m_files = nullptr;
    std::unique_ptr<WritableFile> m_file;
    bool m_isNameDurable = false;
    std::uint64_t m_inode = 0, m_length = 0;
    std::uint32_t m_blockCrc = 0;
};

}  // namespace engine
