#include "base/file_system.h"

#include "base/env.h"
#include "base/file_lock.h"
#include "base/io_error.h"
#include "base/secret.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <glob.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

namespace engine {

namespace {

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

class PosixFiles final : public FileSystem {
public:
    Result<std::unique_ptr<ReadableFile>> openToRead(const std::string& path) override
    {
        if (path == "-") return openStandardInput();
        // A pipe is not waited for until somebody writes to it.
        int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        // Another program holds a lease on the file: only a call that may wait gets it.
        if (file < 0 && errno == EWOULDBLOCK) file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return ioError("Cannot open", path, errno);
        std::unique_ptr<ReadableFile> opened = std::make_unique<PosixReadable>(file, path);
        struct stat info { };
        if (::fstat(file, &info) != 0) return ioError("Cannot look at", path, errno);
        if (S_ISDIR(info.st_mode)) return ioError("Cannot open", path, EISDIR);
        if (!S_ISREG(info.st_mode)) return noFile(path, S_ISFIFO(info.st_mode) ? "a pipe" : "a device");
        return opened;
    }
    Result<std::unique_ptr<WritableFile>> openToAppend(const std::string& path) override
    {
        return openWith(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
    }
    Result<std::unique_ptr<WritableFile>> create(const std::string& path,
                                                 std::optional<unsigned> mode) override
    {
        return openWith(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, mode);
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
    std::string followLinks(const std::string& path) override
    {
        constexpr int kLinksMax = 40;  // as the kernel; a circle is found by whoever opens it
        std::filesystem::path at(path);
        std::error_code error;
        for (int links = 0; links < kLinksMax && std::filesystem::is_symlink(at, error); ++links) {
            const std::filesystem::path target = std::filesystem::read_symlink(at, error);
            if (error) break;
            at = target.is_absolute() ? target : at.parent_path() / target;
        }
        return at.string();
    }
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
    Result<bool> removeDirectory(const std::string& path) override
    {
        if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return true;
        if (errno == ENOTEMPTY || errno == EEXIST) return false;
        return ioError("Cannot remove", path, errno);
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
        return takeLock(path, content);
    }
    std::optional<std::string> lockHolder(const std::string& path) override { return holderOf(path); }

private:
    static Error noFile(const std::string& path, const char* what)
    {
        return {ErrorCode::Refused,
                path + " is " + what + "; use - for standard input, or choose a file.", path};
    }
    static Result<std::unique_ptr<ReadableFile>> openStandardInput()
    {
        const int flags = ::fcntl(STDIN_FILENO, F_GETFL);
        if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY)
            return Error{ErrorCode::Refused,
                         "Standard input is closed; give it a file or a pipe, or choose a file as the path.",
                         "-"};
        return std::unique_ptr<ReadableFile>(
            std::make_unique<PosixReadable>(STDIN_FILENO, "standard input"));
    }
    static Result<std::unique_ptr<WritableFile>> openWith(const std::string& path, int flags,
                                                          std::optional<unsigned> mode = {})
    {
        const int file = ::open(path.c_str(), flags, mode ? *mode & 0700u : 0666u);
        if (file < 0) return ioError("Cannot open for writing", path, errno);
        if (mode && ::fchmod(file, *mode) != 0) {
            const int code = errno;
            ::close(file);
            return ioError("Cannot set the permissions of", path, code);
        }
        return std::unique_ptr<WritableFile>(std::make_unique<PosixWritable>(file, path));
    }
};

}  // namespace

Result<std::string> FileSystem::readAll(const std::string& path, std::size_t bytesMax)
{
    auto file = openToRead(path);
    if (!file) return file.error();
    std::string bytes;
    std::size_t used = 0;
    while (used < bytesMax) {
        bytes.resize(std::min(bytesMax, std::max<std::size_t>(used * 2, 64 << 10)));
        auto got = (*file)->read(bytes.data() + used, bytes.size() - used);
        if (!got) return got.error();
        used += *got;
        if (*got == 0) break;
    }
    bytes.resize(used);
    return bytes;
}

Status FileSystem::writeAtomically(const std::string& name, std::string_view bytes)
{
    const std::string path = followLinks(name), temporary = path + ".tmp";
    std::optional<unsigned> mode;
    if (const auto before = info(path)) {
        if (!before->isRegular)
            return Error{ErrorCode::Refused,
                         path + " is no ordinary file, and is not replaced by one; choose another path.",
                         path};
        mode = before->mode;
    }
    {
        auto file = create(temporary, mode);
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

std::string plainPath(const std::string& path)
{
    return std::filesystem::path(path).lexically_normal().string();
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
