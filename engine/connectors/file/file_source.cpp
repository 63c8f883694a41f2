#include "base/log.h"
#include "catalog/source_params.h"
#include "connectors/file/file_input.h"
#include "connectors/file/follow_source.h"
#include "connectors/file/pipe_reader.h"

#include <algorithm>
#include <set>

namespace engine {
namespace {

struct FileSourceParams : DecodeParams {
    PathText path{};
    bool follow = false;
    std::string compression = "auto", interleave = "time";
};

// Paths, however they are written, relative or not.
class Places {
public:
    void add(const std::string& path) { m_places.insert(placeOf(path)); }
    bool hold(const std::string& path) const { return m_places.contains(placeOf(path)); }

private:
    std::set<std::string> m_places;
};

// What reading by event time needs: how to tell the time of a file's next record. Empty: the files take
// turns.
using MakeNextTime = std::function<NextRecordTime()>;

// Reads the files of a pattern chunk by chunk in an order that depends on the files alone: the next chunk
// comes from the file whose next record is the earliest, or from the one of which the least was read. Belongs
// to its source task.
class FileSource final : public Source {
public:
    FileSource(std::string path, Compression compression, MakeNextTime makeNextTime,
               std::uint64_t recordBytesMax)
        : m_path(std::move(path)),
          m_compression(compression),
          m_makeNextTime(std::move(makeNextTime)),
          m_recordBytesMax(recordBytesMax)
    {
    }
    Status open(SourceContext& context, std::span<const SplitState> resumeFrom) override;
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override;
    std::vector<SplitState> splits() const override;

private:
    struct Entry {
        FileInput input;
        std::optional<NextRecordTime> time{};
        std::int64_t order = 0;  // event time of the next record, µs; or bytes read
        bool isOrderKnown = false;
    };
    Status openEntry(Entry& entry, FileSystem& files, const SplitState& saved);
    Status findFiles(FileSystem& files, std::span<const SplitState> resumeFrom);
    Result<std::optional<std::size_t>> choose();
    Status learnOrder(Entry& entry);

    std::string m_path;
    Compression m_compression;
    MakeNextTime m_makeNextTime;
    std::uint64_t m_recordBytesMax;
    std::uint64_t m_skippingFrom = 0;  // so many bytes without a record's end are of one that is skipped
    const Clock* m_clock = nullptr;
    std::vector<Entry> m_entries;
};

Status FileSource::findFiles(FileSystem& files, std::span<const SplitState> resumeFrom)
{
    std::vector<std::string> paths;
    for (const SplitState& split : resumeFrom) paths.push_back(split.name);
    auto found = files.glob(m_path);
    if (!found) return found.error();
    // A name with a bracket or a star in it is also just a name.
    if (found->empty() && files.exists(m_path)) found->push_back(m_path);
    Places there, known;
    for (const std::string& path : *found) there.add(path);
    for (const SplitState& split : resumeFrom) {
        known.add(split.name);
        if (split.kind != SplitState::Ended && files.exists(split.name) && !there.hold(split.name))
            return Error{ErrorCode::Refused,
                         "The file " + split.name +
                             " was not read to its end by the run before, and does not fit the path " +
                             m_path + " any more; put the old path back, or start with --fresh.",
                         m_path};
    }
    for (std::string& path : *found) {
        if (known.hold(path)) continue;
        const auto info = files.info(path);
        if (info && info->isDirectory && found->size() > 1) continue;
        paths.push_back(std::move(path));
    }
    if (paths.empty())
        return Error{ErrorCode::Refused, "There is no file " + m_path + "; check the path, or make the file.",
                     m_path};
    for (std::string& path : paths) {
        const SplitId id{static_cast<std::uint32_t>(m_entries.size())};
        m_entries.push_back({FileInput(std::move(path), id, m_compression)});
    }
    return ok();
}

// A file that was read to its end is not needed any more, whatever has become of it.
Status FileSource::openEntry(Entry& entry, FileSystem& files, const SplitState& saved)
{
    FileInput& input = entry.input;
    const bool isEnded = saved.kind == SplitState::Ended;
    if (!saved.position.empty() && !files.exists(input.path())) {
        if (isEnded) return input.takeAsEnded(saved.position);
        return Error{ErrorCode::Refused,
                     "The file " + input.path() +
                         " is gone, but not all of it was read; put it back, or start again with --fresh.",
                     input.path()};
    }
    const Status opened = input.open(files, saved.position);
    if (opened || !isEnded) return opened;
    log(LogLevel::Warning,
        "The file " + input.path() +
            " was read to its end by the run before and is another now, which is not read; start with "
            "--fresh to read it.");
    return input.takeAsEnded(saved.position);
}

Status FileSource::open(SourceContext& context, std::span<const SplitState> saved)
{
    std::vector<SplitState> resumeFrom;
    for (const SplitState& split : saved)
        if (!isLetGo(split)) resumeFrom.push_back(split);
    m_clock = &context.env.clock;
    m_skippingFrom = 4 * std::max<std::uint64_t>(m_recordBytesMax, context.chunkBytes);
    m_path = absolutePath(m_path, context.baseDirectory);
    TRY(findFiles(context.env.files, resumeFrom));
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        TRY(openEntry(m_entries[i], context.env.files,
                      i < resumeFrom.size() ? resumeFrom[i] : SplitState()));
        if (m_makeNextTime && m_entries.size() > 1) m_entries[i].time.emplace(m_makeNextTime());
    }
    return ok();
}

Status FileSource::learnOrder(Entry& entry)
{
    if (m_entries.size() == 1 || entry.isOrderKnown) return ok();
    if (entry.time) {
        auto timeUs = entry.time->at(entry.input.file(), entry.input.handedOver());
        if (!timeUs) return timeUs.error();
        entry.order = *timeUs;
    } else {
        entry.order = static_cast<std::int64_t>(entry.input.handedOver());
    }
    entry.isOrderKnown = true;
    return ok();
}

// The file that the next chunk comes from; nothing when all have ended. Depends on the positions alone, so
// that a resumed run goes on in the same order.
Result<std::optional<std::size_t>> FileSource::choose()
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Entry& entry = m_entries[i];
        if (entry.input.isEnded()) continue;
        TRY(learnOrder(entry));
        const auto isBefore = [](const Entry& a, const Entry& b) {
            return a.order != b.order ? a.order < b.order : a.input.path() < b.input.path();
        };
        if (!best || isBefore(entry, m_entries[*best])) best = i;
    }
    return best;
}

Result<ReadState> FileSource::read(SourceOutput& into, MonotonicTime deadline)
{
    do {
        auto chosen = choose();
        if (!chosen) return chosen.error();
        if (!*chosen) return ReadState::End;
        // A chunk is read whole whatever the time: where chunks end must not depend on the clock. A record
        // that is too long may be left and gone on with: it makes no chunk, however long it is.
        Entry& entry = m_entries[**chosen];
        entry.input.startChunk();
        const auto mayLeave = [&] {
            return entry.input.chunkBytesRead() > m_skippingFrom && m_clock->monotonic() >= deadline;
        };
        while (!entry.input.hasHandedOver() && !entry.input.isEnded() && !mayLeave())
            TRY(entry.input.read(into));
        entry.isOrderKnown = false;
    } while (into.hasRoom() && m_clock->monotonic() < deadline);
    return ReadState::More;
}

std::vector<SplitState> FileSource::splits() const
{
    std::vector<SplitState> splits;
    for (const Entry& entry : m_entries) splits.push_back(entry.input.state());
    return splits;
}

// Reads standard input to its end. Cannot be read again, so it has no position. Belongs to its source task.
class StandardInputSource final : public Source {
public:
    Status open(SourceContext& context, std::span<const SplitState> resumeFrom) override
    {
        m_clock = &context.env.clock;
        if (!resumeFrom.empty() && !resumeFrom[0].position.empty())
            return Error{ErrorCode::InvalidSpec,
                         "Standard input cannot be read again from where the run before stopped; start with "
                         "--fresh, or read a file.",
                         "-"};
        auto file = context.env.files.openToRead("-");
        if (!file) return file.error();
        m_reader = std::make_unique<PipeReader>(std::move(*file));
        return ok();
    }
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override
    {
        if (m_isEnded) return ReadState::End;
        if (!m_input) {
            m_input = &into.bytes({});
            m_input->begin(0, {});
        }
        do {
            const Duration left = std::max(Duration{}, deadline - m_clock->monotonic());
            auto got = m_reader->read(m_input->space(), left);
            if (!got) return got.error();
            if (!*got) return ReadState::Idle;
            m_isEnded = **got == 0;
            if (m_isEnded) {
                m_input->endSplit();
                return ReadState::End;
            }
            m_input->filled(**got);
        } while (into.hasRoom() && m_clock->monotonic() < deadline);
        return ReadState::More;
    }
    std::vector<SplitState> splits() const override
    {
        const bool hasBegun = m_input && m_input->handedOver() > 0;
        return {{{},
                 "standard input",
                 hasBegun ? "read" : "",
                 m_isEnded ? SplitState::Ended : SplitState::Active}};
    }

private:
    const Clock* m_clock = nullptr;
    std::unique_ptr<PipeReader> m_reader;
    ByteInput* m_input = nullptr;
    bool m_isEnded = false;
};

std::string summaryOf(const FileSourceParams& values)
{
    if (values.path.path == "-") return "standard input";
    return values.path.path + (values.follow ? ", followed" : "");
}

// An empty answer: standard input cannot do what is asked of it.
std::optional<Binding> bindStandardInput(const FileSourceParams& values, const BindContext& context,
                                         Binding binding)
{
    if (values.follow) {
        context.problem("follow", "Standard input is read to its end anyway; switch this off.");
        return {};
    }
    if (values.compression == "gzip") {
        context.problem("compression", "Standard input is not unpacked; put \"zcat |\" before this.");
        return {};
    }
    binding.make = Factory<Source>([] { return std::make_unique<StandardInputSource>(); });
    return binding;
}

template <class Make>
auto tryOpening(Make make)
{
    return [make](const TryContext& tried) {
        SourceContext here{tried.env, tried.baseDirectory, limits::kChunkBytes};
        return make()->open(here, {});
    };
}

std::optional<Binding> bindFileSource(const FileSourceParams& values, const BindContext& context)
{
    context.summary([&] { return summaryOf(values); });
    const auto format = bindFormat(values, context);
    if (!format) return {};
    Binding binding;
    binding.outputs = {{"out", format->options.schema}};
    binding.source = traitsOf(values, *format);
    if (values.path.path == "-") return bindStandardInput(values, context, std::move(binding));
    binding.reads = plainPath(values.path.path);
    const Compression compression = values.compression == "gzip" ? Compression::Gzip
        : values.compression == "none"                           ? Compression::None
                                                                 : Compression::Auto;
    if (values.follow) {
        binding.source.isEndless = true;
        binding.source.heartbeat = values.watermarkHeartbeat.value_or(true);
        const auto make = [path = values.path.path, compression] {
            return std::make_unique<FollowSource>(path, compression);
        };
        binding.make = Factory<Source>(make);
        binding.tryOut = tryOpening(make);
        return binding;
    }
    MakeNextTime makeNextTime;
    if (values.interleave == "time" && format->options.timeColumn) {
        std::vector<bool> needed(format->options.columns.size(), false);
        needed[*format->options.timeColumn] = true;
        makeNextTime = [format = *format, needed] {
            return NextRecordTime(format.framer(), format.decoder(needed));
        };
    }
    if (values.idleTimeout != FileSourceParams().idleTimeout)
        context.warning("idle_timeout",
                        "\"idle_timeout\" does not count for files that are read to their end: which rows "
                        "are late must not depend on how fast they are read. Remove it, or set \"follow\".");
    binding.source.keepsSplitOrder = true;
    // A file whose turn has not come is not silent: which rows are late must not depend on how fast the
    // others are read.
    binding.source.idleTimeoutUs = 0;
    const auto make = [path = values.path.path, compression, makeNextTime,
                       recordBytesMax = binding.source.maxRecordBytes] {
        return std::make_unique<FileSource>(path, compression, makeNextTime, recordBytesMax);
    };
    binding.make = Factory<Source>(make);
    binding.tryOut = tryOpening(make);
    return binding;
}

}  // namespace

void addFileSource(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "file_source";
    info.kind = ComponentKind::Source;
    info.title = "File";
    info.category = "Sources";
    info.help = "Reads records from a file, from all files that fit a pattern, or from standard input.";
    info.inputs = {};
    info.outputs = {{"out", "The records that could be read."}};
    Params<FileSourceParams> params;
    params
        .field("path", &FileSourceParams::path,
               {.title = "Path",
                .help = "A file, a pattern such as data/*.json, or - for standard input. Relative to the "
                        "document.",
                .required = true,
                .change = Change::ByRestart})
        .field("follow", &FileSourceParams::follow,
               {.title = "Follow",
                .help = "Go on reading as the file grows, for ever. A file that is renamed is read to its "
                        "end, then the new one of that name; one that is cut short is read from its "
                        "beginning again.",
                .change = Change::ByRestart});
    addDecodeParams(params);
    params.field("compression", &FileSourceParams::compression,
                 {.title = "Compression",
                  .help = "Auto: gzip where a file begins like one. A compressed file is read to its end "
                          "and not followed.",
                  .choices = {"auto", "none", "gzip"},
                  .advanced = true,
                  .change = Change::ByRestart});
    params.field("interleave", &FileSourceParams::interleave,
                 {.title = "Order of files",
                  .help =
                      "With several files: the next piece comes from the file whose next record is the "
                      "earliest (time; it "
                      "needs a time column, otherwise the files take turns), or from the one of which the "
                      "least was read (in turn).",
                  .choices = {"time", "in_turn"},
                  .advanced = true,
                  .visibleWhen = "follow = false",
                  .change = Change::ByRestart});
    catalog.add(component(std::move(info), params, bindFileSource));
}

}  // namespace engine
