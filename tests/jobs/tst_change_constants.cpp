// labels: asan
// A change of the document's parameters in a running job: what no formula asks for changes nothing.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_change_constants {

using namespace engine;

class ChangeConstantsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatNoFormulaUsesWaitsForNothing();
    void aFormulaGetsTheNewValue();
};

namespace {

// Rows with a from 0 to 9, counted where it is above the first parameter; nothing uses the second.
std::string document(int limit, int spare)
{
    return QString(R"({"format": 1, "id": "5f0c5c8e-6b0e-4a53-8a0c-0d7f4f4a9b11", "name": "Constants",
  "settings": {"chunk_size": "64B"},
  "parameters": {"limit": {"type": "bigint", "default": %1}, "spare": {"type": "bigint", "default": %2}},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "a", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_s"}], "time_column": "ts"}},
    {"id": "some", "component": "filter", "params": {"condition": "a > ${limit}"}},
    {"id": "counts", "component": "window", "params": {"kind": "tumbling", "size": "1min", "keys": [],
      "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.csv", "format": "csv"}}],
  "edges": [["input.out", "some.in"], ["some.out", "counts.in"], ["counts.out", "output.in"]]})")
        .arg(limit)
        .arg(spare)
        .toStdString();
}

std::string input()
{
    std::string text;
    for (int i = 0; i < 10; ++i)
        text += "{\"a\":" + std::to_string(i) + ",\"ts\":" + std::to_string(i) + "}\n";
    return text;
}

}  // namespace

void ChangeConstantsTest::whatNoFormulaUsesWaitsForNothing()
{
    MemoryJob memory(41);
    memory.files.put("/in.ndjson", input());
    QVERIFY(bool(memory.start(document(1, 5))));
    QVERIFY(bool(memory.change(document(1, 6))));
    QVERIFY(!memory.telemetry().isChangeWaiting);
    QVERIFY(bool(memory.change(document(7, 6))));
    QVERIFY(memory.telemetry().isChangeWaiting);
}

void ChangeConstantsTest::aFormulaGetsTheNewValue()
{
    MemoryJob memory(42);
    memory.files.put("/in.ndjson", input());
    QVERIFY(bool(memory.start(document(1, 5))));
    QVERIFY(memory.job().request(JobAction::Pause));
    // Twice, and the second time from what was taken without a barrier.
    QVERIFY(bool(memory.change(document(1, 6))));
    QVERIFY(bool(memory.change(document(6, 6))));
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    QVERIFY(memory.job().request(JobAction::Resume));
    QVERIFY(memory.runToEnd());
    const auto lines = memory.linesOf("/out.csv");
    QCOMPARE(lines.size(), std::size_t{2});
    QCOMPARE(lines[1].substr(lines[1].rfind(',') + 1), std::string("3"));
}

STREAMWRIGHT_TEST(ChangeConstantsTest)

}  // namespace tst_change_constants
#include "tst_change_constants.moc"
