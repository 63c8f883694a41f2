// labels: asan
// Sources that fall silent in a whole job, by a clock that their reading alone moves: idle_timeout leaves a
// split out, the heartbeat lets windows close when all are idle, and a pause is not idleness.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/source_params.h"
#include "jobs/job.h"
#include "spec/resolve.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/rows.h"
#include "support/seeded_host.h"

#include <sstream>
#endif

#include "test_main.h"

namespace tst_idle {

using namespace engine;

namespace {

constexpr Duration kReadTakes = std::chrono::milliseconds(10);

struct ScriptParams : WatermarkParams {
    std::string first{}, second{};  // seconds of the rows of two splits; no second: one split
    bool keepsOn = false;           // the first split gives its last row again and again
};

// Time that passes in the reading of sources, and only while it is wanted; and how it is outside meanwhile.
struct PassingTime {
    ManualClock clock{1'000'000'000};
    bool passes = false;
    SplitState::Kind splits = SplitState::Active;
};

SchemaPtr scriptSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"at", DataType::Time}}, true);
}

// Gives all its rows at once and then nothing, while the clock goes on.
class ScriptSource final : public Source {
public:
    ScriptSource(std::vector<std::string> splits, bool keepsOn, PassingTime& time)
        : m_splits(std::move(splits)),
          m_keepsOn(keepsOn),
          m_time(time)
    {
    }
    Status open(SourceContext&, std::span<const SplitState>) override { return ok(); }
    Result<ReadState> read(SourceOutput& into, MonotonicTime) override
    {
        if (m_time.passes) m_time.clock.advance(kReadTakes);
        if (!std::exchange(m_isSilent, true)) {
            for (std::uint32_t i = 0; i < m_splits.size(); ++i) into.rows({i}, rowsOf(m_splits[i]));
            return ReadState::More;
        }
        if (!m_keepsOn || !m_time.passes) return ReadState::Idle;
        into.rows({0}, rowsOf(m_splits[0].substr(m_splits[0].rfind(' '))));
        return ReadState::More;
    }
    std::vector<SplitState> splits() const override
    {
        std::vector<SplitState> states;
        for (std::uint32_t i = 0; i < m_splits.size(); ++i)
            states.push_back({{i}, "split " + std::to_string(i), {}, m_time.splits});
        return states;
    }

private:
    static RecordBatch rowsOf(const std::string& seconds)
    {
        BatchBuilder rows(scriptSchema());
        std::istringstream words(seconds);
        for (std::int64_t second = 0; words >> second;) {
            rows.column(0).addInteger(second * 1'000'000);
            rows.endRow(second * 1'000'000);
        }
        return rows.finish();
    }
    std::vector<std::string> m_splits;
    bool m_keepsOn;
    PassingTime& m_time;
    bool m_isSilent = false;
};

// A job of script sources and a window of one second, a step at a time.
class QuietJob {
public:
    QuietJob()
    {
        addBuiltinComponents(m_catalog);
        ComponentInfo info;
        info.id = "script_source";
        info.kind = ComponentKind::Source;
        info.inputs = {};
        info.outputs = {{"out", ""}};
        Params<ScriptParams> params;
        params.field("first", &ScriptParams::first)
            .field("second", &ScriptParams::second)
            .field("keeps_on", &ScriptParams::keepsOn);
        addWatermarkParams(params);
        m_catalog.add(
            component(std::move(info), params, [this](const ScriptParams& values, const BindContext&) {
                return std::optional<Binding>(bindScript(values));
            }));
    }
    void start(const std::string& sources, bool isUnion = false)
    {
        m_job.reset();
        const std::string both = R"({"id": "both", "component": "union", "params": {}},)";
        const std::string edges = isUnion
            ? R"(["a.out", "both.in"], ["b.out", "both.in"], ["both.out", "counts.in"])"
            : R"(["a.out", "counts.in"])";
        const std::string text =
            R"({"format": 1, "id": "1f0c3c1e-6a3b-4f0c-9d53-0b8f4d1c2e3a", "name": "Quiet",
                "settings": {"checkpoint_interval": "1h", "threads": 2}, "nodes": [)" +
            sources + "," + (isUnion ? both : "") +
            R"({"id": "counts", "component": "window", "params": {"kind": "tumbling", "size": "1s",
                "aggregates": [{"function": "count", "name": "n"}]}},
               {"id": "output", "component": "discard_sink", "params": {}}], "edges": [)" +
            edges + R"(, ["counts.out", "output.in"]]})";
        Overrides overrides;
        overrides.schemaOf = [this](std::string_view id) { return m_catalog.schemaOf(id); };
        const Resolved resolved = resolve(parsePipeline(text).spec, overrides);
        JobOptions options;
        options.stateDirectory = "/state";
        options.host = &m_host;
        auto made = Job::create(resolved.spec, {}, m_catalog, m_env, options);
        if (!made) qFatal("%s", made.error().message.c_str());
        m_job = std::move(*made);
        m_tap = m_job->openTap({NodeId{"counts"}, "out"});
    }
    Job& job() { return *m_job; }
    // So long by the clock, and until what this led to has been done.
    void runFor(Duration time)
    {
        settle();
        m_time.passes = true;
        const auto until = m_time.clock.monotonic() + time;
        while (m_time.clock.monotonic() < until && m_host.step()) m_job->poll();
        m_time.passes = false;
        settle();
    }
    void settle()
    {
        for (int i = 0; i < 1000; ++i) {
            m_host.step();
            m_job->poll();
        }
    }
    // Ends of the windows that have fired, in seconds.
    std::string fired()
    {
        for (const RecordBatch& batch : m_tap->take())
            for (std::size_t row = 0; row < batch.rows(); ++row) {
                const auto end = batch.column(*batch.schema()->find("window_end")).integers()[row];
                m_fired += (m_fired.empty() ? "" : " ") + std::to_string(end / 1'000'000);
            }
        return m_fired;
    }
    void stop()
    {
        if (!m_job->request(JobAction::Stop)) qFatal("it cannot be stopped");
        settle();
    }
    ManualClock& clock() { return m_time.clock; }
    void setSplits(SplitState::Kind kind) { m_time.splits = kind; }

private:
    Binding bindScript(const ScriptParams& values)
    {
        std::vector<std::string> splits{values.first};
        if (!values.second.empty()) splits.push_back(values.second);
        Binding binding;
        binding.outputs = {{"out", scriptSchema()}};
        binding.source = traitsOf(values);
        binding.source.hasEventTime = true;
        binding.make = Factory<Source>([this, splits, keepsOn = values.keepsOn] {
            return std::make_unique<ScriptSource>(splits, keepsOn, m_time);
        });
        return binding;
    }
    PassingTime m_time;
    MemoryFiles m_files;
    Env m_env{m_time.clock, m_files, 1};
    SeededHost m_host{7};
    Catalog m_catalog;
    std::unique_ptr<Job> m_job;
    std::shared_ptr<Tap> m_tap;
    std::string m_fired;
};

std::string script(const char* id, const char* params)
{
    return std::string(R"({"id": ")") + id + R"(", "component": "script_source", "params": {)" + params +
        "}}";
}

}  // namespace

class IdleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSilentSplitHoldsWindowsUntilItsTimeout();
    void withoutATimeoutItHoldsThemForEver();
    void whenAllAreIdleNothingMoves();
    void theHeartbeatClosesTheLastWindow();
    void theHeartbeatGoesThroughAUnion();
    void aPauseIsNotIdleness();
    void anOutageIsNotIdleness();
    void aSplitThatWasIdleIsAskedBeforeItIsLeftOut();
};

void IdleTest::aSilentSplitHoldsWindowsUntilItsTimeout()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2 5", "second": "2", "keeps_on": true, "idle_timeout": "10s")"));
    quiet.runFor(std::chrono::seconds(9));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.runFor(std::chrono::seconds(2));
    QCOMPARE(quiet.fired(), std::string("2 3"));
}

void IdleTest::withoutATimeoutItHoldsThemForEver()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2 5", "second": "2", "keeps_on": true, "idle_timeout": "0s")"));
    quiet.runFor(std::chrono::seconds(60));
    QCOMPARE(quiet.fired(), std::string("2"));
}

void IdleTest::whenAllAreIdleNothingMoves()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2", "idle_timeout": "1s")"));
    quiet.runFor(std::chrono::seconds(60));
    QCOMPARE(quiet.fired(), std::string("2"));
}

void IdleTest::theHeartbeatClosesTheLastWindow()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2", "idle_timeout": "4s", "watermark_heartbeat": true)"));
    quiet.runFor(std::chrono::milliseconds(4500));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.runFor(std::chrono::seconds(1));
    QCOMPARE(quiet.fired(), std::string("2 3"));
}

// Behind the union the window runs in a chain of its own, which is told that its inputs are idle.
void IdleTest::theHeartbeatGoesThroughAUnion()
{
    const std::string beats = R"(, "idle_timeout": "1s", "watermark_heartbeat": true)";
    QuietJob quiet;
    quiet.start(script("a", (R"("first": "1 2")" + beats).c_str()) + "," +
                    script("b", (R"("first": "1 3")" + beats).c_str()),
                true);
    quiet.runFor(std::chrono::milliseconds(500));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.runFor(std::chrono::seconds(10));
    QCOMPARE(quiet.fired(), std::string("2 3 4"));
}

void IdleTest::aPauseIsNotIdleness()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2", "idle_timeout": "4s", "watermark_heartbeat": true)"));
    quiet.runFor(std::chrono::seconds(1));
    QVERIFY(quiet.job().request(JobAction::Pause));
    quiet.settle();
    quiet.clock().advance(std::chrono::hours(1));
    QVERIFY(quiet.job().request(JobAction::Resume));
    quiet.runFor(std::chrono::milliseconds(500));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.runFor(std::chrono::seconds(5));
    QCOMPARE(quiet.fired(), std::string("2 3"));
}

// Neither one that begins before the timeout, nor one that begins when all are idle.
void IdleTest::anOutageIsNotIdleness()
{
    QuietJob quiet;
    quiet.start(script("a", R"("first": "1 2", "idle_timeout": "4s", "watermark_heartbeat": true)"));
    quiet.setSplits(SplitState::Unreachable);
    quiet.runFor(std::chrono::seconds(60));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.setSplits(SplitState::AtKnownEnd);
    quiet.runFor(std::chrono::milliseconds(4500));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.setSplits(SplitState::Unreachable);
    quiet.runFor(std::chrono::seconds(60));
    QCOMPARE(quiet.fired(), std::string("2"));
    quiet.setSplits(SplitState::AtKnownEnd);
    quiet.runFor(std::chrono::seconds(1));
    QCOMPARE(quiet.fired(), std::string("2 3"));
}

// What came to it while nothing ran is not late because another split was read first.
void IdleTest::aSplitThatWasIdleIsAskedBeforeItIsLeftOut()
{
    const std::string timeout = R"(, "idle_timeout": "10s")";
    QuietJob quiet;
    quiet.start(script("a", (R"("first": "1 2 5", "second": "2", "keeps_on": true)" + timeout).c_str()));
    quiet.runFor(std::chrono::seconds(11));
    QCOMPARE(quiet.fired(), std::string("2 3"));
    quiet.stop();
    quiet.start(script("a", (R"("first": "10", "second": "6 7")" + timeout).c_str()));
    quiet.runFor(std::chrono::seconds(1));
    QCOMPARE(quiet.fired(), std::string("2 3 6 7"));
}

STREAMWRIGHT_TEST(IdleTest)

}  // namespace tst_idle
#include "tst_idle.moc"
