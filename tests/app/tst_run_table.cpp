// labels: asan
// How a running job is told on a terminal.
#include "commands/run_table.h"
#include "test_main.h"

namespace tst_run_table {

class RunTableTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figuresAreReadable();
    void theTableFitsItsWidth();
    void allFiguresFitATerminal();
    void theTableShowsWhatIsUnread();
    void stateAndLagAreTold();
    void whatASinkRefusesIsNotOut();
};

void RunTableTest::figuresAreReadable()
{
    using namespace std::chrono_literals;
    QCOMPARE(engine::countText(9999), std::string("9999"));
    QCOMPARE(engine::countText(12'345), std::string("12.3 k"));
    QCOMPARE(engine::countText(4'560'000), std::string("4.56 M"));
    QCOMPARE(engine::durationText(250ms), std::string("250 ms"));
    QCOMPARE(engine::durationText(12'500ms), std::string("12.5 s"));
    QCOMPARE(engine::durationText(200s), std::string("3 min 20 s"));
    QCOMPARE(engine::durationText(5h + 12min), std::string("5 h 12 min"));
    QCOMPARE(engine::watermarkText(engine::kNoWatermark), std::string("-"));
    QCOMPARE(engine::watermarkText(engine::kEndOfTime), std::string("end"));
}

void RunTableTest::theTableFitsItsWidth()
{
    engine::JobTelemetry telemetry;
    telemetry.nodes.resize(2);
    telemetry.nodes[0].node.value = "sensors_with_a_long_name";
    telemetry.nodes[1].node.value = "hot";
    telemetry.nodes[1].rowsIn = 123'456'789;
    telemetry.nodes[1].problem = "The disk is full.";
    const auto lines = engine::telemetryTable(telemetry, std::chrono::seconds(3), 60);
    QCOMPARE(lines.size(), std::size_t{5});
    for (const std::string& line : lines) QVERIFY(line.size() <= 60);
    QVERIFY(lines[3].find("123.46 M") != std::string::npos);
    QCOMPARE(lines[4], std::string("hot: The disk is full."));
}

// On 80 columns all figures are seen: the watermark becomes short, then goes, and long names are cut.
void RunTableTest::allFiguresFitATerminal()
{
    engine::JobTelemetry telemetry;
    telemetry.nodes.resize(1);
    engine::NodeTelemetry& node = telemetry.nodes[0];
    node.node.value = "per_second";
    node.watermarkUs = 1'700'000'000'000'000;
    node.stateRows = 4321;
    node.rowsRejected = 77;
    node.rowsLate = 99;
    const auto tableAt = [&](std::size_t width) {
        return engine::telemetryTable(telemetry, std::chrono::seconds(3), width);
    };
    QVERIFY(tableAt(160)[2].find("2023-11-14T22:13:20") != std::string::npos);
    QVERIFY(tableAt(90)[2].find(" 22:13:20 ") != std::string::npos);
    for (const char* name : {"per_second", "a_node_with_a_rather_long_name"}) {
        node.node.value = name;
        for (const std::size_t width : {std::size_t{80}, std::size_t{90}}) {
            const auto lines = tableAt(width);
            for (const char* heading : {"state", "rejected", "late"})
                QVERIFY2(lines[1].find(heading) != std::string::npos, lines[1].c_str());
            for (const char* figure : {" 4321", " 77", " 99"})
                QVERIFY2(lines[2].find(figure) != std::string::npos, lines[2].c_str());
            for (const std::string& line : lines) QVERIFY2(line.size() <= width, line.c_str());
        }
    }
    QVERIFY(tableAt(80)[2].starts_with("a_node"));
}

// What a topic holds that was not read yet has a column where there is a source that knows.
void RunTableTest::theTableShowsWhatIsUnread()
{
    using namespace std::chrono_literals;
    engine::JobTelemetry telemetry;
    telemetry.nodes.resize(3);
    QVERIFY(engine::telemetryTable(telemetry, 3s, 200)[1].find("unread") == std::string::npos);
    QVERIFY(engine::telemetryLine(telemetry, 3s).find("unread") == std::string::npos);
    telemetry.nodes[0].counters = {{"lag", 12'345}, {"lag:sensors/0", 12'345}};
    telemetry.nodes[1].counters = {{"lag", 55}};
    const auto lines = engine::telemetryTable(telemetry, 3s, 200);
    const std::size_t end = lines[1].find("unread") + 6;
    QCOMPARE(lines[2].substr(end - 6, 6), std::string("12.3 k"));
    QCOMPARE(lines[3].substr(end - 6, 6), std::string("    55"));
    QCOMPARE(lines[4].substr(end - 6, 6), std::string("     -"));
    QVERIFY(engine::telemetryLine(telemetry, 3s).find(", unread 12.4 k") != std::string::npos);
}

// The bytes of state have a column where there is room, and both are in what a program reads.
void RunTableTest::stateAndLagAreTold()
{
    using namespace std::chrono_literals;
    engine::JobTelemetry telemetry;
    telemetry.at = engine::Timestamp(1'700'000'007s);
    telemetry.nodes.resize(2);
    telemetry.nodes[0].watermarkUs = 1'700'000'000'000'000;
    telemetry.nodes[0].stateBytes = 3 << 20;
    telemetry.nodes[1].watermarkUs = engine::kEndOfTime;
    telemetry.checkpoint.durationUs = 250'000;
    telemetry.checkpoint.pauseUs = 1'500;
    telemetry.checkpoint.bytes = 77;
    const auto wide = engine::telemetryTable(telemetry, 3s, 160);
    const auto narrow = engine::telemetryTable(telemetry, 3s, 80);
    QVERIFY(wide[1].find("in memory") != std::string::npos && wide[2].find("3.00 MiB") != std::string::npos);
    QVERIFY(wide[2].find("7.0 s") != std::string::npos);
    QVERIFY(narrow[1].find("in memory") == std::string::npos && narrow[2].find("7.0 s") != std::string::npos);
    const engine::Json json = engine::telemetryJson(telemetry, 3s);
    QCOMPARE(json["nodes"][0]["state_bytes"].get<qint64>(), qint64{3 << 20});
    QCOMPARE(json["nodes"][0]["watermark_lag_seconds"].get<double>(), 7.0);
    QVERIFY(json["nodes"][1]["watermark_lag_seconds"].is_null());
    QCOMPARE(json["checkpoint_seconds"].get<double>(), 0.25);
    QCOMPARE(json["checkpoint_pause_seconds"].get<double>(), 0.0015);
    QCOMPARE(json["checkpoint_bytes"].get<qint64>(), qint64{77});
}

void RunTableTest::whatASinkRefusesIsNotOut()
{
    using namespace std::chrono_literals;
    engine::JobTelemetry telemetry;
    telemetry.nodes.resize(2);
    telemetry.nodes[0].node.value = "in";
    telemetry.nodes[0].rowsIn = 8;
    telemetry.nodes[1].node.value = "out";
    telemetry.nodes[1].rowsIn = 8;
    telemetry.nodes[1].rowsRejected = 6;
    telemetry.nodes[1].rowsInRate = 4;
    telemetry.edges.resize(1);
    telemetry.edges[0].edge = {{{"in"}, "out"}, {{"out"}, "in"}, {}};
    QCOMPARE(engine::totalsOf(telemetry).out, std::int64_t{2});
    QCOMPARE(engine::totalsOf(telemetry).outRate, 1.0);
    QCOMPARE(engine::telemetryJson(telemetry, 3s)["rows_out"].get<qint64>(), qint64{2});
    telemetry.nodes[1].rowsRejected = 9;  // figures of an instant need not fit together
    QCOMPARE(engine::totalsOf(telemetry).out, std::int64_t{0});
    QCOMPARE(engine::totalsOf(telemetry).outRate, 0.0);
}

STREAMWRIGHT_TEST(RunTableTest)

}  // namespace tst_run_table
#include "tst_run_table.moc"
