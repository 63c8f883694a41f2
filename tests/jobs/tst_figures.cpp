// labels: asan
// The figures of a run are real for every node: rows and bytes in and out, state, watermark.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
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

STREAMWRIGHT_TEST(FiguresTest)

}  // namespace tst_figures
#include "tst_figures.moc"
