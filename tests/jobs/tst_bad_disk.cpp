// labels: asan
// Whole jobs on a disk that lets them down: files that are gone, no room, damaged state. A sentence each
// time, the run goes on where that helps, and what comes out in the end is right.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "spec/json.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_bad_disk {

using namespace engine;

namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 40;
constexpr int kRows = 6000;

std::string documentOf(const std::string& restart)
{
    return R"({"format": 1, "id": "2f0b7c1e-5a3d-4c8e-9b6f-7d1e0a4c5b23", "name": "Bad disk",
  "settings": {"checkpoint_interval": "20ms", "chunk_size": "1KiB", "restart": )" +
        restart + R"(},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.ndjson", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}, {"name": "key", "type": "string"},
                  {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}], "time_column": "at"}},
    {"id": "sums", "component": "window", "params": {"kind": "tumbling", "size": "100ms", "keys": ["key"],
      "aggregates": [{"function": "sum", "argument": "n", "name": "total"}]}},
    {"id": "output", "component": "file_sink",
      "params": {"path": "/out.ndjson", "format": "json", "if_exists": "replace"}}],
  "edges": [["input.out", "sums.in"], ["sums.out", "output.in"]]})";
}

const std::string kAgain = R"({"initial": "10ms", "maximum": "40ms", "attempts": 3, "within": "10min"})";

std::string inputText()
{
    std::string text;
    for (int n = 0; n < kRows; ++n)
        text += "{\"n\":" + std::to_string(n) + ",\"key\":\"k" + std::to_string(n % 7) +
            "\",\"at\":" + std::to_string(1'700'000'000'000 + n) + "}\n";
    return text;
}

std::vector<std::string> sortedResult(const MemoryJob& memory)
{
    auto lines = memory.linesOf("/out.ndjson");
    std::sort(lines.begin(), lines.end());
    return lines;
}

const std::vector<std::string>& expectedResult()
{
    static const std::vector<std::string> expected = [] {
        MemoryJob memory(1);
        memory.files.put("/in.ndjson", inputText());
        CHECK(memory.start(documentOf(kAgain)) && memory.runToEnd());
        return sortedResult(memory);
    }();
    return expected;
}

using Disk = std::map<std::string, std::string>;

Disk diskOf(const MemoryJob& memory)
{
    Disk disk;
    for (const auto& [path, content] : memory.files.names()) disk[path] = content->bytes;
    return disk;
}

}  // namespace

class BadDiskTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aFileThatWasNeverThere();
    void aFileThatVanishes();
    void aFullDiskIsWaitedFor();
    void aDiskThatStaysFull();
    void healthyTimeForgetsRestarts();
    void aDiskThatIsFullWhenItIsToEnd_data();
    void aDiskThatIsFullWhenItIsToEnd();
    void aFullDiskAtTheStart();
    void aFullDiskIsWaitedForFromTheStart();
    void aFullDiskIsToldAtOnceWithoutRestarts();
    void aTakenOutputIsSaidAtItsNode();
    void damagedState();
    void anEndlessOutputIsRolled();
    void whatWasMovedAsideIsTheNewestAlone();

private:
    void damage(const std::string& path, const std::string& bytes, bool isGone, const Disk& disk);
    int m_refused = 0, m_right = 0;
};

void BadDiskTest::initTestCase() { QCOMPARE(expectedResult().size(), std::size_t{kRows / 100 * 7}); }

void BadDiskTest::aFileThatWasNeverThere()
{
    MemoryJob memory(2);
    QVERIFY(bool(memory.start(documentOf(kAgain))));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QCOMPARE(memory.job().status().restarts, 0);
    QCOMPARE(memory.failure(), std::string("There is no file /in.ndjson; check the path, or make the file."));
    QCOMPARE(memory.telemetry().nodes[0].problem, memory.failure());
}

void BadDiskTest::aFileThatVanishes()
{
    MemoryJob memory(3);
    memory.files.put("/in.ndjson", inputText());
    QVERIFY(memory.stopHalfway(documentOf(kAgain)));
    QVERIFY(bool(memory.files.remove("/in.ndjson")));
    QVERIFY(bool(memory.start(documentOf(kAgain))));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QVERIFY2(memory.failure().find("/in.ndjson is gone") != std::string::npos, memory.failure().c_str());
    QCOMPARE(memory.telemetry().nodes[0].problem, memory.failure());
    memory.files.put("/in.ndjson", inputText());
    QVERIFY(bool(memory.start(documentOf(kAgain))));
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    QCOMPARE(sortedResult(memory), expectedResult());
}

void BadDiskTest::aFullDiskIsWaitedFor()
{
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        MemoryJob memory(seed);
        memory.files.put("/in.ndjson", inputText());
        QVERIFY(bool(memory.start(documentOf(kAgain))));
        QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
        memory.files.setRoom(seed * 150);
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Restarting; }));
        QVERIFY2(memory.failure().find("no space left on device") != std::string::npos,
                 memory.failure().c_str());
        memory.files.setRoom(kPlenty);
        QVERIFY(memory.runToEnd());
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QVERIFY(memory.job().status().restarts > 0);
        // What was overcome is nothing that a job ended with.
        QVERIFY(!memory.job().status().failure);
        for (const NodeTelemetry& node : memory.telemetry().nodes) QCOMPARE(node.problem, std::string());
        QCOMPARE(sortedResult(memory), expectedResult());
    }
}

void BadDiskTest::aDiskThatStaysFull()
{
    MemoryJob memory(5);
    memory.files.put("/in.ndjson", inputText());
    QVERIFY(bool(memory.start(documentOf(kAgain))));
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    memory.files.setRoom(0);
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QCOMPARE(memory.job().status().restarts, 3);
    QVERIFY(memory.failure().find("no space left on device") != std::string::npos);
    // Room is made, and the next start goes on.
    memory.files.setRoom(kPlenty);
    QVERIFY(bool(memory.start(documentOf(kAgain), JobOptions::Resume)));
    QVERIFY(memory.runToEnd());
    QCOMPARE(sortedResult(memory), expectedResult());
}

void BadDiskTest::healthyTimeForgetsRestarts()
{
    for (const bool isHealthy : {false, true}) {
        MemoryJob memory(7);
        memory.files.put("/in.ndjson", inputText());
        QVERIFY(bool(memory.start(
            documentOf(R"({"initial": "10ms", "attempts": 1, "within": "1h", "healthy_after": "1min"})"))));
        QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
        memory.files.setRoom(0);
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Restarting; }));
        memory.files.setRoom(kPlenty);
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Running; }));
        if (isHealthy) memory.clock.advance(std::chrono::minutes(1));
        memory.files.setRoom(0);
        QVERIFY(memory.runUntil([&] { return memory.state() != JobState::Running; }));
        QVERIFY(memory.state() == (isHealthy ? JobState::Restarting : JobState::Failed));
    }
}

void BadDiskTest::aDiskThatIsFullWhenItIsToEnd_data()
{
    QTest::addColumn<int>("action");
    QTest::newRow("drained") << static_cast<int>(JobAction::Drain);
    QTest::newRow("stopped") << static_cast<int>(JobAction::Stop);
}

// It ends with the reason that kept it from going on, and the next run goes on.
void BadDiskTest::aDiskThatIsFullWhenItIsToEnd()
{
    QFETCH(int, action);
    for (const bool isAskedBefore : {false, true}) {
        MemoryJob memory(8);
        memory.files.put("/in.ndjson", inputText());
        QVERIFY(bool(memory.start(documentOf(kAgain))));
        QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
        memory.files.setRoom(0);
        if (!isAskedBefore) QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Restarting; }));
        QVERIFY(bool(memory.job().request(static_cast<JobAction>(action))));
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Failed; }));
        QCOMPARE(memory.job().status().failure->code, ErrorCode::Full);
        QCOMPARE(memory.job().status().restarts, isAskedBefore ? 0 : 1);
        memory.files.setRoom(kPlenty);
        QVERIFY(bool(memory.start(documentOf(kAgain), JobOptions::Resume)));
        QVERIFY(memory.runToEnd());
        QCOMPARE(sortedResult(memory), expectedResult());
    }
}

void BadDiskTest::aFullDiskAtTheStart()
{
    MemoryJob memory(6);
    memory.files.put("/in.ndjson", inputText());
    memory.files.setRoom(0);
    QVERIFY(bool(memory.start(documentOf(kAgain))));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QCOMPARE(memory.job().status().restarts, 3);
    QVERIFY2(memory.failure().find("no space left on device") != std::string::npos, memory.failure().c_str());
    QVERIFY(memory.files.bytesOf("/out.ndjson").empty());
}

// Wherever the room ends before there is a first checkpoint: the run waits for it, and says so.
void BadDiskTest::aFullDiskIsWaitedForFromTheStart()
{
    for (const std::size_t room : {0, 1, 50, 400, 900}) {
        MemoryJob memory(room);
        memory.files.put("/in.ndjson", inputText());
        memory.files.setRoom(room);
        QVERIFY(bool(memory.start(documentOf(kAgain))));
        QVERIFY(memory.runUntil([&] { return memory.state() == JobState::Restarting; }));
        QCOMPARE(memory.job().status().lastCheckpoint.value, std::uint64_t{0});
        QVERIFY2(memory.failure().find("no space left on device") != std::string::npos,
                 memory.failure().c_str());
        QVERIFY(room > 0 || !memory.job().request(JobAction::Checkpoint));
        QCOMPARE(memory.telemetry().nodes.size(), std::size_t{3});
        memory.files.setRoom(kPlenty);
        QVERIFY(memory.runToEnd());
        QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
        QCOMPARE(sortedResult(memory), expectedResult());
    }
}

// A policy of "never" is also one for a full disk.
void BadDiskTest::aFullDiskIsToldAtOnceWithoutRestarts()
{
    MemoryJob memory(8);
    memory.files.put("/in.ndjson", inputText());
    memory.files.setRoom(0);
    QVERIFY(bool(memory.start(documentOf("\"never\""))));
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QCOMPARE(memory.job().status().restarts, 0);
}

void BadDiskTest::aTakenOutputIsSaidAtItsNode()
{
    std::string document = documentOf(kAgain);
    const std::string replace = R"(, "if_exists": "replace")";
    document.erase(document.find(replace), replace.size());
    MemoryJob memory(7);
    memory.files.put("/in.ndjson", inputText());
    QVERIFY(bool(memory.start(document)));
    QVERIFY(memory.runUntil([&] { return memory.job().status().lastCheckpoint.value > 0; }));
    memory.files.put("/out.ndjson", "theirs\n");
    QVERIFY(memory.runToEnd());
    QVERIFY(memory.state() == JobState::Failed);
    QVERIFY2(memory.failure().find("/out.ndjson.inprogress") != std::string::npos, memory.failure().c_str());
    QCOMPARE(memory.telemetry().nodes[2].problem, memory.failure());
    QCOMPARE(memory.files.bytesOf("/out.ndjson"), std::string("theirs\n"));
}

// Starts on a disk with one file of the state spoiled: either that is said, or the result is right.
void BadDiskTest::damage(const std::string& path, const std::string& bytes, bool isGone, const Disk& disk)
{
    MemoryJob memory(9);
    for (const auto& [name, content] : disk)
        if (name != path || !isGone) memory.files.put(name, name == path ? bytes : content);
    const auto started = memory.start(documentOf(kAgain));
    if (!started) {
        QVERIFY2(started.error().code == ErrorCode::Corrupt, started.error().message.c_str());
        QVERIFY2(started.error().message.find("/state/") != std::string::npos,
                 started.error().message.c_str());
        ++m_refused;
        return;
    }
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    QVERIFY2(sortedResult(memory) == expectedResult(), path.c_str());
    ++m_right;
}

void BadDiskTest::damagedState()
{
    MemoryJob stopped(9);
    stopped.files.put("/in.ndjson", inputText());
    QVERIFY(stopped.stopHalfway(documentOf(kAgain)));
    const Disk disk = diskOf(stopped);
    Random random(11);
    int files = 0;
    for (const auto& [path, bytes] : disk) {
        if (!path.starts_with("/state/") || bytes.empty()) continue;
        ++files;
        damage(path, {}, true, disk);
        damage(path, {}, false, disk);
        for (int i = 0; i < 25; ++i) {
            std::string other = bytes;
            other[random.below(other.size())] ^= static_cast<char>(1 + random.below(255));
            damage(path, other, false, disk);
            damage(path, bytes.substr(0, random.below(bytes.size())), false, disk);
        }
        if (QTest::currentTestFailed()) return;
    }
    QVERIFY(files >= 2);
    QVERIFY(m_refused > 20);
    // And a fresh start always helps.
    MemoryJob fresh(10);
    for (const auto& [name, content] : disk)
        fresh.files.put(name, name.starts_with("/state/") ? "damaged" : content);
    QVERIFY(!fresh.start(documentOf(kAgain)));
    QVERIFY(bool(fresh.start(documentOf(kAgain), JobOptions::Fresh)));
    QVERIFY(fresh.runToEnd());
    QCOMPARE(sortedResult(fresh), expectedResult());
}

void BadDiskTest::anEndlessOutputIsRolled()
{
    MemoryJob memory(12);
    const std::string document = R"({"format": 1, "id": "2f0b7c1e-5a3d-4c8e-9b6f-7d1e0a4c5b24",
  "name": "Endless", "settings": {"checkpoint_interval": "10s"},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0}},
    {"id": "few", "component": "filter", "params": {"condition": "temperature > 30"}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out.ndjson"}}],
  "edges": [["input.out", "few.in"], ["few.out", "output.in"]]})";
    QVERIFY(bool(memory.start(document)));
    for (int seconds = 0; seconds < 200; ++seconds) {
        memory.steps(20);
        memory.clock.advance(std::chrono::seconds(1));
    }
    std::size_t finished = 0;
    for (const auto& [path, content] : memory.files.names())
        finished += path.starts_with("/out-0-") && path.ends_with(".ndjson");
    QVERIFY2(finished >= 2 && finished <= 4, qPrintable(QString::number(finished)));
    QVERIFY(!memory.files.exists("/out.ndjson"));
    QVERIFY(!memory.files.exists("/out.ndjson.inprogress"));
}

void BadDiskTest::whatWasMovedAsideIsTheNewestAlone()
{
    MemoryJob memory(13);
    memory.files.put("/in.ndjson", inputText());
    std::set<std::string> seen;
    for (int round = 0; round < 3; ++round) {
        QVERIFY(memory.stopHalfway(documentOf(kAgain)));
        QVERIFY(bool(memory.start(documentOf(kAgain), JobOptions::Fresh)));
        // With nothing new to move, what lies aside stays.
        QVERIFY(bool(memory.start(documentOf(kAgain), JobOptions::Fresh)));
        std::set<std::string> aside;
        for (const auto& [path, content] : memory.files.names())
            if (path.starts_with("/state/aside-")) aside.insert(path.substr(0, path.rfind('/')));
        QCOMPARE(aside.size(), std::size_t{1});
        QVERIFY(seen.insert(*aside.begin()).second);
    }
}

STREAMWRIGHT_TEST(BadDiskTest)

}  // namespace tst_bad_disk
#include "tst_bad_disk.moc"
