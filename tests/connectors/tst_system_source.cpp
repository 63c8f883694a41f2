// labels: asan
// This computer's load from files in memory: gauges, rates, counters that begin anew or disappear.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "connectors/system/system_readings.h"
#include "support/memory_files.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

namespace tst_system_source {

using namespace engine;

namespace {

// As much of /proc as the readings look at.
struct FakeComputer {
    MemoryFiles files{};
    SystemReadings readings{files, {}};
    MonotonicTime now{};

    FakeComputer()
    {
        files.put("/proc/loadavg", "0.50 0.40 0.30 2/345 6789\n");
        files.put("/proc/meminfo",
                  "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     250 kB\n"
                  "SwapTotal:       500 kB\nSwapFree:        400 kB\n");
        files.put("/proc/1/stat", "");
        files.put("/proc/42/stat", "");
        files.put("/sys/block/sda/size", "1");
        files.put("/sys/class/hwmon/hwmon0/name", "coretemp\n");
        files.put("/sys/class/hwmon/hwmon0/temp1_input", "45500\n");
        files.put("/sys/class/hwmon/hwmon0/temp1_label", "Package\n");
        cpu(100, 900);
        disk(10, 20);
        network("eth0", 1000, 50);
    }
    void cpu(int busy, int idle)
    {
        const std::string times = std::to_string(busy) + " 0 0 " + std::to_string(idle) + " 0 0 0 0 0 0\n";
        files.put("/proc/stat",
                  "cpu  " + times + "cpu0 " + times +
                      "intr 1\nprocesses 70\nprocs_running 2\nprocs_blocked 1\n");
    }
    void disk(int reads, int sectors)
    {
        const std::string counts = std::to_string(reads) + " 0 " + std::to_string(sectors) + " 1 0 0 0 0 0 ";
        files.put("/proc/diskstats",
                  "   8 0 sda " + counts + "500 0\n   8 1 sda1 " + counts +
                      "1 0\n   7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\n");
    }
    void network(const std::string& name, int received, int sent)
    {
        files.put("/proc/net/dev",
                  "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n" + name + ":" +
                      std::to_string(received) + " 1 0 0 0 0 0 0 " + std::to_string(sent) +
                      " 1 0 0 0 0 0 0\n");
    }
    // "metric subject" → value
    std::map<std::string, double> take(int secondsLater)
    {
        now += std::chrono::seconds(secondsLater);
        auto taken = readings.take(now);
        CHECK(taken);
        std::map<std::string, double> values;
        for (const SystemReading& reading : *taken)
            values[std::string(reading.metric) + " " + reading.subject] = reading.value;
        return values;
    }
};

}  // namespace

class SystemSourceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhatIsNow();
    void makesRatesOfCounters();
    void aCounterThatBeginsAnewGivesNoRate();
    void whatDisappearsIsForgotten();
    void partsCanBeChosen();
    void saysWhenThereIsNothing();
    void givesRowsOnceAnInterval();
};

void SystemSourceTest::tellsWhatIsNow()
{
    FakeComputer computer;
    const auto values = computer.take(1);
    QCOMPARE(values.at("load_1min all"), 0.5);
    QCOMPARE(values.at("memory_total all"), 1'024'000.0);
    QCOMPARE(values.at("memory_used all"), 750 * 1024.0);
    QCOMPARE(values.at("memory_used_share all"), 75.0);
    QCOMPARE(values.at("swap_used all"), 100 * 1024.0);
    QCOMPARE(values.at("processes all"), 2.0);
    QCOMPARE(values.at("threads_running all"), 2.0);
    QCOMPARE(values.at("temperature coretemp Package"), 45.5);
    QVERIFY(!values.contains("cpu_busy all"));
    QVERIFY(!values.contains("disk_read sda"));
}

void SystemSourceTest::makesRatesOfCounters()
{
    FakeComputer computer;
    computer.take(1);
    computer.cpu(175, 925);
    computer.disk(30, 60);
    computer.network("eth0", 5000, 250);
    const auto values = computer.take(2);
    QCOMPARE(values.at("cpu_busy all"), 75.0);
    QCOMPARE(values.at("cpu_busy cpu0"), 75.0);
    QCOMPARE(values.at("disk_reads sda"), 10.0);
    QCOMPARE(values.at("disk_read sda"), 40 * 512 / 2.0);
    QCOMPARE(values.at("disk_busy sda"), 0.0);
    QCOMPARE(values.at("network_received eth0"), 2000.0);
    QCOMPARE(values.at("network_sent eth0"), 100.0);
    QCOMPARE(values.at("processes_started all"), 0.0);
    QVERIFY(!values.contains("disk_read sda1"));
    QVERIFY(!values.contains("disk_read loop0"));
}

void SystemSourceTest::aCounterThatBeginsAnewGivesNoRate()
{
    FakeComputer computer;
    computer.take(1);
    computer.network("eth0", 10, 60);
    computer.cpu(0, 10);
    auto values = computer.take(1);
    QVERIFY(!values.contains("network_received eth0"));
    QCOMPARE(values.at("network_sent eth0"), 10.0);
    QVERIFY(!values.contains("cpu_busy all"));
    computer.network("eth0", 30, 70);
    values = computer.take(1);
    QCOMPARE(values.at("network_received eth0"), 20.0);
}

void SystemSourceTest::whatDisappearsIsForgotten()
{
    FakeComputer computer;
    computer.take(1);
    computer.network("wlan0", 1, 1);
    QVERIFY(!computer.take(1).contains("network_received eth0"));
    computer.network("eth0", 9000, 50);
    QVERIFY(!computer.take(1).contains("network_received eth0"));
    computer.network("eth0", 9500, 50);
    QCOMPARE(computer.take(1).at("network_received eth0"), 500.0);
}

void SystemSourceTest::partsCanBeChosen()
{
    FakeComputer computer;
    SystemReadings memory(computer.files, {false, true, false, false, false, false});
    const auto taken = memory.take(computer.now);
    QVERIFY(bool(taken) && !taken->empty());
    for (const SystemReading& reading : *taken)
        QVERIFY(reading.metric.starts_with("memory") || reading.metric.starts_with("swap"));
}

void SystemSourceTest::saysWhenThereIsNothing()
{
    MemoryFiles empty;
    SystemReadings readings(empty, {});
    const auto taken = readings.take(MonotonicTime{});
    QVERIFY(!taken);
    QVERIFY(taken.error().message.find("/proc") != std::string::npos);
}

void SystemSourceTest::givesRowsOnceAnInterval()
{
    struct Rows final : SourceOutput {
        ByteInput& bytes(SplitId) override { qFatal("it gives rows"); }
        void rows(SplitId, RecordBatch batch) override { batches.push_back(std::move(batch)); }
        void records(SplitId, RawChunk, std::vector<RecordReject>) override { qFatal("it gives rows"); }
        bool hasRoom() const override { return true; }
        std::vector<RecordBatch> batches;
    } out;
    FakeComputer computer;
    ManualClock clock(5'000'000);
    Env env{clock, computer.files, 1};
    Catalog catalog;
    addBuiltinComponents(catalog);
    std::vector<Diagnostic> problems;
    const Constants constants;
    const BindContext context(catalog, {}, constants, problems);
    const auto binding = catalog.find("system_source")->bind(Json{{"interval", "2s"}}, context, problems);
    QVERIFY(binding && binding->source.heartbeat && binding->source.isEndless);
    const auto source = std::get<Factory<Source>>(binding->make)();
    SourceContext opening{env};
    QVERIFY(bool(source->open(opening, {})));
    QCOMPARE(*source->read(out, clock.monotonic()), ReadState::Idle);
    clock.advance(std::chrono::seconds(7));
    QCOMPARE(*source->read(out, clock.monotonic()), ReadState::More);
    QCOMPARE(*source->read(out, clock.monotonic()), ReadState::Idle);
    QCOMPARE(out.batches.size(), 1u);
    QCOMPARE(out.batches[0].eventTimes()[0], 12'000'000);
    clock.advance(std::chrono::seconds(1));  // the next is due at 8 s after the beginning, not at 9
    QCOMPARE(*source->read(out, clock.monotonic()), ReadState::More);
}

STREAMWRIGHT_TEST(SystemSourceTest)

}  // namespace tst_system_source
#include "tst_system_source.moc"
