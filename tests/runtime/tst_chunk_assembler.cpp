// labels: asan
// What a chunk takes of memory: of a fast input about what it holds, and of a slow one too.
#ifndef Q_MOC_RUN
#include "formats/csv/csv_framer.h"
#include "formats/shared/line_framer.h"
#include "runtime/chunk_assembler.h"

#include <cstring>
#endif

#include "test_main.h"

namespace tst_chunk_assembler {

using namespace engine;

namespace {

// An assembler and what it gave.
struct Bench {
    std::vector<RawChunk> chunks{};
    ChunkAssembler assembler{std::make_unique<LineFramer>(), 4096, 1 << 20, [this](SourceChunk chunk) {
                                 chunks.push_back(std::get<RawChunk>(std::move(chunk.content)));
                             }};

    void give(std::string_view text)
    {
        while (!text.empty()) {
            const auto space = assembler.space();
            const std::size_t taken = std::min(space.size(), text.size());
            std::memcpy(space.data(), text.data(), taken);
            assembler.filled(taken);
            text.remove_prefix(taken);
        }
    }
    std::string all() const
    {
        std::string text;
        for (const RawChunk& chunk : chunks) text += chunk.bytes->view();
        return text;
    }
};

// What a run reads of a text piece by piece, and what it tells; with a checkpoint and a restart somewhere.
struct Reading {
    bool isCsv = false;
    std::string rows{};
    std::vector<std::string> rejects{};

    std::unique_ptr<ChunkAssembler> assembler()
    {
        std::unique_ptr<Framer> framer = std::make_unique<LineFramer>();
        if (isCsv) framer = std::make_unique<CsvFramer>(',', true);
        return std::make_unique<ChunkAssembler>(std::move(framer), 16, 40, [this](SourceChunk chunk) {
            rows += std::get<RawChunk>(chunk.content).bytes->view();
            for (const RecordReject& reject : chunk.rejects)
                rejects.push_back(reject.reason + " " + reject.raw);
        });
    }
    static void give(ChunkAssembler& to, std::string_view text)
    {
        while (!text.empty()) {
            const auto space = to.space();
            const std::size_t taken = std::min({space.size(), text.size(), std::size_t{7}});
            std::memcpy(space.data(), text.data(), taken);
            to.filled(taken);
            to.flush();
            text.remove_prefix(taken);
        }
    }
    void read(std::string_view text, std::size_t checkpointAt)
    {
        auto before = assembler();
        before->begin(0, {});
        give(*before, text.substr(0, checkpointAt));
        auto after = assembler();
        after->begin(before->handedOver(), before->framerState());
        give(*after, text.substr(before->handedOver()));
        after->endSplit();
    }
};

}  // namespace

class ChunkAssemblerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSlowInputMakesSmallChunks();
    void aFastInputMakesFullChunks();
    void aLongRecordIsFollowedByPlainChunks();
    void aCheckpointAnywhereChangesNothing_data();
    void aCheckpointAnywhereChangesNothing();
};

void ChunkAssemblerTest::aSlowInputMakesSmallChunks()
{
    Bench bench;
    std::string given;
    for (int i = 0; i < 1000; ++i) {
        // A record and a half at a time.
        const std::string text = (i ? "more\n" : "") + std::to_string(i) + "\n" + std::to_string(i) + " and ";
        bench.give(text);
        bench.assembler.flush();
        given += text;
    }
    QCOMPARE(bench.chunks.size(), std::size_t{1000});
    std::uint64_t offset = 0;
    for (const RawChunk& chunk : bench.chunks) {
        QCOMPARE(chunk.bytes->capacity(), chunk.bytes->size());
        QCOMPARE(chunk.firstOffset, offset);
        offset += chunk.bytes->size();
    }
    QCOMPARE(bench.assembler.handedOver(), offset);
    QCOMPARE(bench.all(), given.substr(0, offset));
}

void ChunkAssemblerTest::aFastInputMakesFullChunks()
{
    Bench bench;
    std::string given;
    for (int i = 0; i < 5000; ++i) given += std::to_string(i) + "\n";
    bench.give(given);
    bench.assembler.flush();
    QCOMPARE(bench.all(), given);
    for (std::size_t i = 0; i + 1 < bench.chunks.size(); ++i) QVERIFY(bench.chunks[i].bytes->size() > 4000);
}

void ChunkAssemblerTest::aLongRecordIsFollowedByPlainChunks()
{
    Bench bench;
    std::string given = std::string(20'000, 'x') + "\n";
    for (int i = 0; i < 5000; ++i) given += std::to_string(i) + "\n";
    bench.give(given);
    bench.assembler.flush();
    QCOMPARE(bench.all(), given);
    for (std::size_t i = 1; i < bench.chunks.size(); ++i) QVERIFY(bench.chunks[i].bytes->size() <= 4096);
}

void ChunkAssemblerTest::aCheckpointAnywhereChangesNothing_data()
{
    QTest::addColumn<bool>("isCsv");
    QTest::addColumn<QByteArray>("text");
    const QByteArray lines = "one\n" + QByteArray(100, 'x') + "\n" + QByteArray(45, 'y') + "\ntwo\n" +
        QByteArray(70, 'z') + "\n";
    const QByteArray quoted = "\"" + QByteArray("a,\n\"\"b\n").repeated(20) + "\"";
    QTest::newRow("text") << false << lines;
    QTest::newRow("text without an end") << false << lines + QByteArray(90, 'w');
    QTest::newRow("csv") << true << "a,b\n1,2\n3," + quoted + "\n4,5\n" + quoted + ",6\n";
}

// Also one inside a record that is too long, or right behind it.
void ChunkAssemblerTest::aCheckpointAnywhereChangesNothing()
{
    QFETCH(bool, isCsv);
    QFETCH(QByteArray, text);
    Reading whole{isCsv};
    whole.read(text.toStdString(), 0);
    QVERIFY(whole.rejects.size() >= 2);
    for (int at = 1; at <= text.size(); ++at) {
        Reading resumed{isCsv};
        resumed.read(text.toStdString(), static_cast<std::size_t>(at));
        QCOMPARE(resumed.rows, whole.rows);
        QCOMPARE(resumed.rejects, whole.rejects);
    }
}

STREAMWRIGHT_TEST(ChunkAssemblerTest)

}  // namespace tst_chunk_assembler
#include "tst_chunk_assembler.moc"
