// labels: asan
// A change of a running job that looks at other columns: sources decode no more than was asked of them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_change_columns {

using namespace engine;

class ChangeColumnsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holdsForColumnsThatAreDecoded_data();
    void holdsForColumnsThatAreDecoded();
    void isRefusedForOthers_data();
    void isRefusedForOthers();
    void namesTheNodeThatAsksForMore();
};

namespace {

// Rows with a from 0 to 9, b from 9 to 0 and the event time in seconds; counted where two conditions hold.
std::string document(const QString& first, const QString& second = "TRUE")
{
    return QString(R"({"format": 1, "id": "8a4d1f60-5b27-4c93-9e0a-6c1b2d3e4f51", "name": "Columns",
  "settings": {"chunk_size": "64B"},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "a", "type": "bigint"}, {"name": "b", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_s"}], "time_column": "ts"}},
    {"id": "some", "component": "filter", "params": {"condition": "%1"}},
    {"id": "fewer", "component": "filter", "params": {"condition": "%2"}},
    {"id": "counts", "component": "window", "params": {"kind": "tumbling", "size": "1min", "keys": [],
      "aggregates": [{"function": "count", "name": "n"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.csv", "format": "csv"}}],
  "edges": [["input.out", "some.in"], ["some.out", "fewer.in"], ["fewer.out", "counts.in"],
            ["counts.out", "output.in"]]})")
        .arg(first, second)
        .toStdString();
}

std::string input()
{
    std::string text;
    for (int i = 0; i < 10; ++i)
        text += "{\"a\":" + std::to_string(i) + ",\"b\":" + std::to_string(9 - i) +
            ",\"ts\":" + std::to_string(i) + "}\n";
    return text;
}

// The number in the one line of the result.
std::string count(MemoryJob& memory)
{
    if (!memory.runToEnd() || memory.state() != JobState::Finished) return memory.failure();
    const auto lines = memory.linesOf("/out.csv");
    return lines.size() == 2 ? lines[1].substr(lines[1].rfind(',') + 1) : "";
}

}  // namespace

void ChangeColumnsTest::holdsForColumnsThatAreDecoded_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected");
    QTest::newRow("the same one") << "a > 1" << "a > 6" << "3";
    QTest::newRow("one of two") << "a > 1 AND b > 1" << "b > 7" << "2";
    QTest::newRow("the time column") << "a > 1" << "ts > '1970-01-01 00:00:06'" << "3";
    QTest::newRow("none") << "a > 1" << "TRUE" << "10";
}

void ChangeColumnsTest::holdsForColumnsThatAreDecoded()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, expected);
    MemoryJob memory(31);
    memory.files.put("/in.ndjson", input());
    QVERIFY(bool(memory.start(document(before))));
    QVERIFY(memory.job().request(JobAction::Pause));
    const Status changed = memory.change(document(after));
    QVERIFY2(changed, changed ? "" : changed.error().message.c_str());
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    QVERIFY(memory.job().request(JobAction::Resume));
    QCOMPARE(count(memory), expected.toStdString());
}

void ChangeColumnsTest::isRefusedForOthers_data()
{
    QTest::addColumn<QString>("after");
    QTest::newRow("another") << "b > 5";
    QTest::newRow("one more") << "a > 1 AND b > 5";
}

void ChangeColumnsTest::isRefusedForOthers()
{
    QFETCH(QString, after);
    MemoryJob memory(32);
    memory.files.put("/in.ndjson", input());
    QVERIFY(bool(memory.start(document("a > 1"))));
    const Status changed = memory.change(document(after));
    QVERIFY(!changed);
    QCOMPARE(changed.error().message,
             std::string("The change of \"some\" cannot be taken by the running job: it needs column \"b\" "
                         "of \"input\", which is not read now. Stop it and start it again."));
    QCOMPARE(changed.error().where, std::string("some"));
    QCOMPARE(count(memory), std::string("8"));  // as if nobody had asked
}

void ChangeColumnsTest::namesTheNodeThatAsksForMore()
{
    MemoryJob memory(33);
    memory.files.put("/in.ndjson", input());
    QVERIFY(bool(memory.start(document("a > 1"))));
    const Status changed = memory.change(document("a > 2", "b > 5"));
    QVERIFY(!changed);
    QCOMPARE(changed.error().where, std::string("fewer"));
}

STREAMWRIGHT_TEST(ChangeColumnsTest)

}  // namespace tst_change_columns
#include "tst_change_columns.moc"
