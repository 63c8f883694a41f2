// labels: asan tsan
// Sources of one group do not run far ahead of each other, and none waits for ever.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "runtime/alignment.h"
#include "runtime/source_task.h"
#include "spec/json.h"
#include "spec/resolve.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

#include <set>

namespace tst_alignment {

using namespace engine;

class AlignmentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSlowestRules();
    void whatIsIdleOrOverHoldsNobodyBack();
    void aSplitThatIsAheadIsPausedAlone();
    void sourcesStayTogether_data();
    void sourcesStayTogether();
    void nobodyWaitsForEverOnThreads();
    void aSourceWithoutTimeIsRefused();
};

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr int kFastRows = 4000, kSlowRows = 4000;

// What was woken.
class NotingExecutor final : public Executor {
public:
    void start(Task&) override { }
    Status release() override { return ok(); }
    void wake(TaskId task) override { woken.insert(task.value); }
    void cancel() override { }
    std::set<std::uint32_t> woken{};
};

struct SeenBySource {
    int reads = 0;
    std::map<std::uint32_t, bool> paused{};
};

class TwoSplits final : public Source {
public:
    explicit TwoSplits(SeenBySource& seen) : m_seen(seen) { }
    Status open(SourceContext&, std::span<const SplitState>) override { return ok(); }
    Result<ReadState> read(SourceOutput&, MonotonicTime) override
    {
        ++m_seen.reads;
        return ReadState::More;
    }
    std::vector<SplitState> splits() const override
    {
        return {{SplitId{0}, "zero", {}, SplitState::Active}, {SplitId{1}, "one", {}, SplitState::Active}};
    }
    void pause(SplitId split, bool isPaused) override { m_seen.paused[split.value] = isPaused; }

private:
    SeenBySource& m_seen;
};

// Event time goes by a second in each row of one source, and 10 ms in each row of the other.
std::string inputText(int rows, std::int64_t stepMs)
{
    std::string text;
    for (int n = 0; n < rows; ++n) text += "{\"at\":" + std::to_string(n * stepMs) + "}\n";
    return text;
}

std::string documentOf(const std::string& aligned)
{
    const auto source = [&](const std::string& id) {
        return R"({"id": ")" + id + R"(", "component": "file_source", "params": {"path": "/)" + id +
            R"(.ndjson", "format": "json", "columns": [{"name": "at", "type": "timestamp",
            "encoding": "epoch_ms"}], "time_column": "at")" +
            aligned + "}}";
    };
    return R"({"format": 1, "id": "2f0b7c1e-5a3d-4c8e-9b6f-7d1e0a4c5b25", "name": "Aligned",
  "settings": {"chunk_size": "64B", "checkpoint_interval": "20ms"},
  "nodes": [)" +
        source("fast") + ", " + source("slow") + R"(,
    {"id": "both", "component": "union", "params": {}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "/out.ndjson", "format": "json", "if_exists": "replace"}}],
  "edges": [["fast.out", "both.in"], ["slow.out", "both.in"], ["both.out", "output.in"]]})";
}

}  // namespace

void AlignmentTest::theSlowestRules()
{
    AlignmentGroup group;
    NotingExecutor executor;
    const std::size_t a = group.addMember(TaskId{4}), b = group.addMember(TaskId{5});
    group.connect(&executor);
    QVERIFY(!group.isAhead(a, 0, 5 * kSecond));
    group.tell(a, 0, 0, true);
    QVERIFY(group.isAhead(a, 0, 5 * kSecond));  // the other has not begun
    QVERIFY(!group.isAhead(b, 0, 5 * kSecond));
    group.tell(b, 0, 0, true);
    QCOMPARE(executor.woken, std::set<std::uint32_t>{4});
    group.tell(a, 0, 5 * kSecond, true);
    QVERIFY(!group.isAhead(a, 0, 5 * kSecond));
    group.tell(a, 0, 5 * kSecond + 1, true);
    QVERIFY(group.isAhead(a, 0, 5 * kSecond));
    executor.woken.clear();
    group.tell(a, 1, 0, true);  // one more split, as far as the slowest: nothing has moved
    QVERIFY(executor.woken.empty());
    group.tell(b, 0, kSecond, true);
    QVERIFY(executor.woken.empty());
    group.tell(a, 1, kSecond, true);
    QCOMPARE(executor.woken, std::set<std::uint32_t>{4});
    QVERIFY(!group.isAhead(a, 0, 5 * kSecond));
}

void AlignmentTest::whatIsIdleOrOverHoldsNobodyBack()
{
    AlignmentGroup group;
    NotingExecutor executor;
    const std::size_t a = group.addMember(TaskId{0}), b = group.addMember(TaskId{1});
    group.connect(&executor);
    group.tell(a, 0, 100 * kSecond, true);
    group.tell(b, 0, 0, true);
    QVERIFY(group.isAhead(a, 0, kSecond));
    group.tell(b, 0, 0, false);
    QCOMPARE(executor.woken.size(), std::size_t{1});
    QVERIFY(!group.isAhead(a, 0, kSecond));
    group.tell(b, 0, 0, true);
    QVERIFY(group.isAhead(a, 0, kSecond));
    group.leave(b);
    QVERIFY(!group.isAhead(a, 0, kSecond));
}

void AlignmentTest::aSplitThatIsAheadIsPausedAlone()
{
    AlignmentGroup group;
    NotingExecutor executor;
    const std::size_t ours = group.addMember(TaskId{0}), other = group.addMember(TaskId{1});
    group.connect(&executor);
    group.tell(other, 0, 0, true);
    ManualClock clock;
    MemoryFiles files;
    Env env{clock, files, 1};
    ReportBox reports;
    TaskMetrics taskMetrics;
    NodeMetrics nodeMetrics;
    SeenBySource seen;
    SourceSetup setup;
    setup.make = [&seen] { return std::make_unique<TwoSplits>(seen); };
    setup.metrics = &nodeMetrics;
    setup.alignment = {&group, ours, 5 * kSecond, false};
    Channel lane(1 << 20);
    SourceTask task({TaskId{0}, env, reports, taskMetrics}, std::move(setup), {&lane});
    QVERIFY(task.step() == Progress::Again);
    QCOMPARE(seen.reads, 1);
    QVERIFY(seen.paused.empty());

    group.tell(ours, 0, 100 * kSecond, true);
    group.tell(ours, 1, 0, true);
    QVERIFY(task.step() == Progress::Again);
    QCOMPARE(seen.reads, 2);
    QCOMPARE(seen.paused, (std::map<std::uint32_t, bool>{{0, true}}));

    group.tell(ours, 1, 50 * kSecond, true);
    QVERIFY(task.step() == Progress::Waiting);
    QCOMPARE(seen.reads, 2);
    QCOMPARE(seen.paused, (std::map<std::uint32_t, bool>{{0, true}, {1, true}}));

    executor.woken.clear();
    group.tell(other, 0, 200 * kSecond, true);
    QCOMPARE(executor.woken, std::set<std::uint32_t>{0});
    QVERIFY(task.step() == Progress::Again);
    QCOMPARE(seen.reads, 3);
    QCOMPARE(seen.paused, (std::map<std::uint32_t, bool>{{0, true}, {1, false}}));
}

void AlignmentTest::sourcesStayTogether_data()
{
    QTest::addColumn<QString>("aligned");
    QTest::addColumn<bool>("areTogether");
    QTest::newRow("not aligned") << "" << false;
    QTest::newRow("by drift alone") << R"(, "max_drift": "10s")" << true;
    QTest::newRow("in a named group") << R"(, "max_drift": "10s", "alignment_group": "halls")" << true;
    QTest::newRow("a group without a drift") << R"(, "alignment_group": "halls")" << false;
}

void AlignmentTest::sourcesStayTogether()
{
    QFETCH(QString, aligned);
    QFETCH(bool, areTogether);
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        MemoryJob memory(seed);
        memory.files.put("/fast.ndjson", inputText(kFastRows, 1000));
        memory.files.put("/slow.ndjson", inputText(kSlowRows, 10));
        QVERIFY(bool(memory.start(documentOf(aligned.toStdString()))));
        std::int64_t greatest = 0;
        while (!isOver(memory.state())) {
            memory.steps(200);
            const JobTelemetry telemetry = memory.telemetry();
            const std::int64_t fast = telemetry.nodes[0].watermarkUs, slow = telemetry.nodes[1].watermarkUs;
            if (fast != kNoWatermark && slow != kNoWatermark && fast != kEndOfTime && slow != kEndOfTime)
                greatest = std::max(greatest, fast - slow);
        }
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QCOMPARE(memory.linesOf("/out.ndjson").size(), static_cast<std::size_t>(kFastRows + kSlowRows));
        // The drift, and what was on its way through the lanes when the source was told to wait.
        const QString found = QString("%1 s apart").arg(greatest / kSecond);
        if (areTogether)
            QVERIFY2(greatest <= (10 + 600) * kSecond, qPrintable(found));
        else
            QVERIFY2(greatest > 1200 * kSecond, qPrintable(found));
    }
}

// A wake-up that is lost would let the job stand still.
void AlignmentTest::nobodyWaitsForEverOnThreads()
{
    QTemporaryDir directory;
    const std::string place = directory.path().toStdString();
    for (const auto& [name, stepMs] : {std::pair{"/fast.ndjson", 1000}, std::pair{"/slow.ndjson", 10}}) {
        QFile file(QString::fromStdString(place + name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const std::string text = inputText(kFastRows, stepMs);
        QCOMPARE(file.write(text.data(), static_cast<qint64>(text.size())), static_cast<qint64>(text.size()));
    }
    QString document = QString::fromStdString(documentOf(R"(, "max_drift": "1s")"));
    document.replace("\"path\": \"/", "\"path\": \"" + directory.path() + "/");
    Overrides overrides;
    overrides.schemaOf = [](std::string_view id) { return builtinComponents().schemaOf(id); };
    const Resolved resolved = resolve(parsePipeline(document.toStdString()).spec, overrides);
    for (int round = 0; round < 5; ++round) {
        JobOptions options;
        options.stateDirectory = place + "/state" + std::to_string(round);
        options.threads = 2;
        auto job = Job::create(resolved.spec, {}, builtinComponents(), systemEnv(), options);
        QVERIFY(bool(job));
        const auto until = systemEnv().clock.monotonic() + std::chrono::seconds(50);
        while (!isOver((*job)->status().state) && systemEnv().clock.monotonic() < until)
            (*job)->waitAndPoll(std::chrono::milliseconds(5));
        QVERIFY((*job)->status().state == JobState::Finished);
        QFile output(directory.path() + "/out.ndjson");
        QVERIFY(output.open(QIODevice::ReadOnly));
        QCOMPARE(output.readAll().count('\n'), kFastRows + kSlowRows);
    }
}

void AlignmentTest::aSourceWithoutTimeIsRefused()
{
    std::string document = documentOf(R"(, "max_drift": "10s")");
    const std::string column = R"(, "time_column": "at")";
    document.erase(document.find(column), column.size());
    MemoryJob memory(1);
    const auto started = memory.start(document);
    QVERIFY(!started);
    QVERIFY2(started.error().message.find("node \"fast\", max_drift: ") != std::string::npos,
             started.error().message.c_str());
}

STREAMWRIGHT_TEST(AlignmentTest)

}  // namespace tst_alignment
#include "tst_alignment.moc"
