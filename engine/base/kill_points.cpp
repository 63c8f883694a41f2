#include "base/kill_points.h"

#ifdef STREAMWRIGHT_KILL_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace engine {

void killPoint(const char* name)
{
    static const char* const wanted = std::getenv("STREAMWRIGHT_KILL_AT");
    if (!wanted) return;
    const std::size_t length = std::strlen(name);
    if (std::strncmp(wanted, name, length) != 0 || (wanted[length] != 0 && wanted[length] != ':')) return;
    static std::atomic<long> passed = 0;
    const long at = wanted[length] == ':' ? std::strtol(wanted + length + 1, nullptr, 10) : 1;
    if (++passed == at) std::raise(SIGKILL);
}

}  // namespace engine

#endif
