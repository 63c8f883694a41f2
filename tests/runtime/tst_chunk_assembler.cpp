// labels: asan
// What a chunk takes of memory: of a fast input about what it holds, and of a slow one too.
#ifndef Q_MOC_RUN
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

}  // namespace

class ChunkAssemblerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSlowInputMakesSmallChunks();
    void aFastInputMakesFullChunks();
    void aLongRecordIsFollowedByPlainChunks();
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

STREAMWRIGHT_TEST(ChunkAssemblerTest)

}  // namespace tst_chunk_assembler
#include "tst_chunk_assembler.moc"
