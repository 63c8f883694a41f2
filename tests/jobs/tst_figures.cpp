// labels: asan
// The figures of a run are real for every node: rows and bytes in and out, state, watermark.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"

#include <QRegularExpression>
#endif

#include "test_main.h"

namespace tst_figures {

using namespace engine;

class FiguresTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ofEveryNode_data();
    void ofEveryNode();
    void ofAnEdgeBeforeWhatIsSlow();
    void countEachRowOnceThroughRestarts();
};

void FiguresTest::ofEveryNode_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("ports");
    // Of what a lane does and adds up, and of the same in a chain of its own.
    QTest::newRow("in lanes") << "filter" << R"({"condition": "n >= 0"})";
    QTest::newRow("in chains") << "throttle" << R"({"rate": 1000000})";
}

void FiguresTest::ofEveryNode()
{
    QFETCH(QString, first);
    QFETCH(QString, ports);
    MemoryJob memory(3);
    std::string text;
    for (int n = 0; n < 1000; ++n)
        text += R"({"n":)" + std::to_string(n % 5) + R"(,"at":)" + std::to_string(1'700'000'000'000 + n) +
            "}\n";
    memory.files.put("/in.ndjson", text);
    const Status started = memory.start(QString(R"({"format": 1, "id": "3e1b9d52-6f1c-4a57-8a7e-5b2f0c9d1e44",
  "name": "Figures", "settings": {"checkpoint_interval": "1h"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "n", "type": "bigint"},
        {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "at"}},
    {"id": "first", "component": "%1", "params": %2},
    {"id": "counts", "component": "window", "params": {"kind": "tumbling", "size": "100ms", "keys": ["n"],
      "aggregates": [{"function": "count", "name": "c"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.ndjson"}}],
  "edges": [["input.out", "first.in"], ["first.out", "counts.in"], ["counts.out", "output.in"]]})")
                                            .arg(first, ports)
                                            .toStdString());
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    QVERIFY(memory.runToEnd());
    const JobTelemetry telemetry = memory.telemetry();
    const std::int64_t rows[][2] = {{1000, 1000}, {1000, 1000}, {1000, 50}, {50, 0}};
    for (std::size_t i = 0; i < 4; ++i) {
        const NodeTelemetry& node = telemetry.nodes[i];
        QCOMPARE(node.rowsIn, rows[i][0]);
        QCOMPARE(node.rowsOut, rows[i][1]);
        QVERIFY2(node.bytesIn >= 8 * node.rowsIn, node.node.value.c_str());
        QVERIFY2(node.bytesOut >= 8 * node.rowsOut, node.node.value.c_str());
    }
    QCOMPARE(telemetry.nodes[0].bytesIn, static_cast<std::int64_t>(text.size()));
}

// The clock stands still, so a throttle lets a few rows through: what is before it fills up and is further in
// event time than what is behind it.
void FiguresTest::ofAnEdgeBeforeWhatIsSlow()
{
    MemoryJob memory(5);
    const Status started = memory.start(R"({"format": 1, "id": "3e1b9d52-6f1c-4a57-8a7e-5b2f0c9d1e44",
  "name": "Figures", "settings": {"checkpoint_interval": "1h"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0,
      "time_step": "1s"}},
    {"id": "slow", "component": "throttle", "params": {"rate": 10}},
    {"id": "output", "component": "discard_sink", "params": {}}],
  "edges": [["input.out", "slow.in"], ["slow.out", "output.in"]]})");
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    const auto before = [&] { return memory.telemetry().edges[0]; };
    QVERIFY(memory.runUntil([&] { return before().fill > 0.9; }));
    memory.steps(1000);
    QVERIFY2(before().fill > 0.9 && before().fill <= 1, qPrintable(QString::number(before().fill)));
    const EdgeTelemetry behind = memory.telemetry().edges[1];
    QVERIFY2(behind.fill < 0.1, qPrintable(QString::number(behind.fill)));
    QVERIFY(before().rows > behind.rows && behind.rows > 0);
    QVERIFY(before().watermarkUs > behind.watermarkUs + 1'000'000'000);
}

namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 40;

// Lanes with operators, a chain, instances, late rows, rejected rows of three nodes.
std::string busyDocument()
{
    return R"doc({"format": 1, "id": "3e1b9d52-6f1c-4a57-8a7e-5b2f0c9d1e44", "name": "Figures",
  "settings": {"checkpoint_interval": "15ms", "chunk_size": "512B",
    "restart": {"initial": "10ms", "maximum": "10ms", "attempts": 1000}},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "n", "type": "bigint"},
        {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "at", "watermark_delay": "0s"}},
    {"id": "some", "component": "filter", "params": {"condition": "100 / MOD(n, 50) < 90"}},
    {"id": "slow", "component": "throttle", "params": {"rate": 20000}},
    {"id": "more", "component": "compute", "params": {"columns": [
      {"name": "share", "expression": "1000 / MOD(n, 37)"}]}},
    {"id": "counts", "component": "window", "params": {"kind": "tumbling", "size": "10ms", "keys": ["share"],
      "aggregates": [{"function": "count", "name": "c"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.ndjson"}},
    {"id": "bad", "component": "file_sink", "params": {"path": "/bad.ndjson"}}],
  "edges": [["input.out", "some.in"], ["some.out", "slow.in"], ["slow.out", "more.in"],
    ["more.out", "counts.in"], ["counts.out", "output.in"], ["input.rejected", "bad.in"]]})doc";
}

std::string busyInput()
{
    std::string text;
    for (int n = 1; n <= 3000; ++n) {
        const int at = n % 40 == 13 ? n - 30 : n;
        text += n % 60 == 7 ? "bad\n"
                            : R"({"n":)" + std::to_string(n) + R"(,"at":)" +
                std::to_string(1'700'000'000'000 + at) + "}\n";
    }
    return text;
}

// What does not depend on how rows came in batches.
QStringList rowFigures(const JobTelemetry& telemetry)
{
    QStringList figures;
    for (const NodeTelemetry& node : telemetry.nodes)
        figures += QString("%1: %2 in, %3 out, %4 rejected, %5 late")
                       .arg(QString::fromStdString(node.node.value))
                       .arg(node.rowsIn)
                       .arg(node.rowsOut)
                       .arg(node.rowsRejected)
                       .arg(node.rowsLate);
    figures += QString("%1 bytes").arg(telemetry.nodes[0].bytesIn);
    for (const EdgeTelemetry& edge : telemetry.edges)
        figures += QString("%1 to %2: %3 rows")
                       .arg(QString::fromStdString(edge.edge.from.node.value),
                            QString::fromStdString(edge.edge.to.node.value))
                       .arg(edge.rows);
    QStringList rejected;
    for (const RejectedRow& row : telemetry.rejected)
        rejected += QString::fromStdString(row.node.value + " " + row.coordinates + " " + row.raw);
    rejected.sort();
    return figures + rejected;
}

// Each rejected row that is counted is kept, at any time; and nothing runs backwards.
bool isSound(const JobTelemetry& telemetry)
{
    return std::all_of(telemetry.nodes.begin(), telemetry.nodes.end(), [&](const NodeTelemetry& node) {
        const auto kept =
            std::count_if(telemetry.rejected.begin(), telemetry.rejected.end(),
                          [&](const RejectedRow& row) { return row.node == node.node; });
        return kept == std::min<std::int64_t>(node.rowsRejected, 100) && node.rowsInRate >= 0 &&
            node.rowsOutRate >= 0 && node.bytesOutRate >= 0;
    });
}

}  // namespace

// Again and again the disk is full: before anything was decided, and in the middle.
void FiguresTest::countEachRowOnceThroughRestarts()
{
    const auto begin = [](MemoryJob& memory) {
        memory.files.put("/in.ndjson", busyInput());
        return bool(memory.start(busyDocument()));
    };
    MemoryJob undisturbed(1);
    QVERIFY(begin(undisturbed) && undisturbed.runToEnd());
    const QStringList expected = rowFigures(undisturbed.telemetry());
    QVERIFY(expected.contains("input: 3000 in, 2950 out, 50 rejected, 0 late"));
    QVERIFY(!expected.filter(QRegularExpression("counts: .* 0 rejected, [1-9][0-9]* late")).isEmpty());
    int fromTheBeginning = 0, fromTheMiddle = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        MemoryJob memory(seed);
        Random random(seed);
        QVERIFY(begin(memory));
        for (int times = 0; times < 4 && !isOver(memory.state()); ++times) {
            for (std::uint64_t looks = random.below(times ? 40 : 5); looks > 0; --looks) {
                memory.steps(static_cast<int>(random.below(60)));
                QVERIFY(isSound(memory.telemetry()));
            }
            memory.files.setRoom(0);
            if (!memory.runUntil([&] { return memory.state() == JobState::Restarting; })) break;
            QVERIFY(isSound(memory.telemetry()));
            memory.files.setRoom(kPlenty);
            ++(memory.job().status().lastCheckpoint.value ? fromTheMiddle : fromTheBeginning);
            memory.runUntil([&] { return memory.state() != JobState::Restarting; });
            QVERIFY(isSound(memory.telemetry()));
        }
        memory.files.setRoom(kPlenty);
        QVERIFY(memory.runToEnd());
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QCOMPARE(rowFigures(memory.telemetry()), expected);
    }
    QVERIFY2(fromTheBeginning > 3 && fromTheMiddle > 10,
             qPrintable(QString("%1 %2").arg(fromTheBeginning).arg(fromTheMiddle)));
}

STREAMWRIGHT_TEST(FiguresTest)

}  // namespace tst_figures
#include "tst_figures.moc"
