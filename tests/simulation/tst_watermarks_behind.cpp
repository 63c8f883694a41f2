// labels: asan
#include "support/graph_harness.h"

#include "test_main.h"

namespace engine {
void addWindow(Catalog& catalog);
void addWindowJoin(Catalog& catalog);
void addIntervalJoin(Catalog& catalog);
void addTemporalJoin(Catalog& catalog);
void addDeduplicate(Catalog& catalog);
void addTopN(Catalog& catalog);
void addOver(Catalog& catalog);
}  // namespace engine

namespace tst_watermarks_behind {

using namespace engine;

// A session ends between two rows that are exactly its gap apart only where the watermark is there between
// them. With batches of one row every watermark is told; with larger ones the node before it must say which
// came before each row that it gives.
class WatermarksBehind : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const auto add :
             {addWindow, addWindowJoin, addIntervalJoin, addTemporalJoin, addDeduplicate, addTopN, addOver})
            add(m_catalog);
    }

    void sessionsDoNotDependOnBatches_data()
    {
        QTest::addColumn<QByteArray>("component");
        QTest::addColumn<QByteArray>("params");
        const auto add = [](const QByteArray& component, const QByteArray& params) {
            QTest::newRow((component + ' ' + params.left(40)).constData()) << component << params;
        };
        const QByteArray counts = R"("aggregates":[{"function":"count","name":"c"}]})";
        add("window", R"({"kind":"tumbling","size":"250ms","keys":["k"],)" + counts);
        add("window", R"({"kind":"hopping","size":"1s","slide":"250ms",)" + counts);
        add("window", R"({"kind":"session","gap":"50ms","keys":["k"],)" + counts);
        add("over", R"({"keys":["k"],"preceding":"3s",)" + counts);
        add("deduplicate", R"({"keys":["k"],"ttl":"300ms"})");
        const QByteArray window = R"("window":{"kind":"tumbling","size":"250ms"}})";
        add("top_n", R"({"n":2,"keys":["k"],"order_by":[{"column":"k"}],)" + window);
        const QByteArray keys = R"({"left_keys":["k"],"right_keys":["k"],)";
        add("temporal_join", keys + R"("kind":"left"})");
        add("window_join", keys + R"("kind":"left",)" + window);
        add("interval_join", keys + R"("kind":"inner","lower":"1h","upper":"1h"})");
    }

    // The other input of a join is empty, or of an interval join a row that comes first: it holds nothing
    // back.
    void sessionsDoNotDependOnBatches()
    {
        QFETCH(QByteArray, component);
        QFETCH(QByteArray, params);
        std::size_t withSessions = 0;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Random random(seed);
            const GraphRows source = rowsFor(random);
            GraphRows other{source.schema};
            const bool isJoin = component.endsWith("_join"), isInterval = component == "interval_join";
            if (isInterval) {
                other.rows.push_back(source.rows.front());
                other.rows.front().at = -kMillisecondUs;
            }
            GraphNode first{component.toStdString(), params.toStdString(), {{-1, 0}}};
            if (isJoin) first.inputs.emplace_back(-2, 0);
            const std::vector<GraphNode> nodes{
                first,
                {"window",
                 R"({"kind":"session","gap":"250ms","aggregates":[{"function":"count","name":"n"}]})",
                 {{0, 0}}}};
            const auto runWith = [&](const GraphWay& way) {
                return isInterval ? runGraph(m_catalog, nodes, other, way, &source)
                                  : runGraph(m_catalog, nodes, source, way, isJoin ? &other : nullptr);
            };
            const GraphResult one = runWith({1});
            QCOMPARE(one.error, std::string());
            for (const GraphWay& way : {GraphWay{2048}, GraphWay{7}, GraphWay{3, 1, true}}) {
                const std::string found = differenceOf(one.rows, runWith(way).rows);
                QVERIFY2(found.empty(),
                         ("seed " + std::to_string(seed) + ", batches of " + std::to_string(way.batchRows) +
                          ":\n" + found)
                             .c_str());
            }
            withSessions += one.rows.size() > 1;
        }
        QVERIFY(withSessions > 0);
    }

private:
    static GraphRows rowsFor(Random& random)
    {
        GraphRows rows;
        rows.schema = std::make_shared<const Schema>(std::vector<Field>{{"k", DataType::Int64}}, true);
        rows.delayUs = static_cast<std::int64_t>(random.below(3)) * 100'000;
        std::int64_t at = 0;
        for (int i = 0; i < 60; ++i) {
            at += static_cast<std::int64_t>(random.below(4)) * 83'000;
            TestRow row;
            row.values.push_back(Scalar{DataType::Int64, static_cast<std::int64_t>(random.below(3))});
            // Multiples of the gap, the millisecond before them, and others.
            const std::int64_t grid = at / 250'000 * 250'000;
            row.at = std::array{at, grid, grid - 1000, grid - 2000}[random.below(4)];
            rows.rows.push_back(std::move(row));
        }
        rows.afterUs = deriveWatermarks(rows.rows, rows.delayUs);
        return rows;
    }

    Catalog m_catalog;
};

STREAMWRIGHT_TEST(WatermarksBehind)

}  // namespace tst_watermarks_behind
#include "tst_watermarks_behind.moc"
