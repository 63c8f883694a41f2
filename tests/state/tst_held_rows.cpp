// labels: asan tsan
// What a throttle holds back: a queue that is frozen without a copy, however long it is.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "data/batch_builder.h"
#include "state/bytes.h"
#include "state/held_rows.h"
#endif

#include "test_main.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace tst_held_rows {

using namespace engine;

namespace {

using Saved = std::vector<std::pair<std::string, std::string>>;

const SchemaPtr kSchema = std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}}, true);

RecordBatch rowsFrom(std::int64_t first, std::int64_t count)
{
    BatchBuilder builder(kSchema);
    for (std::int64_t i = first; i < first + count; ++i) {
        builder.column(0).addInteger(i);
        builder.endRow(i * 1000);
    }
    return builder.finish().withWatermarks({first * 1000, (first + count) * 1000});
}

Saved contentsOf(const FrozenTable& frozen)
{
    Saved rows;
    frozen.visit([&](const StateRow& row) { rows.emplace_back(row.key, row.value); });
    return rows;
}

}  // namespace

class HeldRowsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void frozenStaysAsItWas();
    void frozenIsReadWhileRowsComeAndGo();
    void freezeTakesNoLongerForManyBatches();
    void restores();
    void whatAFreezeStillHasIsCounted();
};

void HeldRowsTest::frozenStaysAsItWas()
{
    std::vector<std::pair<std::shared_ptr<const FrozenTable>, Saved>> taken;
    Random random(5);
    {
        HeldRows held(kSchema);
        std::vector<std::int64_t> now;
        std::int64_t next = 0, after = 0;
        for (int step = 0; step < 3'000; ++step) {
            if (random.below(2) == 0) {
                held.add(rowsFrom(next, 1));
                now.push_back(next++);
                after = next * 1000;
            } else if (!now.empty() && random.below(4) == 0) {
                held.follow(after += 7);
            } else if (!now.empty()) {
                const RecordBatch batch = held.take(random.below(3) + 1);
                QCOMPARE(batch.column(0).integers()[0], now.front());
                now.erase(now.begin());
            }
            QCOMPARE(held.rows(), now.size());
            if (step % 50 != 0) continue;
            const auto frozen = held.freeze();
            QCOMPARE(frozen->rows(), now.size());
            taken.emplace_back(frozen, contentsOf(*frozen));
            if (step % 400 == 0) taken.erase(taken.begin());
        }
    }
    // The table is gone.
    for (const auto& [frozen, expected] : taken) {
        QCOMPARE(frozen->rows(), expected.size());
        QVERIFY(contentsOf(*frozen) == expected);
    }
}

void HeldRowsTest::frozenIsReadWhileRowsComeAndGo()
{
    HeldRows held(kSchema);
    std::int64_t next = 0;
    for (; next < 2'000; ++next) held.add(rowsFrom(next, 1));
    for (int round = 0; round < 5; ++round) {
        auto frozen = held.freeze();
        const std::size_t expected = held.rows();
        std::size_t rows = 0;
        std::thread reader([&rows, mine = std::move(frozen)]() mutable {
            mine->visit([&](const StateRow&) { ++rows; });
            mine.reset();
        });
        for (int i = 0; i < 1'500; ++i) {
            held.take(1);
            held.add(rowsFrom(next++, 1));
            held.follow(next * 1000 + 5);
        }
        reader.join();
        QCOMPARE(rows, expected);
    }
}

void HeldRowsTest::freezeTakesNoLongerForManyBatches()
{
    constexpr int kRounds = 41, kFreezes = 200;
    const auto timeOf = [](std::int64_t batches) {
        HeldRows held(kSchema);
        const RecordBatch batch = rowsFrom(0, 1);
        for (std::int64_t i = 0; i < batches; ++i) held.add(batch);
        std::vector<std::chrono::nanoseconds> times;
        for (int round = 0; round < kRounds; ++round) {
            const auto began = std::chrono::steady_clock::now();
            for (int i = 0; i < kFreezes; ++i) held.freeze();
            times.push_back(std::chrono::steady_clock::now() - began);
        }
        std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
        return times[kRounds / 2];
    };
    // A copy of the queue would take a thousand times as long.
    const auto few = timeOf(10), many = timeOf(20'000);
    QVERIFY2(many <= 20 * few, qPrintable(QString("%1 ns against %2 ns").arg(many.count()).arg(few.count())));
}

void HeldRowsTest::restores()
{
    HeldRows held(kSchema), other(kSchema);
    held.add(rowsFrom(0, 5));
    held.take(2);
    held.add(rowsFrom(5, 3));
    const auto frozen = held.freeze();
    frozen->visit([&](const StateRow& row) { QVERIFY(bool(other.restore(frozen->schema(), row))); });
    QVERIFY(contentsOf(*other.freeze()) == contentsOf(*frozen));
    QCOMPARE(other.take(9).column(0).integers()[0], std::int64_t{2});
}

void HeldRowsTest::whatAFreezeStillHasIsCounted()
{
    HeldRows held(kSchema);
    held.add(rowsFrom(0, 5));
    held.add(rowsFrom(5, 3));
    const std::size_t first = held.bytes();
    held.add(rowsFrom(8, 2));
    held.take(5);
    QCOMPARE(held.heldBytes(), std::size_t{0});
    auto frozen = held.freeze();
    QCOMPARE(held.heldBytes(), std::size_t{0});
    const std::size_t before = held.bytes();
    held.take(3);
    QVERIFY(held.heldBytes() > 0 && held.heldBytes() < first);
    QCOMPARE(held.bytes() + held.heldBytes(), before);
    frozen.reset();
    held.add(rowsFrom(10, 1));
    QCOMPARE(held.heldBytes(), std::size_t{0});
}

STREAMWRIGHT_TEST(HeldRowsTest)

}  // namespace tst_held_rows
#include "tst_held_rows.moc"
