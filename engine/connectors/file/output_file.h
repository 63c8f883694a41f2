#pragma once

#include "base/file_system.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine {

Status checkDirectory(FileSystem& files, const std::string& directory);  // whether it is there

// A directory, a pipe or a device is neither written to nor replaced.
Status checkPlain(FileSystem& files, const std::string& path);

// Whether rows with this header can go behind what the file holds; one without a byte takes any.
Status checkHeader(FileSystem& files, const std::string& path, const std::string& header);

// False when the last record lacks its line end.
Result<bool> endsWithLine(FileSystem& files, const std::string& path, std::uint64_t bytes);

// Whether the name means the file with this inode.
bool leadsTo(FileSystem& files, const std::string& path, std::uint64_t inode);

// Why an output is not written.
Error alreadyThere(const std::string& path);
Error takenMeanwhile(const std::string& inProgress, const std::string& final);
Error takenAway(const std::string& path);

// The permissions of what is there, with those that the sink itself needs.
std::optional<unsigned> modeOf(FileSystem& files, const std::string& path);

// What stands between the beginning and the end of a name; nothing when it has others.
std::optional<std::string_view> nameBetween(std::string_view name, std::string_view begin,
                                            std::string_view end);

// "-12", or where `again` says so "-12-3" too.
bool isEpochTail(std::string_view tail, bool again);

}  // namespace engine
