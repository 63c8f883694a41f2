// labels: asan
#include "base/env.h"
#include "base/hash.h"
#include "test_main.h"

#include <string>

namespace tst_hash {

using namespace engine;

// The sums that lie in checkpoints are the same on every processor.
class HashTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void crcIsCastagnolis()
    {
        QCOMPARE(crc32c("123456789"), 0xE3069283u);
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8A9136AAu);
        QCOMPARE(crc32c(""), 0u);
    }

    void crcIsTheSameByTableAndInPieces()
    {
        Random random(7);
        std::string bytes;
        for (int i = 0; i < 3'000; ++i) bytes.push_back(static_cast<char>(random.below(256)));
        for (int round = 0; round < 2'000; ++round) {
            const std::size_t from = random.below(bytes.size()), most = bytes.size() - from;
            const std::string_view some = std::string_view(bytes).substr(from, random.below(most) % 90);
            const std::size_t cut = random.below(some.size() + 1);
            QCOMPARE(crc32c(some), crc32cByTable(some));
            QCOMPARE(crc32c(some.substr(cut), crc32c(some.substr(0, cut))), crc32cByTable(some));
        }
        QCOMPARE(crc32c(bytes), crc32cByTable(bytes));
    }
};

STREAMWRIGHT_TEST(HashTest)

}  // namespace tst_hash
#include "tst_hash.moc"
