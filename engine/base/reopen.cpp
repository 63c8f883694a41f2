#include "base/reopen.h"

#include <fcntl.h>
#include <string>
#include <sys/stat.h>

namespace engine {

int reopenWithoutWaiting(int file)
{
    struct stat about {};
    if (::fstat(file, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))) return -1;
    if ((::fcntl(file, F_GETFL) & O_ACCMODE) == O_RDONLY) return -1;  // what stands in for a closed one
    const std::string path = "/proc/self/fd/" + std::to_string(file);
    return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

}  // namespace engine
