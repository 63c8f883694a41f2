#pragma once

#include "base/result.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// A file open for reading at any place. One thread at a time.
class ReadableFile {
public:
    virtual ~ReadableFile() = default;
    virtual Result<std::size_t> read(char* into,
                                     std::size_t bytesMax) = 0;  // 0 at the end; may block on a pipe
    virtual Result<std::size_t> readAt(std::uint64_t offset, char* into, std::size_t bytesMax) = 0;
    virtual Result<std::uint64_t> size() const = 0;
    virtual Status seek(std::uint64_t offset) = 0;
};

// A file open for appending. One thread at a time. Nothing is durable before sync() has answered ok; after a
// failed sync the file must be given up (the pages may be lost, reliability.md 1.2).
class WritableFile {
public:
    virtual ~WritableFile() = default;
    virtual Status append(std::string_view bytes) = 0;
    virtual Status sync() = 0;
    virtual Status truncate(std::uint64_t length) = 0;  // and goes on at the new end
    virtual Status close() = 0;
};

// Held for as long as it lives.
class FileLock {
public:
    virtual ~FileLock() = default;
};

struct FileInfo {
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    std::int64_t modifiedUs = 0;
    bool isDirectory = false;
    bool isRegular = false;
    unsigned mode = 0;  // permission bits
};

// The disk as the engine sees it. Errors are sentences with the path and the reason. Any thread.
class FileSystem {
public:
    virtual ~FileSystem() = default;
    virtual Result<std::unique_ptr<ReadableFile>>
    openToRead(const std::string& path) = 0;  // "-" is standard input
    virtual Result<std::unique_ptr<WritableFile>>
    openToAppend(const std::string& path) = 0;  // made when missing, mode 0600 & ~umask
    // Emptied when there. A new one has the given permission bits from the first moment on, or those that the
    // umask leaves.
    virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path,
                                                         std::optional<unsigned> mode = {}) = 0;
    virtual Result<FileInfo> info(const std::string& path) = 0;
    virtual bool exists(const std::string& path) = 0;
    // Where the name leads when it is a link, be there something or not; else the name itself.
    virtual std::string followLinks(const std::string& path) = 0;
    virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
    virtual Result<std::vector<std::string>> glob(const std::string& pattern) = 0;  // paths, sorted by bytes
    virtual Status makeDirectories(const std::string& path) = 0;
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    virtual Status remove(const std::string& path) = 0;           // a file; absent is ok
    virtual Status removeTree(const std::string& directory) = 0;  // absent is ok
    virtual Result<bool> removeDirectory(const std::string& path) = 0;  // false: it is not empty, and stays
    virtual Status syncDirectory(const std::string& path) = 0;
    virtual Result<std::unique_ptr<FileLock>>
    lock(const std::string& path, const std::string& content) = 0;  // flock; Unavailable says who holds it
    // What is written in a lock that somebody holds; nothing when nobody does. Writes nothing, and is in
    // nobody's way.
    virtual std::optional<std::string> lockHolder(const std::string& path) = 0;

    // Stops behind `bytesMax` bytes; what is longer than it may be is known by that.
    Result<std::string> readAll(const std::string& path,
                                std::size_t bytesMax = std::numeric_limits<std::size_t>::max());
    // Temporary name, sync, rename, sync of the directory: there whole or not at all. What is there keeps its
    // permissions, and a link stays one.
    Status writeAtomically(const std::string& path, std::string_view bytes);
    // Whether files can be made in a directory: makes one and removes it.
    Status tryWriting(const std::string& directory);
};

FileSystem& systemFiles();

std::string directoryOf(const std::string& path);
std::string plainPath(const std::string& path);  // "./a//b/../c" is "a/c"; the disk is not looked at

}  // namespace engine
