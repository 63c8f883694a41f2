#include "connectors/file/output_file.h"

#include "data/utf8.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kShownBytes = 100;  // of a line, in a sentence
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Result<std::string> beginningOf(FileSystem& files, const std::string& path, std::size_t bytesMax)
{
    auto file = files.openToRead(path);
    if (!file) return file.error();
    std::string bytes(bytesMax, '\0');
    std::size_t used = 0;
    while (used < bytes.size()) {
        const auto got = (*file)->readAt(used, bytes.data() + used, bytes.size() - used);
        if (!got) return got.error();
        if (*got == 0) break;
        used += *got;
    }
    bytes.resize(used);
    return bytes;
}

// The first line as it is shown in a sentence.
std::string firstLine(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    return utf8Preview(line, kShownBytes) + (line.size() > kShownBytes ? "..." : "");
}

}  // namespace

Status checkDirectory(FileSystem& files, const std::string& directory)
{
    if (const auto about = files.info(directory); about && about->isDirectory) return ok();
    return Error{ErrorCode::Refused,
                 "There is no directory " + directory + "; make it, or choose another path.", directory};
}

Status checkPlain(FileSystem& files, const std::string& path)
{
    const auto about = files.info(path);
    if (!about || about->isRegular) return ok();
    return Error{ErrorCode::Refused,
                 path + (about->isDirectory ? " is a directory" : " is no ordinary file") +
                     ", and rows are written to a file; choose another path, or use console_sink for "
                     "standard output.",
                 path};
}

Status checkHeader(FileSystem& files, const std::string& path, const std::string& header)
{
    if (header.empty()) return ok();
    const auto there = beginningOf(
        files, path, kByteOrderMark.size() + std::max(header.size(), kShownBytes) + std::size_t{1});
    if (!there) return there.error();
    std::string_view text = *there;
    if (text.empty()) return ok();
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::string_view columns = std::string_view(header).substr(0, header.size() - 1);
    if (text.starts_with(columns)) {
        const std::string_view behind = text.substr(columns.size());
        if (behind.empty() || behind.starts_with('\n') || behind.starts_with("\r\n")) return ok();
    }
    return Error{ErrorCode::Refused,
                 "The output " + path + " begins with \"" + firstLine(text) +
                     "\", and the rows to append have the columns \"" + firstLine(columns) +
                     "\"; choose another path, or set if_exists to replace.",
                 path};
}

Result<bool> endsWithLine(FileSystem& files, const std::string& path, std::uint64_t bytes)
{
    if (bytes == 0) return true;
    auto file = files.openToRead(path);
    if (!file) return file.error();
    char last = 0;
    const auto got = (*file)->readAt(bytes - 1, &last, 1);
    if (!got) return got.error();
    return last == '\n';
}

bool leadsTo(FileSystem& files, const std::string& path, std::uint64_t inode)
{
    const auto about = files.info(path);
    return about && about->inode == inode;
}

Error alreadyThere(const std::string& path)
{
    return {
        ErrorCode::Refused,
        "The output " + path +
            " is there already; choose another path, move it away, or set if_exists to replace or append.",
        path};
}

Error takenMeanwhile(const std::string& inProgress, const std::string& final)
{
    return {ErrorCode::Refused,
            "The output " + final +
                " has come into being while this run wrote, and if_exists is refuse; the rows are kept in " +
                inProgress + ". Move " + final + " away and start again.",
            final};
}

Error takenAway(const std::string& path)
{
    return {ErrorCode::Corrupt,
            "The output " + path +
                " was taken away while this run wrote it; put it back, or start again with --fresh.",
            path};
}

std::optional<unsigned> modeOf(FileSystem& files, const std::string& path)
{
    constexpr unsigned kOwnerReadsAndWrites = 0600;
    const auto about = files.info(path);
    if (!about) return {};
    return about->mode | kOwnerReadsAndWrites;
}

std::optional<std::string_view> nameBetween(std::string_view name, std::string_view begin,
                                            std::string_view end)
{
    if (name.size() < begin.size() + end.size() || !name.starts_with(begin) || !name.ends_with(end))
        return {};
    return name.substr(begin.size(), name.size() - begin.size() - end.size());
}

bool isEpochTail(std::string_view tail, bool again)
{
    if (!tail.starts_with('-')) return false;
    tail.remove_prefix(1);
    const std::size_t end = std::min(tail.find_first_not_of("0123456789"), tail.size());
    if (end == 0 || tail[0] == '0') return false;
    return end == tail.size() || (again && isEpochTail(tail.substr(end), false));
}

}  // namespace engine
