#include "base/file_system.h"

#include "base/env.h"
#include "base/secret.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <glob.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine {

namespace {

ErrorCode kindOf(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT: return ErrorCode::Full;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::Refused;
    case ESTALE:
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENOTCONN: return ErrorCode::Unavailable;
    default: return ErrorCode::Io;
    }
}

Error ioError(const char* doing, const std::string& path, int code)
{
    return {kindOf(code), std::string(doing) + " " + path + ": " + std::strerror(code) + ".", path};
}

class PosixReadable final : public ReadableFile {
public:
    PosixReadable(int file, std::string path) : m_file(file), m_path(std::move(path)) { }
    ~PosixReadable() override
    {
        if (m_file > 0) ::close(m_file);
    }
    Result<std::size_t> read(char* into, std::size_t bytesMax) override
    {
        for (;;) {
            const ssize_t got = ::read(m_file, into, bytesMax);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return ioError("Cannot read", m_path, errno);
        }
    }
    Result<std::size_t> readAt(std::uint64_t offset, char* into, std::size_t bytesMax) override
    {
        for (;;) {
            const ssize_t got = ::pread(m_file, into, bytesMax, static_cast<off_t>(offset));
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return ioError("Cannot read", m_path, errno);
        }
    }
    Result<std::uint64_t> size() const override
    {
        struct stat info { };
        if (::fstat(m_file, &info) != 0) return ioError("Cannot look at", m_path, errno);
        return static_cast<std::uint64_t>(info.st_size);
    }
    Status seek(std::uint64_t offset) override
    {
        if (::lseek(m_file, static_cast<off_t>(offset), SEEK_SET) < 0)
            return ioError("Cannot go to a place in", m_path, errno);
        return ok();
    }

private:
    int m_file;
    std::string m_path;
};

class PosixWritable final : public WritableFile {
public:
    PosixWritable(int file, std::string path) : m_file(file), m_path(std::move(path)) { }
    ~PosixWritable() override
    {
        if (m_file >= 0) ::close(m_file);
    }
    Status append(std::string_view bytes) override
    {
        while (!bytes.empty()) {
            const ssize_t put = ::write(m_file, bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return ioError("Cannot write to", m_path, errno);
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
        return ok();
    }
    Status sync() override
    {
        if (::fdatasync(m_file) != 0) return ioError("Cannot make durable", m_path, errno);
        return ok();
    }
    Status truncate(std::uint64_t length) override
    {
        if (::ftruncate(m_file, static_cast<off_t>(length)) != 0)
            return ioError("Cannot shorten", m_path, errno);
        return ok();
    }
    Status close() override
    {
        const int file = m_file;
        m_file = -1;
        if (file >= 0 && ::close(file) != 0) return ioError("Cannot close", m_path, errno);
        return ok();
    }

private:
    int m_file;
    std::string m_path;
};

class PosixLock final : public FileLock {
public:
    explicit PosixLock(int file) : m_file(file) { }
    ~PosixLock() override { ::close(m_file); }

private:
    int m_file;
};

class PosixFiles final : public FileSystem {
public:
    Result<std::unique_ptr<ReadableFile>> openToRead(const std::string& path) override
    {
        if (path == "-")
            return std::unique_ptr<ReadableFile>(std::make_unique<PosixReadable>(0, "standard input"));
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return ioError("Cannot open", path, errno);
        struct stat info { };
        if (::fstat(file, &info) == 0 && S_ISDIR(info.st_mode)) {
            ::close(file);
            return ioError("Cannot open", path, EISDIR);
        }
        return std::unique_ptr<ReadableFile>(std::make_unique<PosixReadable>(file, path));
    }
    Result<std::unique_ptr<WritableFile>> openToAppend(const std::string& path) override
    {
        return openWith(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
    }
    Result<std::unique_ptr<WritableFile>> create(const std::string& path) override
    {
        return openWith(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC);
    }
    Result<FileInfo> info(const std::string& path) override
    {
        struct stat info { };
        if (::stat(path.c_str(), &info) != 0) return ioError("Cannot look at", path, errno);
        FileInfo out;
        out.size = static_cast<std::uint64_t>(info.st_size);
        out.inode = info.st_ino;
        out.modifiedUs = std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000;
        out.isDirectory = S_ISDIR(info.st_mode);
        out.isRegular = S_ISREG(info.st_mode);
        out.mode = info.st_mode & 07777;
        return out;
    }
    bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }
    Result<std::vector<std::string>> list(const std::string& directory) override
    {
        DIR* open = ::opendir(directory.c_str());
        if (!open) return ioError("Cannot list", directory, errno);
        std::vector<std::string> names;
        while (const dirent* entry = ::readdir(open)) {
            const std::string name = entry->d_name;
            if (name != "." && name != "..") names.push_back(name);
        }
        ::closedir(open);
        std::sort(names.begin(), names.end());
        return names;
    }
    Result<std::vector<std::string>> glob(const std::string& pattern) override
    {
        glob_t found{};
        const int outcome = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
        std::vector<std::string> paths;
        if (outcome == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
        ::globfree(&found);
        if (outcome != 0 && outcome != GLOB_NOMATCH)
            return ioError("Cannot list the files of", pattern, errno ? errno : EIO);
        std::sort(paths.begin(), paths.end());
        return paths;
    }
    Status makeDirectories(const std::string& path) override
    {
        std::error_code error;
        std::filesystem::create_directories(path, error);
        if (error) return ioError("Cannot make the directory", path, error.value());
        return ok();
    }
    Status rename(const std::string& from, const std::string& to) override
    {
        if (::rename(from.c_str(), to.c_str()) != 0) return ioError("Cannot rename to", to, errno);
        return ok();
    }
    Status remove(const std::string& path) override
    {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return ioError("Cannot remove", path, errno);
        return ok();
    }
    Status removeTree(const std::string& directory) override
    {
        std::error_code error;
        std::filesystem::remove_all(directory, error);
        if (error) return ioError("Cannot remove", directory, error.value());
        return ok();
    }
    Status syncDirectory(const std::string& path) override
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (file < 0) return ioError("Cannot open the directory", path, errno);
        const int outcome = ::fsync(file);
        const int code = errno;
        ::close(file);
        if (outcome != 0) return ioError("Cannot make the directory durable", path, code);
        return ok();
    }
    Result<std::unique_ptr<FileLock>> lock(const std::string& path, const std::string& content) override
    {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) return ioError("Cannot open the lock", path, errno);
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            char holder[64] = {};
            const ssize_t got = ::pread(file, holder, sizeof holder - 1, 0);
            ::close(file);
            const std::string who = got > 0 ? std::string(holder, static_cast<std::size_t>(got)) : "unknown";
            return Error{ErrorCode::Unavailable, "The lock " + path + " is held by process " + who + ".",
                         who};
        }
        if (::ftruncate(file, 0) != 0 || ::pwrite(file, content.data(), content.size(), 0) < 0) {
            const int code = errno;
            ::close(file);
            return ioError("Cannot write the lock", path, code);
        }
        return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(file));
    }

private:
    static Result<std::unique_ptr<WritableFile>> openWith(const std::string& path, int flags)
    {
        const int file = ::open(path.c_str(), flags, 0666);
        if (file < 0) return ioError("Cannot open for writing", path, errno);
        return std::unique_ptr<WritableFile>(std::make_unique<PosixWritable>(file, path));
    }
};

}  // namespace

Result<std::string> FileSystem::readAll(const std::string& path)
{
    auto file = openToRead(path);
    if (!file) return file.error();
    std::string bytes;
    std::size_t used = 0;
    for (;;) {
        bytes.resize(std::max<std::size_t>(used * 2, 64 << 10));
        auto got = (*file)->read(bytes.data() + used, bytes.size() - used);
        if (!got) return got.error();
        used += *got;
        if (*got == 0) break;
    }
    bytes.resize(used);
    return bytes;
}

Status FileSystem::writeAtomically(const std::string& path, std::string_view bytes)
{
    const std::string temporary = path + ".tmp";
    {
        auto file = create(temporary);
        if (!file) return file.error();
        TRY((*file)->append(bytes));
        TRY((*file)->sync());
        TRY((*file)->close());
    }
    TRY(rename(temporary, path));
    return syncDirectory(directoryOf(path));
}

Status FileSystem::tryWriting(const std::string& directory)
{
    const std::string path = directory + "/.streamwright-tried";
    auto file = create(path);
    if (!file)
        return Error{file.error().code,
                     "Nothing can be written into " + directory + " (" + file.error().message +
                         "); allow it, or choose another directory.",
                     directory};
    TRY((*file)->close());
    return remove(path);
}

std::string directoryOf(const std::string& path)
{
    const auto parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

FileSystem& systemFiles()
{
    static PosixFiles files;
    return files;
}

Env& systemEnv()
{
    static SystemClock clock;
    static Env env{clock, systemFiles(), std::random_device{}(), secretPlaces()};
    return env;
}

}  // namespace engine
