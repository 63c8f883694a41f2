#include "test_main.h"
#include "ui/charts/chart_axis.h"
#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/time_zone.h"

namespace tst_ui_format {

using namespace ui;

class UiFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void counts();
    void shortNumbers();
    void bytes();
    void durations();
    void times();
    void numberAxis();
    void timeAxis();
    void timeZones();
    void decimals();
    void whatASinkRefusesIsNotOut();
};

void UiFormat::counts()
{
    QCOMPARE(formatCount(0), QStringLiteral("0"));
    QCOMPARE(formatCount(999), QStringLiteral("999"));
    QCOMPARE(formatCount(4021), QStringLiteral("4,021"));
    QCOMPARE(formatCount(-1234567), QStringLiteral("-1,234,567"));
    QCOMPARE(formatCount(-123), QStringLiteral("-123"));
}

void UiFormat::shortNumbers()
{
    QCOMPARE(formatShort(0), QStringLiteral("0"));
    QCOMPARE(formatShort(8.1), QStringLiteral("8.1"));
    QCOMPARE(formatShort(999.96), QStringLiteral("1 k"));
    QCOMPARE(formatShort(1'240'000), QStringLiteral("1.24 M"));
    QCOMPARE(formatShort(612'345), QStringLiteral("612 k"));
    QCOMPARE(formatShort(-3100), QStringLiteral("-3.1 k"));
    QCOMPARE(formatShort(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("–"));
    QCOMPARE(formatRate(61'230), QStringLiteral("61.2 k/s"));
    QCOMPARE(formatPercent(0.484), QStringLiteral("48 %"));
    QCOMPARE(formatValue(81.25), QStringLiteral("81.25"));
    QCOMPARE(formatValue(-0.00012), QStringLiteral("-0.00012"));
}

void UiFormat::bytes()
{
    QCOMPARE(formatBytes(0), QStringLiteral("0 B"));
    QCOMPARE(formatBytes(1023), QStringLiteral("1023 B"));
    QCOMPARE(formatBytes(2'200'000), QStringLiteral("2.1 MiB"));
    QCOMPARE(formatBytes(std::int64_t{3} << 30), QStringLiteral("3 GiB"));
}

void UiFormat::durations()
{
    QCOMPARE(formatDuration(900), QStringLiteral("900 µs"));
    QCOMPARE(formatDuration(3'100), QStringLiteral("3.1 ms"));
    QCOMPARE(formatDuration(500'000), QStringLiteral("0.5 s"));
    QCOMPARE(formatDuration(42'000'000), QStringLiteral("42 s"));
    QCOMPARE(formatDuration(125'000'000), QStringLiteral("2 min 5 s"));
    QCOMPARE(formatDuration(std::int64_t{11'520} * 1'000'000), QStringLiteral("3 h 12 min"));
    QCOMPARE(formatDuration(std::int64_t{5} * 86'400'000'000), QStringLiteral("5 d"));
    QCOMPARE(formatDuration(-500'000), QStringLiteral("−0.5 s"));
    QCOMPARE(formatRunningTime(std::int64_t{2538} * 1'000'000), QStringLiteral("00:42:18"));
    QCOMPARE(formatRunningTime(std::int64_t{3 * 86400 + 3600} * 1'000'000), QStringLiteral("3 d 01:00:00"));
    QCOMPARE(formatAge(100'000), QStringLiteral("now"));
    QCOMPARE(formatAge(3'200'000), QStringLiteral("3 s ago"));
    QCOMPARE(formatAge(std::int64_t{7'300} * 1'000'000), QStringLiteral("2 h ago"));
}

void UiFormat::times()
{
    QCOMPARE(formatDateTime(0), QStringLiteral("1970-01-01 00:00:00.000"));
    QCOMPARE(formatDateTime(-1000), QStringLiteral("1969-12-31 23:59:59.999"));
    QCOMPARE(formatDateTime(std::int64_t{1'709'209'927'500'000}), QStringLiteral("2024-02-29 12:32:07.500"));
    QCOMPARE(formatTimeOfDay(std::int64_t{1'709'209'927'500'000}), QStringLiteral("12:32:07.500"));
}

void UiFormat::numberAxis()
{
    const auto ticks = numberTicks(61, 99, 5);
    QCOMPARE(ticks.size(), std::size_t{3});
    QCOMPARE(ticks.front().label, QStringLiteral("70"));
    QCOMPARE(ticks.back().value, 90 + 0.0);
    QCOMPARE(numberTicks(0, 0.5, 5).at(1).label, QStringLiteral("0.1"));
    QCOMPARE(numberTicks(0, 50'000, 5).at(1).label, QStringLiteral("10 k"));
    QVERIFY(numberTicks(1, 1, 5).empty());
}

void UiFormat::timeAxis()
{
    constexpr std::int64_t kSecond = 1'000'000;
    const auto ticks = timeTicks(3 * kSecond + 1, 63 * kSecond, 7);
    QCOMPARE(ticks.size(), std::size_t{6});
    QCOMPARE(ticks.front().label, QStringLiteral("00:00:10"));
    QVERIFY(timeTicks(0, 365 * std::int64_t{86'400} * kSecond, 6).size() <= 7);
    QCOMPARE(timeTicks(0, kSecond, 4).at(1).label, QStringLiteral("00:00:00.500"));
    // Round where the clock hangs, half an hour beside UTC.
    const auto hours = timeTicks(0, 4 * 3600 * kSecond, 4, TimeZone("Asia/Kolkata"));
    QCOMPARE(hours.front().label, QStringLiteral("06:00:00"));
    QCOMPARE(hours.front().value, 0.5 * 3600 * kSecond);
}

void UiFormat::timeZones()
{
    constexpr std::int64_t kHour = 3'600'000'000;
    const std::int64_t winter = 1'704'067'200'000'000,
                       summer = 1'719'792'000'000'000;  // 2024, January and July
    const TimeZone berlin("Europe/Berlin");
    QCOMPARE(berlin.name(), QStringLiteral("Europe/Berlin"));
    QCOMPARE(formatDateTime(berlin.local(winter)), QStringLiteral("2024-01-01 01:00:00.000"));
    QCOMPARE(berlin.local(summer) - summer, 2 * kHour);
    QCOMPARE(berlin.local(winter + 7) - winter, kHour + 7);
    for (const char* name : {"UTC", "", "Nowhere/Atlantis"}) {
        QVERIFY(TimeZone(name).isUtc());
        QCOMPARE(TimeZone(name).local(summer), summer);
    }
    const std::int64_t end = std::numeric_limits<std::int64_t>::max();
    QCOMPARE(berlin.local(end), end);
}

void UiFormat::decimals()
{
    QCOMPARE(withDecimals(QStringLiteral("44.1"), 2), QStringLiteral("44.10"));
    QCOMPARE(withDecimals(QStringLiteral("53"), 2), QStringLiteral("53.00"));
    QCOMPARE(withDecimals(QStringLiteral("-0.5"), 9), QStringLiteral("-0.500000"));
    for (const char* kept : {"1.234", "1e+12", "1.5e-07", "NaN", "-Infinity", ""})
        QCOMPARE(withDecimals(QLatin1String(kept), 2), QLatin1String(kept));
    QCOMPARE(decimalsOf(QStringLiteral("51.8394")), 4);
    QCOMPARE(decimalsOf(QStringLiteral("1.5e-07")), 0);
}

void UiFormat::whatASinkRefusesIsNotOut()
{
    engine::JobTelemetry telemetry;
    telemetry.nodes.resize(2);
    telemetry.nodes[0].node.value = "in";
    telemetry.nodes[1].node.value = "out";
    telemetry.nodes[1].rowsIn = 8;
    telemetry.nodes[1].rowsRejected = 6;
    telemetry.nodes[1].rowsInRate = 4;
    telemetry.edges.resize(1);
    telemetry.edges[0].edge = {{{"in"}, "out"}, {{"out"}, "in"}, {}};
    QCOMPARE(flowOf(telemetry).out, std::int64_t{2});
    QCOMPARE(flowOf(telemetry).outRate, 1.0);
    telemetry.nodes[1].rowsRejected = 9;
    QCOMPARE(flowOf(telemetry).out, std::int64_t{0});
}

STREAMWRIGHT_TEST(UiFormat)

}  // namespace tst_ui_format
#include "tst_ui_format.moc"
