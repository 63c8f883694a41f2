#pragma once

#include "base/result.h"

namespace engine {

// "Cannot open /x: Permission denied.", from an errno.
Error ioError(const char* doing, const std::string& path, int code);

}  // namespace engine
