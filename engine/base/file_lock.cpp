#include "base/file_lock.h"

#include "base/io_error.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace engine {

namespace {

constexpr int kLooksMax = 5000, kLookAgainMs = 1;

class PosixLock final : public FileLock {
public:
    explicit PosixLock(int file) : m_file(file) { }
    ~PosixLock() override { ::close(m_file); }

private:
    int m_file;
};

std::string contentOf(int file)
{
    char holder[64] = {};
    const ssize_t got = ::pread(file, holder, sizeof holder - 1, 0);
    return got > 0 ? std::string(holder, static_cast<std::size_t>(got)) : "unknown";
}

// Shared, and let go at once: true when nobody holds it but those who look at it in the same way.
bool isFree(int file)
{
    if (::flock(file, LOCK_SH | LOCK_NB) != 0) return false;
    (void)::flock(file, LOCK_UN);
    return true;
}

// Who only looks holds it for a moment, and must not keep a run from starting.
bool takeExclusively(int file)
{
    for (int looks = 0; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++looks) {
        if (errno != EWOULDBLOCK || looks == kLooksMax || !isFree(file)) return false;
        ::poll(nullptr, 0, kLookAgainMs);
    }
    return true;
}

}  // namespace

Result<std::unique_ptr<FileLock>> takeLock(const std::string& path, const std::string& content)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return ioError("Cannot open the lock", path, errno);
    if (!takeExclusively(file)) {
        const std::string who = contentOf(file);
        ::close(file);
        return Error{ErrorCode::Unavailable, "The lock " + path + " is held by process " + who + ".", who};
    }
    // Never empty meanwhile: somebody may be reading who holds it.
    if (::pwrite(file, content.data(), content.size(), 0) < 0 ||
        ::ftruncate(file, static_cast<off_t>(content.size())) != 0) {
        const int code = errno;
        ::close(file);
        return ioError("Cannot write the lock", path, code);
    }
    return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(file));
}

std::optional<std::string> holderOf(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::optional<std::string> holder;
    if (!isFree(file)) holder = contentOf(file);
    ::close(file);
    return holder;
}

}  // namespace engine
