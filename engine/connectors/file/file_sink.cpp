#include "connectors/file/file_sink.h"

#include "connectors/file/output_file.h"

#include <algorithm>
#include <filesystem>

namespace engine {

namespace {

constexpr std::string_view kInProgress = ".inprogress";

std::string inProgressName(const std::string& path) { return path + std::string(kInProgress); }

// However it is written, relative or not.
std::filesystem::path placeOf(const std::filesystem::path& path)
{
    std::error_code failed;
    auto place = std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed);
    return failed ? path : place;
}

Error outputGone(const StagedFile& staged)
{
    const std::string& path = staged.isPublished ? staged.final : staged.inProgress;
    return {ErrorCode::Corrupt,
            "The output " + path +
                (staged.isPublished ? " that the run before has written is gone"
                                    : " that the run before was writing is gone") +
                "; put it back, or start again with --fresh.",
            path};
}

}  // namespace

void FileSink::setPlace(Env& env, const std::string& baseDirectory)
{
    m_files = &env.files;
    m_clock = &env.clock;
    if (!m_options.path.empty() && m_options.path.front() != '/' && !baseDirectory.empty())
        m_options.path = baseDirectory + "/" + m_options.path;
    // What a link leads to is written, and the link stays, as with any other program.
    if (!m_options.isRolling()) m_options.path = m_files->followLinks(m_options.path);
}

Status FileSink::open(SinkContext& context, const std::string& resumeFrom)
{
    setPlace(context.env, context.baseDirectory);
    m_instance = context.instance;
    m_refused = context.refused;
    m_encoder = m_options.encoder();
    m_resumedFrom = resumeFrom;
    if (resumeFrom.empty()) return openNew();
    auto staged = stagedFrom(resumeFrom);
    if (!staged) return staged.error();
    TRY(checkPlace(*staged));
    return resume(*staged);
}

// A run does not go on in another file than the one it was writing.
Status FileSink::checkPlace(const StagedFile& staged) const
{
    const std::string& there = staged.final.empty() ? staged.inProgress : staged.final;
    const std::filesystem::path was(there), is(m_options.path);
    const bool isSame = m_options.isRolling() ? placeOf(was.parent_path()) == placeOf(is.parent_path()) &&
            isRolledName(was.filename().string(), staged.final.empty())
                                              : placeOf(was) == placeOf(is);
    if (there.empty() || isSame) return ok();
    return Error{ErrorCode::Refused,
                 "The run that is gone on with was writing " + there + ", and path says " + m_options.path +
                     " now" +
                     (m_options.isRolling() ? ", with new files by size or time; put the old parameters"
                                            : "; put the old path") +
                     " back, or start with --fresh.",
                 m_options.path};
}

Status FileSink::openNew()
{
    TRY(checkExisting());
    TRY(removeAbandoned({}));
    m_firstEpoch = 0;
    return m_options.isRolling() ? ok() : startFile();
}

Status FileSink::tryOut(const TryContext& context)
{
    setPlace(context.env, context.baseDirectory);
    TRY(checkDirectory(*m_files, directoryOf(m_options.path)));
    TRY(m_files->tryWriting(directoryOf(m_options.path)));
    if (!m_options.isRolling()) TRY(checkPlain(*m_files, m_options.path));
    m_encoder = m_options.encoder();
    if (context.isFresh && m_options.ifExists == IfExists::Append) return checkAppendable();
    if (!context.isFresh || m_options.ifExists != IfExists::Refuse) return ok();
    const auto there = outputThere();
    if (!there) return there.error();
    return there->empty() ? ok() : Status(alreadyThere(there->front()));
}

Result<std::vector<std::string>> FileSink::outputThere() const
{
    if (m_options.isRolling()) return rolledThere(false);
    std::vector<std::string> there;
    if (m_files->exists(m_options.path)) there.push_back(m_options.path);
    return there;
}

// Whether a file of this instance is called so; what only resembles that is somebody else's.
bool FileSink::isRolledName(const std::string& name, bool inProgress) const
{
    const std::filesystem::path path(m_options.path);
    const std::string extension = path.extension().string();
    const auto tail = nameBetween(name, path.stem().string() + "-" + std::to_string(m_instance),
                                  inProgress ? inProgressName(extension) : extension);
    return tail && (isEpochTail(*tail, !inProgress) || (inProgress && tail->empty()));
}

Result<std::vector<std::string>> FileSink::rolledThere(bool inProgress) const
{
    const std::filesystem::path path(m_options.path);
    const auto names = m_files->list(directoryOf(m_options.path));
    if (!names) return names.error();
    std::vector<std::string> there;
    for (const std::string& name : *names)
        if (isRolledName(name, inProgress))
            there.push_back((path.parent_path() / name).string());
    return there;
}

Status FileSink::checkAppendable()
{
    if (m_options.isRolling() || !m_files->exists(m_options.path)) return ok();
    std::string header;
    m_encoder->header(header);
    return checkHeader(*m_files, m_options.path, header);
}

Status FileSink::checkExisting()
{
    if (!m_options.isRolling()) TRY(checkPlain(*m_files, m_options.path));
    if (m_options.ifExists == IfExists::Append) return checkAppendable();
    const auto before = outputThere();
    if (!before) return before.error();
    if (m_options.ifExists == IfExists::Refuse && !before->empty()) return alreadyThere(before->front());
    if (!m_options.isRolling()) return ok();
    for (const std::string& path : *before) TRY(m_files->remove(path));
    return ok();
}

// Files in progress that a killed run began after its last checkpoint: nobody goes on with them.
Status FileSink::removeAbandoned(const std::string& kept)
{
    if (!m_options.isRolling()) return ok();
    const auto found = rolledThere(true);
    if (!found) return found.error();
    for (const std::string& path : *found)
        if (path != kept) TRY(m_files->remove(path));
    return ok();
}

// {name}-{instance}{tail}.{ext}
std::string FileSink::rolledName(const std::string& tail) const
{
    const std::filesystem::path path(m_options.path);
    const std::string name =
        path.stem().string() + "-" + std::to_string(m_instance) + tail + path.extension().string();
    return (path.parent_path() / name).string();
}

std::string FileSink::finalNameFor(std::uint64_t firstEpoch) const
{
    const std::string tail = "-" + std::to_string(firstEpoch);
    std::string name = rolledName(tail);
    // Of an earlier run whose epochs began anew: a final name is never used twice.
    for (int again = 2; m_files->exists(name); ++again) name = rolledName(tail + "-" + std::to_string(again));
    return name;
}

// A rolling sink begins a file with its first row, so that it leaves no empty ones.
Status FileSink::startFile()
{
    const std::string tail = m_firstEpoch ? "-" + std::to_string(m_firstEpoch) : std::string();
    m_final = m_options.isRolling() ? std::string() : m_options.path;
    const std::string path = inProgressName(m_options.isRolling() ? rolledName(tail) : m_options.path);
    TRY(m_writer.create(*m_files, path, modeOf(*m_files, m_final)));
    m_begun = m_clock->monotonic();
    if (!m_options.isRolling() && m_options.ifExists == IfExists::Append && m_files->exists(m_final))
        TRY(appendExisting());
    if (m_writer.length() > 0) return ok();
    std::string head;
    m_encoder->header(head);
    return m_writer.append(head);
}

// What rows are appended to, its last line ended.
Status FileSink::appendExisting()
{
    const auto info = m_files->info(m_final);
    if (!info) return info.error();
    TRY(m_writer.appendFrom(*m_files, m_final, info->size));
    const auto isEnded = endsWithLine(*m_files, m_final, info->size);
    if (!isEnded) return isEnded.error();
    return *isEnded ? ok() : m_writer.append("\n");
}

Status FileSink::resume(const StagedFile& staged)
{
    TRY(publishClosed(staged));
    TRY(removeAbandoned(staged.inProgress));
    if (staged.inProgress.empty() ||
        (staged.isPublished && (m_options.isRolling() || staged.kind == EpochKind::Final))) {
        m_firstEpoch = staged.epoch + 1;
        return publish(staged);
    }
    m_firstEpoch = staged.firstEpoch;
    m_final = staged.final;
    m_begun = m_clock->monotonic();
    const auto owns = ownsFinal(staged);
    if (!owns) return owns.error();
    m_ownsFinal = *owns;
    if (m_files->exists(staged.inProgress)) return m_writer.resume(*m_files, staged);
    if (staged.final.empty() || !m_files->exists(staged.final)) return outputGone(staged);
    return resumePublished(staged);
}

// Whether the file under the final name is what a stop of this run has published.
Result<bool> FileSink::ownsFinal(const StagedFile& staged) const
{
    if (staged.ownsFinal || !staged.isPublished || !m_files->exists(staged.final)) return staged.ownsFinal;
    return holdsStaged(*m_files, staged.final, staged);
}

// A stop had given the file its final name: it goes on as a copy, and readers keep what they see until it is
// replaced. The copy gets the in-progress name when it is whole, since that name is trusted.
Status FileSink::resumePublished(const StagedFile& staged)
{
    const std::string copy = inProgressName(staged.final + ".copy");
    StagedWriter writer;
    TRY(writer.create(*m_files, copy, modeOf(*m_files, staged.final)));
    TRY(writer.appendFrom(*m_files, staged.final, staged.length));
    TRY(writer.sync());
    TRY(writer.close());
    if (writer.blockCrc() != staged.blockCrc) {
        TRY(m_files->remove(copy));
        return Error{ErrorCode::Corrupt,
                     "The output " + staged.final +
                         " was changed since the run before wrote it; put the old "
                         "one back, or start again with --fresh.",
                     staged.final};
    }
    TRY(m_files->rename(copy, staged.inProgress));
    return m_writer.resume(*m_files, staged);
}

// The batch but for the rows that would become several records, which are refused.
RecordBatch FileSink::withoutBroken(const RecordBatch& batch)
{
    const std::vector<std::uint32_t> broken = m_encoder->brokenRows(batch);
    if (broken.empty()) return batch;
    std::vector<std::uint32_t> kept;
    forEachRow(batch, [&](std::uint32_t row) {
        const bool isBroken = std::binary_search(broken.begin(), broken.end(), row);
        if (!isBroken)
            kept.push_back(row);
        else if (m_refused != nullptr)
            m_refused->refuseRow("The value has a line break in it, and the format text writes each row as "
                                 "one line; take it out with REPLACE, or write json or csv.",
                                 batch, row);
    });
    return batch.select(std::move(kept));
}

Status FileSink::write(const RecordBatch& batch)
{
    constexpr std::size_t kWriteBytes = 256 << 10;
    m_encoder->encode(withoutBroken(batch), m_buffer);
    return m_buffer.size() >= kWriteBytes ? flush() : ok();
}

Status FileSink::flush()
{
    if (m_buffer.empty()) return ok();
    if (!m_writer.isOpen()) TRY(startFile());
    TRY(m_writer.append(m_buffer));
    m_buffer.clear();
    return ok();
}

bool FileSink::isTimeToRoll() const
{
    if (m_options.rollBytes > 0 && m_writer.length() >= m_options.rollBytes) return true;
    return m_options.rollInterval.count() > 0 && m_clock->monotonic() - m_begun >= m_options.rollInterval;
}

Result<std::string> FileSink::prepare(Epoch epoch, EpochKind kind)
{
    TRY(flush());
    StagedFile staged;
    staged.epoch = epoch.value;
    staged.kind = kind;
    staged.closed = m_closed;
    if (!m_writer.isOpen()) return stagedText(staged);
    TRY(m_writer.checkNamed());
    TRY(m_writer.sync());
    if (m_firstEpoch == 0) m_firstEpoch = epoch.value;
    staged.inProgress = m_writer.path();
    staged.length = m_writer.length();
    staged.blockCrc = m_writer.blockCrc();
    staged.firstEpoch = m_firstEpoch;
    staged.final = m_final;
    staged.ownsFinal = m_ownsFinal;
    staged.isPublished = kind != EpochKind::Ordinary || (m_options.isRolling() && isTimeToRoll());
    if (staged.isPublished) {
        if (m_options.isRolling()) {
            staged.final = finalNameFor(m_firstEpoch);
            m_closed.push_back({staged.inProgress, staged.final, epoch.value});
        }
        m_unnamed[staged.inProgress] = m_writer.inode();
        TRY(m_writer.close());
        m_firstEpoch = epoch.value + 1;
    }
    return stagedText(staged);
}

Status FileSink::commit(Epoch epoch, const std::string& text)
{
    if (text.empty()) return ok();
    auto staged = stagedFrom(text);
    if (!staged) return staged.error();
    // The stop that this run goes on from: the file is being written again and is published when the run
    // ends.
    const bool goesOn = text == m_resumedFrom && m_writer.isOpen() && m_writer.path() == staged->inProgress;
    TRY(publishClosed(*staged));
    if (!goesOn) TRY(publish(*staged));
    std::erase_if(m_closed, [epoch](const ClosedFile& closed) { return closed.epoch <= epoch.value; });
    return ok();
}

Status FileSink::publishLeftOver(Env& env, const std::string& text)
{
    if (text.empty()) return ok();
    auto staged = stagedFrom(text);
    if (!staged) return staged.error();
    m_files = &env.files;
    TRY(publishClosed(*staged));
    return publish(*staged);
}

// What rounds that were given up had closed: their rows are behind the positions of this one.
Status FileSink::publishClosed(const StagedFile& staged)
{
    for (const ClosedFile& closed : staged.closed) TRY(giveName(closed.inProgress, closed.final, false));
    return ok();
}

Status FileSink::publish(const StagedFile& staged)
{
    return staged.isPublished ? giveName(staged.inProgress, staged.final, staged.ownsFinal) : ok();
}

// What a run before has closed has its name already where it is not in progress any more, and what has become
// of it since is its owner's business: its bytes and that name were durable before the decision. What this
// run has closed itself must still be there.
Status FileSink::giveName(const std::string& inProgress, const std::string& final, bool ownsFinal)
{
    const auto own = m_unnamed.find(inProgress);
    const bool isOwn = own != m_unnamed.end();
    const bool isThere =
        isOwn ? leadsTo(*m_files, inProgress, own->second) : m_files->exists(inProgress);
    if (isOwn && !isThere && !leadsTo(*m_files, final, own->second)) return takenAway(inProgress);
    if (isThere) {
        const bool isTaken = !ownsFinal && m_files->exists(final);
        if (isTaken && m_options.ifExists == IfExists::Refuse) return takenMeanwhile(inProgress, final);
        TRY(checkPlain(*m_files, final));
        TRY(m_files->rename(inProgress, final));
    }
    m_unnamed.erase(inProgress);
    const std::string directory = directoryOf(final);
    return m_files->exists(directory) ? m_files->syncDirectory(directory) : ok();
}

}  // namespace engine
