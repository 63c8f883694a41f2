// labels: asan
// deduplicate, top_n and over where rows do not tell it: much at once, times that no span holds, state that
// goes.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

#include <set>

namespace tst_keepers {

using namespace engine;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

SchemaPtr inputSchema()
{
    static const auto kSchema =
        std::make_shared<Schema>(std::vector<Field>{{"k", DataType::Int64}, {"v", DataType::Int64}}, true);
    return kSchema;
}

TestRow rowOf(std::int64_t key, std::int64_t value, std::int64_t at)
{
    return {{{DataType::Int64, key}, {DataType::Int64, value}}, at, kNoWatermark};
}

}  // namespace

class KeepersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }

    void rejectTimesThatNoSpanHolds_data() { nodes(); }
    void rejectTimesThatNoSpanHolds()
    {
        TestWorld world;
        NodeOutput output;
        const Binding binding = bind();
        NodeHarness node(binding, world, output);
        const std::int64_t far = (std::int64_t{1} << 62) + kSecond;
        const TestRows rows{rowOf(1, 1, far), rowOf(1, 2, -far), rowOf(1, 3, 0)};
        for (const RecordBatch& batch : batchesOf(inputSchema(), rows, 2, kNoWatermark)) node.give(0, batch);
        node.advance(kEndOfTime);
        QCOMPARE(node.error(), std::string());
        QCOMPARE(output.rejected.size(), std::size_t{2});
        QVERIFY(output.rejected[0].reason.find("too far from 1970") != std::string::npos);
        QCOMPARE(output.ports[0].size(), std::size_t{1});
    }

    // A batch at a time, and saved in between it would be the same: the harness refuses larger batches.
    void giveMuchAtOnce_data() { nodes(); }
    void giveMuchAtOnce()
    {
        TestWorld world;
        NodeOutput output;
        const Binding binding = bind();
        NodeHarness node(binding, world, output);
        TestRows rows;
        for (std::int64_t key = 0; key < 10'000; ++key) rows.push_back(rowOf(key, key, key % 7));
        for (const RecordBatch& batch : batchesOf(inputSchema(), rows, 2048, kNoWatermark))
            node.give(0, batch);
        QCOMPARE(output.ports[0].size(), std::size_t{0});
        node.advance(kEndOfTime);
        QCOMPARE(node.error(), std::string());
        std::set<std::int64_t> keys;
        for (const TestRow& row : output.ports[0]) keys.insert(std::get<std::int64_t>(row.values[0].value));
        QCOMPARE(output.ports[0].size(), std::size_t{10'000});
        QCOMPARE(keys.size(), std::size_t{10'000});
    }

    // Keys that come once do not stay: a thousand times as many take no more memory.
    void forgetKeys_data() { nodes(); }
    void forgetKeys()
    {
        StateStore state;
        NodeMetrics metrics;
        TestWorld world;
        struct NoTimers final : Timers {
            void wakeAt(Timestamp) override { }
        } timers;
        struct Counting final : Output {
            void push(RecordBatch batch, int) override { rows += batch.rows(); }
            void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override { }
            void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { }
            std::size_t rows = 0;
        } out;
        OperatorContext context{state, metrics, world.env, timers};
        const Binding binding = bind();
        const auto op = std::get<Factory<Operator>>(binding.make)();
        QVERIFY(op->open(context));
        std::size_t early = 0;
        for (std::int64_t step = 0; step < 1000; ++step) {
            TestRows rows;
            for (std::int64_t key = 0; key < 100; ++key)
                rows.push_back(rowOf(step * 100 + key, key, step * kSecond));
            QVERIFY(op->process(0, batchOf(inputSchema(), rows), out));
            while (*op->advance(step * kSecond, out) == Flow::More) { }
            if (step == 100) early = state.bytes();
        }
        QVERIFY2(state.bytes() <= early * 2, (std::to_string(early) + " bytes became " +
                                              std::to_string(state.bytes())).c_str());
        while (*op->advance(kEndOfTime, out) == Flow::More) { }
        QCOMPARE(out.rows, std::size_t{100'000});
        QCOMPARE(state.rows(), std::size_t{0});
    }

    // Behind nodes that keep rows their order is nobody's choice, and one is asked for.
    void asksForATotalOrder()
    {
        const std::vector<Field> fields{{"k", DataType::Int64},
                                        {"window_start", DataType::Time},
                                        {"window_end", DataType::Time},
                                        {"n", DataType::Int64}};
        const SchemaPtr windowed = std::make_shared<Schema>(fields, true);
        const char* const kByCount = R"({"n": 2, "order_by": [{"column": "n"}]})";
        const char* const kTotal = R"({"n": 2, "order_by": [{"column": "n"}, {"column": "k"}]})";
        const char* const kByKey = R"({"n": 2, "keys": ["k"], "order_by": [{"column": "n"}]})";
        QCOMPARE(warningsFor(windowed, kByCount, false), std::size_t{1});
        QCOMPARE(warningsFor(windowed, kByCount, true), std::size_t{0});
        QCOMPARE(warningsFor(windowed, kTotal, false), std::size_t{0});
        QCOMPARE(warningsFor(windowed, kByKey, false), std::size_t{0});
    }

private:
    static void nodes()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("params");
        QTest::newRow("deduplicate") << "deduplicate" << R"({"keys": ["k"], "ttl": "2s"})";
        QTest::newRow("top_n") << "top_n" << R"({"keys": ["k"], "n": 3, "order_by": [{"column": "v"}],
            "window": {"size": "2s"}})";
        QTest::newRow("over") << "over" << R"({"keys": ["k"], "preceding": "2s",
            "aggregates": [{"function": "sum", "argument": "v", "name": "total"},
                           {"function": "max", "argument": "v", "name": "high"}]})";
    }

    Binding bind() const
    {
        QFETCH(QString, component);
        QFETCH(QString, params);
        std::vector<Diagnostic> found;
        auto binding = bindNode(component.toStdString(), params.toStdString(), inputSchema(), true, found);
        CHECK(binding);
        return std::move(*binding);
    }

    std::optional<Binding> bindNode(const std::string& component, const std::string& params,
                                    const SchemaPtr& schema, bool arrivalIsCertain,
                                    std::vector<Diagnostic>& found) const
    {
        const std::vector<SchemaPtr> inputs{schema};
        const Constants none;
        const BindContext context(m_catalog, inputs, none, found, false, arrivalIsCertain);
        return m_catalog.find(component)->bind(Json::parse(params), context, found);
    }

    std::size_t warningsFor(const SchemaPtr& schema, const std::string& params, bool arrivalIsCertain) const
    {
        std::vector<Diagnostic> found;
        const auto binding = bindNode("top_n", params, schema, arrivalIsCertain, found);
        return binding ? found.size() : 99;
    }

    Catalog m_catalog;
};

STREAMWRIGHT_TEST(KeepersTest)

}  // namespace tst_keepers
#include "tst_keepers.moc"
