// links: engine_components
// labels: asan
#include "base/env.h"
#include "connectors/file/file_sink.h"
#include "data/batch_builder.h"
#include "formats/json/json_encoder.h"
#include "support/manual_clock.h"

#include <QTest>

#include <fnmatch.h>
#include <map>

using namespace engine;

namespace {

// A disk in memory that dies after so many operations; what was not synced is then half gone.
class DyingFiles final : public FileSystem {
public:
    struct Content {
        std::string bytes{};
        std::size_t synced = 0;
    };
    std::map<std::string, std::shared_ptr<Content>> contents{};
    int operationsLeft = 1'000'000;

    Status spend()
    {
        if (--operationsLeft >= 0) return ok();
        return Error{ErrorCode::Io, "The disk has died.", {}};
    }
    void loseUnsynced()
    {
        for (auto& [path, content] : contents)
            content->bytes.resize(content->synced + (content->bytes.size() - content->synced) / 2);
        operationsLeft = 1'000'000;
    }

    class Reading final : public ReadableFile {
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

    class Writing final : public WritableFile {
    public:
        Writing(DyingFiles& disk, std::shared_ptr<Content> content)
            : m_disk(disk),
              m_content(std::move(content))
        {
        }
        Status append(std::string_view bytes) override
        {
            TRY(m_disk.spend());
            m_content->bytes += bytes;
            return ok();
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
        DyingFiles& m_disk;
        std::shared_ptr<Content> m_content;
    };

    Result<std::unique_ptr<ReadableFile>> openToRead(const std::string& path) override
    {
        TRY(spend());
        if (!contents.contains(path)) return Error{ErrorCode::Unavailable, "There is no " + path + ".", path};
        return std::unique_ptr<ReadableFile>(std::make_unique<Reading>(contents[path]));
    }
    Result<std::unique_ptr<WritableFile>> openToAppend(const std::string& path) override
    {
        TRY(spend());
        if (!contents.contains(path)) contents[path] = std::make_shared<Content>();
        return std::unique_ptr<WritableFile>(std::make_unique<Writing>(*this, contents[path]));
    }
    Result<std::unique_ptr<WritableFile>> create(const std::string& path) override
    {
        TRY(spend());
        contents[path] = std::make_shared<Content>();
        return std::unique_ptr<WritableFile>(std::make_unique<Writing>(*this, contents[path]));
    }
    Result<FileInfo> info(const std::string& path) override
    {
        if (!contents.contains(path)) return Error{ErrorCode::Unavailable, "There is no " + path + ".", path};
        FileInfo info;
        info.size = contents[path]->bytes.size();
        info.isRegular = true;
        return info;
    }
    bool exists(const std::string& path) override { return contents.contains(path); }
    Result<std::vector<std::string>> list(const std::string&) override { return std::vector<std::string>{}; }
    Result<std::vector<std::string>> glob(const std::string& pattern) override
    {
        std::vector<std::string> found;
        for (const auto& [path, content] : contents)
            if (fnmatch(pattern.c_str(), path.c_str(), 0) == 0) found.push_back(path);
        return found;
    }
    Status makeDirectories(const std::string&) override { return ok(); }
    Status rename(const std::string& from, const std::string& to) override
    {
        TRY(spend());
        contents[to] = contents[from];
        contents.erase(from);
        return ok();
    }
    Status remove(const std::string& path) override
    {
        TRY(spend());
        contents.erase(path);
        return ok();
    }
    Status removeTree(const std::string&) override { return ok(); }
    Status syncDirectory(const std::string&) override { return spend(); }
    Result<std::unique_ptr<FileLock>> lock(const std::string&, const std::string&) override
    {
        return std::make_unique<FileLock>();
    }
};

SchemaPtr schema() { return std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}}); }

RecordBatch rowsFrom(std::int64_t first, std::int64_t count)
{
    BatchBuilder builder(schema());
    for (std::int64_t i = first; i < first + count; ++i) {
        builder.column(0).addInteger(i);
        builder.endRow();
    }
    return builder.finish();
}

FileSinkOptions sinkOptions(IfExists ifExists, std::uint64_t rollBytes)
{
    FileSinkOptions options;
    options.path = "/out/result.json";
    options.ifExists = ifExists;
    options.rollBytes = rollBytes;
    options.encoder = [] {
        EncodeOptions encode;
        encode.schema = schema();
        return std::make_unique<JsonEncoder>(encode);
    };
    return options;
}

// A job that writes rows epoch by epoch and keeps what was decided, as a manifest would.
struct Job {
    DyingFiles files{};
    ManualClock clock{};
    std::string decided{};
    std::uint64_t decidedEpoch = 0;
    FileSinkOptions options{};
    static constexpr std::int64_t kRowsPerEpoch = 1500;

    // Goes on from the last decision to the end of the epoch whose kind is not ordinary.
    Status run(const std::vector<EpochKind>& kinds)
    {
        Env env{clock, files, 1};
        SinkContext context{env, "", "p", 0};
        FileSink sink(options);
        TRY(sink.open(context, decided));
        if (!decided.empty()) TRY(sink.commit(Epoch{decidedEpoch}, decided));
        while (decidedEpoch < kinds.size()) {
            const EpochKind kind = kinds[decidedEpoch];
            const Epoch epoch{decidedEpoch + 1};
            TRY(sink.write(rowsFrom(static_cast<std::int64_t>(decidedEpoch) * kRowsPerEpoch, kRowsPerEpoch)));
            auto staged = sink.prepare(epoch, kind);
            if (!staged) return staged.error();
            decided = *staged;
            decidedEpoch = epoch.value;
            TRY(sink.commit(epoch, decided));
            if (kind != EpochKind::Ordinary) return ok();
        }
        return ok();
    }
    std::string readable() const  // what has a final name, in the order of epochs
    {
        std::map<long, std::string> parts;
        for (const auto& [path, content] : files.contents) {
            if (path.ends_with(".inprogress")) continue;
            const std::size_t dash = path.rfind('-');
            parts[dash == std::string::npos ? 0 : std::stol(path.substr(dash + 1))] += content->bytes;
        }
        std::string all;
        for (const auto& [epoch, bytes] : parts) all += bytes;
        return all;
    }
};

std::string expectedText(std::size_t epochs)
{
    std::string text;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(epochs) * Job::kRowsPerEpoch; ++i)
        text += "{\"n\":" + std::to_string(i) + "}\n";
    return text;
}

const std::vector<EpochKind> kKinds{EpochKind::Ordinary, EpochKind::Ordinary, EpochKind::Stop,
                                    EpochKind::Ordinary, EpochKind::Stop,     EpochKind::Ordinary,
                                    EpochKind::Final};

}  // namespace

class TestFileSink : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKillPoint_data();
    void everyKillPoint();
    void refusesAndReplacesAndAppends();
    void noticesChangedOutput();
    void readersSeeNothingBeforeTheEnd();
};

void TestFileSink::everyKillPoint_data()
{
    QTest::addColumn<int>("rollBytes");
    QTest::newRow("one file") << 0;
    QTest::newRow("rolling") << 25'000;
}

void TestFileSink::everyKillPoint()
{
    QFETCH(int, rollBytes);
    const std::string expected = expectedText(kKinds.size());
    for (int killAt = 0; killAt < 200; ++killAt) {
        Job job;
        job.options = sinkOptions(IfExists::Refuse, static_cast<std::uint64_t>(rollBytes));
        job.files.operationsLeft = killAt;
        bool wasKilled = false;
        for (int starts = 0; starts < 10 && job.readable() != expected; ++starts) {
            if (job.run(kKinds)) continue;
            wasKilled = true;
            job.files.loseUnsynced();
        }
        QCOMPARE(job.readable(), expected);
        for (const auto& [path, content] : job.files.contents)
            QVERIFY2(!path.ends_with(".inprogress") || rollBytes, path.c_str());
        if (!wasKilled) return;  // later kills do not happen any more
    }
    QFAIL("The run needs more operations than were tried.");
}

void TestFileSink::refusesAndReplacesAndAppends()
{
    for (const auto& [ifExists, expected] : {std::pair{IfExists::Replace, expectedText(1)},
                                             std::pair{IfExists::Append, "before\n" + expectedText(1)}}) {
        Job job;
        job.options = sinkOptions(ifExists, 0);
        job.files.contents["/out/result.json"] =
            std::make_shared<DyingFiles::Content>(DyingFiles::Content{"before\n", 7});
        QVERIFY(bool(job.run({EpochKind::Final})));
        QCOMPARE(job.readable(), expected);
    }
    Job job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    job.files.contents["/out/result.json"] =
        std::make_shared<DyingFiles::Content>(DyingFiles::Content{"before\n", 7});
    const auto outcome = job.run({EpochKind::Final});
    QVERIFY(!outcome);
    QVERIFY(outcome.error().message.find("/out/result.json") != std::string::npos);
    QCOMPARE(job.readable(), std::string("before\n"));
}

void TestFileSink::noticesChangedOutput()
{
    Job job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    QVERIFY(bool(job.run({EpochKind::Stop, EpochKind::Final})));
    const std::string before = job.readable();
    job.files.contents["/out/result.json"]->bytes[before.size() - 4] = 'x';
    const auto changed = job.run({EpochKind::Stop, EpochKind::Final});
    QVERIFY(!changed);
    QCOMPARE(changed.error().code, ErrorCode::Corrupt);
    job.files.contents["/out/result.json"]->bytes = before.substr(0, 100);
    QCOMPARE(job.run({EpochKind::Stop, EpochKind::Final}).error().code, ErrorCode::Corrupt);
    job.files.contents.clear();
    QCOMPARE(job.run({EpochKind::Stop, EpochKind::Final}).error().code, ErrorCode::Corrupt);
}

void TestFileSink::readersSeeNothingBeforeTheEnd()
{
    Job job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    QVERIFY(bool(job.run({EpochKind::Ordinary})));
    QVERIFY(job.readable().empty());
    QVERIFY(job.files.exists("/out/result.json.inprogress"));
}

QTEST_GUILESS_MAIN(TestFileSink)
#include "tst_file_sink.moc"
