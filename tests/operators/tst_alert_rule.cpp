// labels: asan
// The rule round its machines where the clock on the wall counts: ticks, restarts with a gap, a rule that is
// edited or paused while it runs. What depends on rows alone is in alert_rule.cases.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "component/alerts.h"
#include "state/state_store.h"
#include "support/manual_clock.h"
#include "support/rows.h"
#endif

#include "test_main.h"

namespace tst_alert_rule {

using namespace engine;

namespace {

SchemaPtr alertInput()
{
    static const auto kSchema =
        std::make_shared<const Schema>(std::vector<Field>{{"m", DataType::String}, {"t", DataType::Float64}});
    return kSchema;
}

// One node with a clock by hand: keeps the state while the operator is made anew, as a change of parameters
// does, or saves it and reads it back, as a restart does.
class RuleBench final : public Output, public Timers, public AlertOutput {
public:
    explicit RuleBench(const std::string& params, const Constants& constants = {})
    {
        make(params, constants);
    }

    void edit(const std::string& params, const Constants& constants = {})
    {
        make(params, constants);
        wakeUs = kNoWatermark;
        settle();
    }
    void restartAfter(Duration gap)
    {
        auto frozen = state->freeze();
        state = std::make_unique<StateStore>();
        clock.advance(gap);
        open();
        for (const auto& table : frozen)
            table->visit([&](const StateRow& row) {
                const Status restored = state->find(table->schema().name)->restore(table->schema(), row);
                if (!restored) qFatal("%s", restored.error().message.c_str());
            });
        wakeUs = kNoWatermark;
        settle();
    }
    void give(const char* machine, std::optional<double> t)
    {
        TestRow row;
        row.values = {{DataType::String, std::string(machine)}, {DataType::Float64, {}}};
        if (t) row.values[1].value = *t;
        const std::vector<TestRow> rows{row};
        if (!op->process(0, batchOf(alertInput(), rows), *this)) qFatal("process failed");
    }
    // Ticks whenever the operator has asked for it.
    void pass(int seconds, const std::function<void()>& eachSecond = {})
    {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(std::chrono::seconds(1));
            settle();
            if (eachSecond) eachSecond();
        }
    }
    std::vector<std::string> take()  // "m1 normal>firing condition fired"
    {
        std::vector<std::string> taken;
        taken.swap(lines);
        return taken;
    }

    void push(RecordBatch batch, int) override { rowsOut += batch.rows(); }
    void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override
    {
        ++rejected;
    }
    void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { qFatal("late"); }
    void wakeAt(Timestamp time) override { wakeUs = std::min(wakeUs, time.time_since_epoch().count()); }
    void raise(AlertEvent event) override
    {
        if (event.kind == AlertEvent::Observed) return observed.push_back(event);
        static constexpr const char* kKinds[] = {"", " fired", " updated", " resolved"};
        lines.push_back(event.labels + " " + event.from + ">" + event.to + " " + event.reason +
                        kKinds[event.kind]);
        last = event;
    }

    ManualClock clock{1'700'000'000'000'000};
    std::size_t rowsOut = 0, rejected = 0;
    AlertEvent last{};
    std::vector<AlertEvent> observed{};
    NodeMetrics metrics;

private:
    void make(const std::string& params, const Constants& constants)
    {
        static const Catalog kCatalog = [] {
            Catalog catalog;
            addBuiltinComponents(catalog);
            return catalog;
        }();
        std::vector<Diagnostic> mistakes;
        const std::vector<SchemaPtr> inputs{alertInput()};
        const BindContext bindContext(kCatalog, inputs, constants, mistakes);
        binding = kCatalog.find("alert_rule")->bind(Json::parse(params), bindContext, mistakes);
        for (const Diagnostic& mistake : mistakes)
            qWarning("%s: %s", mistake.param.c_str(), mistake.message.c_str());
        if (!binding) qFatal("the rule does not bind");
        open();
    }
    void open()
    {
        wakeUs = kEndOfTime;
        context = std::make_unique<OperatorContext>(
            OperatorContext{*state, metrics, env, *this, 0, 1, "rule", this});
        op = std::get<Factory<Operator>>(binding->make)();
        if (!op->open(*context)) qFatal("open failed");
    }
    void settle()
    {
        const Timestamp now = clock.now();
        if (wakeUs > now.time_since_epoch().count()) return;
        wakeUs = kEndOfTime;
        if (!op->tick(now, *this)) qFatal("tick failed");
    }

    Env env{clock, systemFiles(), 1};
    std::unique_ptr<StateStore> state = std::make_unique<StateStore>();
    std::optional<Binding> binding;
    std::unique_ptr<OperatorContext> context;
    std::unique_ptr<Operator> op;
    std::int64_t wakeUs = kEndOfTime;
    std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

const char* const kRule = R"({"condition": "t > 80", "time": "processing", "for": "10s", "labels": ["m"],
    "no_data_after": "5s", "summary": "{m}: {value} {{{severity}}"})";

}  // namespace

class AlertRuleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void silenceIsNoData();
    void aRuleThatNeverHeardAnythingSaysSo();
    void aSeriesThatIsMissingIsResolved();
    void theClockGoesOnOverAShortRestart();
    void theClockBeginsAnewAfterALongRestart();
    void noDataIsNotJudgedBeforeItHasSettled();
    void anEditOfTheThresholdResets();
    void aParameterInTheConditionIsAThreshold();
    void anEditOfTheTimesKeepsTheInstances();
    void otherLabelsReset();
    void aPausedRuleIsQuiet();
    void countsAndFillsTheSummary();
    void tellsTheThresholdOfItsLevel();
    void tellsTheValuesRoundAnAlert();
};

void AlertRuleTest::silenceIsNoData()
{
    RuleBench bench(kRule);
    bench.give("a", 70.0);
    bench.pass(1);
    QCOMPARE(bench.take(), Lines());
    bench.pass(1);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} normal>pending_no_data no_data)"});
    bench.pass(4);
    QCOMPARE(bench.take(), Lines());
    bench.pass(1);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} pending_no_data>no_data no_data fired)"});
    bench.give("a", 70.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} no_data>normal no_data resolved)"});
}

void AlertRuleTest::aRuleThatNeverHeardAnythingSaysSo()
{
    RuleBench bench(R"({"condition": "t > 80", "time": "processing", "no_data_after": "3s"})");
    bench.give("a", 70.0);
    QCOMPARE(bench.take(), Lines());
    RuleBench silent(
        R"({"condition": "t > 80", "time": "processing", "labels": ["m"], "no_data_after": "3s"})");
    silent.restartAfter(Duration(0));
    silent.pass(8);
    const Lines told = silent.take();
    QCOMPARE(told.size(), std::size_t{2});
    QCOMPARE(told.back(), std::string(R"({"m":null} pending_no_data>no_data no_data fired)"));
    // Once data comes that label set is missing, and over.
    silent.pass(3, [&] { silent.give("a", 70.0); });
    QCOMPARE(silent.take(), Lines{R"({"m":null} no_data>normal missing_series resolved)"});
}

void AlertRuleTest::aSeriesThatIsMissingIsResolved()
{
    RuleBench bench(R"({"condition": "t > 80", "time": "processing", "labels": ["m"]})");
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} normal>firing condition fired)"});
    bench.pass(5, [&] { bench.give("b", 70.0); });
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} firing>normal missing_series resolved)"});
}

void AlertRuleTest::theClockGoesOnOverAShortRestart()
{
    RuleBench bench(kRule);
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} normal>pending condition)"});
    bench.restartAfter(std::chrono::minutes(59));
    QCOMPARE(bench.take(), Lines());
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} pending>firing condition fired)"});
}

void AlertRuleTest::theClockBeginsAnewAfterALongRestart()
{
    RuleBench bench(kRule);
    bench.give("a", 90.0);
    bench.take();
    bench.restartAfter(std::chrono::minutes(61));
    bench.pass(9, [&] { bench.give("a", 90.0); });
    QCOMPARE(bench.take(), Lines());
    bench.pass(1, [&] { bench.give("a", 90.0); });
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} pending>firing condition fired)"});
}

void AlertRuleTest::noDataIsNotJudgedBeforeItHasSettled()
{
    for (const bool rowsAreNull : {false, true}) {
        RuleBench bench(
            R"({"condition": "t > 80", "time": "processing", "labels": ["m"], "no_data_after": "0s"})");
        bench.give("a", 90.0);
        bench.take();
        bench.restartAfter(std::chrono::minutes(5));
        const auto eachSecond = [&] { rowsAreNull ? bench.give("a", {}) : void(); };
        bench.pass(1, eachSecond);
        QCOMPARE(bench.take(), Lines());
        bench.pass(1, eachSecond);
        QCOMPARE(bench.take(), Lines{R"({"m":"a"} firing>no_data no_data updated)"});
    }
}

void AlertRuleTest::anEditOfTheThresholdResets()
{
    RuleBench bench(R"({"condition": "t > 80", "time": "processing", "labels": ["m"]})");
    bench.give("a", 90.0);
    bench.give("b", 70.0);
    const std::string episode = bench.last.episode;
    bench.take();
    bench.edit(R"({"condition": "t > 85", "time": "processing", "labels": ["m"]})");
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} firing>normal updated resolved)"});
    QCOMPARE(bench.last.episode, episode);
    bench.clock.advance(std::chrono::seconds(1));
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} normal>firing condition fired)"});
    QVERIFY(bench.last.episode != episode);
}

void AlertRuleTest::aParameterInTheConditionIsAThreshold()
{
    const char* rule = R"({"condition": "t > ${limit}", "time": "processing"})";
    const Constants eighty{{"limit", {DataType::Float64, 80.0}}, {"other", {DataType::Float64, 1.0}}};
    const Constants ninety{{"limit", {DataType::Float64, 90.0}}, {"other", {DataType::Float64, 1.0}}};
    const Constants another{{"limit", {DataType::Float64, 80.0}}, {"other", {DataType::Float64, 2.0}}};
    RuleBench bench(rule, eighty);
    bench.give("a", 85.0);
    bench.take();
    bench.edit(rule, another);
    QCOMPARE(bench.take(), Lines());
    bench.edit(rule, ninety);
    QCOMPARE(bench.take(), Lines{"{} firing>normal updated resolved"});
}

void AlertRuleTest::anEditOfTheTimesKeepsTheInstances()
{
    RuleBench bench(kRule);
    bench.give("a", 90.0);
    bench.take();
    bench.pass(1);
    bench.edit(R"({"condition": "t > 80", "time": "processing", "for": "1s", "labels": ["m"],
                   "severity": "info"})");
    QCOMPARE(bench.take(), Lines());
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} pending>firing condition fired)"});
    QCOMPARE(bench.last.severity, std::string("info"));
}

void AlertRuleTest::otherLabelsReset()
{
    RuleBench bench(R"({"condition": "t > 80", "time": "processing", "labels": ["m"]})");
    bench.give("a", 90.0);
    bench.take();
    bench.edit(R"({"condition": "t > 80", "time": "processing", "labels": []})");
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} firing>normal updated resolved)"});
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{"{} normal>firing condition fired"});
}

void AlertRuleTest::aPausedRuleIsQuiet()
{
    const char* rule = R"({"condition": "t > 80", "time": "processing", "labels": ["m"]})";
    RuleBench bench(rule);
    bench.give("a", 90.0);
    bench.take();
    bench.edit(R"({"condition": "t > 80", "time": "processing", "labels": ["m"], "paused": true})");
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} firing>normal paused resolved)"});
    bench.give("a", 90.0);
    bench.pass(10);
    QCOMPARE(bench.take(), Lines());
    bench.edit(rule);
    bench.give("a", 90.0);
    QCOMPARE(bench.take(), Lines{R"({"m":"a"} normal>firing condition fired)"});
}

void AlertRuleTest::countsAndFillsTheSummary()
{
    RuleBench bench(R"({"condition": "t > 80", "critical_condition": "t > 95", "time": "processing",
        "labels": ["m"], "summary": "{m}: {value} {{{severity}}} {state}"})");
    bench.give("a", 90.5);
    QCOMPARE(bench.last.summary, std::string("a: 90.50 {warning} firing"));
    QCOMPARE(bench.last.severity, std::string("warning"));
    bench.give("a", 95.123456789);
    QCOMPARE(bench.last.summary, std::string("a: 95.12 {critical} firing"));
    bench.give("b", 99.0);
    QCOMPARE(bench.metrics.alertsFiring.read(), std::int64_t{2});
    bench.give("b", 9.0);
    QCOMPARE(bench.metrics.alertsFiring.read(), std::int64_t{1});
    bench.restartAfter(std::chrono::seconds(1));
    QCOMPARE(bench.metrics.alertsFiring.read(), std::int64_t{1});
    bench.clock.advance(std::chrono::seconds(2));
    bench.give("a", {});
    QCOMPARE(bench.metrics.alertsPending.read(), std::int64_t{0});
    bench.give("c", {});
    QCOMPARE(bench.metrics.alertsPending.read(), std::int64_t{1});
    QCOMPARE(bench.rowsOut, std::size_t{5});
}

void AlertRuleTest::tellsTheThresholdOfItsLevel()
{
    RuleBench bench(R"({"condition": "t > ${limit}", "critical_condition": "m <> 'x' AND -(${limit} + 5) < t",
        "time": "processing", "labels": ["m"]})",
                    {{"limit", Scalar{DataType::Float64, 80.0}}});
    bench.give("a", 80.5);
    QCOMPARE(bench.last.severity, std::string("critical"));
    QCOMPARE(bench.last.threshold, std::optional<double>(-85));
    bench.give("x", 80.5);
    QCOMPARE(bench.last.severity, std::string("warning"));
    QCOMPARE(bench.last.threshold, std::optional<double>(80));
    QCOMPARE(bench.last.condition, std::string("t > 80"));
    RuleBench without(R"({"condition": "t > t * 0 + 1", "time": "processing"})");
    without.give("a", 9.0);
    QVERIFY(without.last.kind == AlertEvent::Fired && !without.last.threshold);
}

void AlertRuleTest::tellsTheValuesRoundAnAlert()
{
    RuleBench bench(kRule);
    double value = 78;
    const auto give = [&] { bench.give("a", value += 1); };
    bench.pass(15, give);  // 79, 80, then 81 to 93; firing at 91
    QCOMPARE(bench.take().back(), std::string(R"({"m":"a"} pending>firing condition fired)"));
    QCOMPARE(bench.last.values.size(), std::size_t{13});
    QCOMPARE(bench.last.values.front().value, 79.0);
    QCOMPARE(bench.last.values.back().value, 91.0);
    // While it fires it is said what it has come to, each value once.
    std::size_t observed = 0;
    for (const AlertEvent& event : bench.observed) {
        QCOMPARE(event.episode, bench.last.episode);
        observed += event.values.size();
    }
    QCOMPARE(observed, std::size_t{1});  // the next one comes with the next second
    QCOMPARE(bench.observed.back().value, std::optional<double>(92));
    // It is so after a restart too, and ends with the alert.
    const std::string episode = bench.last.episode;
    bench.restartAfter(std::chrono::seconds(1));
    bench.observed.clear();
    bench.pass(3, give);
    QVERIFY(!bench.observed.empty());
    QCOMPARE(bench.observed.front().episode, episode);
    bench.give("a", 70.0);
    QCOMPARE(bench.take().back(), std::string(R"({"m":"a"} firing>normal cleared resolved)"));
    QCOMPARE(bench.last.values.back().value, 70.0);
    bench.observed.clear();
    bench.pass(3, [&] { bench.give("a", 70.0); });
    QVERIFY(bench.observed.empty());
}

STREAMWRIGHT_TEST(AlertRuleTest)

}  // namespace tst_alert_rule
#include "tst_alert_rule.moc"
