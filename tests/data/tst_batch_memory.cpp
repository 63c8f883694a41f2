// labels: asan
// What a batch says that it keeps bounds queues, so long texts count with their lengths.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/batch_builder.h"
#endif

#include "test_main.h"

namespace tst_batch_memory {

using namespace engine;

class BatchMemoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void longTextsCount_data();
    void longTextsCount();
};

void BatchMemoryTest::longTextsCount_data()
{
    QTest::addColumn<int>("textBytes");
    for (const int bytes : {0, 10, 1000, 100'000}) QTest::addRow("%d bytes", bytes) << bytes;
}

void BatchMemoryTest::longTextsCount()
{
    QFETCH(int, textBytes);
    constexpr std::size_t kRows = 100, kBesides = 64 << 10;
    const std::vector<Field> fields{{"text", DataType::String}};
    BatchBuilder builder(std::make_shared<const Schema>(fields, false));
    const std::string text(static_cast<std::size_t>(textBytes), 'x');
    for (std::size_t i = 0; i < kRows; ++i) {
        builder.column(0).addText(text);
        builder.endRow(0);
    }
    const std::size_t kept = builder.finish().memoryBytes();
    QVERIFY2(kept >= kRows * text.size(), qPrintable(QString::number(kept)));
    QVERIFY2(kept <= 2 * kRows * text.size() + kBesides, qPrintable(QString::number(kept)));
}

STREAMWRIGHT_TEST(BatchMemoryTest)

}  // namespace tst_batch_memory
#include "tst_batch_memory.moc"
