#pragma once

#include "base/env.h"
#include "base/file_system.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine {

// A disk in memory that can die and be started again: of what was not synced a part is then gone, and of the
// names that no syncDirectory() made durable the later ones are as they were before. Used on one thread.
class MemoryFiles final : public FileSystem {
public:
    struct Content {
        std::string bytes{};
        std::size_t synced = 0;
        std::uint64_t inode = 0;
        unsigned mode = 0600;
    };
    using Names = std::map<std::string, std::shared_ptr<Content>>;

    void dieAfter(int operations) { m_operationsLeft = operations; }  // every one that writes counts
    void die() { m_operationsLeft = 0; }
    bool isDead() const { return m_operationsLeft <= 0; }
    void startAgain(Random& random);  // after die(); what is lost is drawn
    void setRoom(std::size_t bytes)
    {
        m_room = bytes;
    }  // so many more bytes can be appended; then it is full

    void put(const std::string& path, std::string bytes);  // durable at once
    void setMode(const std::string& path, unsigned mode) { m_names.at(path)->mode = mode; }
    const Names& names() const { return m_names; }
    std::string bytesOf(const std::string& path) const;  // empty when there is no such file

    Result<std::unique_ptr<ReadableFile>> openToRead(const std::string& path) override;
    Result<std::unique_ptr<WritableFile>> openToAppend(const std::string& path) override;
    Result<std::unique_ptr<WritableFile>> create(const std::string& path,
                                                 std::optional<unsigned> mode = {}) override;
    Result<FileInfo> info(const std::string& path) override;
    bool exists(const std::string& path) override;
    std::string followLinks(const std::string& path) override { return path; }
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<std::vector<std::string>> glob(const std::string& pattern) override;
    Status makeDirectories(const std::string& path) override;
    Status rename(const std::string& from, const std::string& to) override;
    Status remove(const std::string& path) override;
    Status removeTree(const std::string& directory) override;
    Result<bool> removeDirectory(const std::string& path) override;
    Status syncDirectory(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> lock(const std::string& path, const std::string& content) override;
    std::optional<std::string> lockHolder(const std::string& path) override;

private:
    class Reading;
    class Writing;
    class Held;
    // A name that came to stand for something else, or for nothing.
    struct Naming {
        std::string path{};
        std::shared_ptr<Content> content{};
    };
    Status spend();
    std::shared_ptr<Content> newContent(std::string bytes = {});
    void name(const std::string& path, std::shared_ptr<Content> content);
    bool isDirectory(const std::string& path) const;
    static void apply(Names& to, const Naming& naming);

    Names m_names, m_durable;
    std::vector<std::vector<Naming>> m_pending;  // since the last sync, oldest first; a rename is two at once
    std::set<std::string> m_directories, m_locks;
    std::uint64_t m_inodes = 0;
    int m_operationsLeft = 1 << 30;
    std::size_t m_room = static_cast<std::size_t>(1) << 60;
};

}  // namespace engine
