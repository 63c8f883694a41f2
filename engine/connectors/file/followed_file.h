#pragma once

#include "base/time.h"
#include "connectors/file/file_input.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace engine {

// One name under which a log grows, read as it does. When the name is given to another file, the one that
// had it is finished by its descriptor and then the other begun; a file that became shorter is read from its
// beginning again, and the loss told as a rejected record. Belongs to its source task.
class FollowedFile {
public:
    // Whether another entry knows a file: it is not for this one then, whatever name it has got.
    using KnownElsewhere = std::function<bool(const std::string& path, std::uint64_t inode)>;
    FollowedFile(std::string path, SplitId split, Compression compression, KnownElsewhere isKnownElsewhere)
        : m_path(std::move(path)),
          m_split(split),
          m_compression(compression),
          m_isKnownElsewhere(std::move(isKnownElsewhere))
    {
    }
    Status restore(FileSystem& files, const std::string& position);  // before any entry is opened
    Status open(FileSystem& files);
    Result<bool> read(SourceOutput& into, MonotonicTime now);  // once; whether there was something
    // Whether a file of another name is one that this reads, will read, or has read to its end.
    bool knows(const std::string& path, std::uint64_t inode) const;
    void forgetGone(const std::set<std::uint64_t>& inodesThere);
    // Whether it is gone for good: deleted, or moved to another directory, and nobody has its name.
    bool letGo(const std::set<std::uint64_t>& inodesThere, MonotonicTime now);
    bool isLetGo() const { return m_isLetGo; }
    const std::string& path() const { return m_path; }
    SplitId split() const { return m_split; }
    SplitState state() const;

private:
    struct Next {
        std::uint64_t inode = 0;
        std::unique_ptr<ReadableFile> file{};
        bool isCompressed = false;
    };
    Status resume(const FilePlace& place);
    Result<bool> openAs(const std::string& path, const FilePlace& place);
    Status openNamed();
    Status queueSince(std::int64_t modifiedUs);
    Result<Next> openNext() const;
    void begin(SourceOutput& into);
    Status look(MonotonicTime now);
    bool hasFinished(const std::string& path, const FilePlace& place) const;
    Result<bool> hasBeenCut();
    Status startAgain();
    Status noteHead();
    Status goOnWithNext();
    Result<bool> hasSuccessor() const;
    Result<bool> isCopy(ReadableFile& next);
    void lost(std::string sentence);

    std::string m_path;
    SplitId m_split;
    Compression m_compression;
    KnownElsewhere m_isKnownElsewhere;
    FileSystem* m_files = nullptr;
    std::unique_ptr<ReadableFile> m_file{};  // null: there was none yet
    bool m_isCompressed = false;             // is read to its end, for it does not grow
    std::deque<Next> m_next{};               // that got the name since, oldest first
    std::deque<FilePlace> m_finished{};      // as long as they are there, the newest last
    ByteInput* m_input = nullptr;
    FilePlace m_place{};         // its offset: where reading began
    std::uint64_t m_readTo = 0;  // of the file
    std::string m_loss{};        // to be told when there is where to
    MonotonicTime m_lookedAt{};  // at the name
    MonotonicTime m_grewAt{};    // or got a successor, whichever was later
    std::optional<MonotonicTime> m_missedAt{};  // first, and ever since
    bool m_isAtEnd = false, m_isLetGo = false;
};

// Of a file that was let go: nobody goes on with it.
inline bool isLetGo(const SplitState& split)
{
    return split.kind == SplitState::Ended && split.position.empty();
}

}  // namespace engine
