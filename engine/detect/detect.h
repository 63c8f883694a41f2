#pragma once

#include "base/file_system.h"
#include "base/result.h"
#include "spec/detected.h"

#include <string>
#include <string_view>

namespace engine {

// How records are written and which columns they have, judged by the beginning of a file. `isWhole`: nothing
// follows, so the last line counts without a line feed. Pure. What holds no records (nothing, binary, packed)
// is an error that says so.
Result<Detected> detect(std::string_view bytes, bool isWhole);

// The same of a file, or of the first file that fits a pattern; reads at most a mebibyte.
Result<Detected> detectFile(FileSystem& files, const std::string& path);

}  // namespace engine
