#include "detect/detect.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kLookedAtBytes = std::size_t{1} << 20;

Error aboutFile(Error error, const std::string& path)
{
    error.where = path;
    return error;
}

Result<std::string> firstFile(FileSystem& files, const std::string& path)
{
    if (path.empty())
        return Error{ErrorCode::InvalidSpec, "There is no path to look at; enter one first.", {}};
    if (path == "-")
        return Error{ErrorCode::InvalidSpec,
                     "Standard input cannot be looked at without taking rows from it; name a file.", path};
    if (files.exists(path)) return path;
    auto found = files.glob(path);
    if (!found) return found.error();
    if (found->empty()) return Error{ErrorCode::InvalidSpec, "There is no such file: " + path + ".", path};
    return found->front();
}

}  // namespace

Result<Detected> detectFile(FileSystem& files, const std::string& path)
{
    const auto name = firstFile(files, path);
    if (!name) return name.error();
    const auto info = files.info(*name);
    if (!info) return info.error();
    if (!info->isRegular)
        return Error{ErrorCode::InvalidSpec,
                     info->isDirectory
                         ? "This is a folder; name a file in it, or a pattern such as " + *name + "/*.json."
                         : "This is no plain file, so it cannot be looked at beforehand.",
                     *name};
    auto file = files.openToRead(*name);
    if (!file) return file.error();
    std::string bytes(std::min<std::size_t>(info->size, kLookedAtBytes), '\0');
    std::size_t used = 0;
    while (used < bytes.size()) {
        const auto got = (*file)->read(bytes.data() + used, bytes.size() - used);
        if (!got) return got.error();
        if (*got == 0) break;
        used += *got;
    }
    bytes.resize(used);
    auto detected = detect(bytes, used >= info->size);
    if (!detected) return aboutFile(detected.error(), *name);
    return detected;
}

}  // namespace engine
