// labels: asan tsan
// The bound of a channel in bytes, whom it wakes and when, and its order between two threads.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/batch_builder.h"
#include "runtime/channel.h"
#include "runtime/recording_executor.h"

#include <condition_variable>
#include <malloc.h>
#include <mutex>
#include <thread>
#endif

#include "test_main.h"

namespace tst_channel {

using namespace engine;

namespace {

// Task 1 sleeps until it is woken; not being woken for long is a failure.
class SleepingProducer final : public Executor {
public:
    void start(Task&) override { }
    Status release() override { return ok(); }
    void cancel() override { }
    void wake(TaskId task) override
    {
        if (task.value != 1) return;
        const std::lock_guard lock(m_mutex);
        m_isWoken = true;
        m_changed.notify_one();
    }
    bool sleep()
    {
        std::unique_lock lock(m_mutex);
        m_isFine = m_changed.wait_for(lock, std::chrono::seconds(20), [this] { return m_isWoken; });
        m_isWoken = false;
        return m_isFine;
    }
    bool isFine() const { return m_isFine; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_isWoken = false;
    std::atomic<bool> m_isFine = true;
};

}  // namespace

class ChannelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isBoundedInBytes();
    void countsTheMemoryOfSmallBatches_data();
    void countsTheMemoryOfSmallBatches();
    void takesOneElementHoweverLarge();
    void wakesTheConsumerAtEachPush();
    void wakesARefusedProducerWhenHalfIsFree();
    void noProducerSleepsBesideRoom();
    void keepsTheOrderBetweenTwoThreads();

private:
    static SourceChunk chunk(std::size_t bytes, Ticket ticket = 0)
    {
        SourceChunk made;
        made.bytes = bytes;
        made.ticket = ticket;
        return made;
    }
};

void ChannelTest::isBoundedInBytes()
{
    Channel channel(1000);
    QVERIFY(!channel.front());
    while (channel.hasRoom()) channel.push(chunk(200));
    QCOMPARE(channel.bytes(), std::size_t(4 * 264));
    channel.pop();
    QVERIFY(channel.hasRoom());
    QCOMPARE(channel.bytes(), std::size_t(3 * 264));
    for (int i = 0; i < 3; ++i) channel.pop();
    QCOMPARE(channel.bytes(), std::size_t(0));
    QVERIFY(!channel.front());
}

void ChannelTest::countsTheMemoryOfSmallBatches_data()
{
    QTest::addColumn<int>("rows");
    for (const int rows : {1, 3, 40, 500, 2048}) QTest::addRow("%d", rows) << rows;
}

// A slow source behind a sink that is stuck gives thousands of batches with hardly a row in each.
void ChannelTest::countsTheMemoryOfSmallBatches()
{
    QFETCH(int, rows);
    constexpr std::size_t kBytes = 8 << 20;
    Channel channel(kBytes);
    BatchBuilder builder(std::make_shared<const Schema>(std::vector<Field>{{"key", DataType::String},
                                                                           {"n", DataType::Int64},
                                                                           {"value", DataType::Float64},
                                                                           {"on", DataType::Bool},
                                                                           {"at", DataType::Time},
                                                                           {"note", DataType::String}},
                                                        true));
    const std::size_t before = mallinfo2().uordblks;
    std::int64_t pushed = 0;
    while (channel.hasRoom()) {
        for (int row = 0; row < rows; ++row) {
            builder.column(0).addText("sensor-1");
            builder.column(1).addInteger(row);
            builder.column(2).addNumber(row);
            builder.column(3).addBool(true);
            builder.column(4).addInteger(row);
            builder.column(5).addNull();
            builder.endRow(row);
        }
        channel.push(builder.finish());
        ++pushed;
    }
    // The allocator of a sanitizer says nothing of itself.
    const std::size_t kept = mallinfo2().uordblks - before;
    QVERIFY2(kept < kBytes * 11 / 10, qPrintable(QString::number(kept)));
    QVERIFY2(rows > 1 || pushed > 2000, qPrintable(QString::number(pushed)));
    if (kept > 0) QVERIFY2(kept > kBytes / 2, qPrintable(QString::number(kept)));
}

void ChannelTest::takesOneElementHoweverLarge()
{
    Channel channel(10);
    QVERIFY(channel.hasRoom());
    channel.push(chunk(1 << 20));
    QVERIFY(!channel.hasRoom());
    channel.pop();
    QVERIFY(channel.hasRoom());
}

void ChannelTest::wakesTheConsumerAtEachPush()
{
    RecordingExecutor executor;
    Channel channel(1000);
    channel.connect(&executor, TaskId{3}, TaskId{7});
    channel.push(EndOfStream{});
    channel.push(EndOfStream{});
    QCOMPARE(executor.takeWoken(), (std::vector<std::uint32_t>{7, 7}));
}

void ChannelTest::wakesARefusedProducerWhenHalfIsFree()
{
    RecordingExecutor executor;
    Channel channel(500);
    channel.connect(&executor, TaskId{3}, TaskId{7});
    for (int i = 0; i < 3; ++i) channel.push(chunk(200));
    executor.takeWoken();
    channel.pop();
    channel.pop();  // half is free, but nobody waits
    QVERIFY(executor.takeWoken().empty());
    for (int i = 0; i < 2; ++i) channel.push(chunk(200));
    executor.takeWoken();
    QVERIFY(!channel.hasRoom());
    channel.pop();  // 528 bytes are still too many
    QVERIFY(executor.takeWoken().empty());
    channel.pop();  // 264 are room, but more than half
    QVERIFY(executor.takeWoken().empty());
    channel.pop();
    QCOMPARE(executor.takeWoken(), (std::vector<std::uint32_t>{3}));
    QVERIFY(channel.hasRoom());
}

// A producer that sleeps whenever it is refused, and a consumer that empties the channel at the same moment.
void ChannelTest::noProducerSleepsBesideRoom()
{
    constexpr Ticket kElements = kIsThreadSanitized ? 20'000 : 200'000;
    SleepingProducer executor;
    Channel channel(300);
    channel.connect(&executor, TaskId{1}, TaskId{0});
    bool hasSlept = true;
    std::thread producer([&] {
        for (Ticket ticket = 0; ticket < kElements && hasSlept;)
            if (channel.hasRoom())
                channel.push(chunk(100, ticket++));
            else
                hasSlept = executor.sleep();
    });
    Ticket taken = 0;
    while (taken < kElements && executor.isFine())
        if (channel.front()) {
            channel.pop();
            ++taken;
        } else {
            std::this_thread::yield();  // the producer may have no other core
        }
    producer.join();
    QCOMPARE(taken, kElements);
}

void ChannelTest::keepsTheOrderBetweenTwoThreads()
{
    constexpr Ticket kElements = kIsThreadSanitized ? 20'000 : 200'000;
    Channel channel(2000);
    std::thread producer([&] {
        for (Ticket ticket = 0; ticket < kElements;)
            if (channel.hasRoom())
                channel.push(chunk(100, ticket++));
            else
                std::this_thread::yield();
    });
    Ticket next = 0;
    bool inOrder = true, bounded = true;
    while (next < kElements) {
        Element* front = channel.front();
        if (!front) {
            std::this_thread::yield();
            continue;
        }
        inOrder = inOrder && std::get<SourceChunk>(*front).ticket == next++;
        bounded = bounded && channel.bytes() <= 2000 + 164;
        channel.pop();
    }
    producer.join();
    QVERIFY(inOrder);
    QVERIFY(bounded);
    QCOMPARE(channel.bytes(), std::size_t(0));
}

STREAMWRIGHT_TEST(ChannelTest)

}  // namespace tst_channel
#include "tst_channel.moc"
