#include "connectors/file/staged_file.h"

#include "base/hash.h"
#include "connectors/file/output_file.h"
#include "spec/json.h"

#include <algorithm>

namespace engine {

namespace {

const char* kindName(EpochKind kind)
{
    switch (kind) {
    case EpochKind::Ordinary: return "ordinary";
    case EpochKind::Stop: return "stop";
    case EpochKind::Final: return "final";
    }
    return "";
}

std::optional<EpochKind> kindFrom(std::string_view name)
{
    for (const EpochKind kind : {EpochKind::Ordinary, EpochKind::Stop, EpochKind::Final})
        if (name == kindName(kind)) return kind;
    return {};
}

// Where the last block begins: the greatest multiple of the block size below the length.
std::uint64_t blockStart(std::uint64_t length)
{
    return length == 0 ? 0 : (length - 1) / StagedFile::kBlockBytes * StagedFile::kBlockBytes;
}

bool isCount(const Json* value)
{
    return value != nullptr && value->is_number_integer() && value->get<std::int64_t>() >= 0;
}

Error damagedOutput(const std::string& path, const std::string& what)
{
    return {ErrorCode::Corrupt,
            "The output " + path + " " + what +
                "; put back the file of that time, or start again with --fresh.",
            path};
}

Json closedToJson(const std::vector<ClosedFile>& files)
{
    Json list = Json::array();
    for (const ClosedFile& file : files)
        list.push_back(
            Json{{"in_progress", file.inProgress}, {"final", file.final}, {"epoch", file.epoch}});
    return list;
}

std::optional<std::vector<ClosedFile>> closedFrom(const Json* list)
{
    std::vector<ClosedFile> files;
    if (list == nullptr) return files;  // saved before there was such a list
    if (!list->is_array()) return {};
    for (const Json& each : *list) {
        const Json* inProgress = findMember(each, "in_progress");
        const Json* final = findMember(each, "final");
        const Json* epoch = findMember(each, "epoch");
        for (const Json* text : {inProgress, final})
            if (text == nullptr || !text->is_string()) return {};
        if (!isCount(epoch)) return {};
        files.push_back(
            {inProgress->get<std::string>(), final->get<std::string>(), epoch->get<std::uint64_t>()});
    }
    return files;
}

}  // namespace

std::string stagedText(const StagedFile& staged)
{
    Json json = Json::object();
    json["in_progress"] = staged.inProgress;
    json["final"] = staged.final;
    json["length"] = staged.length;
    json["block_crc"] = staged.blockCrc;
    json["first_epoch"] = staged.firstEpoch;
    json["epoch"] = staged.epoch;
    json["kind"] = kindName(staged.kind);
    json["published"] = staged.isPublished;
    json["owns_final"] = staged.ownsFinal;
    if (!staged.closed.empty()) json["closed"] = closedToJson(staged.closed);
    return compactJson(json);
}

Result<StagedFile> stagedFrom(const std::string& text)
{
    const Error damaged{
        ErrorCode::Corrupt, "The saved state of a file sink cannot be read; start again with --fresh.", {}};
    const auto json = parseJson(text);
    if (!json) return damaged;
    const auto member = [&json](const char* name) { return findMember(*json, name); };
    for (const char* name : {"in_progress", "final", "kind"})
        if (const Json* value = member(name); value == nullptr || !value->is_string()) return damaged;
    for (const char* name : {"length", "block_crc", "first_epoch", "epoch"})
        if (!isCount(member(name))) return damaged;
    for (const char* name : {"published", "owns_final"})
        if (const Json* value = member(name); value == nullptr || !value->is_boolean()) return damaged;
    const auto kind = kindFrom(member("kind")->get<std::string>());
    auto closed = closedFrom(member("closed"));
    if (!kind || !closed) return damaged;
    StagedFile staged;
    staged.inProgress = member("in_progress")->get<std::string>();
    staged.final = member("final")->get<std::string>();
    staged.length = member("length")->get<std::uint64_t>();
    staged.blockCrc = member("block_crc")->get<std::uint32_t>();
    staged.firstEpoch = member("first_epoch")->get<std::uint64_t>();
    staged.epoch = member("epoch")->get<std::uint64_t>();
    staged.kind = *kind;
    staged.isPublished = member("published")->get<bool>();
    staged.ownsFinal = member("owns_final")->get<bool>();
    staged.closed = std::move(*closed);
    return staged;
}

Result<bool> holdsStaged(FileSystem& files, const std::string& path, const StagedFile& staged)
{
    auto source = files.openToRead(path);
    if (!source) return source.error();
    const std::uint64_t start = blockStart(staged.length);
    std::string block(staged.length - start, '\0');
    std::size_t used = 0;
    while (used < block.size()) {
        auto got = (*source)->readAt(start + used, block.data() + used, block.size() - used);
        if (!got) return got.error();
        if (*got == 0) return false;
        used += *got;
    }
    return crc32c(block) == staged.blockCrc;
}

Status StagedWriter::create(FileSystem& files, const std::string& path, std::optional<unsigned> mode)
{
    auto file = files.create(path, mode);
    // The reason first of all: a file cannot be made where there is no directory.
    const bool isRefused = !file && file.error().code == ErrorCode::Refused;
    if (isRefused && !files.exists(directoryOf(path))) TRY(checkDirectory(files, directoryOf(path)));
    if (!file) return file.error();
    const auto info = files.info(path);
    if (!info) return info.error();
    m_file = std::move(*file);
    m_files = &files;
    m_isNameDurable = false;
    m_path = path;
    m_inode = info->inode;
    m_length = 0;
    m_blockCrc = 0;
    return ok();
}

Status StagedWriter::append(std::string_view bytes)
{
    TRY(m_file->append(bytes));
    while (!bytes.empty()) {
        const std::uint64_t used = m_length % StagedFile::kBlockBytes;
        if (used == 0) m_blockCrc = 0;
        const std::size_t count = std::min<std::size_t>(bytes.size(), StagedFile::kBlockBytes - used);
        m_blockCrc = crc32c(bytes.substr(0, count), m_blockCrc);
        m_length += count;
        bytes.remove_prefix(count);
    }
    return ok();
}

Status StagedWriter::appendFrom(FileSystem& files, const std::string& path, std::uint64_t bytes)
{
    auto source = files.openToRead(path);
    if (!source) return source.error();
    std::string piece(StagedFile::kBlockBytes, '\0');
    std::uint64_t copied = 0;
    while (copied < bytes) {
        auto got = (*source)->read(piece.data(), std::min<std::uint64_t>(piece.size(), bytes - copied));
        if (!got) return got.error();
        if (*got == 0)
            return damagedOutput(path,
                                 "is shorter than the " + std::to_string(bytes) + " bytes that were written");
        TRY(append(std::string_view(piece).substr(0, *got)));
        copied += *got;
    }
    return ok();
}

Status StagedWriter::resume(FileSystem& files, const StagedFile& staged)
{
    const auto info = files.info(staged.inProgress);
    if (!info) return info.error();
    if (info->size < staged.length)
        return damagedOutput(staged.inProgress,
                             "is shorter than the " + std::to_string(staged.length) +
                                 " bytes that were written");
    const auto isSame = holdsStaged(files, staged.inProgress, staged);
    if (!isSame) return isSame.error();
    if (!*isSame) return damagedOutput(staged.inProgress, "is not what was written");
    auto file = files.openToAppend(staged.inProgress);
    if (!file) return file.error();
    TRY((*file)->truncate(staged.length));
    m_file = std::move(*file);
    m_files = &files;
    m_isNameDurable = false;
    m_path = staged.inProgress;
    m_inode = info->inode;
    m_length = staged.length;
    m_blockCrc = staged.blockCrc;
    return ok();
}

Status StagedWriter::checkNamed() const
{
    return leadsTo(*m_files, m_path, m_inode) ? ok() : Status(takenAway(m_path));
}

Status StagedWriter::sync()
{
    TRY(m_file->sync());
    if (m_isNameDurable) return ok();
    TRY(m_files->syncDirectory(directoryOf(m_path)));
    m_isNameDurable = true;
    return ok();
}

Status StagedWriter::close()
{
    if (!m_file) return ok();
    auto file = std::move(m_file);
    return file->close();
}

}  // namespace engine
