// labels: asan
// The merge behind the lanes: tickets in turn, marks through every lane, the watermark of several splits.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "runtime/merge_task.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

namespace tst_ordered_merge {

using namespace engine;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

// A merge with its lanes and the channel that it gives to. Splits 0 and 1 have been added.
class MergeBench {
public:
    explicit MergeBench(std::size_t lanes, std::size_t splits = 2, std::int64_t delayUs = 0)
    {
        for (std::size_t i = 0; i < lanes; ++i) m_lanes.push_back(std::make_unique<Channel>(1 << 20));
        MergeSetup setup;
        setup.lane.sourceNode = "input";
        setup.lane.hasEventTime = true;
        setup.lane.sourceMetrics = &m_metrics;
        setup.delayUs = delayUs;
        setup.out.edges.push_back({{&m_out}, {}});
        setup.rejected.resize(1);
        setup.rejectLogs = {&m_rejects};
        setup.nodes = {"input"};
        std::vector<Channel*> pointers;
        for (const auto& lane : m_lanes) pointers.push_back(lane.get());
        m_task = std::make_unique<MergeTask>(
            TaskContext{TaskId{0}, m_world.env, m_reports, m_taskMetrics, &m_copyHold}, std::move(setup),
            pointers, std::vector<StageSetup>{});
        for (std::size_t i = 0; i < splits; ++i) {
            SplitMark added;
            added.kind = SplitMark::Added;
            added.split = static_cast<std::uint32_t>(i);
            added.name = "split " + std::to_string(i);
            mark(added);
        }
        run();
    }

    Ticket nextTicket() { return m_ticket++; }
    // A chunk of one row at a time in seconds.
    ChunkResult chunk(std::uint32_t split, std::int64_t seconds)
    {
        return chunkOf(split, {{{Scalar{DataType::Int64, seconds}}, seconds * kSecond}});
    }
    ChunkResult chunkOf(std::uint32_t split, const TestRows& rows)
    {
        ChunkResult made;
        made.ticket = nextTicket();
        made.split = split;
        for (const TestRow& row : rows) made.greatestUs = std::max(made.greatestUs, *row.at);
        made.batches = laneBatchesOf(m_schema, rows, 10);
        return made;
    }
    void give(ChunkResult result)
    {
        Channel& lane = *m_lanes[result.ticket % m_lanes.size()];
        lane.push(std::move(result));
    }
    void row(std::uint32_t split, std::int64_t seconds) { give(chunk(split, seconds)); }
    template <class Mark>
    void mark(Mark made)
    {
        made.ticket = nextTicket();
        for (const auto& lane : m_lanes) lane->push(made);
    }
    void idle(std::uint32_t split)
    {
        SplitMark made;
        made.split = split;
        mark(made);
    }
    void heartbeat(std::int64_t seconds)
    {
        SplitMark made;
        made.kind = SplitMark::Heartbeat;
        made.passedUs = seconds * kSecond;
        mark(made);
    }
    Channel& lane(std::size_t index) { return *m_lanes[index]; }
    Progress run()
    {
        Progress progress = Progress::Again;
        while (progress == Progress::Again) progress = m_task->step();
        return progress;
    }
    // What has left since: a row's number, w and the watermark in seconds, idle, busy, barrier, end.
    std::string given()
    {
        std::string text;
        const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
        for (Element* front = m_out.front(); front; front = m_out.front()) {
            if (const auto* batch = std::get_if<RecordBatch>(front))
                for (const std::int64_t value : batch->column(0).integers()) add(std::to_string(value));
            if (const auto* watermark = std::get_if<WatermarkMark>(front))
                add(watermark->timeUs == kEndOfTime ? "w-end"
                                                    : "w" + std::to_string(watermark->timeUs / kSecond));
            if (const auto* idleMark = std::get_if<IdleMark>(front)) add(idleMark->idle ? "idle" : "busy");
            if (std::holds_alternative<Barrier>(*front)) add("barrier");
            if (std::holds_alternative<EndOfStream>(*front)) add("end");
            m_out.pop();
        }
        return text;
    }
    RecordBatch takeBatch()
    {
        RecordBatch batch = std::get<RecordBatch>(*m_out.front());
        m_out.pop();
        return batch;
    }
    MergeTask& task() { return *m_task; }
    CopyHold& copyHold() { return m_copyHold; }

private:
    TestWorld m_world;
    SchemaPtr m_schema = std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}}, true);
    std::vector<std::unique_ptr<Channel>> m_lanes;
    Channel m_out{1 << 20};
    NodeMetrics m_metrics;
    TaskMetrics m_taskMetrics;
    CopyHold m_copyHold;
    ReportBox m_reports;
    RejectLog m_rejects;
    std::unique_ptr<MergeTask> m_task;
    Ticket m_ticket = 0;
};

}  // namespace

class OrderedMergeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTicketsInTurn();
    void aMarkWaitsForEveryLane();
    void theLeastSplitHoldsTheWatermark();
    void aSplitWithoutARowHoldsIt();
    void anIdleSplitIsLeftOut();
    void allIdleAndNothingMoves();
    void aHeartbeatMovesTimeWhenAllAreIdle();
    void anEndedSplitAndAnIdleOneAreIdle();
    void theWatermarkNeverGoesBack();
    void theEndMovesTimeToItsEnd();
    void aRowMeetsAWatermarkOneMillisecondBelowIt();
    void behindABarrierItWaitsWhereCopiesHaveNoRoom();
};

void OrderedMergeTest::takesTicketsInTurn()
{
    MergeBench bench(3, 1);
    ChunkResult first = bench.chunk(0, 1), second = bench.chunk(0, 2), third = bench.chunk(0, 3);
    bench.give(std::move(third));
    bench.give(std::move(second));
    QCOMPARE(bench.run(), Progress::Waiting);
    QCOMPARE(bench.given(), std::string());
    bench.give(std::move(first));
    bench.run();
    QCOMPARE(bench.given(), std::string("1 w1 2 w2 3 w3"));
}

void OrderedMergeTest::aMarkWaitsForEveryLane()
{
    MergeBench bench(2, 1);
    Barrier barrier;
    barrier.ticket = bench.nextTicket();
    bench.lane(0).push(barrier);
    bench.row(0, 5);
    bench.run();
    QCOMPARE(bench.given(), std::string());
}

void OrderedMergeTest::theLeastSplitHoldsTheWatermark()
{
    MergeBench bench(2, 2, kSecond);
    bench.row(0, 10);
    bench.row(1, 4);
    bench.row(0, 20);
    bench.row(1, 12);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 4 w3 20 12 w11"));
    QCOMPARE(bench.task().heldBackBy(), std::string("split 1"));
}

void OrderedMergeTest::aSplitWithoutARowHoldsIt()
{
    MergeBench bench(2);
    bench.row(0, 10);
    bench.row(0, 11);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 11"));
    QCOMPARE(bench.task().heldBackBy(), std::string("split 1"));
}

void OrderedMergeTest::anIdleSplitIsLeftOut()
{
    MergeBench bench(2);
    bench.row(0, 10);
    bench.row(1, 4);
    bench.idle(1);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 4 w4 w10"));
    bench.row(1, 6);  // comes back, and holds again what is beyond it
    bench.row(0, 30);
    bench.run();
    QCOMPARE(bench.given(), std::string("6 30"));
    bench.row(1, 25);
    bench.run();
    QCOMPARE(bench.given(), std::string("25 w25"));
}

void OrderedMergeTest::allIdleAndNothingMoves()
{
    MergeBench bench(2);
    bench.row(0, 10);
    bench.row(1, 4);
    bench.idle(0);
    bench.idle(1);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 4 w4 idle"));
    bench.row(0, 11);
    bench.run();
    QCOMPARE(bench.given(), std::string("busy 11 w11"));
}

void OrderedMergeTest::aHeartbeatMovesTimeWhenAllAreIdle()
{
    MergeBench bench(2);
    bench.heartbeat(5);  // nothing has a time yet
    bench.row(0, 10);
    bench.row(1, 4);
    bench.idle(0);
    bench.idle(1);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 4 w4 idle"));
    bench.heartbeat(2);
    bench.heartbeat(3);
    bench.run();
    QCOMPARE(bench.given(), std::string("w6 w9"));
}

void OrderedMergeTest::anEndedSplitAndAnIdleOneAreIdle()
{
    MergeBench bench(1);
    bench.row(0, 10);
    bench.row(1, 4);
    bench.idle(0);
    SplitMark ended;
    ended.kind = SplitMark::Ended;
    ended.split = 1;
    bench.mark(ended);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 4 w4 idle"));
}

void OrderedMergeTest::theWatermarkNeverGoesBack()
{
    MergeBench bench(2, 1);
    bench.row(0, 10);
    bench.row(0, 3);
    bench.row(0, 11);
    bench.run();
    QCOMPARE(bench.given(), std::string("10 w10 3 11 w11"));
}

void OrderedMergeTest::theEndMovesTimeToItsEnd()
{
    MergeBench bench(2);
    bench.row(0, 10);
    bench.mark(EndOfStream{});
    QCOMPARE(bench.run(), Progress::Finished);
    QCOMPARE(bench.given(), std::string("10 w-end end"));
}

// A session that ends where a row begins is over at that watermark: it must not be joined by the row, and
// with the watermark before the batch it would be.
void OrderedMergeTest::aRowMeetsAWatermarkOneMillisecondBelowIt()
{
    MergeBench bench(1, 1, 2 * kMillisecondUs);
    bench.give(bench.chunkOf(0,
                             {{{Scalar{DataType::Int64, 1}}, 10 * kSecond + kMillisecondUs},
                              {{Scalar{DataType::Int64, 2}}, 10 * kSecond}}));
    bench.run();
    const RecordBatch batch = bench.takeBatch();
    QCOMPARE(batch.watermarks().after, 10 * kSecond - kMillisecondUs);
    QCOMPARE(batch.watermarkBefore(1), 10 * kSecond - kMillisecondUs);
}

void OrderedMergeTest::behindABarrierItWaitsWhereCopiesHaveNoRoom()
{
    MergeBench bench(1, 1);
    bench.copyHold().hold(Epoch{3});
    bench.row(0, 1);
    Barrier barrier;
    barrier.epoch = Epoch{3};
    bench.mark(barrier);
    bench.row(0, 2);
    QCOMPARE(bench.run(), Progress::Waiting);
    QCOMPARE(bench.given(), std::string("1 w1 barrier"));  // up to it, for others wait for it
    bench.copyHold().letGo();
    bench.run();
    QCOMPARE(bench.given(), std::string("2 w2"));
}

STREAMWRIGHT_TEST(OrderedMergeTest)

}  // namespace tst_ordered_merge
#include "tst_ordered_merge.moc"
