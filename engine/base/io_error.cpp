#include "base/io_error.h"

#include <cerrno>
#include <cstring>

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
    case EROFS:
    case EFBIG: return ErrorCode::Refused;
    case ESTALE:
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENOTCONN: return ErrorCode::Unavailable;
    default: return ErrorCode::Io;
    }
}

}  // namespace

Error ioError(const char* doing, const std::string& path, int code)
{
    return {kindOf(code), std::string(doing) + " " + path + ": " + std::strerror(code) + ".", path};
}

}  // namespace engine
