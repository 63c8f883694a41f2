#pragma once

#include <cstdio>
#include <cstdlib>

namespace engine {

[[noreturn]] inline void checkFailed(const char* expression, const char* file, int line)
{
    std::fprintf(stderr, "%s:%d: this must hold and does not: %s\n", file, line, expression);
    std::abort();
}

}  // namespace engine

// For what can only be false when this program is wrong; on in release too. A supervisor restarts, the job
// resumes.
#define CHECK(expression) ((expression) ? void(0) : ::engine::checkFailed(#expression, __FILE__, __LINE__))
