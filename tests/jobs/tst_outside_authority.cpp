// labels: asan
// Epochs that something outside decides: whatever becomes of a commit, and wherever the program dies, every
// row is committed once, and a decision without its snapshot is never an empty start.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#include "support/memory_transaction.h"
#endif

#include "test_main.h"

#include <algorithm>

namespace tst_outside_authority {

using namespace engine;

class OutsideAuthorityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsAreCommittedOnce_data();
    void rowsAreCommittedOnce();
    void deathsCostNothing();
    void anEpochThatIsGivenUpHoldsNobodyBack();
    void silenceIsWaitedFor();
    void aFinishedRunIsNotGoneOnFrom();
    void aFreshStartLeavesNoDoubt();
    void aFirstStartNotesNothing();
    void aSnapshotThatIsGoneIsTold();
    void aDecisionThatIsForgotten_data();
    void aDecisionThatIsForgotten();
    void aDecisionThatIsOlderIsTold();
};

namespace {

constexpr int kRows = 20'000;

struct Fixture {
    explicit Fixture(std::uint64_t seed) : memory(seed)
    {
        addBuiltinComponents(catalog);
        addMemorySink(catalog, broker);
        memory.catalog = &catalog;
        std::string text;
        for (int n = 0; n < kRows; ++n) text += R"({"n":)" + std::to_string(n) + "}\n";
        memory.files.put("/in.ndjson", text);
    }
    static std::string document(const std::string& settings = {})
    {
        return R"({"format": 1, "id": "a0c4e8b2-17d5-4f93-8e6a-2b3c4d5e6f81", "name": "Outside",
  "settings": {"checkpoint_interval": "20ms", "chunk_size": "64B")" +
            settings + R"(},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}]}},
    {"id": "slow", "component": "throttle", "params": {"rate": 10000}},
    {"id": "output", "component": "memory_sink", "params": {}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "output.in"]]})";
    }
    Status start(JobOptions::Start how = JobOptions::ResumeOrFresh) { return memory.start(document(), how); }
    bool runUntilDecided(std::size_t epochs)
    {
        return memory.runUntil([&] { return broker.decisions.size() >= epochs; });
    }
    // The process dies, its disk with it.
    void die(Random& random)
    {
        memory.files.die();
        memory.end();
        memory.files.startAgain(random);
    }
    // Empty where every row was committed `times`, in the order of the input each time.
    std::string wrong(int times = 1) const
    {
        std::vector<std::string> wanted;
        for (int i = 0; i < times; ++i)
            for (int n = 0; n < kRows; ++n) wanted.push_back(R"({"n": )" + std::to_string(n) + "}");
        if (broker.committed == wanted) return {};
        const auto differs =
            std::mismatch(wanted.begin(), wanted.end(), broker.committed.begin(), broker.committed.end());
        return std::to_string(broker.committed.size()) + " rows, wanted " + std::to_string(wanted.size()) +
            "; first other one: " +
            (differs.second == broker.committed.end() ? std::string("none") : *differs.second);
    }
    std::string order() const
    {
        for (std::size_t i = 1; i < broker.decisions.size(); ++i)
            if (broker.decisions[i].epoch <= broker.decisions[i - 1].epoch ||
                broker.decisions[i].incarnation < broker.decisions[i - 1].incarnation)
                return "an epoch was decided twice";
        return {};
    }
    void removeManifests(const std::string& kind)
    {
        std::vector<std::string> gone;
        for (const auto& [name, content] : memory.files.names())
            if (name.starts_with("/state/" + kind)) gone.push_back(name);
        for (const std::string& name : gone) QVERIFY(bool(memory.files.remove(name)));
    }
    Catalog catalog{};
    MemoryBroker broker{};
    MemoryJob memory;
};

}  // namespace

void OutsideAuthorityTest::rowsAreCommittedOnce_data()
{
    QTest::addColumn<int>("fate");
    QTest::newRow("aborted") << int(MemoryBroker::IsAborted);
    QTest::newRow("committed, and not heard of") << int(MemoryBroker::IsCommittedUnheard);
    QTest::newRow("lost, and not heard of") << int(MemoryBroker::IsLostUnheard);
}

// Every third commit, the very first and the very last one included.
void OutsideAuthorityTest::rowsAreCommittedOnce()
{
    QFETCH(int, fate);
    const auto bad = static_cast<MemoryBroker::Fate>(fate);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Fixture run(seed);
        for (int i = 0; i < 10; ++i)
            for (const auto each : {bad, MemoryBroker::Commits, MemoryBroker::Commits})
                run.broker.fates.push_back(each);
        QVERIFY(bool(run.start()));
        QVERIFY2(run.memory.runToEnd(), run.memory.failure().c_str());
        QVERIFY2(run.memory.state() == JobState::Finished, run.memory.failure().c_str());
        QVERIFY2(run.wrong().empty(), run.wrong().c_str());
        QCOMPARE(run.order(), std::string());
        QVERIFY(run.memory.job().status().restarts > 0);
    }
}

void OutsideAuthorityTest::deathsCostNothing()
{
    int deaths = 0, resumed = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Fixture run(seed);
        Random random(seed);
        for (;;) {
            QVERIFY(bool(run.start()));
            const bool dies = random.below(4) > 0 && deaths < 60 * 8;
            if (!dies) {
                QVERIFY2(run.memory.runToEnd(), run.memory.failure().c_str());
                QVERIFY2(run.memory.state() == JobState::Finished, run.memory.failure().c_str());
                break;
            }
            // Now and then in the middle of writing a snapshot, and with commits of which it hears nothing.
            if (random.below(2)) run.memory.files.dieAfter(static_cast<int>(random.below(60)));
            run.memory.runUntil([&] { return run.memory.files.isDead() || random.below(600) == 0; });
            if (run.memory.state() == JobState::Finished && !run.memory.files.isDead()) break;
            if (random.below(2)) run.broker.fates.push_front(MemoryBroker::IsCommittedUnheard);
            resumed += run.memory.job().resumed();
            run.die(random);
            run.broker.fates.clear();
            ++deaths;
        }
        QVERIFY2(run.wrong().empty(), ("seed " + std::to_string(seed) + ": " + run.wrong()).c_str());
        QCOMPARE(run.order(), std::string());
    }
    qInfo("%d deaths, %d of runs that went on from a checkpoint", deaths, resumed);
    QVERIFY(deaths > 60 && resumed > 20);
}

// Its rows belong to the next; a sink that waited for the decision must not wait for ever.
void OutsideAuthorityTest::anEpochThatIsGivenUpHoldsNobodyBack()
{
    Fixture run(3);
    QVERIFY(bool(run.memory.start(run.document(R"(, "checkpoint_timeout": "100ms")"))));
    QVERIFY(run.runUntilDecided(2));
    run.broker.isSlow = true;
    (void)run.memory.job().takeLog();
    bool isGivenUp = false;
    const auto hasGivenUp = [&] {
        for (const LogLine& line : run.memory.job().takeLog())
            isGivenUp |= line.text.find("was given up") != std::string::npos;
        return isGivenUp;
    };
    QVERIFY2(run.memory.runUntil(hasGivenUp), run.memory.failure().c_str());
    run.broker.isSlow = false;
    QVERIFY(run.memory.runToEnd());
    QVERIFY2(run.memory.state() == JobState::Finished, run.memory.failure().c_str());
    QVERIFY2(run.wrong().empty(), run.wrong().c_str());
}

void OutsideAuthorityTest::silenceIsWaitedFor()
{
    Fixture run(4);
    run.broker.silences = 20;
    QVERIFY(bool(run.start()));
    QCOMPARE(run.memory.state(), JobState::Starting);
    QVERIFY(run.memory.runUntil(
        [&] { return run.memory.telemetry().nodes.back().waitsFor == "Nobody answers."; }));
    QVERIFY(!run.memory.job().request(JobAction::Checkpoint));
    QVERIFY(run.memory.runToEnd());
    QVERIFY2(run.wrong().empty(), run.wrong().c_str());
    run.broker.silences = 1'000'000;
    QVERIFY(bool(run.start()));
    run.memory.steps(100);
    QVERIFY(bool(run.memory.job().request(JobAction::Stop)));
    QCOMPARE(run.memory.state(), JobState::Stopped);
}

void OutsideAuthorityTest::aFinishedRunIsNotGoneOnFrom()
{
    Fixture run(5);
    Random random(5);
    for (int times = 1; times <= 3; ++times) {
        QVERIFY(bool(run.start()));
        // Dead before its first epoch, the next one still begins afresh.
        if (times == 2) {
            const std::size_t before = run.broker.decisions.size();
            QVERIFY(run.runUntilDecided(before + 1));
            QVERIFY(run.broker.last->digest.empty());
            run.die(random);
            QVERIFY(bool(run.start()));
        }
        QVERIFY(run.memory.runToEnd());
        QVERIFY2(run.wrong(times).empty(), run.wrong(times).c_str());
    }
    QCOMPARE(run.order(), std::string());
    QVERIFY(bool(run.start(JobOptions::Resume)));
    run.memory.runToEnd();
    QVERIFY(run.memory.failure().find("nothing to resume") != std::string::npos);
}

void OutsideAuthorityTest::aFreshStartLeavesNoDoubt()
{
    Fixture run(6);
    Random random(6);
    QVERIFY(bool(run.start()));
    QVERIFY(run.runUntilDecided(3));
    run.memory.end();
    run.broker.committed.clear();
    QVERIFY(bool(run.start(JobOptions::Fresh)));
    const std::size_t before = run.broker.decisions.size();
    QVERIFY(run.runUntilDecided(before + 1));
    run.die(random);
    QVERIFY(bool(run.start()));
    QVERIFY(run.memory.runToEnd());
    QVERIFY2(run.wrong().empty(), run.wrong().c_str());
    QCOMPARE(run.order(), std::string());
}

// What it would be noted beside, the topic, may still have to be made.
void OutsideAuthorityTest::aFirstStartNotesNothing()
{
    Fixture run(10);
    QVERIFY(bool(run.start(JobOptions::Fresh)));
    QVERIFY(run.runUntilDecided(1));
    QVERIFY(!run.broker.decisions[0].digest.empty());
}

void OutsideAuthorityTest::aSnapshotThatIsGoneIsTold()
{
    Fixture run(7);
    QVERIFY(bool(run.start()));
    QVERIFY(run.runUntilDecided(3));
    run.memory.end();
    const auto rows = run.broker.committed;
    run.removeManifests("manifest-");
    run.removeManifests("sealed-");
    QVERIFY(bool(run.start()));
    run.memory.runToEnd();
    QCOMPARE(run.memory.state(), JobState::Failed);
    QVERIFY2(run.memory.failure().find("does not hold it as it was then") != std::string::npos,
             run.memory.failure().c_str());
    QVERIFY(run.broker.committed == rows);
}

void OutsideAuthorityTest::aDecisionThatIsForgotten_data()
{
    QTest::addColumn<bool>("wasSealed");
    QTest::newRow("goes on from what is there") << false;
    QTest::newRow("with a later one that was ready") << true;
}

void OutsideAuthorityTest::aDecisionThatIsForgotten()
{
    QFETCH(bool, wasSealed);
    Fixture run(8);
    QVERIFY(bool(run.start()));
    QVERIFY(run.runUntilDecided(3));
    QVERIFY(bool(run.memory.job().request(JobAction::Stop)));
    QVERIFY(run.memory.runToEnd());
    QCOMPARE(run.memory.state(), JobState::Stopped);
    if (wasSealed) run.memory.files.put("/state/sealed-00000000000000000999.json", "any");
    run.broker.last.reset();
    run.memory.end();
    QVERIFY(bool(run.start()));
    run.memory.runToEnd();
    QCOMPARE(run.memory.state(), wasSealed ? JobState::Failed : JobState::Finished);
    if (wasSealed)
        QVERIFY(run.memory.failure().find("have forgotten which checkpoint") != std::string::npos);
    else
        QVERIFY2(run.wrong().empty(), run.wrong().c_str());
}

void OutsideAuthorityTest::aDecisionThatIsOlderIsTold()
{
    Fixture run(9);
    QVERIFY(bool(run.start()));
    QVERIFY(run.runUntilDecided(4));
    QVERIFY(bool(run.memory.job().request(JobAction::Stop)));
    QVERIFY(run.memory.runToEnd());
    run.broker.last = run.broker.decisions[1];
    run.memory.end();
    QVERIFY(bool(run.start()));
    run.memory.runToEnd();
    QCOMPARE(run.memory.state(), JobState::Failed);
    QVERIFY(run.memory.failure().find("put back to an older state") != std::string::npos);
}

STREAMWRIGHT_TEST(OutsideAuthorityTest)

}  // namespace tst_outside_authority
#include "tst_outside_authority.moc"
