// labels: asan
// Whole jobs on one thread, every step drawn from a seed: random pipelines that are stopped, killed with
// their disk and resumed with other threads give what the reference evaluator says, once.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/faults.h"
#include "support/simulated_run.h"
#endif

#include "support/seed_arguments.h"
#include "test_main.h"

namespace tst_simulated_jobs {

using namespace engine;

// `--pipelines N` and `--first SEED` say how many runs there are, and from which seed on.
class SimulatedJobs : public QObject {
    Q_OBJECT

public:
    std::uint64_t first = 1, count = 250;

private Q_SLOTS:
    void agreeWithTheReference()
    {
        SimulationCounts all;
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const SimulatedRun run = simulate(seed);
            QVERIFY2(run.difference.empty(),
                     ("seed " + std::to_string(seed) + "\n" + run.difference).c_str());
            all.add(run.counts);
        }
        qInfo("%d crashes, %d of them while starting, %d stops, %d pauses, %llu checkpoints resumed",
              all.crashes, all.crashesWhileStarting, all.stops, all.pauses,
              static_cast<unsigned long long>(all.resumed));
        if (first != 1 || count < 250) return;
        QVERIFY2(all.crashes > 50 && all.stops > 20 && all.pauses > 20 && all.resumed > 25,
                 "The runs drawn are hardly disturbed: they test nothing.");
    }

    void findDeliberateFaults_data()
    {
        QTest::addColumn<int>("fault");
        QTest::newRow("rows are judged by the chunk") << faults::kLateByChunk;
        QTest::newRow("rows go to a wrong instance") << faults::kWrongInstance;
    }

    // Among the seeds that agree without a fault.
    void findDeliberateFaults()
    {
        QFETCH(int, fault);
        setFault(fault);
        std::uint64_t seed = first;
        while (seed < first + count && simulate(seed).difference.empty()) ++seed;
        setFault(0);
        QVERIFY2(seed < first + count, "The simulated runs do not notice this fault.");
        qInfo("found with seed %llu", static_cast<unsigned long long>(seed));
    }

    void aSeedGivesTheSameRunAgain()
    {
        for (const std::uint64_t seed : {3u, 17u}) {
            const SimulatedRun once = simulate(seed), again = simulate(seed);
            QVERIFY(once.trace == again.trace && once.counts.crashes == again.counts.crashes);
        }
        QVERIFY(simulate(3).trace != simulate(4).trace);
    }
};

static int run(int argc, char** argv)
{
    SimulatedJobs test;
    return runWithSeeds(test, argc, argv);
}

STREAMWRIGHT_TEST_RUN(run)

}  // namespace tst_simulated_jobs
#include "tst_simulated_jobs.moc"
