#include "commands/standard_files.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace engine {

void occupyStandardFiles()
{
    // The lowest free number is given each time: those before it are taken by then.
    for (const auto& [file, flags] : {std::pair{STDIN_FILENO, O_WRONLY}, std::pair{STDOUT_FILENO, O_RDONLY},
                                      std::pair{STDERR_FILENO, O_WRONLY}})
        if (::fcntl(file, F_GETFD) < 0) ::open("/dev/null", flags);
}

}  // namespace engine
