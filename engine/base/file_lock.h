#pragma once

#include "base/file_system.h"

namespace engine {

// What FileSystem::lock and FileSystem::lockHolder are on a real disk.
Result<std::unique_ptr<FileLock>> takeLock(const std::string& path, const std::string& content);
std::optional<std::string> holderOf(const std::string& path);

}  // namespace engine
