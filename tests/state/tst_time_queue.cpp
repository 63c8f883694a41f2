// labels: asan
#include "base/env.h"
#include "state/expiry_lists.h"
#include "state/time_queue.h"
#include "test_main.h"

#include <map>
#include <set>

namespace tst_time_queue {

using namespace engine;

// Against an ordered set, and what may be forgotten against a map.
class TimeQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesRowsInTheOrderOfTimesAndArrival()
    {
        Random random(7);
        for (int run = 0; run < 50; ++run) {
            TimeQueue queue;
            std::set<TimeQueue::Entry> model;
            std::int64_t order = 0;
            const std::uint64_t disorder = 1 + random.below(run % 2 == 0 ? 3 : 2000);
            for (int step = 0; step < 4000; ++step) {
                if (random.below(5) < 3) {
                    const auto time = static_cast<std::int64_t>(step + random.below(disorder)) - 1000;
                    const TimeQueue::Entry entry{time, order, static_cast<std::uint32_t>(order)};
                    ++order;
                    queue.push(entry);
                    model.insert(entry);
                } else if (!model.empty()) {
                    pop(queue, model);
                }
            }
            while (!model.empty()) pop(queue, model);
            QVERIFY(queue.isEmpty());
        }
    }

    void asksForKeysWhoseTimeHasCome()
    {
        Random random(3);
        ExpiryLists lists(10);
        std::map<std::uint32_t, std::int64_t> times;
        for (std::uint32_t key = 0; key < 2000; ++key) {
            times[key] = static_cast<std::int64_t>(random.below(1000)) - 500;
            lists.add(key, times[key]);
        }
        const auto ahead = [](const std::vector<std::uint32_t>&, std::size_t) {};
        for (std::int64_t watermark = -600; watermark < 800; watermark += 7) {
            const auto timeOf = [&](std::uint32_t key) {
                if (!times.contains(key) || times[key] > watermark) return watermark + 1000;
                // Every third is asked for once more, much later.
                if (key % 3 == 0 && times[key] < 500) return times[key] = watermark + 100;
                times.erase(key);
                return kNoWatermark;
            };
            lists.expire(watermark, timeOf, ahead);
            for (const auto& [key, time] : times) QVERIFY(time > watermark - 10);
        }
        const auto forget = [&](std::uint32_t key) {
            times.erase(key);
            return kNoWatermark;
        };
        lists.expire(kEndOfTime, forget, ahead);
        QVERIFY(times.empty());
    }

private:
    static void pop(TimeQueue& queue, std::set<TimeQueue::Entry>& model)
    {
        QVERIFY(!queue.isEmpty());
        QCOMPARE(queue.next().timeUs, model.begin()->timeUs);
        QCOMPARE(queue.next().row, model.begin()->row);
        queue.pop();
        model.erase(model.begin());
    }
};

STREAMWRIGHT_TEST(TimeQueueTest)

}  // namespace tst_time_queue
#include "tst_time_queue.moc"
