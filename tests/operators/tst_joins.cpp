// labels: asan
// What joins promise besides their rows: bounded batches, memory that goes again, and the watermark behind
// them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "component/metrics.h"
#include "state/state_store.h"
#include "support/manual_clock.h"
#include "support/rows.h"
#endif

#include "test_main.h"

namespace tst_joins {

using namespace engine;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

SchemaPtr rowsSchema()
{
    static const auto kSchema = std::make_shared<const Schema>(
        std::vector<Field>{{"id", DataType::Int64}, {"text", DataType::String}}, true);
    return kSchema;
}

// `count` rows of the key `id` from `fromUs` on, `stepUs` apart.
RecordBatch rowsAt(std::int64_t id, std::int64_t fromUs, std::int64_t stepUs, std::size_t count,
                   const std::string& text = "some text")
{
    TestRows rows;
    for (std::size_t i = 0; i < count; ++i) {
        TestRow row;
        row.values = {{DataType::Int64, id}, {DataType::String, text}};
        row.at = fromUs + static_cast<std::int64_t>(i) * stepUs;
        rows.push_back(std::move(row));
    }
    return batchOf(rowsSchema(), rows);
}

// One instance of a join as a task would hold it.
class OneJoin final : public Output, public Timers {
public:
    OneJoin(const Catalog& catalog, const char* component, const char* params)
    {
        const std::vector<SchemaPtr> inputs{rowsSchema(), rowsSchema()};
        std::vector<Diagnostic> mistakes;
        const Constants none;
        const BindContext context(catalog, inputs, none, mistakes);
        m_binding = catalog.find(component)->bind(Json::parse(params), context, mistakes);
        for (const Diagnostic& mistake : mistakes) qWarning("%s", mistake.message.c_str());
        CHECK(m_binding);
        op = std::get<Factory<Operator>>(m_binding->make)();
        CHECK(op->open(m_context));
    }
    void push(RecordBatch batch, int) override
    {
        ++batches;
        rows += batch.rows();
        mostRows = std::max(mostRows, batch.rows());
        mostBytes = std::max(mostBytes, batch.memoryBytes());
        for (const std::int64_t time : batch.eventTimes()) leastTimeUs = std::min(leastTimeUs, time);
    }
    void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override { }
    void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { }
    void wakeAt(Timestamp) override { }
    // Calls until it is done; the most batches that one call has pushed.
    template <class Call>
    std::size_t untilDone(Call call)
    {
        std::size_t most = 0;
        for (Flow flow = Flow::More; flow == Flow::More;) {
            const std::size_t before = batches;
            flow = *call(*op);
            most = std::max(most, batches - before);
        }
        return most;
    }
    std::size_t give(int port, const RecordBatch& batch)
    {
        return untilDone([&](Operator& each) { return each.process(port, batch, *this); });
    }
    std::size_t advance(std::int64_t watermarkUs)
    {
        return untilDone([&](Operator& each) { return each.advance(watermarkUs, *this); });
    }

    StateStore state;
    std::unique_ptr<Operator> op;
    std::size_t batches = 0, rows = 0, mostRows = 0, mostBytes = 0;
    std::int64_t leastTimeUs = kEndOfTime;

private:
    std::optional<Binding> m_binding;
    ManualClock m_clock;
    Env m_env{m_clock, systemFiles(), 1};
    NodeMetrics m_metrics;
    OperatorContext m_context{state, m_metrics, m_env, *this};
};

constexpr const char* kInterval =
    R"({"kind": "full", "left_keys": ["id"], "right_keys": ["id"], "lower": "10s", "upper": "5s"})";
constexpr const char* kWindow =
    R"({"kind": "full", "left_keys": ["id"], "right_keys": ["id"], "window": {"size": "10s"}})";
constexpr const char* kTemporal = R"({"kind": "left", "left_keys": ["id"], "right_keys": ["id"]})";

}  // namespace

class JoinsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void aMillionPairsLeaveBatchByBatch();
    void rowsWithoutPartnersLeaveOnce_data();
    void rowsWithoutPartnersLeaveOnce();
    void longTextsMakeSmallBatches();
    void rowsThatWaitHoldTheWatermarkBack();
    void whatIsOverIsForgotten_data();
    void whatIsOverIsForgotten();
    void versionsThatNobodyNeedsAreForgotten();

private:
    Catalog m_catalog;
};

void JoinsTest::aMillionPairsLeaveBatchByBatch()
{
    OneJoin window(m_catalog, "window_join", kWindow);
    window.give(0, rowsAt(1, 0, 1000, 1000));
    window.give(1, rowsAt(1, 0, 1000, 1000));
    QCOMPARE(window.rows, 0u);
    QVERIFY(window.advance(10 * kSecond) <= 1);
    QCOMPARE(window.rows, 1'000'000u);
    QVERIFY(window.mostRows <= limits::kBatchRows);

    OneJoin interval(m_catalog, "interval_join", kInterval);
    interval.give(0, rowsAt(1, 0, 1000, 1000));
    QVERIFY(interval.give(1, rowsAt(1, 0, 1000, 1000)) <= 1);
    QCOMPARE(interval.rows, 1'000'000u);
    QVERIFY(interval.mostRows <= limits::kBatchRows);
    interval.give(0, rowsAt(2, 0, 1000, 10'000));
    QVERIFY(interval.advance(kEndOfTime) <= 1);
    QCOMPARE(interval.rows, 1'010'000u);

    OneJoin temporal(m_catalog, "temporal_join", kTemporal);
    temporal.give(0, rowsAt(1, 0, 1000, 10'000));
    QVERIFY(temporal.advance(kEndOfTime) <= 1);
    QCOMPARE(temporal.rows, 10'000u);
}

void JoinsTest::rowsWithoutPartnersLeaveOnce_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("rows");
    QTest::newRow("full") << "full" << 10'000;
    QTest::newRow("left") << "left" << 5'000;
    QTest::newRow("right") << "right" << 5'000;
    QTest::newRow("anti") << "anti" << 5'000;
    QTest::newRow("semi") << "semi" << 0;
    QTest::newRow("inner") << "inner" << 0;
}

// More of them than go into a batch, so that giving them stops in between.
void JoinsTest::rowsWithoutPartnersLeaveOnce()
{
    QFETCH(QString, kind);
    QFETCH(int, rows);
    const QString params = QString(kWindow).replace("full", kind);
    OneJoin join(m_catalog, "window_join", qPrintable(params));
    join.give(0, rowsAt(1, 0, 1000, 5000));
    join.give(1, rowsAt(2, 0, 1000, 5000));
    QVERIFY(join.advance(kEndOfTime) <= 1);
    QCOMPARE(join.rows, static_cast<std::size_t>(rows));
    QCOMPARE(join.state.rows(), 0u);
}

void JoinsTest::longTextsMakeSmallBatches()
{
    OneJoin window(m_catalog, "window_join", kWindow);
    window.give(0, rowsAt(1, 0, 1000, 100, std::string(100'000, 'x')));
    window.give(1, rowsAt(1, 0, 1000, 10));
    window.advance(kEndOfTime);
    QCOMPARE(window.rows, 1000u);
    QVERIFY2(window.mostBytes < 3 * limits::kResultBytes, qPrintable(QString::number(window.mostBytes)));
}

void JoinsTest::rowsThatWaitHoldTheWatermarkBack()
{
    OneJoin full(m_catalog, "interval_join", kInterval);
    QCOMPARE(full.op->watermarkBehind(20 * kSecond), 10 * kSecond);
    QCOMPARE(full.op->watermarkBehind(kEndOfTime), kEndOfTime);
    QCOMPARE(full.op->watermarkBehind(kNoWatermark), kNoWatermark);
    QCOMPARE(full.op->watermarkBehind(kNoWatermark + 1), kNoWatermark);
    full.give(0, rowsAt(1, 10 * kSecond + 1000, 1, 1));
    full.advance(20 * kSecond);
    QCOMPARE(full.rows, 0u);
    full.advance(20 * kSecond + 1000);
    QVERIFY(full.leastTimeUs > full.op->watermarkBehind(20 * kSecond));
    QCOMPARE(full.rows, 1u);

    OneJoin inner(m_catalog, "interval_join",
                  R"({"left_keys": ["id"], "right_keys": ["id"], "lower": "10s", "upper": "5s"})");
    QCOMPARE(inner.op->watermarkBehind(20 * kSecond), 20 * kSecond);
}

void JoinsTest::whatIsOverIsForgotten_data()
{
    QTest::addColumn<QString>("component");
    QTest::addColumn<QString>("params");
    QTest::newRow("interval") << "interval_join" << kInterval;
    QTest::newRow("window") << "window_join" << kWindow;
}

void JoinsTest::whatIsOverIsForgotten()
{
    QFETCH(QString, component);
    QFETCH(QString, params);
    OneJoin join(m_catalog, qPrintable(component), qPrintable(params));
    std::size_t most = 0;
    for (std::int64_t second = 0; second < 600; ++second) {
        join.give(static_cast<int>(second % 2), rowsAt(second, second * kSecond, 1000, 500));
        join.advance(second * kSecond);
        if (second <= 60) most = std::max(most, join.state.bytes());
        if (second > 60) QVERIFY(join.state.bytes() < 2 * most);
    }
    QVERIFY(most > 100'000);
    join.advance(kEndOfTime);
    QCOMPARE(join.rows, 300'000u);
    QCOMPARE(join.state.rows(), 0u);
}

void JoinsTest::versionsThatNobodyNeedsAreForgotten()
{
    OneJoin join(m_catalog, "temporal_join", kTemporal);
    std::size_t most = 0;
    for (std::int64_t second = 0; second < 600; ++second) {
        join.give(1, rowsAt(second % 10, second * kSecond, 1000, 900, std::string(2000, 'v')));
        join.give(0, rowsAt(second % 10, second * kSecond, 1000, 10));
        join.advance(second * kSecond);
        if (second == 60) most = join.state.bytes();
        if (second > 60) QVERIFY(join.state.bytes() < 2 * most);
    }
    join.advance(1000 * kSecond);
    QCOMPARE(join.rows, 6000u);
    QCOMPARE(join.state.rows(), 10u);
}

STREAMWRIGHT_TEST(JoinsTest)

}  // namespace tst_joins
#include "tst_joins.moc"
