// labels: asan tsan
// A tap keeps the newest rows within its bound, counts the others, and never makes who offers wait.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/limits.h"
#include "runtime/tap.h"
#include "support/rows.h"

#include <atomic>
#include <thread>
#endif

#include "test_main.h"

namespace tst_tap {

using namespace engine;

class TapTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsTheNewest();
    void countsWhatIsLost();
    void manyOfferWhileOneTakes();
    void aPointServesEveryTap();

private:
    static RecordBatch batch(std::int64_t first, std::size_t rows)
    {
        static const auto schema =
            std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}}, false);
        TestRows made;
        for (std::size_t i = 0; i < rows; ++i)
            made.push_back({{Scalar{DataType::Int64, first + std::int64_t(i)}}});
        return batchOf(schema, made);
    }
    static std::int64_t rowsOf(const std::vector<RecordBatch>& batches)
    {
        std::int64_t rows = 0;
        for (const RecordBatch& each : batches) rows += std::int64_t(each.rows());
        return rows;
    }
};

void TapTest::keepsTheNewest()
{
    Tap tap;
    for (int i = 0; i < 1000; ++i) tap.offer(batch(i * 1000, 1000));
    const auto taken = tap.take();
    QVERIFY(!taken.empty());
    QCOMPARE(taken.back().column(0).integers()[999], 999'999);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        bytes += taken[i].memoryBytes();
        QCOMPARE(taken[i].column(0).integers()[0], taken[0].column(0).integers()[0] + std::int64_t(i) * 1000);
    }
    QVERIFY(bytes <= limits::kTapBytes);
    QVERIFY(tap.take().empty());
}

void TapTest::countsWhatIsLost()
{
    Tap tap;
    tap.offer(batch(0, 0));
    QVERIFY(tap.take().empty());
    constexpr int kBatches = 1000;
    for (int i = 0; i < kBatches; ++i) tap.offer(batch(0, 1000));
    QVERIFY(tap.skipped() > 0);
    QCOMPARE(rowsOf(tap.take()) + tap.skipped(), std::int64_t(kBatches) * 1000);
}

void TapTest::manyOfferWhileOneTakes()
{
    constexpr int kThreads = 3, kBatches = 2000;
    Tap tap;
    std::atomic<int> offering = kThreads;
    std::vector<std::thread> threads;
    const RecordBatch offered = batch(0, 100);
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < kBatches; ++n) tap.offer(offered);
            --offering;
        });
    std::int64_t taken = 0;
    while (offering > 0) taken += rowsOf(tap.take());
    for (std::thread& thread : threads) thread.join();
    taken += rowsOf(tap.take());
    QCOMPARE(taken + tap.skipped(), std::int64_t(kThreads) * kBatches * 100);
}

void TapTest::aPointServesEveryTap()
{
    TapPoint point;
    QVERIFY(!point.isOpen());
    const auto first = std::make_shared<Tap>(), second = std::make_shared<Tap>();
    point.add(first);
    point.add(second);
    QVERIFY(point.isOpen());
    point.offer(batch(0, 5));
    QCOMPARE(rowsOf(first->take()), 5);
    QCOMPARE(rowsOf(second->take()), 5);
    point.remove(first.get());
    QVERIFY(point.isOpen());
    point.offer(batch(0, 5));
    QCOMPARE(rowsOf(first->take()), 0);
    point.remove(second.get());
    QVERIFY(!point.isOpen());
}

STREAMWRIGHT_TEST(TapTest)

}  // namespace tst_tap
#include "tst_tap.moc"
