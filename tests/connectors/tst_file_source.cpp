// labels: asan
#include "base/env.h"
#include "catalog/component.h"
#include "runtime/chunk_assembler.h"
#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

#include <map>

namespace engine {
void addJsonFormat(Catalog& catalog);
void addFileSource(Catalog& catalog);
}  // namespace engine

namespace tst_file_source {

using namespace engine;

namespace {

// Takes chunks as the engine does, and decodes them at once; `room` chunks at most.
class Taker final : public SourceOutput {
public:
    Taker(const Binding& binding, std::size_t chunkBytes)
        : m_binding(binding),
          m_chunkBytes(chunkBytes),
          m_decoder(binding.source.decoder({}))
    {
    }
    ByteInput& bytes(SplitId split) override
    {
        auto& input = m_inputs[split.value];
        if (!input)
            input = std::make_unique<ChunkAssembler>(m_binding.source.framer(), m_chunkBytes,
                                                     m_binding.source.maxRecordBytes,
                                                     [this](SourceChunk chunk) { take(chunk); });
        return *input;
    }
    void rows(SplitId, RecordBatch) override { }
    void records(SplitId, RawChunk, std::vector<RecordReject>) override { }
    bool hasRoom() const override { return room > 0; }

    std::vector<std::int64_t> values{};
    int room = 1'000'000;

private:
    void take(const SourceChunk& chunk)
    {
        --room;
        DecodedChunk decoded;
        m_decoder->decode(std::get<RawChunk>(chunk.content), decoded);
        for (const RecordBatch& batch : decoded.batches)
            for (const std::int64_t value : batch.column(0).integers()) values.push_back(value);
    }
    const Binding& m_binding;
    std::size_t m_chunkBytes;
    std::unique_ptr<Decoder> m_decoder;
    std::map<std::uint32_t, std::unique_ptr<ChunkAssembler>> m_inputs{};
};

struct Fixture {
    QTemporaryDir directory{};
    Catalog catalog{};
    std::vector<Diagnostic> diagnostics{};
    std::optional<Binding> binding{};

    Fixture()
    {
        addJsonFormat(catalog);
        addFileSource(catalog);
    }
    void put(const char* name, int first, int step, int count)
    {
        QFile file(directory.filePath(name));
        CHECK(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < count; ++i)
            file.write(QByteArray("{\"ts\":%,\"pad\":\"0123456789\"}\n")
                           .replace("%", QByteArray::number(first + i * step)));
    }
    void bind(const char* interleave, const char* maxRecordBytes = "16MiB")
    {
        Json params = Json::parse(
            R"({"path":"*.json","columns":[{"name":"ts","type":"timestamp","encoding":"epoch_ms"}],)"
            R"("time_column":"ts"})");
        params["interleave"] = interleave;
        params["max_record_bytes"] = maxRecordBytes;
        const Constants constants;
        const BindContext context(catalog, {}, constants, diagnostics);
        binding = catalog.find("file_source")->bind(params, context, diagnostics);
        CHECK(binding);
    }
    std::unique_ptr<Source> open(std::span<const SplitState> from, Status& status)
    {
        auto source = std::get<Factory<Source>>(binding->make)();
        SourceContext context{systemEnv(), directory.path().toStdString(), 256};
        status = source->open(context, from);
        return source;
    }
};

std::vector<std::int64_t> readAll(Source& source, Taker& taker)
{
    const auto soon = systemEnv().clock.monotonic() + std::chrono::seconds(10);
    while (true) {
        auto state = source.read(taker, soon);
        CHECK(state);
        if (*state == ReadState::End || taker.room <= 0) return taker.values;
    }
}

}  // namespace

class TestFileSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void interleavesByTime();
    void resumesAnywhere_data();
    void resumesAnywhere();
    void saysWhatIsWrong();
    void aFileReadToItsEndIsNotNeeded_data();
    void aFileReadToItsEndIsNotNeeded();
    void aRecordThatIsTooLongCanBeLeft();
};

void TestFileSource::interleavesByTime()
{
    Fixture fixture;
    fixture.put("a.json", 1000, 1, 20);
    fixture.put("b.json", 0, 1, 20);
    fixture.bind("time");
    Status status = ok();
    auto source = fixture.open({}, status);
    QVERIFY(bool(status));
    Taker taker(*fixture.binding, 256);
    const auto values = readAll(*source, taker);
    QCOMPARE(values.size(), 40u);
    QVERIFY(std::is_sorted(values.begin(), values.end()));
}

void TestFileSource::resumesAnywhere_data()
{
    QTest::addColumn<QString>("interleave");
    QTest::newRow("time") << "time";
    QTest::newRow("in turn") << "in_turn";
}

void TestFileSource::resumesAnywhere()
{
    QFETCH(QString, interleave);
    Fixture fixture;
    fixture.put("a.json", 0, 10, 60);
    fixture.put("b.json", 5, 7, 80);
    fixture.put("c.json", 300, 1, 50);
    fixture.bind(interleave.toUtf8().constData());
    Status status = ok();
    auto source = fixture.open({}, status);
    QVERIFY(bool(status));
    Taker whole(*fixture.binding, 256);
    const auto expected = readAll(*source, whole);
    QCOMPARE(expected.size(), 190u);
    for (int chunks = 1; chunks < 25; chunks += 4) {
        auto first = fixture.open({}, status);
        Taker before(*fixture.binding, 256);
        before.room = chunks;
        auto values = readAll(*first, before);
        const auto splits = first->splits();
        auto second = fixture.open(splits, status);
        QVERIFY(bool(status));
        Taker after(*fixture.binding, 256);
        for (const std::int64_t value : readAll(*second, after)) values.push_back(value);
        QCOMPARE(values, expected);
    }
}

void TestFileSource::saysWhatIsWrong()
{
    Fixture fixture;
    fixture.bind("time");
    Status status = ok();
    fixture.open({}, status);
    QVERIFY(!status);
    QVERIFY(status.error().message.find("*.json") != std::string::npos);
    fixture.put("a.json", 0, 1, 100);
    auto source = fixture.open({}, status);
    QVERIFY(bool(status));
    Taker taker(*fixture.binding, 256);
    taker.room = 3;
    readAll(*source, taker);
    const auto splits = source->splits();
    fixture.put("a.json", 0, 1, 1);
    fixture.open(splits, status);
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::Corrupt);
    fixture.put("a.json", 7, 1, 100);
    fixture.open(splits, status);
    QVERIFY(!status);
    QFile::remove(fixture.directory.filePath("a.json"));
    fixture.open(splits, status);
    QVERIFY(!status);
    QVERIFY(status.error().message.find("gone") != std::string::npos);
}

void TestFileSource::aFileReadToItsEndIsNotNeeded_data()
{
    QTest::addColumn<QString>("interleave");
    QTest::addColumn<bool>("isGone");
    QTest::newRow("gone") << "time" << true;
    QTest::newRow("gone, in turn") << "in_turn" << true;
    QTest::newRow("another") << "time" << false;
}

// Who empties a folder file by file does not wait for the whole of it.
void TestFileSource::aFileReadToItsEndIsNotNeeded()
{
    QFETCH(QString, interleave);
    QFETCH(bool, isGone);
    Fixture fixture;
    fixture.put("a.json", 0, 1, 3);
    fixture.put("b.json", 100, 1, 200);
    fixture.bind(interleave.toUtf8().constData());
    Status status = ok();
    auto first = fixture.open({}, status);
    Taker before(*fixture.binding, 256);
    before.room = 4;
    auto values = readAll(*first, before);
    auto splits = first->splits();
    QCOMPARE(splits[0].kind, SplitState::Ended);
    QCOMPARE(splits[1].kind, SplitState::Active);
    for (int starts = 0; starts < 2; ++starts) {
        if (isGone)
            QFile::remove(fixture.directory.filePath("a.json"));
        else
            fixture.put("a.json", 7, 1, 1);
        auto again = fixture.open(splits, status);
        QVERIFY2(bool(status), status ? "" : status.error().message.c_str());
        QCOMPARE(again->splits(), splits);
    }
    auto second = fixture.open(splits, status);
    Taker after(*fixture.binding, 256);
    for (const std::int64_t value : readAll(*second, after)) values.push_back(value);
    QCOMPARE(values.size(), 203u);
}

// Its position stays at its beginning, and orders are seen to meanwhile.
void TestFileSource::aRecordThatIsTooLongCanBeLeft()
{
    Fixture fixture;
    fixture.put("b.json", 0, 1, 3);
    QFile file(fixture.directory.filePath("a.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(100'000, 'x') + "\n{\"ts\":9}\n");
    file.close();
    fixture.bind("in_turn", "1KiB");
    Status status = ok();
    auto source = fixture.open({}, status);
    QVERIFY(bool(status));
    Taker taker(*fixture.binding, 256);
    int calls = 0, inside = 0;
    for (bool isEnd = false; !isEnd; ++calls) {
        auto state = source->read(taker, MonotonicTime{});
        QVERIFY(bool(state));
        isEnd = *state == ReadState::End;
        inside += source->splits()[0].position.find("\"offset\": 0,") != std::string::npos;
    }
    QVERIFY2(inside > 10 && calls > inside, qPrintable(QString::number(inside)));
    QCOMPARE(taker.values.size(), 4u);
}

STREAMWRIGHT_TEST(TestFileSource)

}  // namespace tst_file_source
#include "tst_file_source.moc"
