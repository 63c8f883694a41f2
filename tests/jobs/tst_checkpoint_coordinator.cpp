// labels: asan tsan
// What the coordinator orders, step by step, with a clock by hand.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "jobs/checkpoint_coordinator.h"
#endif

#include "test_main.h"

namespace tst_checkpoint_coordinator {

using namespace engine;

class CheckpointCoordinatorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRoundFromBeginToCommit();
    void beginsAtTheIntervalAndNotBefore();
    void oneRoundAtATime();
    void aTaskThatHasEndedIsNotWaitedFor();
    void aRoundThatTakesTooLongIsGivenUp();
    void nothingIsCommittedWithoutADecision();
    void aStopIsMarked();
    void oneThatTookLongLeavesAsLongForRows();
    void aShortOneIsFollowedAtTheInterval();

private:
    static MonotonicTime at(int ms) { return MonotonicTime(std::chrono::milliseconds(ms)); }
    static CheckpointCoordinator make()
    {
        return {{TaskId{0}, TaskId{1}},
                Epoch{4},
                std::chrono::milliseconds(100),
                std::chrono::milliseconds(1000),
                at(0)};
    }
};

void CheckpointCoordinatorTest::aRoundFromBeginToCommit()
{
    auto coordinator = make();
    const auto begin = coordinator.poll(at(100));
    QVERIFY(begin && begin->kind == CheckpointOrder::Begin);
    QCOMPARE(begin->epoch.value, 5u);
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    QVERIFY(!coordinator.poll(at(110)));
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    const auto seal = coordinator.poll(at(120));
    QVERIFY(seal && seal->kind == CheckpointOrder::Seal);
    QVERIFY(!coordinator.poll(at(130)));
    coordinator.decided(Epoch{5}, Outcome::Done);
    const auto commit = coordinator.poll(at(140));
    QVERIFY(commit && commit->kind == CheckpointOrder::Commit);
    QCOMPARE(commit->epoch.value, 5u);
    QVERIFY(coordinator.isIdle());
}

void CheckpointCoordinatorTest::beginsAtTheIntervalAndNotBefore()
{
    auto coordinator = make();
    QVERIFY(!coordinator.poll(at(99)));
    QVERIFY(coordinator.poll(at(100)));
}

void CheckpointCoordinatorTest::oneRoundAtATime()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    coordinator.request();
    QVERIFY(!coordinator.poll(at(500)));
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    QVERIFY(coordinator.poll(at(500)));
    coordinator.decided(Epoch{5}, Outcome::Done);
    QVERIFY(coordinator.poll(at(500)));
    const auto next = coordinator.poll(at(500));
    QVERIFY(next && next->kind == CheckpointOrder::Begin && next->epoch.value == 6);
}

void CheckpointCoordinatorTest::aTaskThatHasEndedIsNotWaitedFor()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskGone(TaskId{1});
    const auto seal = coordinator.poll(at(110));
    QVERIFY(seal && seal->kind == CheckpointOrder::Seal);
    coordinator.decided(Epoch{5}, Outcome::Done);
    QVERIFY(coordinator.poll(at(120)));
    coordinator.taskGone(TaskId{0});
    QVERIFY(coordinator.allGone());
    QVERIFY(!coordinator.poll(at(1000)));
}

void CheckpointCoordinatorTest::aRoundThatTakesTooLongIsGivenUp()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    const auto abort = coordinator.poll(at(1101));
    QVERIFY(abort && abort->kind == CheckpointOrder::Abort && abort->epoch.value == 5);
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    const auto next = coordinator.poll(at(1102));
    QVERIFY(next && next->kind == CheckpointOrder::Begin && next->epoch.value == 6);
}

void CheckpointCoordinatorTest::nothingIsCommittedWithoutADecision()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    QVERIFY(coordinator.poll(at(100)));
    coordinator.decided(Epoch{5}, Outcome::NotDone);
    QVERIFY(!coordinator.poll(at(100)));
}

void CheckpointCoordinatorTest::aStopIsMarked()
{
    auto coordinator = make();
    coordinator.request(EpochKind::Stop);
    const auto begin = coordinator.poll(at(1));
    QVERIFY(begin && begin->kind == CheckpointOrder::Begin && begin->epochKind == EpochKind::Stop);
}

void CheckpointCoordinatorTest::oneThatTookLongLeavesAsLongForRows()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    QVERIFY(coordinator.poll(at(400)));
    coordinator.decided(Epoch{5}, Outcome::Done);
    const auto commit = coordinator.poll(at(1600));
    QVERIFY(commit && commit->kind == CheckpointOrder::Commit);
    QVERIFY(!coordinator.poll(at(3099)));
    const auto next = coordinator.poll(at(3100));
    QVERIFY(next && next->kind == CheckpointOrder::Begin && next->epoch.value == 6);
}

// Rows hardly notice it, and a change of the pipeline waits for the next.
void CheckpointCoordinatorTest::aShortOneIsFollowedAtTheInterval()
{
    auto coordinator = make();
    QVERIFY(coordinator.poll(at(100)));
    coordinator.taskSaved(Epoch{5}, TaskId{0});
    coordinator.taskSaved(Epoch{5}, TaskId{1});
    QVERIFY(coordinator.poll(at(400)));
    coordinator.decided(Epoch{5}, Outcome::Done);
    const auto commit = coordinator.poll(at(1100));
    QVERIFY(commit && commit->kind == CheckpointOrder::Commit);
    const auto next = coordinator.poll(at(1100));
    QVERIFY(next && next->kind == CheckpointOrder::Begin && next->epoch.value == 6);
}

STREAMWRIGHT_TEST(CheckpointCoordinatorTest)

}  // namespace tst_checkpoint_coordinator
#include "tst_checkpoint_coordinator.moc"
