#include "connectors/file/followed_file.h"

#include "base/hash.h"
#include "base/log.h"

#include <algorithm>
#include <filesystem>

namespace engine {

namespace {

constexpr std::size_t kFinishedKept = 16;
constexpr Duration kLookEvery = std::chrono::milliseconds(200);
// Who writes a log may go on with the old file for a while after it was renamed.
constexpr Duration kFinishFor = std::chrono::seconds(1);
constexpr Duration kLetGoAfter = std::chrono::minutes(1);

Result<bool> beginsAs(ReadableFile& file, const FilePlace& place)
{
    auto head = bytesAt(file, 0, place.headBytes);
    if (!head) return head.error();
    return head->size() == place.headBytes && crc32c(*head) == place.headCrc;
}

// app.log.1, app.log-20261121, app.log.2.gz
bool isRotated(std::string_view other, std::string_view name)
{
    if (!other.starts_with(name) || other.size() == name.size()) return false;
    other.remove_prefix(name.size());
    if (other.ends_with(".gz")) other.remove_suffix(3);
    return other.find_first_not_of(".-_0123456789") == std::string_view::npos;
}

}  // namespace

void FollowedFile::lost(std::string sentence)
{
    log(LogLevel::Warning, sentence);
    m_loss = std::move(sentence);
}

Status FollowedFile::restore(FileSystem& files, const std::string& position)
{
    m_files = &files;
    if (position.empty()) return ok();
    auto place = placeFrom(position, m_path);
    if (!place) return place.error();
    auto finished = finishedFrom(position, m_path);
    if (!finished) return finished.error();
    m_place = std::move(*place);
    m_finished = std::move(*finished);
    return ok();
}

Status FollowedFile::open(FileSystem& files)
{
    m_files = &files;
    if (const FilePlace place = m_place; place.inode != 0 || place.headBytes > 0) return resume(place);
    if (files.exists(m_path)) return openNamed();
    log(LogLevel::Warning, "There is no file " + m_path + " yet; it is read as soon as it is there.");
    return ok();
}

Status FollowedFile::openNamed()
{
    m_place = {};
    const auto info = m_files->info(m_path);
    if (!info || m_isKnownElsewhere(m_path, info->inode)) return ok();
    auto named = openNext();
    if (!named) return named.error();
    m_file = std::move(named->file);
    m_isCompressed = named->isCompressed;
    m_place.inode = named->inode;
    m_readTo = 0;
    return ok();
}

// Without a file when the name changed hands meanwhile: then the next look finds it.
Result<FollowedFile::Next> FollowedFile::openNext() const
{
    const auto before = m_files->info(m_path);
    if (!before) return Next{};
    auto file = openInput(*m_files, m_path, m_compression);
    if (!file) return m_files->exists(m_path) ? Result<Next>(file.error()) : Next{};
    const auto after = m_files->info(m_path);
    if (!after || after->inode != before->inode) return Next{};
    return Next{before->inode, std::move(file->file), file->isCompressed};
}

// False: it is another file, or there is none.
Result<bool> FollowedFile::openAs(const std::string& path, const FilePlace& place)
{
    const auto info = m_files->info(path);
    if (!info || info->isDirectory) return false;
    auto file = openInput(*m_files, path, m_compression);
    if (!file) return false;
    auto isIt = beginsAs(*file->file, place);
    if (!isIt || !*isIt) return false;
    if (!file->isCompressed) {
        auto size = file->file->size();
        if (!size) return size.error();
        if (*size < place.offset) return false;
    }
    TRY(file->file->seek(place.offset));
    m_file = std::move(file->file);
    m_isCompressed = file->isCompressed;
    m_place = place;
    m_place.inode = info->inode;
    m_readTo = place.offset;
    return true;
}

// Those that had the name after a file that has lost it, and lost it too while nothing ran.
Status FollowedFile::queueSince(std::int64_t modifiedUs)
{
    const std::string directory = directoryOf(m_path);
    const std::string name = std::filesystem::path(m_path).filename().string();
    const auto names = m_files->list(directory);
    std::vector<std::pair<std::int64_t, std::string>> later;
    for (const std::string& other : names ? *names : std::vector<std::string>()) {
        if (!isRotated(other, name)) continue;
        const std::string path = directory + "/" + other;
        const auto info = m_files->info(path);
        if (info && info->modifiedUs > modifiedUs && !knows(path, info->inode) &&
            !m_isKnownElsewhere(path, info->inode))
            later.emplace_back(info->modifiedUs, path);
    }
    std::sort(later.begin(), later.end());
    for (const auto& [time, path] : later) {
        const auto info = m_files->info(path);
        auto file = openInput(*m_files, path, m_compression);
        if (!info || !file) return info ? file.error() : info.error();
        m_next.push_back({info->inode, std::move(file->file), file->isCompressed});
    }
    return ok();
}

// What was being read may have got another name since, been packed, or been cut short.
Status FollowedFile::resume(const FilePlace& place)
{
    const auto named = m_files->info(m_path);
    std::vector<std::string> others;
    if (!named || named->inode != place.inode) {
        const std::string directory = directoryOf(m_path);
        const std::string name = std::filesystem::path(m_path).filename().string();
        const auto names = m_files->list(directory);
        for (const std::string& other : names ? *names : std::vector<std::string>()) {
            const std::string path = directory + "/" + other;
            const auto info = m_files->info(path);
            if (!info || path == m_path) continue;
            if (info->inode == place.inode)
                others.insert(others.begin(), path);
            else if (other.starts_with(name) && other.ends_with(".gz"))
                others.push_back(path);
        }
    }
    if (place.headBytes == 0 && !others.empty()) others.resize(1);  // its beginning tells nothing
    for (const std::string& path : others) {
        auto isIt = openAs(path, place);
        if (!isIt) return isIt.error();
        if (!*isIt) continue;
        const auto info = m_files->info(path);
        return info ? queueSince(info->modifiedUs) : ok();
    }
    auto isIt = openAs(m_path, place);
    if (!isIt) return isIt.error();
    if (*isIt) return ok();
    lost("The file that was being read as " + m_path +
         " is gone or was cut short; what came behind its byte " + std::to_string(place.offset) +
         " may be lost. Reading goes on at the beginning of what is there now.");
    return openNamed();
}

bool FollowedFile::knows(const std::string& path, std::uint64_t inode) const
{
    if (m_place.inode == inode) return true;
    for (const Next& next : m_next)
        if (next.inode == inode) return true;
    for (const FilePlace& place : m_finished)
        if (place.inode == inode && hasFinished(path, place)) return true;
    return false;
}

// The system gives the number of a file that is deleted to a new one.
bool FollowedFile::hasFinished(const std::string& path, const FilePlace& place) const
{
    auto file = openInput(*m_files, path, m_compression);
    if (!file) return false;
    const auto size = file->isCompressed ? Result<std::uint64_t>(place.offset) : file->file->size();
    if (!size || *size < place.offset) return false;
    const auto isIt = beginsAs(*file->file, place);
    return isIt && *isIt;
}

// The newest are kept whatever their names: one may fit the pattern again.
void FollowedFile::forgetGone(const std::set<std::uint64_t>& inodesThere)
{
    for (auto place = m_finished.begin(); m_finished.size() > kFinishedKept && place != m_finished.end();)
        place = inodesThere.contains(place->inode) ? place + 1 : m_finished.erase(place);
}

bool FollowedFile::letGo(const std::set<std::uint64_t>& inodesThere, MonotonicTime now)
{
    const auto isThere = [&](const FilePlace& place) { return inodesThere.contains(place.inode); };
    const auto named = m_files->info(m_path);
    const bool isNamed = named && !m_isKnownElsewhere(m_path, named->inode);
    if (m_isLetGo || !m_file || !m_isAtEnd || !m_next.empty() || isNamed || isThere(m_place) ||
        std::any_of(m_finished.begin(), m_finished.end(), isThere)) {
        m_missedAt.reset();
        return false;
    }
    if (!m_missedAt) m_missedAt = now;
    if (now - std::max(*m_missedAt, m_grewAt) < kLetGoAfter) return false;
    // Under a name that does not fit the pattern it may still grow, until another file gets the one it had.
    const std::string directory = directoryOf(m_path);
    const auto names = m_files->list(directory);
    for (const std::string& name : names ? *names : std::vector<std::string>()) {
        const auto info = m_files->info(directory + "/" + name);
        if (!info || info->inode != m_place.inode) continue;
        m_missedAt = now;
        return false;
    }
    m_input->endSplit();
    m_input = nullptr;
    m_file.reset();
    m_place = {};
    m_finished.clear();
    m_isLetGo = true;
    return true;
}

void FollowedFile::begin(SourceOutput& into)
{
    if (!m_input) {
        m_input = &into.bytes(m_split);
        m_input->begin(m_place.offset, m_place.framer);
    }
    if (!m_loss.empty()) m_input->reject(std::exchange(m_loss, {}));
}

// Whether the name still means what is read. What gets it is opened at once, so that it can lose it again.
Status FollowedFile::look(MonotonicTime now)
{
    if (now - m_lookedAt < kLookEvery) return ok();
    m_lookedAt = now;
    const auto info = m_files->info(m_path);
    if (!info) return ok();
    if (!m_file) return openNamed();
    if (info->inode == (m_next.empty() ? m_place.inode : m_next.back().inode)) return ok();
    if (m_isKnownElsewhere(m_path, info->inode)) return ok();
    auto next = openNext();
    if (!next) return next.error();
    if (!next->file) return ok();
    m_next.push_back(std::move(*next));
    m_grewAt = now;
    return ok();
}

Result<bool> FollowedFile::hasBeenCut()
{
    auto size = m_file->size();
    if (!size) return size.error();
    if (*size < m_readTo) return true;
    if (*size == m_readTo) return false;
    auto isIt = beginsAs(*m_file, m_place);
    if (!isIt) return isIt.error();
    return !*isIt;
}

Status FollowedFile::startAgain()
{
    lost("The file " + m_path + " was cut short or written anew after its byte " + std::to_string(m_readTo) +
         " had been read; what was added to it before that and not yet read is lost. Reading goes on at its "
         "beginning.");
    TRY(m_file->seek(0));
    const std::uint64_t inode = m_place.inode;
    m_place = {};
    m_place.inode = inode;
    m_readTo = 0;
    m_input->begin(0, {});
    return ok();
}

// The first bytes tell the file from another; as long as it is short they are all of it.
Status FollowedFile::noteHead()
{
    if (m_place.headBytes == kHeadBytes || m_place.headBytes == m_readTo) return ok();
    auto head = bytesAt(*m_file, 0, std::min<std::uint64_t>(m_readTo, kHeadBytes));
    if (!head) return head.error();
    m_place.headBytes = head->size();
    m_place.headCrc = crc32c(*head);
    return ok();
}

// Of what is being read, as an editor or a program that saves makes one: its beginning and what stands before
// the place are the same.
Result<bool> FollowedFile::isCopy(ReadableFile& next)
{
    auto size = next.size();
    if (!size) return size.error();
    if (m_readTo == 0 || *size < m_readTo) return false;
    auto begins = beginsAs(next, m_place);
    if (!begins || !*begins) return begins;
    const std::uint64_t from = m_readTo - std::min<std::uint64_t>(m_readTo, kHeadBytes);
    auto here = bytesAt(*m_file, from, kHeadBytes), there = bytesAt(next, from, m_readTo - from);
    if (!here) return here.error();
    if (!there) return there.error();
    return here->substr(0, m_readTo - from) == *there;
}

// Who writes may go on with the old file until there is something to write into the new one.
Result<bool> FollowedFile::hasSuccessor() const
{
    if (m_isCompressed) return true;
    for (const Next& next : m_next) {
        auto size = next.file->size();
        if (!size) return size.error();
        if (*size > 0) return true;
    }
    return false;
}

Status FollowedFile::goOnWithNext()
{
    Next next = std::move(m_next.front());
    m_next.pop_front();
    auto copied = isCopy(*next.file);
    if (!copied) return copied.error();
    m_place.offset = m_readTo;
    if (m_readTo > 0) m_finished.push_back(m_place);  // of an empty one there is nothing to read again
    m_file = std::move(next.file);
    m_isCompressed = next.isCompressed;
    m_isAtEnd = false;
    if (*copied) {
        m_place.inode = next.inode;
        return m_file->seek(m_readTo);
    }
    m_input->endSplit();
    m_place = {};
    m_place.inode = next.inode;
    m_readTo = 0;
    m_input->begin(0, {});
    return ok();
}

Result<bool> FollowedFile::read(SourceOutput& into, MonotonicTime now)
{
    if (m_isLetGo) return false;
    TRY(look(now));
    if (!m_file) return false;
    begin(into);
    if (m_isAtEnd && !m_isCompressed) {
        auto isCut = hasBeenCut();
        if (!isCut) return isCut.error();
        if (*isCut) {
            TRY(startAgain());
            begin(into);
        }
    }
    const std::span<char> space = m_input->space();
    auto got = m_file->read(space.data(), space.size());
    if (!got) return got.error();
    m_isAtEnd = *got == 0;
    if (!m_isAtEnd) {
        m_readTo += *got;
        m_grewAt = now;
        TRY(noteHead());
        m_input->filled(*got);
        return true;
    }
    if (m_next.empty() || (!m_isCompressed && now - m_grewAt < kFinishFor)) return false;
    auto isNext = hasSuccessor();
    if (!isNext || !*isNext) return isNext;
    TRY(goOnWithNext());
    return true;
}

SplitState FollowedFile::state() const
{
    if (m_isLetGo) return {m_split, m_path, {}, SplitState::Ended};
    SplitState state{m_split, m_path, {}, m_isAtEnd || !m_file ? SplitState::AtKnownEnd : SplitState::Active};
    if (!m_file && m_finished.empty()) return state;
    FilePlace place = m_place;
    if (m_file && m_input) {
        place.offset = m_input->handedOver();
        place.framer = m_input->framerState();
    }
    state.position = placeText(place, m_finished);
    return state;
}

}  // namespace engine
