#include "support/memory_files.h"

#include <algorithm>
#include <fnmatch.h>

namespace engine {

class MemoryFiles::Reading final : public ReadableFile {
public:
    explicit Reading(std::shared_ptr<Content> content) : m_content(std::move(content)) { }
    Result<std::size_t> read(char* into, std::size_t bytesMax) override
    {
        auto got = readAt(m_at, into, bytesMax);
        m_at += *got;
        return got;
    }
    Result<std::size_t> readAt(std::uint64_t offset, char* into, std::size_t bytesMax) override
    {
        if (offset >= m_content->bytes.size()) return std::size_t{0};
        return m_content->bytes.copy(into, bytesMax, offset);
    }
    Result<std::uint64_t> size() const override { return std::uint64_t{m_content->bytes.size()}; }
    Status seek(std::uint64_t offset) override
    {
        m_at = offset;
        return ok();
    }

private:
    std::shared_ptr<Content> m_content;
    std::uint64_t m_at = 0;
};

class MemoryFiles::Writing final : public WritableFile {
public:
    Writing(MemoryFiles& disk, std::string path, std::shared_ptr<Content> content)
        : m_disk(disk),
          m_path(std::move(path)),
          m_content(std::move(content))
    {
    }
    Status append(std::string_view bytes) override
    {
        TRY(m_disk.spend());
        const std::size_t fits = std::min(bytes.size(), m_disk.m_room);
        m_disk.m_room -= fits;
        m_content->bytes += bytes.substr(0, fits);
        if (fits == bytes.size()) return ok();
        return Error{ErrorCode::Full, "Could not write " + m_path + ": no space left on device.", m_path};
    }
    Status sync() override
    {
        TRY(m_disk.spend());
        m_content->synced = m_content->bytes.size();
        return ok();
    }
    Status truncate(std::uint64_t length) override
    {
        TRY(m_disk.spend());
        m_content->bytes.resize(length);
        m_content->synced = std::min<std::size_t>(m_content->synced, length);
        return ok();
    }
    Status close() override { return m_disk.spend(); }

private:
    MemoryFiles& m_disk;
    std::string m_path;
    std::shared_ptr<Content> m_content;
};

class MemoryFiles::Held final : public FileLock {
public:
    Held(std::set<std::string>& locks, std::string path) : m_locks(locks), m_path(std::move(path)) { }
    ~Held() override { m_locks.erase(m_path); }

private:
    std::set<std::string>& m_locks;
    std::string m_path;
};

Status MemoryFiles::spend()
{
    if (--m_operationsLeft >= 0) return ok();
    return Error{ErrorCode::Io, "The disk has died.", {}};
}

void MemoryFiles::startAgain(Random& random)
{
    const std::size_t keep = random.below(m_pending.size() + 1);
    for (std::size_t i = 0; i < keep; ++i)
        for (const Naming& naming : m_pending[i]) apply(m_durable, naming);
    m_pending.clear();
    m_names = m_durable;
    for (auto& [path, content] : m_names) {
        const std::size_t unsynced = content->bytes.size() - content->synced;
        content->bytes.resize(content->synced + random.below(unsynced + 1));
        content->synced = content->bytes.size();
    }
    m_operationsLeft = 1 << 30;
}

void MemoryFiles::apply(Names& to, const Naming& naming)
{
    if (naming.content)
        to[naming.path] = naming.content;
    else
        to.erase(naming.path);
}

void MemoryFiles::name(const std::string& path, std::shared_ptr<Content> content)
{
    m_pending.push_back({{path, std::move(content)}});
    apply(m_names, m_pending.back()[0]);
}

void MemoryFiles::put(const std::string& path, std::string bytes)
{
    m_names[path] = m_durable[path] = newContent(std::move(bytes));
}

std::shared_ptr<MemoryFiles::Content> MemoryFiles::newContent(std::string bytes)
{
    auto content = std::make_shared<Content>();
    content->synced = bytes.size();
    content->bytes = std::move(bytes);
    content->inode = ++m_inodes;
    return content;
}

std::string MemoryFiles::bytesOf(const std::string& path) const
{
    const auto found = m_names.find(path);
    return found == m_names.end() ? std::string() : found->second->bytes;
}

Result<std::unique_ptr<ReadableFile>> MemoryFiles::openToRead(const std::string& path)
{
    const auto found = m_names.find(path);
    if (found == m_names.end()) return Error{ErrorCode::Refused, "There is no " + path + ".", path};
    if ((found->second->mode & 0400u) == 0)
        return Error{ErrorCode::Refused, "Cannot open " + path + ": Permission denied.", path};
    return std::unique_ptr<ReadableFile>(std::make_unique<Reading>(found->second));
}

Result<std::unique_ptr<WritableFile>> MemoryFiles::openToAppend(const std::string& path)
{
    TRY(spend());
    if (!m_names.contains(path)) name(path, newContent());
    return std::unique_ptr<WritableFile>(std::make_unique<Writing>(*this, path, m_names[path]));
}

Result<std::unique_ptr<WritableFile>> MemoryFiles::create(const std::string& path,
                                                          std::optional<unsigned> mode)
{
    TRY(spend());
    name(path, newContent());
    if (mode) m_names[path]->mode = *mode;
    return std::unique_ptr<WritableFile>(std::make_unique<Writing>(*this, path, m_names[path]));
}

bool MemoryFiles::isDirectory(const std::string& path) const
{
    const auto within = m_names.lower_bound(path + "/");
    return m_directories.contains(path) || (within != m_names.end() && within->first.starts_with(path + "/"));
}

Result<FileInfo> MemoryFiles::info(const std::string& path)
{
    FileInfo info;
    if (const auto found = m_names.find(path); found != m_names.end()) {
        info.size = found->second->bytes.size();
        info.inode = found->second->inode;
        info.isRegular = true;
        info.mode = found->second->mode;
    } else if (isDirectory(path)) {
        info.isDirectory = true;
    } else {
        return Error{ErrorCode::Refused, "There is no " + path + ".", path};
    }
    return info;
}

bool MemoryFiles::exists(const std::string& path) { return m_names.contains(path) || isDirectory(path); }

Result<std::vector<std::string>> MemoryFiles::list(const std::string& directory)
{
    std::set<std::string> found;
    for (const auto& [path, content] : m_names)
        if (path.starts_with(directory + "/"))
            found.insert(path.substr(directory.size() + 1,
                                     path.find('/', directory.size() + 1) - directory.size() - 1));
    return std::vector<std::string>(found.begin(), found.end());
}

Result<std::vector<std::string>> MemoryFiles::glob(const std::string& pattern)
{
    std::vector<std::string> found;
    for (const auto& [path, content] : m_names)
        if (fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0) found.push_back(path);
    return found;
}

Status MemoryFiles::makeDirectories(const std::string& path)
{
    m_directories.insert(path);
    return ok();
}

Status MemoryFiles::rename(const std::string& from, const std::string& to)
{
    TRY(spend());
    const auto found = m_names.find(from);
    if (found == m_names.end()) return Error{ErrorCode::Refused, "There is no " + from + ".", from};
    m_pending.push_back({{to, found->second}, {from, nullptr}});
    for (const Naming& naming : std::vector<Naming>(m_pending.back())) apply(m_names, naming);
    return ok();
}

Status MemoryFiles::remove(const std::string& path)
{
    TRY(spend());
    if (m_names.contains(path)) name(path, nullptr);
    return ok();
}

Status MemoryFiles::removeTree(const std::string& directory)
{
    TRY(spend());
    std::vector<std::string> all;
    for (const auto& [path, content] : m_names)
        if (path.starts_with(directory + "/")) all.push_back(path);
    for (const std::string& path : all) name(path, nullptr);
    return ok();
}

Result<bool> MemoryFiles::removeDirectory(const std::string& path)
{
    TRY(spend());
    const auto within = m_names.lower_bound(path + "/");
    if (within != m_names.end() && within->first.starts_with(path + "/")) return false;
    m_directories.erase(path);
    return true;
}

Status MemoryFiles::syncDirectory(const std::string& path)
{
    TRY(spend());
    const auto isHere = [&](const std::vector<Naming>& together) {
        return std::any_of(together.begin(), together.end(),
                           [&](const Naming& naming) { return directoryOf(naming.path) == path; });
    };
    for (const auto& together : m_pending)
        for (const Naming& naming : together)
            if (isHere(together)) apply(m_durable, naming);
    std::erase_if(m_pending, isHere);
    return ok();
}

Result<std::unique_ptr<FileLock>> MemoryFiles::lock(const std::string& path, const std::string&)
{
    if (m_room == 0)
        return Error{ErrorCode::Full, "Could not write " + path + ": no space left on device.", path};
    if (!m_locks.insert(path).second)
        return Error{ErrorCode::Unavailable, "The lock " + path + " is held by process 1.", "1"};
    return std::unique_ptr<FileLock>(std::make_unique<Held>(m_locks, path));
}

std::optional<std::string> MemoryFiles::lockHolder(const std::string& path)
{
    return m_locks.contains(path) ? std::optional<std::string>("1") : std::nullopt;
}

}  // namespace engine
