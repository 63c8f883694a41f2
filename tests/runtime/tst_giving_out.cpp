// labels: asan tsan
// How long an operator has been giving out what one batch leads to, which a stop goes by: the time in which
// it waits for room is not counted.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "runtime/chain_task.h"
#include "support/manual_clock.h"
#include "support/rows.h"
#endif

#include "test_main.h"

namespace tst_giving_out {

using namespace engine;

namespace {

// Gives the same batch at each step, for ever.
class Giver final : public Operator {
public:
    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        out.push(batch);
        return Flow::More;
    }
};

}  // namespace

class GivingOutTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void waitingForRoomIsNotCounted();
};

void GivingOutTest::waitingForRoomIsNotCounted()
{
    ManualClock clock{1'000'000};
    Env env{clock, systemFiles(), 1};
    const SchemaPtr schema = std::make_shared<const Schema>(std::vector<Field>{{"v", DataType::Int64}});
    Channel in(1 << 20), out(1);
    NodeMetrics nodeMetrics;
    TaskMetrics metrics;
    RejectLog rejects;
    ReportBox reports;
    StageSetup setup;
    setup.node = "giver";
    setup.make = [] { return std::make_unique<Giver>(); };
    setup.outputs.resize(1);
    setup.outputs[0].edges.push_back({{&out}, {}});
    setup.metrics = &nodeMetrics;
    setup.rejects = &rejects;
    setup.inputSchema = schema;
    std::vector<StageSetup> stages;
    stages.push_back(std::move(setup));
    ChainTask task(TaskContext{TaskId{0}, env, reports, metrics}, {{&in, 0, "before"}}, std::move(stages),
                   {});
    QVERIFY(bool(task.chain().open()));

    in.push(batchOf(schema, TestRows{{{Scalar{DataType::Int64, 1}}}}));
    while (!out.front()) QCOMPARE(task.step(), Progress::Again);
    const std::int64_t begun = clock.monotonic().time_since_epoch().count();
    QCOMPARE(metrics.givesSinceUs.load(), begun);

    QCOMPARE(task.step(), Progress::Waiting);
    QVERIFY(metrics.blockedSinceUs != 0);
    clock.advance(std::chrono::seconds(60));
    out.pop();
    QCOMPARE(task.step(), Progress::Again);
    QCOMPARE(metrics.blockedSinceUs.load(), 0);
    QCOMPARE(metrics.givesSinceUs.load(), begun + 60'000'000);
}

STREAMWRIGHT_TEST(GivingOutTest)

}  // namespace tst_giving_out
#include "tst_giving_out.moc"
