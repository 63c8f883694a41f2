// labels: asan
#include "base/faults.h"
#include "support/random_pipeline.h"

#include "support/seed_arguments.h"
#include "test_main.h"

namespace engine {
void addFilter(Catalog& catalog);
void addCompute(Catalog& catalog);
void addSelect(Catalog& catalog);
void addSplit(Catalog& catalog);
void addUnion(Catalog& catalog);
void addWindow(Catalog& catalog);
void addWindowJoin(Catalog& catalog);
void addIntervalJoin(Catalog& catalog);
void addTemporalJoin(Catalog& catalog);
void addDeduplicate(Catalog& catalog);
void addTopN(Catalog& catalog);
void addOver(Catalog& catalog);
}  // namespace engine

namespace tst_random_pipelines {

using namespace engine;

// Random pipelines over random rows against the reference evaluator, at several batch and chunk sizes,
// restored and rescaled on the way: their rows, the late and the rejected ones. `--pipelines N` and `--first
// SEED` say how many, and from which seed on.
class RandomPipelines : public QObject {
    Q_OBJECT

public:
    std::uint64_t first = 1, count = 300;

private Q_SLOTS:
    void initTestCase()
    {
        addFilter(m_catalog);
        addCompute(m_catalog);
        addSelect(m_catalog);
        addSplit(m_catalog);
        addUnion(m_catalog);
        addWindow(m_catalog);
        addWindowJoin(m_catalog);
        addIntervalJoin(m_catalog);
        addTemporalJoin(m_catalog);
        addDeduplicate(m_catalog);
        addTopN(m_catalog);
        addOver(m_catalog);
    }

    void agreeWithTheReference()
    {
        std::size_t late = 0, behind = 0, rejected = 0, refused = 0, rows = 0;
        std::int64_t slicesFailed = 0;
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const RandomPipeline pipeline = pipelineOf(seed);
            const std::string wrong = compare(pipeline, slicesFailed);
            QVERIFY2(wrong.empty(),
                     ("seed " + std::to_string(seed) + ", " + wrong + textOf(pipeline)).c_str());
            late += pipeline.late.rows.size();
            behind += pipeline.lateBehind.rows.size();
            for (const RefTable& table : pipeline.rejected) rejected += table.rows.size();
            refused += pipeline.refused.rows.size();
            rows += pipeline.expected.rows.size();
        }
        if (first != 1 || count < 300) return;
        QVERIFY2(late > 0 && behind > 0 && rejected > 0 && refused > 0 && rows > 0 && slicesFailed > 0,
                 "The pipelines drawn have no late or rejected rows, or no rows at all: they test nothing.");
    }

    void findDeliberateFaults_data()
    {
        QTest::addColumn<int>("fault");
        QTest::newRow("merging MIN keeps one side") << faults::kMinOneSided;
        QTest::newRow("a window fires at its end") << faults::kFiresLate;
        QTest::newRow("NULL keys are left out") << faults::kNullKeysDropped;
    }

    // Among the seeds that agree without a fault.
    void findDeliberateFaults()
    {
        QFETCH(int, fault);
        setFault(fault);
        bool isFound = false;
        for (std::uint64_t seed = first; seed < first + count && !isFound; ++seed) {
            std::int64_t slicesFailed = 0;
            isFound = !compare(pipelineOf(seed), slicesFailed).empty();
        }
        setFault(0);
        QVERIFY2(isFound, "The comparison does not notice this fault.");
    }

private:
    static RandomPipeline pipelineOf(std::uint64_t seed) { return makeRandomPipeline(seed, seed % 4 != 0); }

    std::vector<GraphWay> waysFor(const RandomPipeline& pipeline) const
    {
        std::vector<GraphWay> ways{{2048}, {7}, {1}, {2048, 4}, {5, 1, true}, {64, 4, true}};
        if (pipeline.judgesResults && pipeline.nodes.back().component != "window")
            std::erase_if(ways, [](const GraphWay& way) { return way.instances > 1; });
        if (!pipeline.isLinear || !pipeline.hasLanes) return ways;
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{13}, std::size_t{1000}}) {
            ways.push_back({2048, 1, false, chunk});
            ways.push_back({4, 1, true, chunk});
        }
        return ways;
    }

    // Empty, or the way that gives something else, and what.
    std::string compare(const RandomPipeline& pipeline, std::int64_t& slicesFailed) const
    {
        for (const GraphWay& way : waysFor(pipeline)) {
            const GraphResult result = runGraph(m_catalog, pipeline.nodes, pipeline.source, way,
                                                pipeline.second ? &*pipeline.second : nullptr);
            const std::string name = "batches of " + std::to_string(way.batchRows) + ", instances " +
                std::to_string(way.instances) + (way.restores ? ", restored" : "") + ", chunks of " +
                std::to_string(way.chunkRows) + ":\n";
            if (!result.error.empty()) return name + "  the run failed: " + result.error + '\n';
            const std::string found =
                differenceOf(testRowsOf(pipeline.expected, *result.schema), result.rows);
            if (!found.empty()) return name + found;
            const std::string aside = compareAside(pipeline, result);
            if (!aside.empty()) return name + aside;
            slicesFailed += result.slicesFailed;
        }
        return {};
    }

    // The rows that did not go on: rejected ones, node by node, and late ones.
    static std::string compareAside(const RandomPipeline& pipeline, const GraphResult& result)
    {
        for (std::size_t node = 0; node < pipeline.rejected.size(); ++node) {
            TestRows rejected, refused;
            const bool isWindow = pipeline.nodes[node].component == "window";
            for (const RejectedTestRow& each : result.rejected[node])
                (isWindow && !each.schema->find("window_end") ? refused : rejected).push_back(each.row);
            const std::string other =
                differenceOf(testRowsOf(isWindow ? pipeline.refused : RefTable{}), refused);
            if (!other.empty()) return "  rejected rows of the window:\n" + other;
            const std::string found = differenceOf(testRowsOf(pipeline.rejected[node]), rejected);
            if (!found.empty()) return "  rejected by node " + std::to_string(node) + ":\n" + found;
        }
        TestRows late = testRowsOf(pipeline.late);
        const TestRows behind = testRowsOf(pipeline.lateBehind);
        late.insert(late.end(), behind.begin(), behind.end());
        const std::string found = differenceOf(late, result.late);
        return found.empty() ? found : "  late:\n" + found;
    }

    Catalog m_catalog;
};

static int run(int argc, char** argv)
{
    RandomPipelines test;
    return runWithSeeds(test, argc, argv);
}

STREAMWRIGHT_TEST_RUN(run)

}  // namespace tst_random_pipelines
#include "tst_random_pipelines.moc"
